import { bindsAtStart } from '@qoida/dsl';
import { Refusal } from '../api/errors.ts';
import { type Fact, isRecordFact } from '../api/facts.ts';
import type { Tx } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';
import { keepRuleSet, type Lost, ruleSetOf } from './rule-sets.ts';
import type { ModuleText, Snapshot } from './snapshot.ts';

/** An object that an operation is about. */
export interface BoundObject {
  readonly type: string;
  readonly id: string;
}

/** What a transaction did to an object. */
interface Made {
  readonly record: RecordDef;
  readonly object_id: string;
  readonly before: unknown;
}

/** Rules that an object keeps from its beginning: those of modules that say `bind at start`. */
export interface BoundRules {
  /** Notes the rules with which new long-lived objects begin, where a module binds. */
  begin(tx: Tx, changes: readonly Made[], standing: Snapshot): Promise<void>;
  /**
   * The rules by which objects are judged: what stands, with the texts of their beginning in place of
   * modules that bound them. The set is kept, so that a decision made by it can be taken again.
   * @throws Refusal rules_lost when the texts of their beginning can't be had
   */
  of(tx: Tx, objects: readonly BoundObject[], standing: Snapshot): Promise<Snapshot>;
}

/** More joined sets than these are compiled anew when they are met again. */
const MOST_SETS = 8;

export function createBoundRules(
  compile: (modules: readonly ModuleText[]) => Snapshot,
): BoundRules {
  /** Whether anything was ever bound, for the rules that stand: without it nobody asks the database. */
  const anything = new WeakMap<Snapshot, Map<string, boolean>>();
  const joined = new Map<string, Snapshot>();

  async function isUsed(tx: Tx, standing: Snapshot): Promise<boolean> {
    if (binding(standing).length > 0) return true;
    const known = anything.get(standing) ?? new Map<string, boolean>();
    anything.set(standing, known);
    const found = known.get(tx.organizationId);
    if (found !== undefined) return found;
    const rows = await tx.sql('select 1 from rule_bindings limit 1');
    known.set(tx.organizationId, rows.length > 0);
    return rows.length > 0;
  }

  async function joinedWith(tx: Tx, hash: string, standing: Snapshot): Promise<Snapshot> {
    const key = `${tx.organizationId} ${hash} ${standing.hash}`;
    const known = joined.get(key);
    if (known !== undefined) return known;
    const set = await ruleSetOf(tx, hash);
    if (typeof set === 'string') throw lost(set);
    const bound = new Map(
      set.modules
        .filter(({ text }) => bindsAtStart(text))
        .map(({ module, text }) => [module, text]),
    );
    const modules = standing.modules.filter(({ module }) => !bound.has(module));
    if (bound.size === 0) return standing;
    const points = await pointsOf(tx, [...bound.keys()]);
    for (const [module, text] of bound)
      modules.push({ module, text, points: points.get(module) ?? [] });
    const made = compile(modules.sort((a, b) => (a.module < b.module ? -1 : 1)));
    joined.set(key, made);
    for (const oldest of joined.keys()) {
      if (joined.size <= MOST_SETS) break;
      joined.delete(oldest);
    }
    return made;
  }

  return {
    async begin(tx, changes, standing) {
      const made = changes.filter(
        ({ record, before }) => record.options.bindsRules && before === null,
      );
      if (made.length === 0 || binding(standing).length === 0) return;
      for (const { record, object_id } of made)
        await tx.sql(
          `insert into rule_bindings (object_type, object_id, rules_hash) values (?, ?, ?)
           on conflict do nothing`,
          [record.name, object_id, standing.hash],
        );
    },
    async of(tx, objects, standing) {
      if (objects.length === 0 || !(await isUsed(tx, standing))) return standing;
      const rows = await tx.sql<{ rules_hash: string }>(
        `select distinct b.rules_hash from rule_bindings b
           join jsonb_to_recordset(?::jsonb) as o (type text, id uuid)
             on b.object_type = o.type and b.object_id = o.id`,
        [JSON.stringify(objects)],
      );
      const hashes = rows
        .map(({ rules_hash }) => rules_hash)
        .filter((hash) => hash !== standing.hash);
      if (hashes.length === 0) return standing;
      // Two objects that began with other rules can't both keep theirs in one decision.
      if (hashes.length > 1) throw lost('bound_otherwise');
      const snapshot = await joinedWith(tx, hashes[0] as string, standing);
      if (snapshot !== standing) await keepRuleSet(tx, snapshot);
      return snapshot;
    },
  };
}

const bindings = new WeakMap<Snapshot, readonly string[]>();

/** Modules of a rule set that bind. */
function binding(snapshot: Snapshot): readonly string[] {
  const found =
    bindings.get(snapshot) ??
    snapshot.modules.filter(({ text }) => bindsAtStart(text)).map(({ module }) => module);
  bindings.set(snapshot, found);
  return found;
}

/** What cannot be judged is refused. */
const lost = (why: Lost | 'bound_otherwise') =>
  new Refusal('gate_blocked', 'rules_lost', `The rules of its beginning can't be had: ${why}`, {
    why,
  });

/** Points at which modules ever had gates: they stay shut if the old text no longer compiles. */
async function pointsOf(
  tx: Tx,
  modules: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tx.sql<{ module: string; points: string[] }>(
    `select m.module, array_agg(distinct p.point) as points
       from rule_modules m join rule_versions v on v.module_id = m.id, unnest(v.points) as p (point)
      where m.module = any(?) group by m.module`,
    [modules],
  );
  return new Map(rows.map(({ module, points }) => [module, points]));
}

/** Long-lived objects among the facts of an operation. */
export const longLived = (
  facts: Readonly<Record<string, Fact>>,
  values: Readonly<Record<string, unknown>>,
): readonly BoundObject[] =>
  boundIn(
    facts,
    Object.fromEntries(
      Object.entries(values).map(([name, row]) => [
        name,
        (row as { readonly id?: unknown } | null | undefined)?.id,
      ]),
    ),
  );

/** The same by the ids of the facts. */
export const boundIn = (
  facts: Readonly<Record<string, Fact>>,
  ids: Readonly<Record<string, unknown>>,
): readonly BoundObject[] =>
  Object.entries(facts).flatMap(([name, fact]) => {
    const id = ids[name];
    if (!isRecordFact(fact) || !fact.record.options.bindsRules) return [];
    return typeof id === 'string' ? [{ type: fact.record.name, id }] : [];
  });
