import { byId, conflict, id, operation, text } from '@qoida/core';
import { sessionReopened } from '../events.ts';
import { MOL, OTK, SEX, TEX } from '../roles.ts';
import { session, sessionBalance, sessionBalanceHistory } from './records.ts';

/**
 * F-API-046, F-OP-09: a closed session is opened again to be put in order. Who has to agree stands in
 * `factory.reopening`. It does not take its machine back, and is closed by the same rule as before.
 */
export const reopenSession = operation({
  name: 'session.reopen',
  http: 'POST /sessions/:session_id/reopen',
  status: 200,
  summary: { uz: 'Sessiyani qayta ochish', ru: 'Открыть сессию снова', en: 'Reopen a session' },
  roles: [SEX, TEX, OTK, MOL],
  effect: 'record',
  input: { session_id: id('session'), reason: text({ pattern: '\\S', maxLength: 1000 }) },
  facts: { session: byId(session, 'session_id', { lock: true }) },
  emits: [sessionReopened],
  async run({ db, facts, input, now, emit }) {
    const { session: row } = facts;
    if (row.status !== 'closed')
      throw conflict('session_not_closed', 'Only a closed session is reopened', {
        status: row.status,
      });
    const pending = await approvalOf(db, row.id, ['none']);
    if (pending !== null)
      throw conflict('reopen_pending', 'Reopening this session waits for approval already', {
        approval_id: pending,
      });
    const balance = await db.of(sessionBalance).find({ session_id: row.id }, { lock: true });
    if (balance === null) throw new Error(`session ${row.id} is closed and has no balance`);
    const { id: balanceId, created_at, closed, computed_at, ...figures } = balance;
    await db.of(sessionBalanceHistory).insert({
      ...figures,
      closed_at: row.ended_at ?? computed_at,
      reopened_at: now,
      reason: input.reason,
      approval_id: await approvalOf(db, row.id, ['ready', 'running']),
    });
    await db.of(sessionBalance).update(balanceId, { closed: false });
    const reopen_count = row.reopen_count + 1;
    await db.of(session).update(row.id, { status: 'opened', ended_at: null, reopen_count });
    await emit(sessionReopened, { session_id: row.id, reopen_count });
    return { id: row.id, status: 'opened', reopen_count };
  },
});

/** The newest open request to reopen a session whose operation stands so; `none`: others have yet to agree. */
async function approvalOf(
  db: { sql<T>(text: string, values: readonly unknown[]): Promise<T[]> },
  sessionId: string,
  outcomes: readonly ('none' | 'ready' | 'running')[],
): Promise<string | null> {
  const [found] = await db.sql<{ id: string }>(
    `select id from approval_requests
      where operation = 'session.reopen' and object_id = ? and state in ('pending', 'approved')
        and outcome = any(?)
      order by requested_at desc limit 1`,
    [sessionId, outcomes],
  );
  return found?.id ?? null;
}
