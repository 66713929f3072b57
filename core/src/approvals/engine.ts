import { conflict, forbidden, Refusal } from '../api/errors.ts';
import type { Actor, OperationDef, Reply } from '../api/operations.ts';
import { type Database, type DataLog, OwnedTask } from '../data/index.ts';
import type { RequestRow } from './judge.ts';
import { requesterNow } from './people.ts';
import { approvalRequest } from './records.ts';
import { DONE, type Ended, refusedBy } from './running.ts';
import { openInput } from './sealed-input.ts';

/** An operation that was approved, to be run down the one road. */
export interface ApprovedCall {
  readonly operation: string;
  readonly input: unknown;
  readonly actor: Actor;
  readonly traceId: string;
  readonly idempotencyKey?: string;
  readonly approved?: string;
  readonly cause?: string;
}

export interface ApprovalEngineOptions {
  readonly db: Database;
  readonly organizationId: string;
  readonly run: (call: ApprovedCall) => Promise<Reply>;
  readonly operations: ReadonlyMap<string, { readonly def: OperationDef }>;
  readonly settings: { readonly AUTOMATION_STALE_SEC: number };
  /** Opens the secrets among what was asked for. */
  readonly serverSecret: string;
  readonly now: () => Date;
  readonly log: DataLog;
}

export interface ApprovalEngine {
  /** Looks for work at once. */
  wake(): void;
  stop(): Promise<void>;
}

const AT_ONCE = 20;
const MOST_ATTEMPTS = 10;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 3_600_000;

/**
 * Ends requests whose time is over and runs what was approved. Both are in the database before anybody
 * is told, so a crash loses nothing and repeats nothing; one node of the cluster does it.
 */
export function startApprovals(options: ApprovalEngineOptions): ApprovalEngine {
  const engine = new Engine(options);
  engine.start();
  return engine;
}

class Engine implements ApprovalEngine {
  readonly #options: ApprovalEngineOptions;
  readonly #task: OwnedTask;

  constructor(options: ApprovalEngineOptions) {
    this.#options = options;
    const { db, organizationId, log } = options;
    this.#task = new OwnedTask({
      db,
      key: `qoida.approvals ${organizationId}`,
      log,
      what: 'approvals',
      takeOver: () => this.#takeOver(),
      work: () => this.#work(),
    });
  }

  start(): void {
    this.#task.start();
  }

  wake(): void {
    this.#task.wake();
  }

  stop(): Promise<void> {
    return this.#task.stop();
  }

  /** What an owner that is gone had begun is begun anew: the request itself knows whether it was done. */
  async #takeOver(): Promise<void> {
    const { db, organizationId, now } = this.#options;
    await db.transaction(organizationId, (tx) =>
      tx.sql(
        `update approval_requests set outcome = 'ready', next_at = ? where outcome = 'running'`,
        [now()],
      ),
    );
  }

  async #work(): Promise<undefined> {
    await this.#expire();
    for (;;) {
      const rows = await this.#claim();
      for (const row of rows) await this.#run(row);
      if (rows.length < AT_ONCE || this.#task.isStopped) return;
    }
  }

  async #expire(): Promise<void> {
    const { db, organizationId, now, log } = this.#options;
    const due = await db.read(organizationId, (tx) =>
      tx.sql<{ id: string; trace_id: string }>(
        `select id, trace_id from approval_requests where state = 'pending' and expires_at <= ?
         order by expires_at limit 200`,
        [now()],
      ),
    );
    for (const { id, trace_id } of due) {
      try {
        await this.#asPlatform('approvals.expire', { approval_id: id }, trace_id);
      } catch (error) {
        // Somebody decided in this very moment.
        if (!(error instanceof Refusal)) throw error;
        log.debug({ approval: id, reason: error.reason }, 'a request was not ended');
      }
    }
  }

  async #claim(): Promise<RequestRow[]> {
    const { db, organizationId, now } = this.#options;
    return db.transaction(organizationId, async (tx) => {
      // Not `skip locked`: who asks a moment too late holds the row, and it would be left lying.
      const rows = await tx.sql<{ id: string }>(
        `update approval_requests set outcome = 'running', attempts = attempts + 1
          where id in (select id from approval_requests where outcome = 'ready' and next_at <= ?
                       order by next_at, id limit ? for update)
          returning id`,
        [now(), AT_ONCE],
      );
      return Promise.all(rows.map(({ id }) => tx.of(approvalRequest).get(id)));
    });
  }

  async #run(row: RequestRow): Promise<void> {
    const { db, organizationId, run, log } = this.#options;
    try {
      const actor = await db.read(organizationId, (tx) => requesterNow(tx, row));
      if (actor === undefined) {
        const requester = row.requested_by;
        throw forbidden('requester_gone', `${requester} may not act any more`, { requester });
      }
      this.#refuseLate(row);
      await run({
        operation: row.operation ?? '',
        input: this.#inputOf(row),
        actor,
        traceId: row.trace_id,
        approved: row.id,
        ...(row.cause === null ? {} : { cause: row.cause }),
      });
      await this.#delivered(row);
    } catch (error) {
      if (error instanceof Refusal && !PASSING.has(error.code)) {
        await this.#conclude(row, refusedBy(error));
        return;
      }
      log.error({ err: error, approval: row.id }, 'an approved operation failed');
      await this.#later(row, error);
    }
  }

  #inputOf({ id, operation, input }: RequestRow): unknown {
    const { operations, serverSecret } = this.#options;
    const def = operations.get(operation ?? '')?.def;
    return def === undefined ? input : openInput(def, input, { place: id, serverSecret });
  }

  /** What moves the world is not moved long after it was approved; what was begun is only delivered. */
  #refuseLate({ operation, reply, decided_at }: RequestRow): void {
    const { now, operations, settings } = this.#options;
    const moves = operations.get(operation ?? '')?.def.effect === 'device';
    const late = (now().getTime() - (decided_at?.getTime() ?? 0)) / 1000;
    if (!moves || reply !== null || late <= settings.AUTOMATION_STALE_SEC) return;
    throw conflict('approval_stale', `Approved ${Math.round(late)} s ago; ask again`, {
      seconds: Math.round(late),
    });
  }

  /** What was run and delivered has ended; the road has kept the end of what needs no delivery. */
  async #delivered(row: RequestRow): Promise<void> {
    const { db, organizationId } = this.#options;
    const { outcome } = await db.read(organizationId, (tx) => tx.of(approvalRequest).get(row.id));
    if (outcome === 'running') await this.#conclude(row, DONE);
  }

  async #later(row: RequestRow, error: unknown): Promise<void> {
    const { db, organizationId, now } = this.#options;
    const reason = error instanceof Refusal ? error.reason : 'internal';
    const message = error instanceof Refusal ? error.message : 'It failed; the log has the cause';
    if (row.attempts >= MOST_ATTEMPTS) {
      await this.#conclude(row, { outcome: 'failed', reason, message, details: {} });
      return;
    }
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (row.attempts - 1));
    await db.transaction(organizationId, (tx) =>
      tx.sql(
        `update approval_requests set outcome = 'ready', next_at = ?, outcome_reason = ?, outcome_message = ?
          where id = ? and outcome = 'running'`,
        [new Date(now().getTime() + wait), reason, message.slice(0, 2000), row.id],
      ),
    );
  }

  async #conclude(row: RequestRow, { outcome, reason, message, details }: Ended): Promise<void> {
    const why = reason === null ? {} : { reason, message: message?.slice(0, 2000) };
    const input = { approval_id: row.id, outcome, details, ...why };
    await this.#asPlatform('approvals.conclude', input, row.trace_id);
  }

  #asPlatform(operation: string, input: unknown, traceId: string): Promise<Reply> {
    const actor: Actor = {
      kind: 'system',
      id: null,
      name: 'approvals',
      roles: [],
      locale: 'uz',
      organizationId: this.#options.organizationId,
    };
    return this.#options.run({ operation, input, actor, traceId });
  }
}

/** Refusals that another moment may answer otherwise. */
const PASSING: ReadonlySet<string> = new Set([
  'unavailable',
  'rate_limited',
  'timeout',
  'internal',
]);
