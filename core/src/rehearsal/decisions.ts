import type { Snapshot } from '../rules/snapshot.ts';
import { type BothSides, BoundThen } from './bound-then.ts';
import { type DecidedRequest, decidedRequests, effectsOtherwise } from './following.ts';
import {
  approvalSides,
  isApproved,
  type JudgeBy,
  type Judged,
  judgeKept,
  type KeptDecision,
  kindOf,
  ruleNames,
} from './judged.ts';
import type { PastSettings } from './past-settings.ts';
import { plainText } from './runs.ts';
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

/** A decision as it was asked again. */
interface Asked {
  readonly sides: BothSides;
  readonly by: JudgeBy;
  readonly judged: Judged;
  /** The rules that its objects keep from their beginning; null where they keep none. */
  readonly bound: string | null;
}

const NONE: ReadonlySet<string> = new Set();
const MOMENT = 'coalesce(d.decided_at, d.created_at)';

/** Asks the draft's gates and approvals about every decision of the period, on the facts kept with it. */
export class DecisionRehearsal {
  readonly #task: RehearsalTask;
  readonly #settings: PastSettings;
  readonly #tally: Tally;
  readonly #accepting: ReadonlySet<string>;
  readonly #bound: BoundThen;
  readonly #unseen: Unseen;
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
    this.#bound = new BoundThen(task, draft, published);
    this.#unseen = new Unseen(task, draft, this.#bound, parts.tally);
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
      const decided = await decidedRequests(reader, rows.filter(waited));
      await this.#bound.load(reader, rows);
      for (const row of rows)
        items.push(...(await this.#compare(reader, row, decided.get(row.id))));
      if (items.length > 0) await sink.items(items);
      asked += rows.length;
      done(rows.length);
    }
    await this.#unseen.run(reader, sink);
    return asked;
  }

  async #compare(
    reader: Reader,
    row: DecisionRow,
    decided: DecidedRequest | undefined,
  ): Promise<RehearsalItem[]> {
    const settings = await this.#settings.find(reader, row.settings_hash);
    if (settings === null) return [this.#lost(row, { reason: 'settings_lost', names: [] })];
    const kept = this.#bound.kept(row);
    const sides = await this.#bound.sides(reader, kept);
    if (typeof sides === 'string')
      return [this.#lost(row, { reason: 'rules_lost', names: [sides] })];
    const by: JudgeBy = {
      env: { now: row.at, ...settings },
      acceptsFirst: this.#accepting.has(row.point),
      // What the rules read by which it was decided, and is missing, was missing then.
      known: row.rules_hash === sides.published.hash ? sides.standingReads(row.point) : NONE,
    };
    const asked: Asked = {
      sides,
      by,
      judged: judgeKept(sides.draftAt(row.point), row, by),
      bound: kept === null || 'lost' in kept ? null : kept.hash,
    };
    const item = this.#told(row, asked);
    const follows = decided === undefined ? [] : this.#followed(row, asked, decided);
    return item === null ? follows : [item, ...follows];
  }

  /** Nobody can say by what it would be judged. */
  #lost(
    row: DecisionRow,
    detail: { readonly reason: 'settings_lost' | 'rules_lost'; readonly names: readonly string[] },
  ): RehearsalItem {
    this.#tally.untold({ of: row.point, ...detail });
    return this.#item('undecidable', row, { detail, rules: [], byDraft: false });
  }

  #told(row: DecisionRow, asked: Asked): RehearsalItem | null {
    const { judged, bound } = asked;
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
      // The set of rules with which its objects began: it is opened by that.
      ...(bound === null ? {} : { bound }),
    };
    const byDraft = this.#isNew(row, kind, rules, asked);
    return this.#item(kind, row, { detail, rules, byDraft });
  }

  /** What would follow a request that was decided, where the draft can tell who would be asked. */
  #followed(
    row: DecisionRow,
    { judged: { verdict, waits }, sides, by }: Asked,
    decided: DecidedRequest,
  ): RehearsalItem[] {
    const { to, keptSince } = this.#task;
    const at = decided.at.toISOString();
    // What was decided after the period, or forgotten since, has nothing to be held against.
    if (verdict === undefined || waits === undefined || at >= to || at < keptSince) return [];
    const about = { ...row, env: { ...by.env, now: row.at, settings: by.env.settings ?? {} } };
    const found = effectsOtherwise(decided, sides.draftAt(row.point).approvals, waits, about);
    if (found.length === 0) return [];
    const published = sides.publishedAt(row.point);
    const standing = judgeKept(published, row, by).waits ?? null;
    const other = effectsOtherwise(decided, published.approvals, standing, about);
    const same = new Set(other.map((one) => plainText(one)));
    return found.map((one) => {
      const { kind, of, ref } = one;
      const detail = JSON.parse(JSON.stringify(one.detail)) as RehearsalItem['detail'];
      const item = { kind, of, at, ref, who: null, detail, by_draft: !same.has(plainText(one)) };
      this.#tally.add(item);
      return item;
    });
  }

  /** What ran for a request that would not have come about was told with the request. */
  #isTold(row: DecisionRow, kind: ItemKind | null): boolean {
    const place = `${row.trace_id} ${row.point}`;
    if (isApproved(row)) return kind === 'newly_blocked' && this.#stopped.has(place);
    if (kind === 'newly_blocked' && row.approval !== null) this.#stopped.add(place);
    return false;
  }

  /** Does the draft make this difference? The rules in force may show the same. */
  #isNew(
    row: DecisionRow,
    kind: ItemKind,
    rules: readonly string[],
    { sides, by }: Asked,
  ): boolean {
    const judged = judgeKept(sides.publishedAt(row.point), row, by);
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

const waited = ({ approval }: DecisionRow): boolean => approval !== null && 'waits' in approval;

function reasonOf(names: readonly string[], cut: readonly string[]) {
  if (names.some((name) => name.startsWith('settings.'))) return 'setting_not_recorded' as const;
  return cutShort(names, cut).length > 0 ? ('fact_cut' as const) : ('fact_not_recorded' as const);
}
