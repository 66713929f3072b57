import type { Remedy } from '@qoida/dsl';
import type { Role } from './auth.ts';
import type { ActionStatus } from './automations.ts';
import { change, get, type Page, type Query } from './http.ts';

export type ApprovalState = 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn';
export type ApprovalOutcome = 'none' | 'ready' | 'running' | 'done' | 'refused' | 'failed';

export interface ApprovalStep {
  readonly stage: number;
  readonly state: ApprovalState;
  readonly who: string;
  readonly decided_at: string | null;
}

export interface ApprovalVote {
  readonly stage: number;
  readonly person: string;
  /** Who was away, when somebody decided in his place. */
  readonly for_person: string | null;
  /** The request itself counted as its maker's agreement. */
  readonly by_request: boolean;
  readonly verdict: 'approve' | 'reject';
  readonly comment: string | null;
  readonly decided_at: string;
}

/** A field that a decision takes beside its comment. */
export interface TakenField {
  readonly kind: string;
  readonly values?: readonly string[];
  readonly unit?: string;
}

/** A request for approval (F-OP-25): an operation that waits, or an object's state. */
export interface Approval {
  readonly approval_id: string;
  readonly type: string;
  readonly title: string;
  readonly kind: 'operation' | 'object';
  readonly operation: string | null;
  readonly object_type: string;
  readonly object_id: string;
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly payload: Readonly<Record<string, unknown>> | null;
  readonly state: ApprovalState;
  readonly stage: number;
  readonly message: string;
  readonly remedy: string | null;
  readonly would_pass: readonly Remedy[];
  readonly requested_by: string;
  /** Whose acts made a rule ask. */
  readonly on_behalf_of: readonly string[];
  readonly requested_at: string;
  readonly expires_at: string;
  readonly decided_at: string | null;
  readonly waiting_for: readonly string[];
  readonly needed: string;
  readonly steps: readonly ApprovalStep[];
  readonly votes: readonly ApprovalVote[];
  readonly mine: boolean;
  readonly may_decide: boolean;
  readonly may_withdraw: boolean;
  /** How many people could decide now; null once nobody has to. */
  readonly deciders: number | null;
  readonly effects: Readonly<Record<'approved' | 'rejected', readonly Effect[]>>;
  readonly followed: readonly Followed[];
  readonly takes: {
    readonly approve: Readonly<Record<string, TakenField>>;
    readonly reject: Readonly<Record<string, TakenField>>;
  };
  readonly outcome: ApprovalOutcome;
  readonly outcome_reason: string | null;
  readonly outcome_message: string | null;
  readonly finished_at: string | null;
}

/** An action that follows a decision. */
export interface Effect {
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What became of it. */
export interface Followed {
  readonly action: string;
  readonly status: ActionStatus;
  readonly message: string | null;
  readonly approval_id: string | null;
}

export interface Verdict {
  readonly comment?: string;
  readonly weight_kg?: number;
  readonly outcome?: string;
}

export interface Delegation {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly roles: readonly Role[];
  readonly from_at: string;
  readonly to_at: string;
  readonly reason: string;
  readonly mine: boolean;
}

export interface Colleague {
  readonly id: string;
  readonly username: string;
  readonly full_name: string;
  readonly position: Role;
}

export const listApprovals = (query: Query) => get<Page<Approval>>('/approvals', query);
export const getApproval = (id: string) => get<Approval>(`/approvals/${id}`);
/** F-API-103. @throws ApiError own_request, role_required, approval_closed, approval_expired */
export const decide = (id: string, verdict: 'approve' | 'reject', input: Verdict) =>
  change<Approval>('POST', `/approvals/${id}/${verdict}`, input);
export const withdraw = (id: string) => change<Approval>('POST', `/approvals/${id}/withdraw`, {});

export const listDelegations = () =>
  get<{ items: readonly Delegation[] }>('/approvals/delegations');
/** Active people but oneself, at most 200: `search` is part of the name. */
export const listColleagues = (search = '') =>
  get<{ items: readonly Colleague[] }>('/approvals/people', { search });
/** @throws ApiError delegation_period, delegation_self, delegation_roles */
export const handOver = (input: {
  to: string;
  roles: readonly string[];
  from_at?: string;
  to_at: string;
  reason: string;
}) => change<Delegation>('POST', '/approvals/delegations', input);
export const endDelegation = (id: string) =>
  change<unknown>('DELETE', `/approvals/delegations/${id}`);

/** How many requests wait for whoever is signed in. */
export async function countWaiting(): Promise<number> {
  const { total } = await listApprovals({ box: 'inbox', page_size: 1 });
  return total;
}
