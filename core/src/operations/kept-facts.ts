import type { Fact } from '../api/facts.ts';
import type { FieldSpec } from '../api/fields.ts';
import { specsOf } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';

/** Lines of one list that are kept; the rest is named in `cut`. */
const MOST_LINES = 500;

/** What is kept of the facts of one decision. */
export interface KeptFacts {
  readonly facts: Readonly<Record<string, unknown>>;
  /** Facts of which only the first lines were kept. */
  readonly cut: readonly string[];
}

type Records = ReadonlyMap<string, RecordDef>;
/** Takes what rules can read of a value; undefined where they can't read anything. */
type Taker = (value: unknown, cut: { any: boolean }) => unknown;

/**
 * All that rules can read at the point of an operation as plain JSON, so that a later draft that reads
 * more can be rehearsed on it; nothing that they can't: no secret, no free JSON. Names stand in their
 * canonical order, so `JSON.stringify` of it is its canonical form.
 */
export function keptFacts(
  operation: OperationDef,
  records: Records,
  facts: Readonly<Record<string, unknown>>,
): KeptFacts {
  const kept: Record<string, unknown> = {};
  const cut: string[] = [];
  for (const [name, take] of takersOf(operation, records)) {
    if (!Object.hasOwn(facts, name)) continue;
    const within = { any: false };
    kept[name] = take(facts[name], within) ?? null;
    if (within.any) cut.push(name);
  }
  return { facts: kept, cut };
}

/** The same of one row of a record. */
export const keptRow = (record: RecordDef, row: object): Record<string, unknown> =>
  takerOfRecord(record)(row, { any: false }) as Record<string, unknown>;

const known = new WeakMap<OperationDef, readonly (readonly [string, Taker])[]>();

function takersOf(operation: OperationDef, records: Records) {
  const found = known.get(operation);
  if (found !== undefined) return found;
  const made = sorted({
    ...Object.fromEntries(
      Object.entries(operation.facts).map(([name, fact]) => [name, takerOfFact(fact, records)]),
    ),
    actor: fieldsTaker({ id: plain, name: plain, roles: plain }),
    input: shapeTaker(specsOf(operation.input), records),
  });
  known.set(operation, made);
  return made;
}

function takerOfFact(fact: Fact, records: Records): Taker {
  switch (fact.kind) {
    case 'byId':
    case 'via':
    case 'found':
      return takerOfRecord(fact.record);
    case 'one':
      return shapeTaker(specsOf(fact.shape), records);
    case 'rows':
      return listTaker(shapeTaker(specsOf(fact.shape), records));
  }
}

const ofRecord = new WeakMap<RecordDef, Taker>();

function takerOfRecord(record: RecordDef): Taker {
  const found = ofRecord.get(record);
  if (found !== undefined) return found;
  const hidden = record.options.api?.hidden ?? [];
  const own = Object.entries(record.fields).filter(([name]) => !hidden.includes(name));
  // A record of records is none: what a column holds is never a whole row.
  const fields = takersOfFields(Object.fromEntries(own), new Map());
  const computed = Object.keys(record.options.computed ?? {}).map((name) => [name, plain]);
  const made = fieldsTaker({
    ...fields,
    ...Object.fromEntries(computed),
    id: plain,
    created_at: plain,
  });
  ofRecord.set(record, made);
  return made;
}

const takersOfFields = (specs: Readonly<Record<string, FieldSpec>>, records: Records) =>
  Object.fromEntries(
    Object.entries(specs).flatMap(([name, spec]) => {
      const take = takerOfField(spec, records);
      return take === undefined ? [] : [[name, take]];
    }),
  );

const shapeTaker = (specs: Readonly<Record<string, FieldSpec>>, records: Records): Taker =>
  fieldsTaker(takersOfFields(specs, records));

function takerOfField(spec: FieldSpec, records: Records): Taker | undefined {
  if (spec.secret) return undefined;
  switch (spec.kind) {
    case 'json':
      return undefined;
    case 'record': {
      const record = records.get(spec.record ?? '');
      return record === undefined ? undefined : takerOfRecord(record);
    }
    case 'list': {
      const item = spec.item === undefined ? undefined : takerOfField(spec.item, records);
      return item === undefined ? undefined : listTaker(item);
    }
    case 'object':
      return shapeTaker(spec.fields ?? {}, records);
    default:
      return plain;
  }
}

const plain: Taker = (value) => (value instanceof Date ? value.toISOString() : (value ?? null));

const listTaker =
  (item: Taker): Taker =>
  (value, cut) => {
    if (!Array.isArray(value)) return null;
    if (value.length > MOST_LINES) cut.any = true;
    return value.slice(0, MOST_LINES).map((entry) => item(entry, cut));
  };

function fieldsTaker(takers: Readonly<Record<string, Taker>>): Taker {
  const inOrder = sorted(takers);
  return (value, cut) => {
    if (typeof value !== 'object' || value === null) return null;
    const kept: Record<string, unknown> = {};
    for (const [name, take] of inOrder) {
      // A computed column that was not loaded complains when it is touched.
      if (!Object.prototype.propertyIsEnumerable.call(value, name)) continue;
      kept[name] = take((value as Record<string, unknown>)[name], cut);
    }
    return kept;
  };
}

const sorted = (takers: Readonly<Record<string, Taker>>): readonly (readonly [string, Taker])[] =>
  Object.entries(takers).sort(([a], [b]) => (a < b ? -1 : 1));
