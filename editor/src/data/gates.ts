import type { ExplainNode, Remedy } from '@qoida/dsl';
import { change, get, type Page, type Query } from './http.ts';

/** A gate that refused an operation, as the refusal carries it. */
export interface GateRefusal {
  readonly gate: string;
  readonly gate_id?: string;
  readonly module: string;
  readonly mode: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly explanation: ExplainNode | null;
  /** What would let it through: the smallest changes, each tried by the rules, and who may release it. */
  readonly would_pass: readonly Remedy[];
  /** Code of the fault when the gate couldn't be evaluated: it then blocks. */
  readonly fault: string | null;
  readonly release_roles: readonly string[];
  readonly releasable: boolean;
  readonly when_clear: boolean;
}

/** A gate that was hit, as the log keeps it (F-DM-47); what it says is null for those who may not see it. */
export interface GateEntry {
  readonly id: string;
  readonly gate: string;
  readonly module: string;
  readonly point: string;
  /** What the operation is called. */
  readonly point_title: string;
  readonly mode: string;
  readonly message: string | null;
  readonly remedy: string | null;
  readonly explanation: ExplainNode | null;
  readonly release_roles: readonly string[];
  readonly releasable: boolean;
  readonly when_clear: boolean;
  /** Whether the rules of today still have it. */
  readonly in_force: boolean;
  readonly hits: number;
  readonly last_hit_at: string;
  readonly hit_by: string | null;
  /** Since when it is open no more. */
  readonly released_at: string | null;
  /** Nobody released it: what it was about is gone. */
  readonly cause_gone: boolean;
  readonly note: string | null;
}

export interface Decision {
  readonly id: string;
  readonly point: string;
  readonly point_title: string;
  readonly verdict: 'allowed' | 'refused' | 'warned';
  readonly failed: readonly string[];
  readonly actor: string;
  readonly rules_hash: string;
  readonly created_at: string;
}

export interface ExplainedDecision {
  readonly same_rules: boolean;
  /** Why it is explained by today's rules instead of its own; null when it is not. */
  readonly rules_lost: string | null;
  readonly gates: readonly {
    readonly gate: string;
    readonly verdict: string;
    readonly failures: readonly {
      readonly message: string;
      readonly remedy: string | null;
      readonly explanation: ExplainNode | null;
      readonly would_pass: readonly Remedy[];
    }[];
  }[];
}

export const listGates = (query: Query = {}) => get<Page<GateEntry>>('/gates', query);
/** F-API-101. @throws ApiError not_releasable, condition_still_true */
export const releaseGate = (id: string, note: string) =>
  change<unknown>('POST', `/gates/${id}/release`, { note });
export const listDecisions = (query: Query) => get<Page<Decision>>('/rules/decisions', query);
export const explainDecision = (id: string) =>
  get<ExplainedDecision>(`/rules/decisions/${id}/explain`);
