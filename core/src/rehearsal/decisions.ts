import { approvalsOf } from '../approvals/needed.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import {
  approvalSides,
  isApproved,
  type JudgeBy,
  judgeKept,
  type KeptDecision,
  kindOf,
  type RulesAt,
  readsOf,
  ruleNames,
} from './judged.ts';
import type { PastSettings } from './past-settings.ts';
import { remembered } from './remembered.ts';
import type { Tally } from './tally.ts';
import type { ItemKind, Reader, RehearsalItem, RehearsalTask, Sink } from './task.ts';
import { cutShort } from './unrecorded.ts';
import { Unseen } from './unseen.ts';

export interface DecisionRow extends KeptDecision {
  readonly id: string;
  readonly rules_hash: string;
  readonly at: Date;
  readonly settings_hash: string | null;
  readonly actor: string;
  /** The person who acted; null where it was none of the people. */
  readonly person: string | null;
  readonly trace_id: string;
}

const NONE: ReadonlySet<string> = new Set();
const MOMENT = 'coalesce(d.decided_at, d.created_at)';

/** Asks the draft's gates and approvals about every decision of the period, on the facts kept with it. */
export class DecisionRehearsal {
  readonly #task: RehearsalTask;
  readonly #settings: PastSettings;
  readonly #tally: Tally;
  readonly #accepting: ReadonlySet<string>;
  readonly #draft: (point: string) => RulesAt;
  readonly #published: (point: string) => RulesAt;
  readonly #unseen: Unseen;
  /** What the rules in force read at a point: what is missing of that was missing then. */
  readonly #standing: { readonly hash: string; readonly reads: (point: string) => Set<string> };
  /** Requests that would not have come about: what ran for them is not told a second time. */
  readonly #stopped = new Set<string>();

  constructor(
    task: RehearsalTask,
    draft: Snapshot,
    published: Snapshot,
    parts: { settings: PastSettings; tally: Tally },
  ) {
    this.#task = task;
    this.#settings = parts.settings;
    this.#tally = parts.tally;
    this.#accepting = new Set(task.accepting);
    this.#draft = remembered((point: string) => rulesAt(draft, point));
    this.#published = remembered((point: string) => rulesAt(published, point));
    this.#unseen = new Unseen(task, draft, published, parts.tally);
    const reads = remembered((point: string) => {
      const { gates, approvals } = this.#published(point);
      return new Set([...gates, ...approvals].flatMap((rule) => readsOf(rule, point)));
    });
    this.#standing = { hash: published.hash, reads };
  }

  async count(reader: Reader): Promise<number> {
    const [row] = await reader.rows<{ n: number }>(
      `select count(*) as n from decisions d where ${MOMENT} >= $1 and ${MOMENT} < $2`,
      [this.#task.from, this.#task.to],
    );
    return row?.n ?? 0;
  }

  /** @returns how many decisions were asked again */
  async run(reader: Reader, sink: Sink, done: (count: number) => void): Promise<number> {
    const { from, to, pageSize } = this.#task;
    const pages = reader.pages<DecisionRow>(
      `select d.id, d.point, d.verdict, d.failed, d.facts, d.rules_hash, ${MOMENT} as at, d.settings_hash,
         d.outcome, d.cut, d.actor, d.trace_id, u.id as person,
         coalesce(d.approval, case when r.id is not null then jsonb_build_object('approved', r.id) end) as approval
       from decisions d
       left join users u on u.id = d.actor_id
       -- What was kept before decisions named their request: it ran in the trace of it.
       left join (
         select distinct on (trace_id, operation) id, trace_id, operation from approval_requests
         where kind = 'operation' order by trace_id, operation, id
       ) r on d.approval is null and r.trace_id = d.trace_id and r.operation = d.point
       where ${MOMENT} >= $1 and ${MOMENT} < $2 order by ${MOMENT}, d.id`,
      [from, to],
      pageSize,
    );
    let asked = 0;
    for await (const rows of pages) {
      const items: RehearsalItem[] = [];
      for (const row of rows) {
        const item = await this.#compare(reader, row);
        if (item !== null) items.push(item);
      }
      if (items.length > 0) await sink.items(items);
      asked += rows.length;
      done(rows.length);
    }
    await this.#unseen.run(reader, sink);
    return asked;
  }

  async #compare(reader: Reader, row: DecisionRow): Promise<RehearsalItem | null> {
    const settings = await this.#settings.find(reader, row.settings_hash);
    if (settings === null) {
      this.#tally.untold({ of: row.point, reason: 'settings_lost', names: [] });
      const detail = { reason: 'settings_lost', names: [] };
      return this.#item('undecidable', row, { detail, rules: [], byDraft: false });
    }
    const by: JudgeBy = {
      env: { now: row.at, ...settings },
      acceptsFirst: this.#accepting.has(row.point),
      known: row.rules_hash === this.#standing.hash ? this.#standing.reads(row.point) : NONE,
    };
    const judged = judgeKept(this.#draft(row.point), row, by);
    const kind = kindOf(row, judged);
    if (this.#isTold(row, kind)) return null;
    for (const { names } of kind === 'undecidable' ? judged.untold : [])
      this.#tally.untold({ of: row.point, reason: reasonOf(names, row.cut), names });
    if (kind === null) return null;
    const rules = ruleNames(kind, row, judged);
    const approval = approvalSides(row, judged);
    const detail = {
      was: row.outcome ?? row.failed.map((gate) => ({ gate })),
      now: judged.outcome,
      untold: judged.untold,
      ...(approval === null ? {} : { approval }),
    };
    return this.#item(kind, row, { detail, rules, byDraft: this.#isNew(row, kind, rules, by) });
  }

  /** What ran for a request that would not have come about was told with the request. */
  #isTold(row: DecisionRow, kind: ItemKind | null): boolean {
    const place = `${row.trace_id} ${row.point}`;
    if (isApproved(row)) return kind === 'newly_blocked' && this.#stopped.has(place);
    if (kind === 'newly_blocked' && row.approval !== null) this.#stopped.add(place);
    return false;
  }

  /** Does the draft make this difference? The rules in force may show the same. */
  #isNew(row: DecisionRow, kind: ItemKind, rules: readonly string[], by: JudgeBy): boolean {
    const judged = judgeKept(this.#published(row.point), row, by);
    if (kindOf(row, judged) !== kind) return true;
    return ruleNames(kind, row, judged).join('\n') !== rules.join('\n');
  }

  #item(
    kind: ItemKind,
    row: DecisionRow,
    found: { detail: RehearsalItem['detail']; rules: readonly string[]; byDraft: boolean },
  ): RehearsalItem {
    const { point: of, id: ref, actor: who, person } = row;
    const detail = { ...found.detail, people: person === null ? [] : [person] };
    const at = row.at.toISOString();
    const item = { kind, of, at, ref, who, detail, by_draft: found.byDraft };
    this.#tally.add(item, found.rules);
    return item;
  }
}

const rulesAt = (snapshot: Snapshot, point: string): RulesAt => ({
  gates: snapshot.gatesAt.get(point) ?? [],
  approvals: approvalsOf(snapshot, point),
});

function reasonOf(names: readonly string[], cut: readonly string[]) {
  if (names.some((name) => name.startsWith('settings.'))) return 'setting_not_recorded' as const;
  return cutShort(names, cut).length > 0 ? ('fact_cut' as const) : ('fact_not_recorded' as const);
}
