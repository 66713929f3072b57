import type { Snapshot } from '../rules/snapshot.ts';
import { DaysOffThen } from './days-off-then.ts';
import { closingsOf, eventsOf, type Happened, inOrder, looksOf, type Stretch } from './feed.ts';
import { type Finding, gone, type WholeRun } from './findings.ts';
import { Looked } from './looked.ts';
import { type PastSettings, SettingsThrough } from './past-settings.ts';
import { factsAsked, idOf } from './reads.ts';
import type { Lack, RecordedEvent, Replay } from './replay.ts';
import { detailsOf, type KeptRun, plainText, type RunDetails, readRuns } from './runs.ts';
import { matched, type Side, sideOf } from './sides.ts';
import type { Tally } from './tally.ts';
import type { Reader, RehearsalItem, RehearsalTask, Sink } from './task.ts';
import { unasked } from './unasked.ts';

/** Windows, silences and cooldowns that reach into the period are told from events this long before it. */
const LEAD_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
/** Firings that are held against runs at a time. */
const AT_ONCE = 1_000;

/**
 * Lets the events of the period go by the draft's automations, schedules and alerts, and holds what
 * would have gone off against the runs that there were. The rules in force see the same events, so that
 * what the draft makes is told apart from what has changed since.
 */
export class FlowRehearsal {
  readonly #task: RehearsalTask;
  readonly #draft: Snapshot;
  readonly #published: Snapshot;
  readonly #tally: Tally;
  readonly #settings: PastSettings;
  readonly #from: number;
  readonly #to: number;
  #found: RehearsalItem[] = [];
  /** Runs of which nobody can say what would have become of them, as rule and event. */
  readonly #untold = new Set<string>();
  /** What each rule listens to: who hears these events may see what comes of them. */
  readonly #listens: ReadonlyMap<string, readonly string[]>;

  readonly #looked: Looked;

  constructor(
    task: RehearsalTask,
    draft: Snapshot,
    published: Snapshot,
    parts: { settings: PastSettings; tally: Tally },
  ) {
    this.#task = task;
    this.#draft = draft;
    this.#published = published;
    this.#settings = parts.settings;
    this.#tally = parts.tally;
    this.#looked = new Looked(task.lookFreshMs);
    this.#listens = new Map(
      this.#acting().flatMap((rule) =>
        rule.kind === 'schedule' ? [] : [[idOf(rule), rule.trigger.events]],
      ),
    );
    // What was forgotten since can't be held against anything.
    this.#from = Math.max(Date.parse(task.from), Date.parse(task.keptSince));
    this.#to = Date.parse(task.to);
  }

  async count(reader: Reader): Promise<number> {
    const [row] = await reader.rows<{ n: number }>(
      'select count(*) as n from outbox where created_at >= $1 and created_at < $2 and name = any($3)',
      [new Date(this.#from - LEAD_MS), this.#task.to, this.#names()],
    );
    return row?.n ?? 0;
  }

  /** @returns how many events of the period went by, and how many runs there were */
  async run(
    reader: Reader,
    sink: Sink,
    done: (count: number) => void,
  ): Promise<{ events: number; runs: number; daysOffAsOfNow: readonly string[] }> {
    const { to, pageSize, settings, zone } = this.#task;
    const from = await this.#begin(reader);
    const stretch: Stretch = { from, to, pageSize };
    const through = await SettingsThrough.read(reader, stretch, { settings, zone });
    const without = await unasked(reader, stretch, {
      task: this.#task,
      rules: this.#draft,
      through,
      tally: this.#tally,
    });
    const period = { from: new Date(this.#from).toISOString(), to, pageSize };
    const runs = await readRuns(
      reader,
      period,
      ({ rule, kind }) => kind !== 'approval' && !without.has(rule),
    );
    const daysOff = await this.#daysOff(reader);
    const options = {
      catalog: this.#draft.catalog,
      task: this.#task,
      ...{ without, through, runs, daysOff },
      from: from.getTime(),
      plannedFrom: Math.max(this.#from, from.getTime()),
    };
    const sides = [
      sideOf(this.#draft.program, options, this.#lacking),
      ...(this.#isChanged() ? [sideOf(this.#published.program, options, () => undefined)] : []),
    ];
    let events = 0;
    let passed = 0;
    let settled = from.getTime();
    for await (const happened of this.#feed(reader, stretch)) {
      // A long time without anything has planned runs all the same.
      for (; happened.at - settled > HOUR_MS; settled += HOUR_MS)
        await this.#settle(reader, sink, sides, settled + HOUR_MS);
      for (const { replay } of sides) take(replay, happened);
      if (happened.kind === 'look') this.#looked.note(happened.look);
      if (happened.kind !== 'event') continue;
      if (happened.at >= this.#from) events += 1;
      passed += 1;
      if (passed % AT_ONCE !== 0) continue;
      await this.#settle(reader, sink, sides);
      done(AT_ONCE);
    }
    for (; settled < this.#to - 1; settled += HOUR_MS)
      await this.#settle(reader, sink, sides, Math.min(settled + HOUR_MS, this.#to - 1));
    done(passed % AT_ONCE);
    await this.#gone(sink, sides, runs);
    return { events, runs: runs.length, daysOffAsOfNow: daysOff.asOfNow };
  }

  /** The days off as they were known at the time, where a schedule asks for them. */
  #daysOff(reader: Reader): Promise<DaysOffThen> | DaysOffThen {
    const asks = [this.#draft, this.#published].some(({ program }) =>
      program.schedules.some(({ holidays }) => holidays !== undefined),
    );
    return asks ? DaysOffThen.read(reader) : DaysOffThen.none;
  }

  /** Rules have been in force no longer than there are any. */
  async #begin(reader: Reader): Promise<Date> {
    const [row] = await reader.rows<{ at: Date | null }>(
      `select least((select min(created_at) from rule_sets),
         (select min(delivered_at) from outbox where delivered_at is not null)) as at`,
    );
    return new Date(Math.max(this.#from - LEAD_MS, row?.at?.getTime() ?? 0));
  }

  #feed(reader: Reader, stretch: Stretch): AsyncGenerator<Happened> {
    const asks = this.#acting().some((rule) => factsAsked(rule, this.#draft.catalog).length > 0);
    return inOrder(
      ...(asks ? [looksOf(reader, stretch, this.#task.lookFreshMs)] : []),
      closingsOf(reader, stretch),
      eventsOf(reader, stretch, this.#names()),
    );
  }

  readonly #lacking = (of: string, event: RecordedEvent, { reason, names }: Lack): void => {
    this.#untold.add(`${of}\n${event.id}`);
    if (event.at >= this.#from) this.#tally.untold({ of, reason, names });
  };

  #acting() {
    const all = [this.#draft, this.#published].map(({ program }) => program);
    return all.flatMap(({ automations, alerts, schedules }) => [
      ...automations,
      ...alerts,
      ...schedules,
    ]);
  }

  #names(): string[] {
    const events = this.#acting().flatMap((rule) =>
      rule.kind === 'schedule' ? [] : rule.trigger.events,
    );
    return [...new Set(events)].sort();
  }

  #isChanged(): boolean {
    return this.#draft.hash !== this.#published.hash;
  }

  /** Holds the firings so far against the runs that there were. @param to lets the time go on so far first */
  async #settle(reader: Reader, sink: Sink, sides: readonly Side[], to?: number): Promise<void> {
    if (to !== undefined) for (const { replay } of sides) replay.advance(to);
    const [draft, published] = sides.map((side) => matched(side, this.#from, this.#to));
    const details = await this.#details(reader, [...(draft ?? []), ...(published ?? [])]);
    const standing = new Map((published ?? []).map((one) => [one.place, one]));
    for (const { fired, run, place } of draft ?? []) {
      const whole = run && details.get(run.id);
      if (fired.unknown.length > 0 && run === undefined) {
        const { rule: of, unknown: names } = fired;
        this.#tally.untold({ of, reason: 'fact_of_the_moment', names });
        continue;
      }
      const found = sides[0]?.findings.of(fired, whole) ?? null;
      if (found === null) continue;
      const same = standing.get(place);
      const other = same && sides[1]?.findings.of(same.fired, same.run && details.get(same.run.id));
      const byDraft = sides.length > 1 && !isSame(found, other ?? null);
      const at = run === undefined ? fired.firing.at : run.at.getTime();
      this.#note(found, { of: fired.rule, at, ref: run?.id ?? null, byDraft });
    }
    await this.#flush(sink);
  }

  async #details(
    reader: Reader,
    matched: readonly { readonly run: KeptRun | undefined }[],
  ): Promise<ReadonlyMap<string, WholeRun>> {
    const runs = new Map(matched.flatMap(({ run }) => (run === undefined ? [] : [[run.id, run]])));
    const details = await detailsOf(reader, [...runs.values()]);
    const whole = new Map<string, WholeRun>();
    for (const [id, run] of runs) {
      const found: RunDetails | undefined = details.get(id);
      if (found === undefined) continue;
      const settings = await this.#settings.find(reader, found.settings_hash);
      whole.set(id, { ...run, ...found, settings });
    }
    return whole;
  }

  /** What happened and would not have. */
  async #gone(sink: Sink, sides: readonly Side[], runs: readonly KeptRun[]): Promise<void> {
    const [draft, published] = sides;
    const [left, stood] = [draft?.runs.left(), published?.runs.left()];
    const asking = new Map(
      this.#acting().map((rule) => [idOf(rule), factsAsked(rule, this.#draft.catalog)]),
    );
    for (const run of runs) {
      if (left?.has(run) !== true) continue;
      const { rule: of, causes } = run;
      if (causes.some((cause) => this.#untold.has(`${of}\n${cause}`))) continue;
      const names = asking.get(of) ?? [];
      const exists = draft?.findings.has(of) === true;
      if (exists && names.length > 0 && !this.#looked.was(run.at.getTime())) {
        this.#tally.untold({ of, reason: 'fact_of_the_moment', names });
        continue;
      }
      const removed = !exists && published?.findings.has(of) === true;
      const byDraft = removed || (stood !== undefined && !stood.has(run));
      this.#note(gone(run), { of, at: run.at.getTime(), ref: run.id, byDraft });
      if (this.#found.length >= AT_ONCE) await this.#flush(sink);
    }
    await this.#flush(sink);
  }

  #note(
    { kind, detail }: Finding,
    about: { of: string; at: number; ref: string | null; byDraft: boolean },
  ): void {
    const { of, ref } = about;
    // As it comes out of the database: what JSON can't say is not in the digest either.
    const listens = this.#listens.get(of) ?? [];
    const plain = JSON.parse(JSON.stringify({ ...detail, listens })) as Record<string, unknown>;
    const at = new Date(about.at).toISOString();
    const item = { kind, of, at, ref, who: null, by_draft: about.byDraft, detail: plain };
    this.#tally.add(item);
    this.#found.push(item);
  }

  async #flush(sink: Sink): Promise<void> {
    if (this.#found.length === 0) return;
    const items = this.#found;
    this.#found = [];
    await sink.items(items);
  }
}

function take(replay: Replay, happened: Happened): void {
  if (happened.kind === 'look') replay.look(happened.look);
  else if (happened.kind === 'event') replay.take(happened.event, happened.at);
  else replay.closed(happened.rule, happened.group, happened.at, happened.by);
}

const isSame = (one: Finding, other: Finding | null): boolean =>
  other !== null &&
  one.kind === other.kind &&
  plainText([one.detail.now, one.detail.now_at]) ===
    plainText([other.detail.now, other.detail.now_at]);
