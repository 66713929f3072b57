import { randomUUID } from 'node:crypto';
import { stagesInWords } from '@qoida/dsl';
import { conflict, Refusal } from '../api/errors.ts';
import type { Actor, Tx } from '../api/operations.ts';
import { type AskedWith, keepSettings } from '../rules/asked-with.ts';
import { approvalRequested } from './events.ts';
import { personOf, type RequestRow, standing } from './judge.ts';
import { LOCALES, type Needed } from './needed.ts';
import { peopleBehind } from './people.ts';
import { holdReadings } from './readings.ts';
import { type Advice, approvalRequest, approvalStep, type HeldReading } from './records.ts';
import { aboutOf, settle, type VotingContext, withRequesters } from './voting.ts';

/** What waits: the object, and for an operation what is to be run. */
export interface Waiting {
  readonly kind: 'operation' | 'object';
  readonly object_type: string;
  /** Null where an operation has no object of its own: the request stands for it. */
  readonly object_id: string | null;
  readonly refs: Readonly<Record<string, string>>;
  readonly operation?: string;
  /** The input as it is kept with the request of this id. */
  readonly input?: (id: string) => unknown;
  readonly input_hash?: string;
  readonly readings?: readonly HeldReading[];
  readonly payload?: unknown;
  readonly rulesHash: string;
  /** By which settings it is asked. */
  readonly asked: AskedWith;
  readonly traceId: string;
  /** The run of a rule that asks. */
  readonly cause?: string | undefined;
}

type Settings = Readonly<Record<string, unknown>>;

/** Hours after which a request is void where the rules don't say (F-CFG-37). */
export const defaultHours = (settings: Settings): number => Number(settings.APPROVAL_EXPIRE_HOURS);

/** When those who have not decided are reminded: so long before the end, of a short request halfway. */
function reminderOf(settings: Settings, from: Date, seconds: number): Date | null {
  const before = Number(settings.APPROVAL_REMIND_HOURS) * 3600;
  if (before === 0) return null;
  return new Date(from.getTime() + Math.max(seconds - before, seconds / 2) * 1000);
}

/**
 * Puts something before those who have to agree, with all that it will need frozen.
 * @throws Refusal approval_pending when the same waits already
 */
export async function openRequest(
  context: Pick<VotingContext, 'db' | 'actor' | 'now' | 'emit'>,
  needed: Needed,
  waiting: Waiting,
  settings: Settings,
): Promise<RequestRow> {
  const { db, actor, now } = context;
  const id = randomUUID();
  const object_id = waiting.object_id ?? id;
  await refuseSecond(db, needed.type, object_id, waiting);
  const effects = needed.effects(now);
  if (effects.length > 0) await keepSettings(db, waiting.asked);
  const seconds = needed.expiresAfter ?? defaultHours(settings) * 3600;
  const row = await db.of(approvalRequest).insert({
    id,
    type: needed.type,
    rules: [...needed.rules],
    kind: waiting.kind,
    operation: waiting.operation ?? null,
    object_type: waiting.object_type,
    object_id,
    input: waiting.input?.(id) ?? null,
    input_hash: waiting.input_hash ?? null,
    refs: waiting.refs,
    readings: [...(waiting.readings ?? [])],
    payload: waiting.payload ?? null,
    stages: [...needed.stages],
    own: [...needed.own],
    told: needed.told(now),
    ...requesterOf(actor),
    behind: [...(await peopleBehind(db, actor, waiting.cause))],
    cause: waiting.cause ?? null,
    requested_at: now,
    expires_at: new Date(now.getTime() + seconds * 1000),
    message: needed.message,
    advice: adviceOf(needed),
    effects,
    settings_hash: effects.length > 0 ? waiting.asked.hash : null,
    rules_hash: waiting.rulesHash,
    trace_id: waiting.traceId,
    tell_at: now,
    remind_at: reminderOf(settings, now, seconds),
  });
  for (const [index, votes] of needed.stages.entries())
    await insertStep(db, row, index + 1, stagesInWords([votes], 'en'));
  await holdReadings(db, id, row.readings, now);
  await context.emit(approvalRequested, aboutOf(row));
  const votes = await withRequesters(db, row, [], now);
  if (votes.length > 0) return settle(context, row, votes, actor.name);
  const { waitingFor } = standing(row, [], now);
  return db.of(approvalRequest).update(row.id, { waiting_for: [...waitingFor] });
}

const adviceOf = (needed: Needed): Readonly<Record<string, Advice>> =>
  Object.fromEntries(
    LOCALES.map((locale) => [
      locale,
      { remedy: needed.remedy[locale] ?? null, would_pass: needed.remedies(locale) },
    ]),
  );

const requesterOf = (actor: Actor) => ({
  requester: personOf(actor),
  requested_by: actor.name,
  requester_kind: actor.kind,
  requester_roles: [...actor.roles],
});

/** The same object for the same reason, or by the same operation that is yet to be run: it would be done twice. */
async function refuseSecond(
  db: Tx,
  type: string,
  objectId: string,
  { operation }: Waiting,
): Promise<void> {
  await db.sql('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `qoida.approval ${db.organizationId} ${operation ?? type} ${objectId}`,
  ]);
  const [other] = await db.sql<{ id: string; type: string }>(
    `select id, type from approval_requests
      where object_id = ? and ((type = ? and state = 'pending')
         or (operation = ? and (state = 'pending' or outcome in ('ready', 'running')))) limit 1`,
    [objectId, type, operation ?? null],
  );
  if (other !== undefined) throw pendingAlready(other.type, other.id);
}

const pendingAlready = (type: string, approvalId: string | null) =>
  conflict('approval_pending', 'The same waits for approval already', {
    type,
    approval_id: approvalId,
  });

/** Two who ask at the same moment: the database lets one of them in. */
async function insertStep(db: Tx, row: RequestRow, stage: number, role: string): Promise<void> {
  try {
    await db.of(approvalStep).insert({
      group_id: row.id,
      type: row.type,
      object_type: row.object_type,
      object_id: row.object_id,
      stage,
      stage_role: role.slice(0, 1000),
    });
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'already_exists')
      throw pendingAlready(row.type, null);
    throw error;
  }
}
