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
  /** The smallest changes that would let it through, each tried by the rules. */
  readonly would_pass: readonly Remedy[];
  /** Code of the fault when the gate couldn't be evaluated: it then blocks. */
  readonly fault: string | null;
  readonly release_roles: readonly string[];
  readonly releasable: boolean;
  readonly when_clear: boolean;
}

/** A gate that was hit, as the log keeps it (F-DM-47). */
export interface GateEntry {
  readonly id: string;
  readonly gate: string;
  readonly module: string;
  readonly point: string;
  readonly mode: string;
  readonly message: string;
  readonly explanation: ExplainNode | null;
  readonly release_roles: readonly string[];
  readonly releasable: boolean;
  readonly when_clear: boolean;
  readonly hits: number;
  readonly last_hit_at: string;
  readonly hit_by: string;
  readonly released_at: string | null;
  readonly note: string | null;
}

export interface Decision {
  readonly id: string;
  readonly point: string;
  readonly verdict: 'allowed' | 'refused' | 'warned';
  readonly failed: readonly string[];
  readonly actor: string;
  readonly rules_hash: string;
  readonly created_at: string;
}

export interface ExplainedDecision {
  readonly same_rules: boolean;
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
