import type { PlannedAction } from '../program/flow/action.ts';
import type { ConditionTrace } from '../program/flow/rule.ts';
import { near } from '../values/numbers.ts';
import type { Happenings } from './plant.ts';

/** Why rules that nearly acted did not, at most so many. */
const MAX_MISSES = 3;

export interface Expected {
  readonly action: string;
  /** Some of its arguments, as plain data. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly times: number | undefined;
}

/** Why `expect did ACTION { … } [N times]` does not hold, if it does not. */
export function judgeDid(
  { action, fields, times }: Expected,
  happenings: Happenings,
): string | undefined {
  const wanted = `${action}${shown(fields)}`;
  const fits = happenings.did.filter(
    (done) => done.fault === undefined && done.action === action && matches(fields, done.args),
  );
  if (times === undefined ? fits.length > 0 : fits.length === times) return undefined;
  const often = times === undefined ? '' : ` ${times} times`;
  return `expected did ${wanted}${often}, but ${told(happenings)}${missed(happenings)}`;
}

/** Why `expect did nothing` does not hold: neither an action nor an alert. */
export function judgeNothing(happenings: Happenings): string | undefined {
  const idle = happenings.did.length === 0 && happenings.raised.size === 0;
  return idle ? undefined : `expected did nothing, but ${told(happenings)}`;
}

function told({ did, raised }: Happenings): string {
  const counts = new Map<string, number>();
  for (const done of did) counts.set(tell(done), (counts.get(tell(done)) ?? 0) + 1);
  const acts = [...counts].map(([text, count]) => (count === 1 ? text : `${text} ${count} times`));
  const alerts = raised.size === 0 ? [] : [`raised ${[...raised].join(', ')}`];
  const all = [...(acts.length === 0 ? [] : [`did ${acts.join(', ')}`]), ...alerts];
  return all.length === 0 ? 'did nothing' : all.join(' and ');
}

const tell = ({ action, args, fault }: PlannedAction): string =>
  fault === undefined
    ? `${action}${shown(args)}`
    : `${action} without a value: ${fault.names.join(', ')}`;

function shown(fields: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return parts.length === 0 ? '' : ` { ${parts.join(', ')} }`;
}

/** The rules that nearly acted, each with the condition that did not hold. */
function missed({ traces }: Happenings): string {
  const misses = traces.flatMap(({ rule, outcome, conditions }) => {
    if (outcome === 'fired') return [];
    const why = conditions.filter(({ value }) => value !== true).map(conditionText);
    return `${rule} (${why.length === 0 ? outcome : why.join(', ')})`;
  });
  const first = [...new Set(misses)].slice(0, MAX_MISSES);
  return first.length === 0 ? '' : `; nearly: ${first.join('; ')}`;
}

const conditionText = ({ text, value, fault }: ConditionTrace): string =>
  fault === undefined && value === false ? `${text} is false` : `${text} has no value`;

/** Does the value have all that is expected? Numbers within the tolerance, records in part. */
function matches(expected: unknown, found: unknown): boolean {
  if (expected === null || expected === undefined) return found === null || found === undefined;
  if (typeof expected === 'number') return typeof found === 'number' && near(expected, found);
  if (expected instanceof Date)
    return found instanceof Date && found.getTime() === expected.getTime();
  if (Array.isArray(expected)) {
    return (
      Array.isArray(found) &&
      found.length === expected.length &&
      expected.every((item, i) => matches(item, found[i]))
    );
  }
  if (typeof expected !== 'object') return expected === found;
  if (typeof found !== 'object' || found === null) return false;
  const record: Readonly<Record<string, unknown>> = { ...found };
  return Object.entries(expected).every(([name, value]) => matches(value, record[name]));
}
