import { requestIn } from '../api/approvals.ts';
import { Refusal } from '../api/errors.ts';
import type { StoredAnswer, Transaction } from '../data/index.ts';
import type { DueAction, Ended, ExecuteParts, Settled } from './action.ts';
import { answered, keepAsked } from './asked.ts';
import { actorOf } from './given-up.ts';
import { figuresOf } from './reasons.ts';
import { DEVICE_REMOVED } from './removal.ts';
import { keepDone } from './settle.ts';

const MOST_ATTEMPTS = 10;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 3_600_000;
/** A schedule asks a device that did not answer once more, an automation does not (S-OP-10). */
const DEVICE_RETRY_MS = 5_000;
/** Refusals that another moment may answer otherwise. */
const PASSING: ReadonlySet<string> = new Set([
  'unavailable',
  'rate_limited',
  'timeout',
  'internal',
]);

/**
 * Keeps what became of an action, unless another node has it now.
 * @param keep keeps how it ended; one that is to be tried again has not ended
 */
export async function keepOutcome(
  action: DueAction,
  outcome: Outcome,
  organizationId: string,
  { db, now, log }: ExecuteParts,
  keep: (ended: Ended) => Promise<void>,
): Promise<void> {
  if ('retryAt' in outcome) {
    log.warn(
      { rule: action.rule, action: action.action, reason: outcome.reason },
      'an action failed; it is tried again',
    );
    await db.transaction(organizationId, (tx) => keepRetry(tx, action, outcome, now()));
    return;
  }
  if ('asked' in outcome) {
    const { asked } = outcome;
    if (asked !== null)
      await db.transaction(organizationId, (tx) => keepAsked(tx, action, asked, now()));
    return;
  }
  await keep({ action, outcome });
  if (outcome.status === 'dead')
    log.error(
      { rule: action.rule, action: action.action, reason: outcome.reason, at: now() },
      'an action was given up',
    );
}

/** It is tried again later; of a device that was removed meanwhile it ends at once. */
async function keepRetry(
  tx: Transaction,
  { id, attempts }: DueAction,
  { retryAt, reason, message, details }: Retry,
  now: Date,
): Promise<void> {
  const kept = await tx.sql(
    `update rule_actions set status = 'ready', next_at = ?, reason = ?, message = ?, details = ?::jsonb
     where id = ? and status = 'running' and attempts = ? and reason is distinct from ? returning 1`,
    [retryAt, reason, message, JSON.stringify(details), id, attempts, DEVICE_REMOVED],
  );
  if (kept.length > 0) return;
  await tx.sql(
    `update rule_actions set status = 'ready', next_at = ?
     where id = ? and status = 'running' and attempts = ?`,
    [now, id, attempts],
  );
}

interface Retry {
  readonly retryAt: Date;
  readonly reason: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type Outcome =
  | Settled
  /** It waits for this request for approval; null: that is kept already, or another node has it now. */
  | { readonly asked: string | null }
  | Retry;

/** Does one action down the one road. */
export async function attempt(
  action: DueAction,
  organizationId: string,
  parts: ExecuteParts,
): Promise<Outcome> {
  const dead = (
    reason: string,
    message: string,
    details?: Readonly<Record<string, unknown>>,
  ): Settled => ({
    status: 'dead',
    reason,
    message,
    ...(details === undefined ? {} : { details }),
  });
  if (action.reason === DEVICE_REMOVED)
    return dead(DEVICE_REMOVED, action.message ?? DEVICE_REMOVED);
  if (action.approval_id !== null) return answered(parts.db, organizationId, action.approval_id);
  const now = parts.now().getTime();
  if (action.reason === 'argument_fault')
    return dead('argument_fault', action.message ?? 'an argument has no value');
  const late = now - action.meant_at.getTime();
  if (action.effect === 'device' && late > parts.staleMs)
    return dead(
      'stale',
      `meant ${Math.round(late / 1000)} s ago; what moves is not moved so late`,
      {
        late: Math.round(late / 1000),
      },
    );
  const { kind, rule, run_id } = action;
  const kept = new Kept(action, parts.now);
  try {
    const { body } = await inTime(
      action.effect,
      parts.run({
        operation: action.action,
        input: action.args,
        actor: actorOf(kind, rule, organizationId),
        traceId: action.trace_id,
        cause: run_id,
        once: kept,
      }),
    );
    if (kept.asked) return { asked: null };
    return { status: 'done', reason: null, message: null, result: body, kept: kept.done };
  } catch (error) {
    if (error instanceof Overtaken) return { asked: null };
    const refused = error instanceof Refusal;
    const message = (error instanceof Error ? error.message : String(error)).slice(0, 2000);
    const reason = refused ? error.reason : 'internal';
    const details = refused ? figuresOf(error) : {};
    if (!refused) parts.log.error({ err: error, rule, action: action.action }, 'an action broke');
    if (action.effect === 'device' && action.kind === 'schedule' && reason === 'device_offline')
      return { status: 'skipped', reason: 'skipped_offline', message, details };
    if (action.effect === 'device' && reason === 'ack_timeout') {
      if (action.kind !== 'schedule' || action.attempts > 1) return dead(reason, message, details);
      return { retryAt: new Date(now + DEVICE_RETRY_MS), reason, message, details };
    }
    if (refused && !PASSING.has(error.code)) return dead(reason, message, details);
    if (action.attempts >= MOST_ATTEMPTS) return dead(reason, message, details);
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (action.attempts - 1));
    if (action.effect === 'device' && late + wait > parts.staleMs)
      return dead(reason, message, details);
    return { retryAt: new Date(now + wait), reason, message, details };
  }
}

/** Another node has taken the action over meanwhile: what this one was about to do is undone. */
class Overtaken extends Error {}

/** What an operation keeps of the action for which it is done, in its own transaction. */
class Kept {
  readonly #action: DueAction;
  readonly #now: () => Date;
  /** It ended with its operation. */
  done = false;
  /** It waits for people now. */
  asked = false;

  constructor(action: DueAction, now: () => Date) {
    this.#action = action;
    this.#now = now;
  }

  get answered(): StoredAnswer | null {
    return this.#action.answer;
  }

  async keep(tx: Transaction, answer: StoredAnswer, over: boolean): Promise<void> {
    // A transaction may be tried again after a deadlock.
    this.done = false;
    this.asked = false;
    const waits = requestIn(answer);
    if (waits !== undefined) {
      this.asked = await keepAsked(tx, this.#action, waits, this.#now());
      if (!this.asked) throw new Overtaken();
      return;
    }
    if (!(await keepDone(tx, this.#action, { answer, over, now: this.#now() })))
      throw new Overtaken();
    this.done = over;
  }
}

/** What waits for the world may wait for ever; the platform's own records answer by themselves. */
const ANSWER_MS = 300_000;

async function inTime<T>(effect: string, answer: Promise<T>): Promise<T> {
  if (effect === 'record' || effect === 'read') return answer;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Refusal('timeout', 'no_answer', 'It did not answer in time')),
    ANSWER_MS,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
