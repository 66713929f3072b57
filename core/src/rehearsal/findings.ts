import type { CompiledAlert, CompiledAutomation, CompiledSchedule, Program } from '@qoida/dsl';
import { outcomeOf } from '../rules/verify-alerts.ts';
import type { SettingsThen } from './past-settings.ts';
import { idOf } from './reads.ts';
import type { Fired } from './replay.ts';
import { type KeptRun, LATE_MS, plainText, planned, type RunDetails } from './runs.ts';
import type { ItemKind } from './task.ts';

/** In what a firing differs from the run that there was, or was not. */
export interface Finding {
  readonly kind: ItemKind;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A run with all that was kept of it. */
export interface WholeRun extends KeptRun, RunDetails {
  /** Null where they were not kept. */
  readonly settings: SettingsThen | null;
}

/** Holds firings of one program against the runs that there were. */
export class Findings {
  readonly #automations: ReadonlyMap<string, CompiledAutomation>;
  readonly #alerts: ReadonlyMap<string, CompiledAlert>;
  readonly #schedules: ReadonlyMap<string, CompiledSchedule>;

  constructor({ automations, alerts, schedules }: Program) {
    this.#automations = new Map(automations.map((rule) => [idOf(rule), rule]));
    this.#alerts = new Map(alerts.map((rule) => [idOf(rule), rule]));
    this.#schedules = new Map(schedules.map((rule) => [idOf(rule), rule]));
  }

  has(rule: string): boolean {
    return this.#automations.has(rule) || this.#alerts.has(rule) || this.#schedules.has(rule);
  }

  /** Null where all is as it was. */
  of(fired: Fired, run: WholeRun | undefined): Finding | null {
    if (fired.kind === 'schedule') return this.#ofSchedule(fired, run);
    if (run === undefined) return fresh(fired);
    return fired.kind === 'alert' ? this.#ofAlert(fired, run) : this.#ofAutomation(fired, run);
  }

  #ofAutomation(fired: Fired, run: WholeRun): Finding | null {
    const rule = this.#automations.get(fired.rule);
    const context = contextOf(run);
    if (rule === undefined || context === null) return shifted('acts_otherwise', fired, run);
    const now = planned(rule.actions(fired.firing, context));
    return this.#acts(fired, run, now) ?? shifted('acts_otherwise', fired, run);
  }

  /** The same alert with another severity, group, figure or message. */
  #ofAlert(fired: Fired, run: WholeRun): Finding | null {
    const rule = this.#alerts.get(fired.rule);
    const context = contextOf(run);
    if (rule === undefined || context === null || run.outcome === null)
      return shifted('alert_otherwise', fired, run);
    const now = outcomeOf(rule, { ...fired.firing, at: run.at.getTime() }, context);
    if (plainText(now) === plainText(run.outcome)) return shifted('alert_otherwise', fired, run);
    return { kind: 'alert_otherwise', detail: { ...about(fired), was: run.outcome, now } };
  }

  #ofSchedule(fired: Fired, run: WholeRun | undefined): Finding | null {
    const rule = this.#schedules.get(fired.rule);
    if (rule === undefined) return null;
    if (run === undefined) return rule.asks(fired.context).holds ? fresh(fired) : null;
    const context = contextOf(run);
    if (context === null) return null;
    if (!rule.asks(context).holds) return gone(run);
    return this.#acts(fired, run, planned(rule.actions(context)));
  }

  #acts(fired: Fired, run: WholeRun, now: ReturnType<typeof planned>): Finding | null {
    if (plainText(run.actions) === plainText(now)) return null;
    return { kind: 'acts_otherwise', detail: { ...about(fired), was: run.actions, now } };
  }
}

/** What was kept of a run, to ask its rule the same again. */
const contextOf = ({ settings, decided_at, facts }: WholeRun) =>
  settings === null || decided_at === null
    ? null
    : { now: decided_at, settings: settings.settings, zone: settings.zone, facts: facts ?? {} };

const about = ({ firing: { key, events, causes } }: Fired) => ({ key, events, causes });

function fresh(fired: Fired): Finding {
  const { kind, change, context, settingsHash } = fired;
  return {
    kind: kind === 'alert' ? 'alert_would_fire' : 'would_run',
    detail: {
      ...about(fired),
      ...(change === null ? {} : { change }),
      settings_hash: settingsHash,
      facts: context.facts ?? {},
    },
  };
}

/** A run that nothing would have set off. */
export const gone = (run: KeptRun): Finding => ({
  kind: run.kind === 'alert' ? 'alert_would_not_fire' : 'would_not_run',
  detail: { key: run.key, causes: run.causes, run: run.kind },
});

/** It would have gone off by the same events, at another moment. */
function shifted(kind: ItemKind, fired: Fired, run: WholeRun): Finding | null {
  const [was, now] = [run.at.getTime(), fired.firing.at];
  if (Math.abs(was - now) <= LATE_MS) return null;
  const times = { was_at: new Date(was).toISOString(), now_at: new Date(now).toISOString() };
  return { kind, detail: { ...about(fired), ...times } };
}
