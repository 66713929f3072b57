import type { Catalog, Program } from '@qoida/dsl';
import type { DaysOffThen } from './days-off-then.ts';
import { Findings } from './findings.ts';
import type { SettingsThrough } from './past-settings.ts';
import { factsAsked, idOf } from './reads.ts';
import { type Fired, type Lack, type RecordedEvent, Replay } from './replay.ts';
import { type KeptRun, LATE_MS, RunMatcher } from './runs.ts';
import type { RehearsalTask } from './task.ts';

/** One of the two programs that the events go by. */
export interface Side {
  readonly replay: Replay;
  readonly findings: Findings;
  readonly runs: RunMatcher;
  fired: Fired[];
}

export interface SideOptions {
  readonly catalog: Catalog;
  readonly task: Pick<RehearsalTask, 'zone' | 'lookFreshMs'>;
  /** Rules that can't be asked. */
  readonly without: ReadonlySet<string>;
  readonly through: SettingsThrough;
  readonly runs: readonly KeptRun[];
  readonly daysOff: DaysOffThen;
  /** When its events begin, and when its schedules do. */
  readonly from: number;
  readonly plannedFrom: number;
}

/** A program with what has gone off by it so far, and the runs that it is held against. */
export function sideOf(
  program: Program,
  { catalog, task: { zone, lookFreshMs }, ...options }: SideOptions,
  lacking: (rule: string, event: RecordedEvent, lack: Lack) => void,
): Side {
  const planned = new Set(program.schedules.map(idOf));
  const asking = new Set(
    [...program.automations, ...program.alerts]
      .filter((rule) => factsAsked(rule, catalog).length > 0)
      .map(idOf),
  );
  const lateMs = (rule: string) =>
    planned.has(rule) ? 0 : asking.has(rule) ? Math.max(LATE_MS, lookFreshMs) : LATE_MS;
  const replay = new Replay(
    {
      program,
      catalog,
      zone,
      daysOff: options.daysOff,
      plannedFrom: options.plannedFrom,
      freshMs: lookFreshMs,
      settingsAt: (moment) => options.through.at(moment),
      without: options.without,
      fired: (one) => void side.fired.push(one),
      lacking,
    },
    options.from,
  );
  const side: Side = {
    replay,
    findings: new Findings(program),
    runs: new RunMatcher(options.runs, lateMs),
    fired: [],
  };
  return side;
}

/** Takes the firings of a side in a stretch, each with its run: named by that or by itself. */
export function matched(side: Side, from: number, to: number) {
  const fired = side.fired;
  side.fired = [];
  return fired
    .filter(({ firing: { at } }) => at >= from && at < to)
    .map((one) => {
      const { rule, firing } = one;
      const run = side.runs.take({ ...firing, rule });
      const place = run?.id ?? JSON.stringify([rule, firing.key, firing.at, firing.causes]);
      return { fired: one, run, place };
    });
}
