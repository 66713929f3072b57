import type { EventDef } from '../api/events.ts';
import { timeOfEvent } from '../api/events.ts';
import type { Facts } from '../api/facts.ts';
import { type Shape, specsOf } from '../api/fields.ts';
import type { Readings, RunContext } from '../api/operations.ts';
import { approvalsAt, objectApprovals } from '../approvals/index.ts';
import { enqueueEvent } from '../data/index.ts';
import { rulesAccess } from '../rules/runtime.ts';
import { loadFacts } from './facts.ts';
import { gatesOf } from './gates-door.ts';
import { resolveCodes } from './ids.ts';
import type { Keeper } from './keeping.ts';
import { type InForce, inputsOfFacts, type WalkParts } from './parts.ts';
import { refuseReplaced } from './proof.ts';

type Run = RunContext<Shape, Facts>;

/** What an operation reaches beside its facts. */
export interface Reach {
  readonly readings: Readings;
  readonly keeper: Keeper;
  /** Another operation in this transaction. */
  readonly call: Run['call'];
}

/** What an operation's own code gets: its facts, loaded and locked, and its doors to the platform. */
export async function contextOf(
  at: WalkParts,
  input: Record<string, unknown>,
  { snapshot, gates, env }: InForce,
  { readings, keeper, call }: Reach,
): Promise<Run> {
  const { parts, tx, operation, afterCommit, traceId } = at;
  const { actor, cause } = at.call;
  const base = {
    actor,
    now: at.now,
    db: tx,
    traceId,
    settings: parts.settings,
    rules: rulesAccess(snapshot, env, actor.locale),
    readings,
    input,
  };
  const { records } = parts.registry;
  await resolveCodes(tx, input, specsOf(operation.input), records, inputsOfFacts(operation));
  const rules = [...gates, ...approvalsAt(snapshot, operation.name)];
  const reads = rules.flatMap((rule) => rule.reads(operation.name));
  const tell = tellerOf(at);
  const approvals = objectApprovals({
    ...base,
    cause,
    snapshot,
    env,
    afterCommit,
    emit: tell as never,
    keep: (asked) => keeper.ofObject({ ...asked, rulesHash: snapshot.hash }),
  });
  const facts = await loadFacts(operation, base, input, reads);
  refuseReplaced(at.call, facts);
  const doors = { afterCommit, emit: declaredOnly(at, tell), call, approvals, gates: gatesOf(at) };
  return { ...base, facts, ...doors } as unknown as Run;
}

/** What gates judge: the facts as they would be after the operation, who acts, and what was asked. */
export async function preparedFacts(
  { operation }: WalkParts,
  context: Run,
): Promise<Record<string, unknown>> {
  const projected = await operation.prepare?.(context);
  const { id, name, roles } = context.actor;
  const actor = { id, name, roles };
  return { actor, input: context.input, ...(context.facts as object), ...(projected ?? {}) };
}

type Told = Pick<EventDef, 'name' | 'stream' | 'at'>;
type Tell = (event: Told, payload: Record<string, unknown>) => Promise<void>;

/** Puts events into the outbox, as told by whoever acts. */
export const tellerOf =
  ({ tx, call: { actor, cause }, traceId, now }: WalkParts): Tell =>
  async (event, payload) => {
    const { name } = event;
    await enqueueEvent(tx, {
      name,
      stream: event.stream === undefined ? name : `${name}:${String(payload[event.stream])}`,
      payload,
      actor,
      traceId,
      at: timeOfEvent(event, payload, now),
      ...(cause === undefined ? {} : { cause }),
    });
  };

const declaredOnly =
  ({ operation }: WalkParts, tell: Tell): Tell =>
  async (event, payload) => {
    if (!operation.emits.some((declared) => declared.name === event.name))
      throw new Error(`${operation.name} doesn't declare that it emits ${event.name}`);
    await tell(event, payload);
  };
