import { itemsOf, readOwn } from '../../source/read.ts';
import { mayLack, present, type Type } from '../../types/type.ts';
import { BAD, borderOf, enter, goesOut, leave, type Value } from '../../values/border.ts';
import { Fault } from '../../values/fault.ts';

/** The name under which the data of a rule holds `now` and `zone`. */
export const CLOCK_KEY = 'qoida';

/**
 * Plain data in the form compiled rules read: base units, moments as numbers, only declared
 * fields, and a fault in the place of what has the wrong form.
 * @param types the declared types of the data
 */
export function prepareJsonLogic(
  values: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, Type>,
  clock: { readonly now: number; readonly zone: string },
): Record<string, unknown> {
  const made = Object.create(null) as Record<string, unknown>;
  for (const [name, type] of types) made[name] = prepare(readOwn(values, name), type, clock.zone);
  made[CLOCK_KEY] = { now: clock.now, zone: clock.zone };
  return made;
}

const NOWHERE = { start: 0, end: 0 };
const badData = (): Fault => new Fault('data', NOWHERE, '', []);

function prepare(data: unknown, type: Type, zone: string): Value {
  const plain = present(type);
  if (plain.kind === 'list') {
    if (data === undefined || data === null) return null;
    return itemsOf(data)?.map((item) => prepare(item, plain.of, zone)) ?? badData();
  }
  const value = enter(data, borderOf(plain), zone, badData);
  if (value === BAD) return badData();
  if (value === null || plain.kind !== 'record') return value;
  const made = Object.create(null) as Record<string, unknown>;
  for (const [name, field] of plain.fields) {
    const inner = readOwn(value as object, name);
    if (inner !== undefined) made[name] = prepare(inner, field, zone);
  }
  return made;
}

/**
 * What running a rule gave, as plain data: quantities in their unit, moments as text or `Date`,
 * records with their declared fields.
 * @returns a fault where the rule ended in one; where a value has to be there, missing is one
 */
export function leaveJsonLogic(result: unknown, type: Type, nullable: boolean): unknown {
  if (result instanceof Fault) return result;
  if (result === undefined || result === null) {
    return nullable ? null : new Fault('missing', NOWHERE, '', []);
  }
  return leaveTyped(result as Value, type);
}

function leaveTyped(value: Value, type: Type): unknown {
  if (value === null || value === undefined || value instanceof Fault) return value ?? null;
  const plain = present(type);
  if (plain.kind === 'list') {
    const items = (value as readonly Value[]).map((item) =>
      item === null && !mayLack(plain.of)
        ? new Fault('missing', NOWHERE, '', [])
        : leaveTyped(item, plain.of),
    );
    return items.find((item) => item instanceof Fault) ?? items;
  }
  if (plain.kind !== 'record') {
    const border = borderOf(plain);
    return goesOut(value, border) ? leave(value, border) : new Fault('range', NOWHERE, '', []);
  }
  const made: Record<string, unknown> = {};
  for (const [name, field] of plain.fields) {
    const inner = leaveTyped(readOwn(value as object, name) as Value, field);
    if (inner instanceof Fault) return inner;
    Object.defineProperty(made, name, { value: inner, enumerable: true });
  }
  return made;
}
