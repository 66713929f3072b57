import type { Actor } from '../api/operations.ts';
import type { Database, DataLog, StoredAnswer, Transaction } from '../data/index.ts';
import type { FlowClock, Flows, StandingReader } from './flows.ts';

/** An action whose turn has come. */
export interface DueAction {
  readonly id: string;
  readonly seq: number;
  readonly run_id: string;
  readonly kind: 'automation' | 'schedule' | 'approval';
  readonly rule: string;
  readonly trace_id: string;
  readonly meant_at: Date;
  readonly phase: 'do' | 'on_failure';
  readonly group_no: number;
  readonly place: number;
  readonly action: string;
  readonly effect: string;
  readonly target: string | null;
  readonly args: Readonly<Record<string, unknown>>;
  readonly attempts: number;
  /** What its operation answered, where only the delivery is left. */
  readonly answer: StoredAnswer | null;
  /** It is the only one of its run. */
  readonly alone: boolean;
  /** The request that it waited for. */
  readonly approval_id: string | null;
  /** How often it was asked for anew. */
  readonly asked: number;
  readonly reason: string | null;
  readonly message: string | null;
}

/** Statuses of actions that people, or nobody in time, decided against; tried again they are asked for anew. */
export const DECIDED_AGAINST = ['refused', 'expired', 'withdrawn'] as const;

/** How an action ended. */
export interface Settled {
  readonly status: 'done' | 'dead' | 'skipped' | (typeof DECIDED_AGAINST)[number];
  readonly reason: string | null;
  readonly message: string | null;
  /** The figures of the reason's sentence. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  /** It was kept with its operation; what follows in its run was not. */
  readonly kept?: boolean;
}

export interface Ended {
  readonly action: DueAction;
  readonly outcome: Settled;
}

/** A run that came to its end. */
export interface EndedRun {
  readonly kind: DueAction['kind'];
  readonly status: 'done' | 'failed';
}

/** Runs an operation down the one road. */
export type RunOperation = (call: {
  operation: string;
  input: unknown;
  actor: Actor;
  traceId: string;
  cause: string;
  once: {
    readonly answered: StoredAnswer | null;
    keep(tx: Transaction, answer: StoredAnswer, over: boolean): Promise<void>;
  };
}) => Promise<{ readonly status: number; readonly body: unknown }>;

export interface ExecuteParts extends FlowClock {
  readonly db: Database;
  readonly run: RunOperation;
  readonly flows: (organizationId: string) => Flows;
  /** How things stand, where what a rule does after a failure asks for it. */
  readonly standing?: StandingReader;
  readonly now: () => Date;
  readonly log: DataLog;
  /** What moves the world is not moved later than this after it was meant, in milliseconds. */
  readonly staleMs: number;
}
