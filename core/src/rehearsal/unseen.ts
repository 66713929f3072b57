import type { CompiledApproval } from '@qoida/dsl';
import { approvalsAt, neededAt } from '../approvals/needed.ts';
import { canonicalJson } from '../data/canonical.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import type { BothSides, BoundThen } from './bound-then.ts';
import { readsOf, type Waits, waitsOf } from './judged.ts';
import { remembered } from './remembered.ts';
import type { Tally } from './tally.ts';
import type { Reader, RehearsalItem, RehearsalTask, Sink } from './task.ts';

interface UnseenRow {
  readonly point: string;
  readonly trace_id: string;
  readonly at: Date;
  readonly object_type: string;
  readonly object_id: string;
  readonly person: string | null;
  readonly who: string | null;
  /** It was put before people. */
  readonly waited: boolean;
  /** The rules that what it changed keeps from its beginning. */
  readonly bound: string | null;
}

/** What rules say of a point without knowing a single fact. */
interface Blind {
  /** Who has to agree in any case; null where it hangs on facts. */
  readonly waits: Waits | null;
  /** What the rules would have to know. */
  readonly names: readonly string[];
  readonly approvals: readonly string[];
}

/** Operations that were done where no rule stood then: nothing was decided, so no fact was kept. */
export class Unseen {
  readonly #task: RehearsalTask;
  readonly #points: readonly string[];
  readonly #tally: Tally;
  readonly #bound: BoundThen;
  readonly #blind: (snapshot: Snapshot) => (point: string) => Blind;

  constructor(task: RehearsalTask, draft: Snapshot, bound: BoundThen, tally: Tally) {
    this.#task = task;
    this.#tally = tally;
    this.#bound = bound;
    const waiting = draft.program.approvals.flatMap((rule) =>
      rule.points.map(({ point }) => point),
    );
    this.#points = [...new Set([...draft.gatesAt.keys(), ...waiting])].sort();
    const known = new WeakMap<Snapshot, (point: string) => Blind>();
    this.#blind = (snapshot) => {
      const found = known.get(snapshot) ?? remembered((point) => this.#blindAt(snapshot, point));
      known.set(snapshot, found);
      return found;
    };
  }

  /** Tells what is known of them all the same: an approval without a condition asks for each. */
  async run(reader: Reader, sink: Sink): Promise<void> {
    const { from, to, pageSize } = this.#task;
    const pages = reader.pages<UnseenRow>(
      `select distinct on (a.ts, a.trace_id, a.action) a.action as point, a.trace_id, a.ts as at,
         a.object_type, a.object_id, u.id as person, u.full_name as who,
         exists (select 1 from approval_requests r where r.trace_id = a.trace_id and r.operation = a.action) as waited,
         (select min(b.rules_hash) from audit_log x join rule_bindings b
            on b.object_type = x.object_type and b.object_id = x.object_id and b.created_at < $1
          where x.trace_id = a.trace_id and x.action = a.action) as bound
       from audit_log a left join users u on u.id = a.actor_id
       where a.ts >= $1 and a.ts < $2 and a.action = any($3) and a.result = 'done'
         and not exists (select 1 from decisions d where d.trace_id = a.trace_id and d.point = a.action)
       order by a.ts, a.trace_id, a.action, a.object_type, a.object_id`,
      [from, to, this.#points],
      pageSize,
    );
    for await (const rows of pages) {
      const items: RehearsalItem[] = [];
      for (const row of rows) items.push(...(await this.#told(reader, row)));
      if (items.length > 0) await sink.items(items);
    }
  }

  async #told(reader: Reader, row: UnseenRow): Promise<RehearsalItem[]> {
    const { point: of, bound } = row;
    const sides = await this.#bound.sides(reader, bound === null ? null : { hash: bound });
    if (typeof sides === 'string') {
      this.#tally.untold({ of, reason: 'rules_lost', names: [sides] });
      return [];
    }
    const { gates, approvals } = sides.draftAt(of);
    // By the rules of its beginning nothing stands here.
    if (gates.length + approvals.length === 0) return [];
    const { waits, names } = this.#blind(sides.draft)(of);
    if (waits !== null && !row.waited) return [this.#waits(row, waits, sides)];
    const reason = row.waited ? 'approval_not_recorded' : 'point_not_recorded';
    this.#tally.untold({ of, reason, names: row.waited ? [] : names });
    return [];
  }

  #waits(row: UnseenRow, waits: Waits, { draft, published }: BothSides): RehearsalItem {
    const { point: of, person, who } = row;
    const item: RehearsalItem = {
      kind: 'newly_waits',
      of,
      at: row.at.toISOString(),
      ref: null,
      who,
      by_draft: canonicalJson(this.#blind(published)(of).waits) !== canonicalJson(waits),
      detail: {
        was: [],
        now: [],
        untold: [],
        approval: { was: null, now: waits },
        about: { trace_id: row.trace_id, type: row.object_type, id: row.object_id },
        people: person === null ? [] : [person],
      },
    };
    this.#tally.add(item, this.#blind(draft)(of).approvals);
    return item;
  }

  #blindAt(snapshot: Snapshot, point: string): Blind {
    const gates = snapshot.gatesAt.get(point) ?? [];
    const approvals = approvalsAt(snapshot, point);
    const names = [...gates, ...approvals].flatMap((rule) => readsOf(rule, point));
    const certain = gates.length === 0 && approvals.every((rule) => asksAlways(rule, point));
    const { settings, zone, to } = this.#task;
    const env = { now: new Date(to), settings, zone };
    return {
      waits: certain ? waitsOf(neededAt(approvals, point, {}, env)) : null,
      names: [...new Set(names)].sort(),
      approvals: approvals.map(({ name }) => name),
    };
  }
}

/** It has no condition that any fact could change. */
const asksAlways = (rule: CompiledApproval, point: string): boolean =>
  rule.stages.every(({ conditional }) => !conditional) &&
  rule.explain(point, {}, {}, 'en').whole === undefined;
