import type { ActionPlan, Remedy, Votes } from '@qoida/dsl';
import { flag, id, instant, integer, json, list, oneOf, ref, text } from '../api/fields.ts';
import { record } from '../api/records.ts';

const STATES = ['pending', 'approved', 'rejected', 'expired', 'withdrawn'] as const;
const name = () => text({ maxLength: 200 });
const person = () => text({ maxLength: 300 });
const roles = () => list(text({ maxLength: 64 })).default([]);

/** A weight that is kept for a request, so that nobody else uses it meanwhile. */
export interface HeldReading {
  readonly scale_event_id: string;
  readonly ts: string;
  readonly capture_id: string | null;
}

/** What was told with a request: what helps, and what would have to change so that nobody is asked. */
export interface Advice {
  readonly remedy: string | null;
  readonly would_pass: readonly Remedy[];
}

/** What a rule does once a request is decided (`approved do`, `rejected do`). */
export interface Effects {
  /** Its whole name. */
  readonly rule: string;
  readonly approved: ActionPlan;
  readonly rejected: ActionPlan;
}

/** A request for approval (F-OP-25): an operation that waits, or an object's state. What was asked for is frozen. */
export const approvalRequest = record(
  'approval_request',
  'approval_requests',
  {
    type: name(),
    rules: list(name()),
    kind: oneOf('operation', 'object'),
    operation: name().optional(),
    object_type: name(),
    object_id: id('object'),
    input: json().optional(),
    input_hash: text({ maxLength: 64 }).optional(),
    refs: json<Readonly<Record<string, string>>>(),
    readings: json<readonly HeldReading[]>().default([]),
    payload: json().optional(),
    stages: json<readonly Votes[]>(),
    own: roles(),
    /** Each expression of the message with what it told, to be asked again before it runs. */
    told: json<Readonly<Record<string, string>>>().default({}),
    requester: person(),
    requested_by: name(),
    requester_kind: oneOf('user', 'device', 'system', 'service'),
    requester_roles: roles(),
    /** People for whom a rule asked: what they did made it act. */
    behind: list(text({ maxLength: 300 })).default([]),
    /** The run of the rule that asked. */
    cause: id('rule_run').optional(),
    requested_at: instant(),
    expires_at: instant(),
    message: json<Readonly<Record<string, string>>>(),
    advice: json<Readonly<Record<string, Advice>>>().default({}),
    effects: json<readonly Effects[]>().default([]),
    rules_hash: text({ maxLength: 64 }),
    /** Of the settings by which the effects were planned. */
    settings_hash: text({ maxLength: 64 }).optional(),
    trace_id: id('trace'),
    state: oneOf(...STATES).default('pending'),
    stage: integer().default(1),
    waiting_for: roles(),
    decided_at: instant().optional(),
    outcome: oneOf('none', 'ready', 'running', 'done', 'refused', 'failed').default('none'),
    attempts: integer().default(0),
    next_at: instant().optional(),
    outcome_reason: name().optional(),
    outcome_message: text({ maxLength: 2000 }).optional(),
    outcome_details: json<Readonly<Record<string, unknown>>>().default({}),
    reply: json().optional(),
    finished_at: instant().optional(),
    /** When what is new of it is to be told: kept with the change, so a crash forgets to tell nobody. */
    tell_at: instant().optional(),
    /** When those who have yet to decide are reminded. */
    remind_at: instant().optional(),
  },
  { lockOrder: 85 },
);

/** One step of a request (F-DM-45). */
export const approvalStep = record(
  'approval_step',
  'approval_steps',
  {
    group_id: ref('approval_request'),
    type: name(),
    object_type: name(),
    object_id: id('object'),
    stage: integer({ min: 1 }).default(1),
    stage_role: text({ maxLength: 1000 }),
    state: oneOf(...STATES).default('pending'),
    approver: name().optional(),
    approved_at: instant().optional(),
  },
  {
    lockOrder: 86,
    unique: [
      {
        name: 'approval_steps_pending',
        on: 'type, object_id, stage',
        where: "state = 'pending'",
      },
    ],
  },
);

/** What somebody decided; never changed. */
export const approvalVote = record(
  'approval_vote',
  'approval_votes',
  {
    request_id: ref('approval_request'),
    stage: integer(),
    person: person(),
    person_name: name(),
    roles: list(text({ maxLength: 64 })),
    verdict: oneOf('approve', 'reject'),
    comment: text({ maxLength: 1000 }).optional(),
    decided_at: instant(),
    for_person: person().optional(),
    for_name: name().optional(),
    by_request: flag().default(false),
  },
  { lockOrder: 87 },
);

/** Who decides in somebody's place while he is away; no roles means all that he has. */
export const approvalDelegation = record(
  'approval_delegation',
  'approval_delegations',
  {
    from_user: ref('user'),
    to_user: ref('user'),
    roles: roles(),
    from_at: instant(),
    to_at: instant(),
    reason: text({ maxLength: 1000 }),
    author: name(),
    revoked_at: instant().optional(),
  },
  { lockOrder: 84 },
);

export const approvalRecords = [
  approvalRequest,
  approvalStep,
  approvalVote,
  approvalDelegation,
] as const;
