import type { CallIr, Ir } from '../../ir/ir.ts';
import { present, type Type } from '../../types/type.ts';
import { emitMath } from './emit-arithmetic.ts';
import {
  FINITE,
  notEmitted,
  numberVal,
  plainVal,
  UNKNOWN_NUMBER,
  type Val,
  type Writer,
} from './writer.ts';

export function emitConstant(value: number | string | boolean | null, out: Writer): Val {
  if (value === null) return plainVal('null', 'null', true);
  if (typeof value === 'boolean') return plainVal(String(value), 'bool');
  if (typeof value === 'string') return plainVal(out.constant(value), 'text');
  return numberVal(out.constant(value), {
    ...FINITE,
    constant: value,
    positive: value >= 0,
    whole: Number.isInteger(value),
  });
}

export function emitClock(kind: 'now' | 'today', out: Writer): Val {
  const known = out.known(kind);
  if (known !== undefined) return known;
  const code = out.temp(`H.${kind}(k)`);
  const number = { ...UNKNOWN_NUMBER, carries: new Set([code]), safe: true, whole: true };
  return out.learn(kind, numberVal(code, number));
}

/** What the functions written in the helpers give; the others are written out. */
const GIVES: Readonly<Partial<Record<CallIr['name'], 'number' | 'bool' | 'text'>>> = {
  length: 'number',
  lower: 'text',
  upper: 'text',
  starts_with: 'bool',
  contains: 'bool',
  date_of: 'number',
  time_of: 'number',
  weekday: 'text',
  add_months: 'number',
  at_midnight: 'number',
  from_local: 'number',
  matches: 'bool',
  clock_time: 'number',
  shift_date: 'number',
  shift_kind: 'text',
  shift_start: 'number',
  shift_end: 'number',
};

export function emitCall(ir: CallIr, strictly: (ir: Ir) => Val, out: Writer): Val {
  const args = ir.args.map(strictly);
  const written = emitMath(ir.name, args, out);
  if (written !== undefined) return written;
  const kind = GIVES[ir.name] ?? notEmitted();
  for (const arg of args) out.mustBeFinite(arg);
  const list = args.map((arg) => arg.code).join(', ');
  const code = out.temp(`H.call(${out.constant(ir.name)}, [${list}], k)`);
  if (kind !== 'number') {
    // A function that has no answer gives NaN.
    out.leaveIf(`typeof ${code} !== "${kind === 'bool' ? 'boolean' : 'string'}"`);
    return plainVal(code, kind);
  }
  return numberVal(code, { ...UNKNOWN_NUMBER, carries: new Set([code]), safe: true });
}

/** The result in the unit in which it goes out. */
export function emitResult(val: Val, declared: Type, out: Writer): string {
  out.mustBeFinite(val);
  const type = present(declared);
  switch (type.kind) {
    case 'quantity': {
      const { mul, div } = type.unit;
      if ((mul === 1 && div === 1) || val.kind === 'null') return val.code;
      const scaled =
        div === 1
          ? `${val.code} / ${out.constant(mul)}`
          : `${val.code} * ${out.constant(div)} / ${out.constant(mul)}`;
      const code = out.temp(val.nullable ? `${val.code} === null ? null : ${scaled}` : scaled);
      out.mustBeFinite({ ...numberVal(code, UNKNOWN_NUMBER), nullable: val.nullable });
      return code;
    }
    case 'date':
    case 'time':
    case 'instant': {
      const kind = out.constant(type.kind);
      out.leaveIf(`!H.fits(${val.code}, ${kind})`);
      return out.temp(`H.leave(${val.code}, ${kind})`);
    }
    case 'bool':
    case 'text':
    case 'enum':
    case 'record':
      return val.code;
    default:
      return notEmitted();
  }
}
