import { bindsAtStart } from '@qoida/dsl';
import type { Prepared } from '../api/operations.ts';
import { approvalsOf } from '../approvals/needed.ts';
import { type Lost, ruleSetOf } from '../rules/rule-sets.ts';
import { compileSnapshot, type Snapshot } from '../rules/snapshot.ts';
import { type RulesAt, readsOf } from './judged.ts';
import { remembered } from './remembered.ts';
import type { Reader, RehearsalTask, TaskModule } from './task.ts';

/** The rules of one side at a point. */
export type RulesOf = (point: string) => RulesAt;

/** A draft and what stands, each as it judges the same objects. */
export interface BothSides {
  readonly draft: Snapshot;
  readonly published: Snapshot;
  readonly draftAt: RulesOf;
  readonly publishedAt: RulesOf;
  /** What the rules in force read at a point. */
  readonly standingReads: (point: string) => ReadonlySet<string>;
}

/** By which rules objects are judged that began before the period: named by the set of their beginning. */
export type Kept = { readonly hash: string } | { readonly lost: Lost | 'bound_otherwise' } | null;

interface Decided {
  readonly point: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Compiled sets that are held at a time. */
const MOST_SETS = 6;
/** Objects that are remembered; more are asked for anew. */
const MOST_OBJECTS = 50_000;

/**
 * Rules that objects keep from their beginning, as if both the draft and what stands had been published
 * when the period began: what began before keeps its own of modules that say `bind at start`, what began
 * later goes by these.
 */
export class BoundThen {
  readonly #task: RehearsalTask;
  readonly #sides: BothSides;
  readonly #objects = new Map<string, string | null>();
  readonly #joined = new Map<string, BothSides | Lost>();
  #any: boolean | undefined;

  constructor(task: RehearsalTask, draft: Snapshot, published: Snapshot) {
    this.#task = task;
    this.#sides = bothSides(draft, published);
  }

  /** Asks for what these decisions are about, so that `kept` knows it. */
  async load(reader: Reader, rows: readonly Decided[]): Promise<void> {
    if (!(await this.#isUsed(reader))) return;
    if (this.#objects.size > MOST_OBJECTS) this.#objects.clear();
    const objects = rows
      .flatMap((row) => this.#objectsOf(row))
      .filter((object) => !this.#objects.has(placeOf(object)));
    if (objects.length === 0) return;
    const found = await reader.rows<{ type: string; id: string; hash: string }>(
      `select object_type as type, object_id as id, rules_hash as hash from rule_bindings
       where created_at < $1 and (object_type, object_id) in (
         select o.type, o.id from jsonb_to_recordset($2::jsonb) as o (type text, id uuid))`,
      [this.#task.from, JSON.stringify(objects)],
    );
    for (const object of objects) this.#objects.set(placeOf(object), null);
    for (const { type, id, hash } of found) this.#objects.set(placeOf({ type, id }), hash);
  }

  /** What the objects of a decision keep; null where they go by the rules of the period. */
  kept(row: Decided): Kept {
    if (this.#objects.size === 0) return null;
    const hashes = new Set(
      this.#objectsOf(row).flatMap((object) => this.#objects.get(placeOf(object)) ?? []),
    );
    const [hash, ...more] = hashes;
    if (hash === undefined) return null;
    // Two objects that began with other rules can't both keep theirs in one decision.
    return more.length > 0 ? { lost: 'bound_otherwise' } : { hash };
  }

  /** Both sides as they judge what keeps these rules, or why they can't. */
  async sides(reader: Reader, kept: Kept): Promise<BothSides | Lost | 'bound_otherwise'> {
    if (kept === null) return this.#sides;
    if ('lost' in kept) return kept.lost;
    const { hash } = kept;
    const known = this.#joined.get(hash) ?? (await this.#join(reader, hash));
    this.#joined.delete(hash);
    this.#joined.set(hash, known);
    for (const oldest of this.#joined.keys()) {
      if (this.#joined.size <= MOST_SETS) break;
      this.#joined.delete(oldest);
    }
    return known;
  }

  async #join(reader: Reader, hash: string): Promise<BothSides | Lost> {
    const tx = {
      sql: <R>(asked: string | Prepared, values?: readonly unknown[]) =>
        reader.rows<R>(typeof asked === 'string' ? numbered(asked) : asked.text, values),
    };
    const own = await bindingModules(tx, hash);
    if (typeof own === 'string') return own;
    if (own.length === 0) return this.#sides;
    const { draft, published, catalog } = this.#task;
    const sides = [draft, published].map((modules) => joinModules(modules, own, catalog));
    const [one, other] = sides;
    if (one === undefined || other === undefined) return 'rules_broken';
    if (typeof one === 'string') return one;
    return typeof other === 'string' ? other : bothSides(one, other);
  }

  #objectsOf({ point, facts }: Decided): { type: string; id: string }[] {
    const { facts: named, records } = this.#task.longLived;
    const [record = ''] = point.split(':');
    // The state of a record has that record for its fact.
    const types = point.includes(':')
      ? records.includes(record)
        ? { [record]: record }
        : {}
      : (named[point] ?? {});
    return Object.entries(types).flatMap(([name, type]) => {
      const id = (facts[name] as { readonly id?: unknown } | null | undefined)?.id;
      return typeof id === 'string' ? [{ type, id }] : [];
    });
  }

  async #isUsed(reader: Reader): Promise<boolean> {
    if (this.#any === undefined) {
      const rows = await reader.rows('select 1 from rule_bindings where created_at < $1 limit 1', [
        this.#task.from,
      ]);
      this.#any = rows.length > 0;
    }
    return this.#any;
  }
}

const placeOf = ({ type, id }: { type: string; id: string }): string => `${type} ${id}`;

function bothSides(draft: Snapshot, published: Snapshot): BothSides {
  const draftAt = remembered((point: string) => rulesAt(draft, point));
  const publishedAt = remembered((point: string) => rulesAt(published, point));
  const standingReads = remembered((point: string) => {
    const { gates, approvals } = publishedAt(point);
    return new Set([...gates, ...approvals].flatMap((rule) => readsOf(rule, point)));
  });
  return { draft, published, draftAt, publishedAt, standingReads };
}

const rulesAt = (snapshot: Snapshot, point: string): RulesAt => ({
  gates: snapshot.gatesAt.get(point) ?? [],
  approvals: approvalsOf(snapshot, point),
});

/** The modules of a rule set of then that bind what began with them. */
export async function bindingModules(
  tx: Parameters<typeof ruleSetOf>[0],
  hash: string,
): Promise<readonly TaskModule[] | Lost> {
  const set = await ruleSetOf(tx, hash);
  return typeof set === 'string' ? set : set.modules.filter(({ text }) => bindsAtStart(text));
}

/** Texts of the platform's own statements: a question mark is a parameter there. */
function numbered(text: string): string {
  let count = 0;
  return text.replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
}

/** The modules as they would stand, with those of then in their place. */
export function joinModules(
  modules: readonly TaskModule[],
  own: readonly TaskModule[],
  catalog: RehearsalTask['catalog'],
): Snapshot | 'rules_broken' {
  const kept = new Set(own.map(({ module }) => module));
  const texts = [...modules.filter(({ module }) => !kept.has(module)), ...own]
    .map(({ module, text }) => ({ module, text, points: [] }))
    .sort((a, b) => (a.module < b.module ? -1 : 1));
  const snapshot = compileSnapshot(texts, catalog);
  return snapshot.brokenModules.some((module) => kept.has(module)) ? 'rules_broken' : snapshot;
}
