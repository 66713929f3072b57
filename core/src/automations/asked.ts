import type { Tx } from '../api/operations.ts';
import type { Database } from '../data/index.ts';
import type { DueAction, Settled } from './action.ts';
import { tellWork } from './switches.ts';

/** How a request for approval stands that an action waits for. */
interface Request {
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn';
  readonly outcome: string;
  readonly outcome_reason: string | null;
  readonly outcome_message: string | null;
  readonly outcome_details: Readonly<Record<string, unknown>>;
  readonly reply: { readonly body?: unknown } | null;
  readonly rejected_by: string | null;
}

/** Is there nothing more to come of it? */
const isOver = ({ state, outcome }: Pick<Request, 'state' | 'outcome'>): boolean =>
  state === 'approved' ? ['done', 'refused', 'failed'].includes(outcome) : state !== 'pending';

/**
 * Lets an action wait for the end of its request. The request is locked first: who decides at this moment
 * finds the action waiting, or is found to have decided.
 * @returns false where another node has the action now
 */
export async function keepAsked(
  tx: Tx,
  { id, attempts }: Pick<DueAction, 'id' | 'attempts'>,
  approvalId: string,
  now: Date,
): Promise<boolean> {
  const [request] = await tx.sql<Request>(
    'select state, outcome from approval_requests where id = ? for share',
    [approvalId],
  );
  const status = request !== undefined && isOver(request) ? 'ready' : 'waiting';
  const kept = await tx.sql(
    `update rule_actions set status = ?, approval_id = ?, next_at = ?, reason = null, message = null,
       attempts = attempts - 1 where id = ? and status = 'running' and attempts = ? returning 1`,
    [status, approvalId, now, id, attempts],
  );
  return kept.length > 0;
}

/** Lets the actions that wait for a request go on, in the transaction in which it ends. */
export async function wakeAsking(tx: Tx, approvalId: string, now: Date): Promise<void> {
  const woken = await tx.sql(
    `update rule_actions set status = 'ready', next_at = ? where approval_id = ? and status = 'waiting'
     returning 1`,
    [now, approvalId],
  );
  if (woken.length > 0) await tellWork(tx);
}

/** What came of the request that an action waits for; the request's id while nothing has. */
export async function answered(
  db: Database,
  organizationId: string,
  approvalId: string,
): Promise<Settled | { readonly asked: string }> {
  const request = await db.read(organizationId, async (tx) => {
    const [row] = await tx.sql<Request>(
      `select r.state, r.outcome, r.outcome_reason, r.outcome_message, r.outcome_details, r.reply,
         (select concat_ws(': ', v.person_name, v.comment) from approval_votes v
           where v.request_id = r.id and v.verdict = 'reject' order by v.decided_at limit 1) as rejected_by
       from approval_requests r where r.id = ?`,
      [approvalId],
    );
    return row;
  });
  if (request === undefined)
    return { status: 'dead', reason: 'approval_missing', message: `no request ${approvalId}` };
  if (!isOver(request)) return { asked: approvalId };
  const { state, outcome, outcome_reason: reason, outcome_message: message } = request;
  switch (state) {
    case 'rejected':
      return {
        status: 'refused',
        reason: 'approval_rejected',
        message: request.rejected_by,
        details: { by: request.rejected_by },
      };
    case 'expired':
    case 'withdrawn':
      return { status: state, reason: `approval_${state}`, message: null, details: {} };
    default:
      // What its gates refused after all is given up as without an approval: a person has to look.
      return outcome === 'done'
        ? { status: 'done', reason: null, message: null, result: request.reply?.body ?? null }
        : { status: 'dead', reason, message, details: request.outcome_details };
  }
}
