import type { Snapshot } from '../rules/snapshot.ts';
import type { Stretch } from './feed.ts';
import type { SettingsThrough } from './past-settings.ts';
import { factsAsked, idOf, settingsAsked } from './reads.ts';
import type { Tally } from './tally.ts';
import type { Reader, RehearsalTask } from './task.ts';

interface Asking {
  readonly task: Pick<RehearsalTask, 'from' | 'keptSince'>;
  readonly rules: Snapshot;
  readonly through: SettingsThrough;
  /** Told of each rule why it can't be asked. */
  readonly tally: Tally;
}

/** Rules that can't be asked about a moment that is over. */
export async function unasked(
  reader: Reader,
  { from, to }: Stretch,
  { task, rules: { program, catalog }, through, tally }: Asking,
): Promise<ReadonlySet<string>> {
  const rules = [...program.automations, ...program.alerts, ...program.schedules];
  const without = new Set<string>();
  const tell = (
    of: string,
    reason: 'fact_of_the_moment' | 'setting_not_recorded',
    names: string[],
  ) => {
    if (names.length === 0) return;
    without.add(of);
    tally.untold({ of, reason, names });
  };
  const [looked] = await reader.rows(
    'select 1 from standing_looks where at >= $1 and at < $2 limit 1',
    [from, to],
  );
  for (const rule of rules) {
    const missing = settingsAsked(rule).filter((name) => !through.has(name));
    tell(idOf(rule), 'setting_not_recorded', missing);
    if (looked === undefined) tell(idOf(rule), 'fact_of_the_moment', factsAsked(rule, catalog));
  }
  for (const rule of await switchedOff(reader, rules.map(idOf))) {
    without.add(rule);
    tally.untold({ of: rule, reason: 'rule_switched_off', names: [] });
  }
  if (task.from < task.keptSince && rules.length > 0)
    tally.untold({ of: '*', reason: 'events_not_kept', names: [] });
  return without;
}

/** What a person has switched off goes off by no rules. */
async function switchedOff(reader: Reader, rules: readonly string[]): Promise<string[]> {
  const rows = await reader.rows<{ rule: string }>(
    'select rule from rule_switches where off and rule = any($1) order by rule',
    [rules],
  );
  return rows.map(({ rule }) => rule);
}
