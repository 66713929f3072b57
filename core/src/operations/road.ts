import { createHmac, randomUUID } from 'node:crypto';
import { requestIn } from '../api/approvals.ts';
import { invalid } from '../api/errors.ts';
import { NO_METERS } from '../api/meters.ts';
import { type Actor, Reply } from '../api/operations.ts';
import {
  type Approved,
  beginApproved,
  DONE,
  keepEnd,
  keepReply,
  type RequestRow,
  refusedBy,
} from '../approvals/index.ts';
import type { Transaction } from '../data/index.ts';
import { claimIdempotency, storeIdempotency } from '../data/index.ts';
import { type Call, type CheckAnswer, find, type RoadParts } from './parts.ts';
import type { RegisteredOperation } from './registry.ts';
import { type Ran, Walk } from './walk.ts';

export interface Road {
  /** Runs an operation down the one road. @throws Refusal */
  run(call: Call): Promise<Reply>;
  /** Walks the road to the gates, rolls back and tells what would happen. @throws Refusal for bad input */
  check(call: Call): Promise<CheckAnswer>;
}

class Rollback extends Error {
  readonly answer: CheckAnswer;
  constructor(answer: CheckAnswer) {
    super('dry run');
    this.answer = answer;
  }
}

/**
 * The one road of every change of state: authorise → validate → idempotency →
 * transaction { locks and facts → prepare → gates → run → audit → outbox } → answer.
 */
export function createRoad(parts: RoadParts): Road {
  const road: Road = {
    async run(call) {
      const operation = find(parts, call);
      refuseKey(call);
      const input = operation.validate(call.input, call.actor.locale) as Record<string, unknown>;
      const traceId = call.traceId ?? randomUUID();
      let repeated = false;
      const { ran, afterCommit } = await againOnDeadlock(async () => {
        const works: (() => void)[] = [];
        const given = structuredClone(input);
        const result = await parts.db.transaction(
          call.actor.organizationId,
          async (tx): Promise<Ran> => {
            const replay = await claim(parts, tx, call, operation, input);
            repeated = replay !== null;
            if (replay !== null) return { reply: new Reply(replay.status, replay.body) };
            const approved = await begun(parts, tx, call, operation);
            const done = replyOf(approved);
            repeated = done !== null;
            if (done !== null) return { reply: done };
            const options = approved === undefined ? {} : { approved };
            const walk = new Walk(parts, tx, operation, call, traceId, works, options);
            const walked = await walk.toTheEnd(given);
            if (approved !== undefined) await ended(parts, tx, approved, operation, walked);
            await walk.audit('refusal' in walked ? 'refused' : 'done');
            if ('reply' in walked) await store(parts, tx, call, operation, input, walked.reply);
            return walked;
          },
        );
        return { ran: result, afterCommit: works };
      });
      for (const work of afterCommit) work();
      if ('refusal' in ran) throw ran.refusal;
      return deliver(road, parts, { call, operation, traceId, reply: ran.reply, repeated });
    },

    async check(call) {
      const operation = find(parts, call);
      const input = operation.validate(call.input, call.actor.locale) as Record<string, unknown>;
      try {
        await parts.db.transaction(call.actor.organizationId, async (tx) => {
          const walk = new Walk(parts, tx, operation, call, call.traceId ?? randomUUID(), []);
          throw new Rollback(await walk.toTheGates(input));
        });
      } catch (error) {
        if (error instanceof Rollback) return error.answer;
        throw error;
      }
      throw new Error('a dry run ended without an answer');
    },
  };
  return road;
}

const begun = (
  parts: RoadParts,
  tx: Transaction,
  call: Call,
  operation: RegisteredOperation,
): Promise<Approved> | undefined =>
  call.approved === undefined
    ? undefined
    : beginApproved(tx, call.approved, operation.def, parts.now());

/** What an approved operation answered when it was run before. */
function replyOf(approved: RequestRow | undefined): Reply | null {
  const reply = approved?.reply as { status: number; body: unknown } | null | undefined;
  return reply == null ? null : new Reply(reply.status, reply.body);
}

/** Kept with what the operation did: after a crash it is neither lost nor done twice. */
async function ended(
  parts: RoadParts,
  tx: Transaction,
  approved: RequestRow,
  operation: RegisteredOperation,
  ran: Ran,
): Promise<void> {
  if ('refusal' in ran) return keepEnd(tx, approved, refusedBy(ran.refusal), parts.now());
  const { status, body } = ran.reply;
  const shown = operation.def.secretAnswer ? { secret_withheld: true } : body;
  const reply = new Reply(status, shown);
  // What is delivered after the commit has not ended yet.
  if (operation.def.deliver !== undefined) return keepReply(tx, approved, reply);
  return keepEnd(tx, approved, DONE, parts.now(), reply);
}

interface Delivered {
  readonly call: Call;
  readonly operation: RegisteredOperation;
  readonly traceId: string;
  readonly reply: Reply;
  readonly repeated: boolean;
}

/** What moves the world comes after the commit: the intent is kept before anything moves. */
async function deliver(
  road: Road,
  parts: RoadParts,
  { call, operation, traceId, reply, repeated }: Delivered,
): Promise<Reply> {
  // What waits for people has not happened: nothing is delivered before they have agreed.
  if (operation.def.deliver === undefined || requestIn(reply) !== undefined) return reply;
  const { actor } = call;
  const system: Actor = { ...actor, kind: 'system' };
  const cause = call.cause === undefined ? {} : { cause: call.cause };
  const answer = await operation.def.deliver(
    {
      actor,
      traceId,
      settings: parts.settings,
      links: parts.links,
      metrics: parts.metrics ?? NO_METERS,
      repeated,
      now: parts.now,
      run: async (name, input) =>
        (await road.run({ operation: name, input, actor: system, traceId, ...cause })).body,
    },
    reply.body,
  );
  return answer instanceof Reply ? answer : new Reply(reply.status, answer);
}

const MOST_TRIES = 4;
/** PostgreSQL's deadlock_detected and serialization_failure: nothing happened, so trying again is safe. */
const TRANSIENT = new Set(['40P01', '40001']);

async function againOnDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (attempt >= MOST_TRIES || typeof code !== 'string' || !TRANSIENT.has(code)) throw error;
    }
  }
}

/** @throws Refusal idempotency_key_invalid */
function refuseKey({ idempotencyKey: key }: Call): void {
  if (key === undefined || (key.length > 0 && key.length <= 255)) return;
  throw invalid('idempotency_key_invalid', 'Idempotency-Key must have 1 to 255 characters');
}

/** The input may hold a password: without the server's secret nobody tries any at what is kept of it. */
const keyOf = (parts: RoadParts, call: Call, operation: RegisteredOperation, input: unknown) => ({
  user: call.actor.id ?? call.actor.name,
  route: operation.def.name,
  key: call.idempotencyKey ?? '',
  requestHash: createHmac('sha256', parts.serverSecret).update(JSON.stringify(input)).digest('hex'),
});

function claim(
  parts: RoadParts,
  tx: Transaction,
  call: Call,
  operation: RegisteredOperation,
  input: unknown,
) {
  if (call.once !== undefined) return Promise.resolve(call.once.answered);
  if (call.idempotencyKey === undefined || operation.def.effect === 'read')
    return Promise.resolve(null);
  return claimIdempotency(tx, keyOf(parts, call, operation, input));
}

async function store(
  parts: RoadParts,
  tx: Transaction,
  call: Call,
  operation: RegisteredOperation,
  input: unknown,
  reply: Reply,
) {
  const answer = {
    status: reply.status,
    body: operation.def.secretAnswer ? { secret_withheld: true } : reply.body,
  };
  if (call.once !== undefined) {
    const over = operation.def.deliver === undefined || requestIn(reply) !== undefined;
    await call.once.keep(tx, answer, over);
    return;
  }
  if (call.idempotencyKey === undefined || operation.def.effect === 'read') return;
  await storeIdempotency(tx, keyOf(parts, call, operation, input), answer);
}
