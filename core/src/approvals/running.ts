import { createHash } from 'node:crypto';
import { decide } from '@qoida/dsl';
import { conflict, forbidden, type Refusal } from '../api/errors.ts';
import { specsOf } from '../api/fields.ts';
import type { OperationDef, Reply } from '../api/operations.ts';
import { figuresOf } from '../automations/index.ts';
import type { Transaction } from '../data/index.ts';
import { enqueueEvent } from '../data/index.ts';
import { beginEffects, tellAsker } from './effects.ts';
import { approvalFinished } from './events.ts';
import { asked, type RequestRow, type VoteRow, votesOf } from './judge.ts';
import type { Needed } from './needed.ts';
import { requesterNow } from './people.ts';
import { freeReadings, handOver } from './readings.ts';
import { approvalRequest } from './records.ts';
import { aboutOf } from './voting.ts';

/** What an operation's input looks like; a request holds for this one only. */
export const inputHash = (operation: OperationDef): string =>
  createHash('sha256')
    .update(JSON.stringify(specsOf(operation.input)))
    .digest('hex');

/** An approved request with who agreed to it. */
export interface Approved extends RequestRow {
  readonly votes: readonly VoteRow[];
}

/**
 * Locks an approved request for the run of its operation, with what was kept for it.
 * @throws Refusal approval_not_ready, approval_outdated, requester_gone
 */
export async function beginApproved(
  tx: Transaction,
  id: string,
  operation: OperationDef,
  now: Date,
): Promise<Approved> {
  const row = await tx.of(approvalRequest).get(id, { lock: true });
  if (row.outcome === 'done' || row.reply !== null) return { ...row, votes: [] };
  const open = row.outcome === 'ready' || row.outcome === 'running';
  if (row.state !== 'approved' || !open)
    throw conflict('approval_not_ready', `This request is ${row.state}`, { state: row.state });
  if (row.input_hash !== inputHash(operation))
    throw conflict('approval_outdated', 'The operation is asked for otherwise now; ask again', {
      operation: operation.name,
    });
  if ((await requesterNow(tx, row)) === undefined)
    throw forbidden('requester_gone', `${row.requested_by} may not act any more`, {
      requester: row.requested_by,
    });
  await handOver(tx, row.readings, now);
  return { ...row, votes: await votesOf(tx, id) };
}

/**
 * The facts are still those of the same objects, those who agreed are enough by the rules of now, and what
 * they were told still holds.
 * @throws Refusal approval_objects_changed, approval_more_needed, approval_facts_changed
 */
export function stillApproved(
  row: Approved,
  refs: Readonly<Record<string, string>>,
  needed: Needed | undefined,
): void {
  const changed = Object.keys(row.refs).filter((name) => refs[name] !== row.refs[name]);
  if (changed.length > 0)
    throw conflict('approval_objects_changed', 'What was approved was about other objects', {
      facts: changed,
    });
  if (needed === undefined) return;
  if (!isEnough(row, needed))
    throw conflict('approval_more_needed', 'Others would have to agree by now; ask again', {
      rules: needed.rules,
    });
  refuseOtherwiseTold(row, needed);
}

/** Would those who agreed be enough if it had been asked by the rules of now? */
function isEnough(row: Approved, { stages, own }: Needed): boolean {
  const request = { ...asked(row, row.votes), stages, own, expiresAfter: undefined };
  const last = row.votes.reduce(
    (latest, { decided_at }) => Math.max(latest, decided_at.getTime()),
    row.requested_at.getTime(),
  );
  return decide(request, new Date(last)).state === 'approved';
}

function refuseOtherwiseTold(row: Approved, needed: Needed): void {
  const told = needed.told(row.requested_at);
  const changes = Object.entries(row.told).flatMap(([fact, was]) => {
    const is = told[fact];
    return is === undefined || is === was ? [] : [{ fact, was, is }];
  });
  if (changes.length === 0) return;
  const said = changes.map(({ fact, was, is }) => `${fact}: ${was} → ${is}`).join(', ');
  throw conflict('approval_facts_changed', `What was agreed to has changed (${said}); ask again`, {
    said,
    changes,
  });
}

export interface Ended {
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly reason: string | null;
  readonly message: string | null;
  /** The figures of the reason's sentence. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Keeps what came of an approved operation and tells it to whoever asked and agreed. */
export async function keepEnd(
  tx: Transaction,
  row: RequestRow,
  ended: Ended,
  now: Date,
  reply: Reply | null = null,
): Promise<void> {
  await tx.of(approvalRequest).update(row.id, {
    outcome: ended.outcome,
    outcome_reason: ended.reason,
    outcome_message: ended.message?.slice(0, 2000) ?? null,
    outcome_details: ended.details,
    next_at: null,
    finished_at: now,
    tell_at: now,
    ...(reply === null ? {} : { reply: { status: reply.status, body: reply.body ?? null } }),
  });
  if (ended.outcome === 'done') await beginEffects(tx, row, 'approved', now);
  else await freeReadings(tx, row.id, row.readings, now);
  await tellAsker(tx, row, now);
  const { outcome, reason } = ended;
  await enqueueEvent(tx, {
    name: approvalFinished.name,
    stream: `${approvalFinished.name}:${row.id}`,
    payload: { ...aboutOf(row), outcome, reason },
    actor: {
      kind: 'system',
      id: null,
      name: `approval ${row.type}`,
      roles: [],
      locale: 'uz',
      organizationId: tx.organizationId,
    },
    traceId: row.trace_id,
  });
}

/** Keeps what an operation answered that is yet to be delivered: a crash repeats the delivery, not the run. */
export async function keepReply(tx: Transaction, row: RequestRow, reply: Reply): Promise<void> {
  await tx
    .of(approvalRequest)
    .update(row.id, { reply: { status: reply.status, body: reply.body ?? null } });
}

export const refusedBy = (refusal: Refusal): Ended => ({
  outcome: 'refused',
  reason: refusal.reason,
  message: refusal.message,
  details: figuresOf(refusal),
});
export const DONE: Ended = { outcome: 'done', reason: null, message: null, details: {} };
