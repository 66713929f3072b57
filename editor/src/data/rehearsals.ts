import type { ExplainNode, Remedy } from '@qoida/dsl';
import { change, get, type Page, type Query } from './http.ts';

export const ITEM_KINDS = [
  'newly_blocked',
  'newly_allowed',
  'otherwise_blocked',
  'newly_warned',
  'no_longer_warned',
  'newly_waits',
  'no_longer_waits',
  'waits_otherwise',
  'would_run',
  'would_not_run',
  'acts_otherwise',
  'alert_would_fire',
  'alert_would_not_fire',
  'alert_otherwise',
  'kpi_changed',
  'undecidable',
] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

export interface RehearsalSummary {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly from: string;
  readonly to: string;
  readonly modules: readonly { readonly module: string; readonly hash: string }[];
  readonly asked_by: string;
  readonly asked_at: string;
  readonly progress: Progress;
  readonly error: string | null;
}

export interface Progress {
  readonly phase: 'reading' | 'decisions' | 'events' | 'figures' | 'done';
  readonly done: number;
  readonly total: number;
}

export interface KpiFigure {
  readonly kpi: string;
  /** The record that a row is. */
  readonly record: string;
  readonly result: string;
  readonly unit: string;
  /** An amount of money. */
  readonly pay: boolean;
  /** Amounts add up, shares and rates have a mean. */
  readonly as: 'sum' | 'mean' | null;
  readonly rows: number;
  readonly changed: number;
  readonly not_computed: { readonly before: number; readonly after: number };
  readonly before: number | null;
  readonly after: number | null;
}

export interface RehearsalResult {
  readonly asked: Readonly<Record<'decisions' | 'events' | 'runs' | 'rows', number>>;
  readonly figures: Readonly<Record<ItemKind, number>>;
  /** Of these, how many the draft makes: the rules in force don't show them. */
  readonly by_draft: Readonly<Record<ItemKind, number>>;
  readonly by: readonly {
    readonly kind: ItemKind;
    readonly of: string;
    readonly gate: string | null;
    readonly count: number;
  }[];
  readonly by_person: readonly {
    readonly person: string;
    readonly kind: ItemKind;
    readonly of: string;
    readonly count: number;
    readonly by_draft: number;
  }[];
  readonly undecidable: readonly {
    readonly of: string;
    readonly reason: string;
    readonly names: readonly string[];
    readonly count: number;
  }[];
  /** Days that count as off, though nobody knows since when; older results say nothing of them. */
  readonly days_off_as_of_now?: readonly string[];
  readonly kpis: readonly KpiFigure[];
  readonly people: readonly (KpiFigure & { readonly person: string })[];
  readonly items: { readonly count: number; readonly listed: number };
}

export interface Rehearsal extends RehearsalSummary {
  readonly result: RehearsalResult | null;
  /** What people are called, by their ids. */
  readonly names: Readonly<Record<string, string>>;
  /** KPIs whose rows the reader may not see. */
  readonly hidden: readonly string[];
}

/** A value of a KPI's row, or the code of why there is none. */
export type Figure = { readonly value?: unknown; readonly fault?: string } | null;

export interface RehearsalItem {
  readonly no: number;
  readonly kind: ItemKind;
  readonly of: string;
  readonly at: string | null;
  readonly who: string | null;
  readonly by_draft: boolean;
  /** Its reader may not see what it is about. */
  readonly hidden: boolean;
  readonly gates_then: readonly string[];
  readonly gates_now: readonly string[];
  readonly key: string | null;
  readonly change: 'opened' | 'again' | null;
  readonly result: string | null;
  readonly unit: string | null;
  readonly before: Figure;
  readonly after: Figure;
  readonly people: readonly string[];
}

export interface ItemPage extends Page<RehearsalItem> {
  readonly names: Readonly<Record<string, string>>;
}

export interface JudgedGate {
  readonly gate: string;
  readonly verdict: 'pass' | 'fail' | 'untold';
  readonly failures: readonly {
    readonly message: string;
    readonly explanation: ExplainNode | null;
    readonly would_pass: readonly Remedy[];
  }[];
  /** Facts that were not kept. */
  readonly untold?: readonly string[];
}

/** Who has to agree, in words, with why somebody is asked. */
export interface ApprovalSide {
  readonly rules: readonly string[];
  readonly steps: readonly string[];
  readonly message: string | null;
  readonly explanation: ExplainNode | null;
  /** What would follow an agreement, and a rejection. */
  readonly effects: Readonly<Record<'approved' | 'rejected', readonly Actions[]>>;
}
export interface ApprovalSides {
  readonly was: ApprovalSide | null;
  readonly now: ApprovalSide | null;
}

interface Actions {
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface OpenedItem {
  readonly no: number;
  readonly kind: ItemKind;
  readonly of: string;
  readonly at: string | null;
  readonly who: string | null;
  readonly by_draft: boolean;
  readonly names: Readonly<Record<string, string>>;
  /** What is kept with the entry: of a run what it did and would do, of an alert what it said. */
  readonly detail: {
    readonly was?: unknown;
    readonly now?: unknown;
    readonly was_at?: string;
    readonly now_at?: string;
  };
  /** Of an operation that no rule knew then: nothing else was kept. */
  readonly approval?: ApprovalSides | null;
  readonly decision?: {
    readonly verdict: 'allowed' | 'refused' | 'warned';
    readonly decided_at: string;
    readonly actor: string;
    readonly rules_lost: string | null;
    readonly was: readonly JudgedGate[];
    readonly now: readonly JudgedGate[];
    readonly approval: ApprovalSides | null;
  };
  readonly run?: {
    readonly key: string;
    readonly events: readonly unknown[];
    /** How things stood, as far as it is known. */
    readonly facts: Readonly<Record<string, unknown>>;
    readonly exists: boolean;
    readonly now: Readonly<Partial<Record<'when' | 'where' | 'if', ExplainNode>>>;
    readonly conditions: readonly { readonly text: string; readonly value: boolean | null }[];
    readonly actions: readonly (readonly Actions[])[];
    readonly message: string | null;
    readonly severity: 'P1' | 'P2' | 'P3' | null;
  };
  readonly kpi?: {
    readonly result: string;
    readonly unit: string;
    readonly before: Figure;
    readonly after: Figure;
    readonly was: ExplainNode | null;
    readonly now: ExplainNode | null;
  };
}

/** @throws ApiError rules_have_errors, rehearsal_no_draft, rehearsals_waiting */
export const rehearse = (input: {
  from: string;
  to: string;
  modules: readonly { module: string }[];
}) => change<RehearsalSummary>('POST', '/rules/rehearse', input);
export const listRehearsals = (query: Query) =>
  get<Page<RehearsalSummary>>('/rules/rehearsals', query);
export const readRehearsal = (id: string) => get<Rehearsal>(`/rules/rehearsals/${id}`);
/** @throws ApiError rehearsal_ended */
export const cancelRehearsal = (id: string) =>
  change<RehearsalSummary>('POST', `/rules/rehearsals/${id}/cancel`, {});
export const listItems = (id: string, query: Query) =>
  get<ItemPage>(`/rules/rehearsals/${id}/items`, query);
/** What is taken along, with who did and when; that it was stands in the audit. */
export interface Exported {
  readonly items: readonly RehearsalItem[];
  readonly names: Readonly<Record<string, string>>;
  /** There are more. */
  readonly cut: boolean;
  readonly exported_by: string;
  readonly exported_at: string;
}
export const exportItems = (
  id: string,
  filter: { kind?: ItemKind; person?: string; by_draft?: boolean },
) => change<Exported>('POST', `/rules/rehearsals/${id}/export`, filter);
export const openItem = (id: string, no: number) =>
  get<OpenedItem>(`/rules/rehearsals/${id}/items/${no}`);
