import { conjunctsOf } from '../../dispatch/conjuncts.ts';
import type { Ir } from '../../ir/ir.ts';
import { isReadable, readOwn } from '../../source/read.ts';
import type { Border } from '../../values/border.ts';
import type { TriggerRules } from './trigger.ts';

/** A field of the second event of a pair that has to be what the first event has. */
export interface Join {
  /** Where it lies in the second event. */
  readonly steps: readonly string[];
  /** As it came, in the unit of both fields. */
  readonly value: unknown;
}

/** A field of an event, however deep. */
interface Path {
  readonly slot: number;
  readonly steps: readonly string[];
  readonly border: Border;
}

/** What joins the events of a pair: `b.door = a.door` wherever it has to hold, and their key. */
export function joinsOf({ where, asked, keys }: TriggerRules, first: unknown): readonly Join[] {
  const conditions = [where, asked].flatMap((rule) =>
    rule === undefined ? [] : conjunctsOf(rule.unit.body),
  );
  const equal = conditions.flatMap((ir): readonly (readonly [Path, Path])[] => {
    if (ir.kind !== 'compare' || ir.op !== 'eq') return [];
    const [left, right] = [pathOf(ir.left), pathOf(ir.right)];
    if (left === undefined || right === undefined || left.slot === right.slot) return [];
    return [left.slot === 0 ? [left, right] : [right, left]];
  });
  // The key of each event is read from it alone.
  const [from, to] = keys.map(({ unit }) => pathOf(unit.body));
  if (from !== undefined && to !== undefined) equal.push([from, to]);
  const found = new Map<string, Join>();
  for (const [a, b] of equal) {
    const value = a.steps.reduce<unknown>(at, first);
    if (value === undefined || value === null || !isAlike(a.border, b.border)) continue;
    found.set(b.steps.join('.'), { steps: b.steps, value });
  }
  return [...found.values()];
}

/** Does a value of one stand for the same in the other? */
const isAlike = (a: Border, b: Border): boolean =>
  a.kind !== 'list' && a.kind !== 'record' && JSON.stringify(a) === JSON.stringify(b);

function pathOf(ir: Ir): Path | undefined {
  if (ir.kind === 'cast') return pathOf(ir.operand);
  if (ir.kind !== 'field') return undefined;
  const { target, name, border } = ir;
  if (target.kind === 'local') return { slot: target.slot, steps: [name], border };
  const before = pathOf(target);
  return before && { slot: before.slot, steps: [...before.steps, name], border };
}

function at(data: unknown, step: string): unknown {
  if (typeof data !== 'object' || data === null) return undefined;
  const value = readOwn(data, step);
  return isReadable(value) ? value : undefined;
}
