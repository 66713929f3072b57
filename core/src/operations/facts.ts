import type { ByIdFact, Fact } from '../api/facts.ts';
import type { FactContext, OperationDef } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';

export type LoadedFacts = Record<string, unknown>;

/**
 * Loads the declared facts of an operation: first those to be locked, in the global lock order,
 * then the others as declared. Of computed columns only those are fetched that the operation or
 * a rule on the point reads; the rest complain when touched.
 * @param reads fact paths that the rules of the point read (`session.input_kg`)
 * @throws Refusal not_found
 */
export async function loadFacts(
  operation: OperationDef,
  context: Omit<FactContext, 'facts'>,
  input: Record<string, unknown>,
  reads: readonly string[],
): Promise<LoadedFacts> {
  const facts: LoadedFacts = {};
  const declared = Object.entries(operation.facts);
  const locked = declared.filter(([, fact]) => fact.kind === 'byId' && fact.lock).sort(byLockOrder);
  for (const [name, fact] of [...locked, ...declared]) {
    if (Object.hasOwn(facts, name)) continue;
    facts[name] = await loadFact(name, fact, { ...context, facts }, input, reads);
  }
  return facts;
}

const byLockOrder = ([, a]: [string, Fact], [, b]: [string, Fact]) =>
  lockOrderOf(a) - lockOrderOf(b);
const lockOrderOf = (fact: Fact) =>
  fact.kind === 'byId' ? (fact.record.options.lockOrder ?? 100) : Number.POSITIVE_INFINITY;

async function loadFact(
  name: string,
  fact: Fact,
  context: FactContext,
  input: Record<string, unknown>,
  reads: readonly string[],
): Promise<unknown> {
  switch (fact.kind) {
    case 'byId':
      return loadById(name, fact, context, input, reads);
    case 'via': {
      const id = valueAt(context.facts, fact.path);
      if (id === null || id === undefined) return null;
      const computed = computedRead(fact.record, name, reads, []);
      const row = await context.db.of(fact.record).get(String(id), { computed, removed: true });
      return guarded(row, fact.record, computed);
    }
    case 'found':
    case 'one':
    case 'rows':
      return fact.load(context);
  }
}

async function loadById(
  name: string,
  fact: ByIdFact<RecordDef, boolean>,
  context: FactContext,
  input: Record<string, unknown>,
  reads: readonly string[],
): Promise<unknown> {
  const given = input[fact.input];
  if (given === null || given === undefined) return null;
  const computed = computedRead(fact.record, name, reads, fact.computed);
  const row = await context.db.of(fact.record).get(String(given), { lock: fact.lock, computed });
  // A code is as good as an id (F-API-008); from here on the input holds the id.
  input[fact.input] = row.id;
  return guarded(row, fact.record, computed);
}

function computedRead(
  record: RecordDef,
  fact: string,
  reads: readonly string[],
  own: readonly string[],
): readonly string[] {
  return Object.keys(record.options.computed ?? {}).filter(
    (column) => own.includes(column) || reads.includes(`${fact}.${column}`),
  );
}

/** Makes computed columns that weren't fetched an error instead of a silent `undefined`. */
function guarded<T extends object>(row: T, record: RecordDef, loaded: readonly string[]): T {
  for (const column of Object.keys(record.options.computed ?? {})) {
    if (loaded.includes(column)) continue;
    Object.defineProperty(row, column, {
      configurable: true,
      enumerable: false,
      get: () => {
        throw new Error(
          `${record.name}.${column} wasn't loaded: name it in byId(…, { computed: ['${column}'] })`,
        );
      },
    });
  }
  return row;
}

function valueAt(facts: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = facts;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
