import type { AggregateIr, Ir } from '../../ir/ir.ts';
import type { Border } from '../../values/border.ts';
import {
  FINITE,
  notEmitted,
  numberVal,
  plainVal,
  UNKNOWN_NUMBER,
  type Val,
  type Writer,
} from './writer.ts';

/** What a local stands for: a value, or raw data of a list that is entered where it is needed. */
export type Slot = Val | { readonly raw: string; readonly border: Border };
export type Slots = ReadonlyMap<number, Slot>;

/** Emits the parts of an aggregate, with the locals they see. */
export interface EmitInside {
  /** A part that must be there. */
  strict(ir: Ir, slots: Slots): Val;
  /** Goes to `target` when a condition does not hold. */
  jumpUnless(ir: Ir, target: string, slots: Slots): void;
}

/** A loop that folds as it goes; only what the rule asks of an element is read of it. */
export function emitAggregate(ir: AggregateIr, slots: Slots, emit: EmitInside, out: Writer): Val {
  const list = emit.strict(ir.list, slots);
  if (list.kind !== 'list' || list.of === undefined) return notEmitted();
  if (ir.name === 'count' && ir.where === undefined) {
    return numberVal(`${list.code}.length`, { ...FINITE, positive: true, whole: true });
  }
  const { of } = list;
  const fold = folder(ir.name, out);
  const i = out.index();
  out.block(`for (let ${i} = 0; ${i} < ${list.code}.length; ${i}++) {`, () => {
    const raw = out.temp(`${list.code}[${i}]`);
    const inside = new Map(slots).set(ir.slot, { raw, border: of });
    const step = (): void =>
      fold.step(ir.item === undefined ? plainVal('true', 'bool') : emit.strict(ir.item, inside));
    const { where } = ir;
    if (where === undefined) step();
    else {
      const label = out.label();
      out.block(`${label}: {`, () => {
        emit.jumpUnless(where, `break ${label};`, inside);
        step();
      });
    }
  });
  return fold.end();
}

/** The code of a condition. */
export function truth(val: Val): string {
  return val.kind === 'bool' ? val.code : notEmitted();
}

interface Folder {
  step(val: Val): void;
  end(): Val;
}

function folder(name: AggregateIr['name'], out: Writer): Folder {
  switch (name) {
    case 'any':
    case 'none':
    case 'all': {
      const result = out.variable(name === 'any' ? 'false' : 'true');
      const negate = name === 'all' ? '!' : '';
      return {
        step: (val) =>
          out.line(`if (${negate}${truth(val)}) { ${result} = ${name === 'any'}; break; }`),
        end: () => plainVal(result, 'bool'),
      };
    }
    case 'count': {
      const result = out.variable('0');
      return {
        step: () => out.line(`${result} = ${result} + 1;`),
        end: () => numberVal(result, { ...FINITE, positive: true, whole: true }),
      };
    }
    case 'sum':
    case 'avg':
      return summing(name, out);
    case 'min':
    case 'max': {
      const result = out.variable('null');
      return {
        step(val) {
          if (val.kind !== 'number') notEmitted();
          out.mustBeFinite(val);
          const least = `Math.${name}(${result}, ${val.code})`;
          out.line(`${result} = ${result} === null ? ${val.code} : ${least};`);
        },
        end: () => ({ ...numberVal(result, FINITE), nullable: true }),
      };
    }
  }
}

/**
 * A compensated sum, with its count for the mean. What a step loses is Neumaier's correction, found
 * without asking which of the two is larger (Knuth's TwoSum): exact both ways, so the sums agree.
 */
function summing(name: 'sum' | 'avg', out: Writer): Folder {
  const [total, lost] = [out.variable('0'), out.variable('0')];
  const count = name === 'avg' ? out.variable('0') : undefined;
  return {
    step(val) {
      if (val.kind !== 'number') notEmitted();
      const x = val.code;
      const next = out.temp(`${total} + ${x}`);
      const added = out.temp(`${next} - ${total}`);
      out.line(`${lost} = ${lost} + (${total} - (${next} - ${added}) + (${x} - ${added}));`);
      out.line(`${total} = ${next};`);
      if (count !== undefined) out.line(`${count} = ${count} + 1;`);
    },
    end() {
      const sum = numberVal(out.temp(`${total} + ${lost}`), UNKNOWN_NUMBER);
      out.mustBeFinite(sum);
      if (count === undefined) return { ...sum, number: FINITE };
      const mean = out.temp(`${count} === 0 ? null : ${sum.code} / ${count}`);
      return { ...numberVal(mean, FINITE), nullable: true };
    },
  };
}
