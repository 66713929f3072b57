import type { CompareIr, Ir } from '../ir/ir.ts';
import { present, type Type } from '../types/type.ts';
import type { Value } from '../values/border.ts';
import { compareValues } from '../values/compare.ts';
import { Fault } from '../values/fault.ts';
import { formatValue } from '../values/format.ts';
import { isMoment, wordsOf } from './words.ts';

/** How a reader is told of a node. */
export interface Telling {
  readonly language: string;
  readonly zone: string;
  /** The value for which the whole rule refuses, where this node alone can bring it about. */
  readonly refuses: boolean | undefined;
}

/**
 * A test in a sentence: "37.1 kg, allowed 5 kg: 32.1 kg too much". What is compared is told in the
 * order in which it is written; undefined where a value is missing or the node is no test.
 */
export function relationOf(
  ir: Ir,
  value: Value,
  ask: (part: Ir) => Value,
  telling: Telling,
): string | undefined {
  if (typeof value !== 'boolean') return undefined;
  const words = wordsOf(telling.language);
  const told = (part: Ir, found = ask(part)): string =>
    formatValue(found, part.type, telling.language, telling.zone);
  if (ir.kind === 'compare') return comparison(ir, value, ask, telling);
  if (ir.kind === 'in') return words[value ? 'among' : 'notAmong'](told(ir.left), told(ir.list));
  return undefined;
}

function comparison(
  ir: CompareIr,
  value: boolean,
  ask: (part: Ir) => Value,
  { language, zone, refuses }: Telling,
): string | undefined {
  const { equality, op } = ir;
  const [first, second] =
    ir.left.span.start <= ir.right.span.start ? [ir.left, ir.right] : [ir.right, ir.left];
  const [x, y] = [ask(first), ask(second)];
  if (!isPlain(x) || !isPlain(y)) return undefined;
  const words = wordsOf(language);
  const type = first.kind === 'const' ? second.type : first.type;
  const tell = (of: Value, as: Type): string => formatValue(of, as, language, zone);
  const [a, b] = [tell(x, first.type), tell(y, second.type)];
  if (compareValues('eq', equality, x, y)) return words.equal(a, b);
  const kind = present(type);
  const above = compareValues('lt', equality, y, x);
  if (isMoment(kind)) return words[above ? 'later' : 'earlier'](a, b);
  if (kind.kind !== 'quantity' || typeof x !== 'number' || typeof y !== 'number')
    return words.different(a, b);
  const apart = tell(Math.abs(x - y), kind);
  // Only where the bound itself is allowed can it be called so.
  const strict = refuses === (op === 'lt');
  const limits = (op === 'lt' || op === 'le') && strict && value === refuses;
  if (limits) return words[above ? 'tooMuch' : 'tooLittle'](a, b, apart);
  return words[above ? 'greater' : 'less'](a, b, apart);
}

const isPlain = (value: Value): value is number | string | boolean =>
  value !== null && typeof value !== 'object' && !((value as unknown) instanceof Fault);
