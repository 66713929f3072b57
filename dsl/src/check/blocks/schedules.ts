import type { EveryClause, MomentNode, NumberNode, ScheduleBlock } from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import type { Span } from '../../source/text.ts';
import { DAY_MS, isZone, parseTime } from '../../values/calendar.ts';
import { parseCron } from '../../values/cron.ts';
import type { Timing } from '../../values/recurrence.ts';
import type { BlockSource, World } from '../context.ts';
import { checkClauseCounts } from '../rules/clause-counts.ts';
import { once } from '../rules/named-once.ts';
import { type CheckedDeed, checkDeed, clausesOf } from './automations.ts';
import { durationMs, wholeNumber } from './durations.ts';
import { flowOptions } from './triggers.ts';

export interface CheckedSchedule extends BlockSource<ScheduleBlock>, CheckedDeed {
  readonly timing: Timing;
  readonly zone: string | undefined;
  readonly holidays: 'skip' | 'only' | undefined;
  readonly missed: 'skip' | 'run';
}

const NEEDED = { 'every|cron': 'every …', do: 'do ACTION(…)' };

/** Checks a schedule. Undefined when it has no time. */
export function checkSchedule(
  source: BlockSource<ScheduleBlock>,
  world: World,
): CheckedSchedule | undefined {
  const { block, reporter } = source;
  checkClauseCounts(block, NEEDED, [], reporter);
  const of = clausesOf(block.clauses);
  const [every, cron, zone] = [of('every'), of('cron'), of('zone')];
  const options = flowOptions(source, world);
  const { checked } = checkDeed(of('condition')?.condition, of('do'), of('failure'), options);
  if (every !== undefined && cron !== undefined)
    reporter.report('duplicateClause', cron.span, { clause: 'every` or `cron' });
  const timing = every ? timingOf(every, reporter) : cron && cronOf(cron.text, reporter);
  if (zone !== undefined && !isZone(zone.text.value))
    reporter.report('unknownZone', zone.text.span, { name: zone.text.value });
  if (timing === undefined) return undefined;
  return {
    ...source,
    ...checked,
    timing,
    zone: zone?.text.value,
    holidays: of('holidays')?.how,
    missed: of('missed')?.how ?? 'skip',
  };
}

function timingOf({ timing, span }: EveryClause, reporter: Reporter): Timing {
  switch (timing.kind) {
    case 'interval': {
      const ms = durationMs(timing.duration, reporter);
      if (ms % 1000 !== 0 || ms > DAY_MS) reporter.report('badInterval', timing.duration.span);
      return { kind: 'interval', ms };
    }
    case 'days':
      // Words for days have no places of their own in the tree.
      once(
        timing.days,
        (day) => day,
        () => span,
        reporter,
      );
      return { kind: 'days', days: timing.days, times: timesOf(timing.times, reporter) };
    case 'month':
      return {
        kind: 'month',
        days: daysOf(timing.days, span, reporter),
        times: timesOf(timing.times, reporter),
      };
  }
}

/** The days of a month, each once. @param span of the clause: `last` has no place of its own */
function daysOf(
  days: readonly (NumberNode | 'last')[],
  span: Span,
  reporter: Reporter,
): readonly (number | 'last')[] {
  once(
    days,
    (day) => (day === 'last' ? day : String(day.value)),
    (day) => (day === 'last' ? span : day.span),
    reporter,
  );
  return days.map((day) => dayOf(day, reporter));
}

const dayOf = (day: NumberNode | 'last', reporter: Reporter): number | 'last' =>
  day === 'last' ? day : wholeNumber(day, 1, 31, reporter);

/** Times of day in milliseconds since midnight, in their order. */
function timesOf(times: readonly MomentNode[], reporter: Reporter): readonly number[] {
  const different = once(
    times,
    ({ text }) => text,
    ({ span }) => span,
    reporter,
  );
  const found = different.map(({ text, span }) => {
    const ms = parseTime(text);
    if (ms === undefined) reporter.report('impossibleDate', span, { text });
    return ms ?? 0;
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function cronOf(
  text: { readonly value: string; readonly span: MomentNode['span'] },
  reporter: Reporter,
): Timing | undefined {
  const cron = parseCron(text.value);
  if (!('reason' in cron)) return { kind: 'cron', cron };
  reporter.report('badCron', text.span, { reason: cron.reason });
  return undefined;
}
