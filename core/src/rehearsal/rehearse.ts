import { canonicalJson, payloadHash } from '../data/canonical.ts';
import { compileSnapshot, type Snapshot } from '../rules/snapshot.ts';
import { hashText } from '../rules/store.ts';
import { DecisionRehearsal } from './decisions.ts';
import { FlowRehearsal } from './flows.ts';
import { KpiRehearsal } from './kpis.ts';
import { PastSettings } from './past-settings.ts';
import { Tally } from './tally.ts';
import type {
  ItemKind,
  Progress,
  Reader,
  RehearsalItem,
  RehearsalTask,
  Sink,
  TaskModule,
} from './task.ts';

/** Compiles modules without points: those that can't be read are found by `brokenModules`. */
export const snapshotOf = (
  modules: readonly TaskModule[],
  { catalog }: Pick<RehearsalTask, 'catalog'>,
): Snapshot =>
  compileSnapshot(
    modules.map((entry) => ({ ...entry, points: [] })),
    catalog,
  );

/** Entries of one kind that are listed; the figures count all. */
const MOST_LISTED = 50_000;

/** Lets the first entries of each kind through: nobody reads a million of them, and a disk has an end. */
class Listed implements Sink {
  readonly #sink: Sink;
  readonly #kinds = new Map<ItemKind, number>();
  count = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async items(items: readonly RehearsalItem[]): Promise<void> {
    const listed = items.filter(({ kind }) => {
      const before = this.#kinds.get(kind) ?? 0;
      this.#kinds.set(kind, before + 1);
      return before < MOST_LISTED;
    });
    this.count += listed.length;
    if (listed.length > 0) await this.#sink.items(listed);
  }

  progress(progress: Progress): void {
    this.#sink.progress(progress);
  }
}

/**
 * Runs a draft against what was recorded in a period, and tells the difference to what happened. It
 * only reads; the same records and the same rules give the same bytes.
 * @returns the result as canonical JSON
 */
export async function rehearse(task: RehearsalTask, reader: Reader, told: Sink): Promise<string> {
  const sink = new Listed(told);
  const [draft, published] = [snapshotOf(task.draft, task), snapshotOf(task.published, task)];
  const tally = new Tally();
  const parts = { settings: new PastSettings(), tally };
  const decisions = new DecisionRehearsal(task, draft, published, parts);
  const flows = new FlowRehearsal(task, draft, published, parts);
  const kpis = new KpiRehearsal(task, draft.program, published.program, tally);
  const counts = [
    await decisions.count(reader),
    await flows.count(reader),
    await kpis.count(reader),
  ];
  const total = counts.reduce((sum, count) => sum + count, 0);
  let done = 0;
  const going = (phase: Progress['phase']) => (count: number) => {
    done += count;
    sink.progress({ phase, done, total });
  };
  sink.progress({ phase: 'decisions', done, total });
  const asked = await decisions.run(reader, sink, going('decisions'));
  const { daysOffAsOfNow, ...seen } = await flows.run(reader, sink, going('events'));
  const rows = await kpis.run(reader, sink, going('figures'));
  sink.progress({ phase: 'done', done: total, total });
  return canonicalJson({
    period: { from: task.from, to: task.to, zone: task.zone },
    rules: { draft: draft.hash, published: published.hash },
    settings: payloadHash({ settings: task.settings, zone: task.zone }),
    changed: changedModules(task),
    asked: { decisions: asked, ...seen, rows },
    figures: tally.figures,
    by_draft: tally.byDraft,
    by: tally.by,
    by_person: tally.people,
    undecidable: tally.undecidable,
    // Days off of which the audit does not say since when: schedules are held against them as of now.
    days_off_as_of_now: daysOffAsOfNow,
    kpis: kpis.figures,
    people: kpis.people,
    items: { ...tally.items, listed: sink.count },
  });
}

/** The modules that the draft changes, by the hash of their texts. */
function changedModules({ draft, published }: RehearsalTask): readonly object[] {
  const standing = new Map(published.map(({ module, text }) => [module, text]));
  return draft
    .filter(({ module, text }) => standing.get(module) !== text)
    .map(({ module, text }) => ({ module, hash: hashText(text) }))
    .sort((a, b) => (a.module < b.module ? -1 : 1));
}
