import type { CompiledGate } from '@qoida/dsl';
import { forbidden, Refusal } from '../api/errors.ts';
import type { DeviceLinks } from '../api/links.ts';
import type { Meters } from '../api/meters.ts';
import type { Actor, OperationDef, Readings } from '../api/operations.ts';
import type { HeldReading } from '../approvals/index.ts';
import type { Database, StoredAnswer, Transaction } from '../data/index.ts';
import type { EvaluationContext, RuleRuntime } from '../rules/runtime.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import type { RegisteredOperation, Registry } from './registry.ts';

export interface RoadParts {
  readonly db: Database;
  readonly registry: Registry;
  readonly rules: RuleRuntime;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  readonly serverSecret: string;
  /** Binding of scale readings inside a transaction. */
  readonly readings: (
    tx: Transaction,
    context: {
      now: Date;
      actor: Actor;
      afterCommit(work: () => void): void;
      /** Readings that were kept for an approved operation: they are bound first. */
      held?: readonly HeldReading[];
    },
  ) => Readings;
  readonly now: () => Date;
  /** Ways to the devices that are connected. */
  readonly links: DeviceLinks;
  /** What deliveries measure; nothing unless given. */
  readonly metrics?: Meters;
  /** Told the name of each gate that was hit, for the measurements (F-TEL-03). */
  readonly onGateHit?: (gate: string) => void;
  /** Told, after the commit, that something waits for approval or is approved. */
  readonly onApproval?: () => void;
}

/** The rules of one decision. */
export interface InForce {
  readonly snapshot: Snapshot;
  readonly gates: readonly CompiledGate[];
  readonly env: EvaluationContext;
}

export interface Call {
  readonly operation: string;
  readonly input: unknown;
  readonly actor: Actor;
  readonly traceId?: string;
  readonly idempotencyKey?: string;
  readonly ip?: string;
  /** What made the platform do it by itself: the id of a rule's run, which its events carry on. */
  readonly cause?: string;
  /** The approved request that it is run for; only the platform itself says so. */
  readonly approved?: string;
  /** Who asks keeps by himself that it was done; then no idempotency key is needed. */
  readonly once?: Once;
  /** Of a device: the sealed secret by which it was let in. Where it has another by now nothing is done. */
  readonly secretRef?: string;
}

/** What every step of one walk down the road goes by. */
export interface WalkParts {
  readonly parts: RoadParts;
  readonly tx: Transaction;
  readonly operation: OperationDef;
  readonly call: Call;
  readonly traceId: string;
  readonly now: Date;
  readonly afterCommit: (work: () => void) => void;
  /** The approved request that it is run for. */
  readonly approved?: string;
}

/** What a caller keeps of an operation, in the operation's own transaction. */
export interface Once {
  /** What it answered before a crash cut its delivery off: it is delivered, not done again. */
  readonly answered: StoredAnswer | null;
  /**
   * @param over false where the delivery is still to come
   * @throws what undoes the operation, as when somebody else has done it
   */
  keep(tx: Transaction, answer: StoredAnswer, over: boolean): Promise<void>;
}

/** Whether an operation would be let through, asked without doing it. */
export interface CheckAnswer {
  readonly allowed: boolean;
  readonly refusals: readonly Record<string, unknown>[];
  readonly warnings: readonly Record<string, unknown>[];
  /** Who would have to agree before it runs; null when nobody has. */
  readonly approval: Readonly<Record<string, unknown>> | null;
}

/** @throws Refusal operation_unknown, role_required */
export function find(parts: RoadParts, call: Call): RegisteredOperation {
  const operation = parts.registry.operations.get(call.operation);
  if (operation === undefined) {
    throw new Refusal('not_found', 'operation_unknown', `No operation ${call.operation}`, {
      operation: call.operation,
    });
  }
  const { roles } = operation.def;
  if (
    call.actor.kind !== 'system' &&
    roles !== '*' &&
    !roles.some((role) => call.actor.roles.includes(role))
  ) {
    throw forbidden(
      'role_required',
      `${call.operation} needs one of the roles ${roles.join(', ')}`,
      { roles },
    );
  }
  return operation;
}

/** Inputs that `byId` facts look up, code or id. */
export function inputsOfFacts(operation: OperationDef): Set<string> {
  return new Set(
    Object.values(operation.facts).flatMap((fact) => (fact.kind === 'byId' ? [fact.input] : [])),
  );
}
