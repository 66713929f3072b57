import type { CallNode, Expr, FieldNode } from '../language/ast.ts';
import { DATE, INSTANT, TEXT, TIME, type Type } from '../types/type.ts';
import { borderOf } from '../values/border.ts';
import type { StrictName } from '../values/functions.ts';
import type { Ir, RecordIr } from './ir.ts';
import { type CallFinding, type Lowering, node } from './lowering.ts';

type Clock = Extract<CallFinding, { kind: 'shift' }>['clock'];

/** Each part of a shift is a function of the instant and the two times at which shifts begin. */
const PARTS: Readonly<Record<string, { readonly name: StrictName; readonly type: Type }>> = {
  date: { name: 'shift_date', type: DATE },
  kind: { name: 'shift_kind', type: { kind: 'enum', values: ['day', 'night'] } },
  start: { name: 'shift_start', type: INSTANT },
  end: { name: 'shift_end', type: INSTANT },
};

/** A setting with a time of day; one kept as text is read as a clock shows it. */
function clockSetting(at: CallNode, name: string, clock: 'time' | 'text'): Ir {
  const base = { span: at.span, nullable: false } as const;
  const settings = {
    ...base,
    type: { kind: 'record', name: 'settings', fields: new Map() },
  } as const;
  const type = clock === 'time' ? TIME : TEXT;
  const read: Ir = {
    ...base,
    type,
    kind: 'field',
    target: { ...settings, kind: 'input', name: 'settings', border: { kind: 'record' } },
    name,
    border: borderOf(type),
    optional: false,
  };
  return clock === 'time'
    ? read
    : { ...base, type: TIME, kind: 'call', name: 'clock_time', args: [read] };
}

function partOf(at: Expr, call: CallNode, name: string, clock: Clock, l: Lowering): Ir | undefined {
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (part === undefined) return undefined;
  const [instant, ...given] = call.args.map(l.lower) as [Ir, ...Ir[]];
  const times =
    clock === 'given'
      ? given
      : ['shift_day_start', 'shift_night_start'].map((key) => clockSetting(call, key, clock));
  return { ...node(at, part.type), kind: 'call', name: part.name, args: [instant, ...times] };
}

/** `shift_of(x).date`: one function, without the rest of the record. */
export function shiftPart(expr: FieldNode, l: Lowering): Ir | undefined {
  let target = expr.target;
  while (target.kind === 'paren') target = target.inner;
  if (target.kind !== 'call') return undefined;
  const callee = l.findings.calls.get(target);
  return callee?.kind === 'shift' ? partOf(expr, target, expr.name, callee.clock, l) : undefined;
}

/** A whole shift, where it is handed on. */
export function lowerShift(expr: CallNode, clock: Clock, l: Lowering): Ir {
  const fields: RecordIr['fields'][number][] = [];
  for (const [name, { type }] of Object.entries(PARTS)) {
    const value = partOf(expr, expr, name, clock, l);
    if (value !== undefined) fields.push({ name, value, border: borderOf(type) });
  }
  return { ...node(expr, l.typeOf(expr)), kind: 'record', fields };
}
