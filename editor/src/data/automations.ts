import type { ConditionTrace, ExplainNode, Remedy, TriggerInfo } from '@qoida/dsl';
import { change, get, type Page, type Query } from './http.ts';

export type RunStatus = 'running' | 'done' | 'failed' | 'empty';

/** When a schedule runs, in the clock of its zone. */
export type Timing =
  | { readonly kind: 'interval'; readonly ms: number }
  | { readonly kind: 'days'; readonly days: readonly string[]; readonly times: readonly number[] }
  | {
      readonly kind: 'month';
      readonly days: readonly (number | 'last')[];
      readonly times: readonly number[];
    }
  | { readonly kind: 'cron' };

interface ActingRule {
  /** Its whole name, `module.name`. */
  readonly rule: string;
  readonly module: string;
  readonly name: string;
  readonly doc: string | null;
  readonly effects: readonly { readonly action: string; readonly effect: string }[];
  readonly next_run_at: string | null;
  readonly next_timer_at: string | null;
  readonly last_run_at: string | null;
  readonly last_status: RunStatus | null;
  readonly last_miss_at: string | null;
  readonly runs_24h: number;
  readonly dead: number;
  readonly on: boolean;
  readonly off_since: string | null;
  readonly off_reason: string | null;
}

/** What acts by itself: an automation or a schedule. */
export type Automation = ActingRule &
  (
    | { readonly kind: 'automation'; readonly trigger: TriggerInfo; readonly cooldown_ms: number }
    | {
        readonly kind: 'schedule';
        readonly timing: Timing;
        readonly zone: string;
        readonly missed: 'skip' | 'run';
      }
  );

/** A condition as it came out, with the values that it was made from, in the reader's language. */
export interface Condition extends ConditionTrace {
  readonly words: string | null;
  readonly values: readonly {
    readonly text: string;
    readonly label: string | null;
    readonly value: string;
  }[];
}

export interface Run {
  readonly id: string;
  readonly kind: string;
  readonly rule: string;
  readonly key: string;
  readonly at: string;
  readonly chain: readonly string[];
  readonly conditions: readonly Condition[];
  readonly actions: readonly Action[];
  readonly status: RunStatus;
  readonly finished_at: string | null;
}

export type ActionStatus =
  | 'waiting'
  | 'ready'
  | 'running'
  | 'done'
  | 'dead'
  | 'skipped'
  | 'dismissed'
  | 'refused'
  | 'expired'
  | 'withdrawn';

export interface Action {
  readonly id: string;
  readonly run_id: string;
  readonly phase: 'do' | 'on_failure';
  readonly group_no: number;
  readonly place: number;
  readonly action: string;
  readonly target: string | null;
  readonly args: Readonly<Record<string, unknown>>;
  readonly status: ActionStatus;
  readonly attempts: number;
  /** The request for approval that it waits for, or that decided it. */
  readonly approval_id: string | null;
  readonly next_at: string;
  readonly reason: string | null;
  /** Why it failed, in the reader's language. */
  readonly why: string | null;
  readonly note: string | null;
  readonly finished_at: string | null;
}

export interface DeadAction
  extends Pick<
    Action,
    'id' | 'run_id' | 'action' | 'target' | 'args' | 'attempts' | 'reason' | 'why' | 'finished_at'
  > {
  readonly kind: string;
  readonly rule: string;
  readonly passed_over: number;
}

export interface NearMiss {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly at: string;
  readonly outcome: string;
  readonly conditions: readonly Condition[];
}

export interface Why {
  readonly explanation: Readonly<Record<string, ExplainNode>>;
  readonly would_run?: readonly Remedy[];
}

export interface Timer {
  readonly rule: string;
  readonly key: string;
  readonly at: string;
  readonly since: string | null;
}

export interface Coming {
  readonly rule: string;
  readonly at: string;
  /** It runs again on that day, too often to be listed. */
  readonly more: boolean;
}

/** One of them, with its text and the devices named in it that were removed. */
export type RuleWithText = Automation & {
  readonly text: string;
  readonly gone_devices: readonly { readonly code: string; readonly removed_at: string }[];
};

export const listAutomations = (query: Query) => get<Page<Automation>>('/automations', query);
export const oneAutomation = (rule: string) =>
  get<RuleWithText>(`/automations/rules/${encodeURIComponent(rule)}`);
export const switchAutomation = (rule: string, on: boolean, reason: string) =>
  change<unknown>('POST', `/automations/rules/${encodeURIComponent(rule)}/switch`, { on, reason });
/** The last runs of a rule, each with its conditions and actions. */
export const listRuns = (rule: string, query: Query) =>
  get<Page<Run>>(`/automations/rules/${encodeURIComponent(rule)}/runs`, query);
export const explainRun = (id: string, lang: string) =>
  get<Why>(`/automations/runs/${id}/explain`, { lang });
/** When a rule nearly ran, and how each of its conditions came out. */
export const listMisses = (rule: string, query: Query) =>
  get<Page<NearMiss>>(`/automations/rules/${encodeURIComponent(rule)}/misses`, query);
export const explainMiss = (id: string, lang: string) =>
  get<Why>(`/automations/traces/${id}/explain`, { lang });
export const listTimers = (query: Query) => get<Page<Timer>>('/automations/timers', query);
export const listDead = (query: Query) => get<Page<DeadAction>>('/automations/dead', query);
/** @throws ApiError action_not_dead */
export const retryAction = (id: string) =>
  change<unknown>('POST', `/automations/actions/${id}/retry`, {});
export const dismissAction = (id: string, note: string, go_on: boolean) =>
  change<unknown>('POST', `/automations/actions/${id}/dismiss`, { note, go_on });
export const listComing = (days: number) =>
  get<{ readonly items: readonly Coming[] }>('/schedules/upcoming', { days });
