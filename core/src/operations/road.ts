import { createHash, randomUUID } from 'node:crypto';
import { Reply } from '../api/operations.ts';
import type { Transaction } from '../data/index.ts';
import { claimIdempotency, storeIdempotency } from '../data/index.ts';
import type { RegisteredOperation } from './registry.ts';
import { type Call, type CheckAnswer, find, type Ran, type RoadParts, Walk } from './walk.ts';

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
  return {
    async run(call) {
      const operation = find(parts, call);
      const input = operation.validate(call.input, call.actor.locale) as Record<string, unknown>;
      const traceId = call.traceId ?? randomUUID();
      const { ran, afterCommit } = await againOnDeadlock(async () => {
        const works: (() => void)[] = [];
        const given = structuredClone(input);
        const result = await parts.db.transaction(
          call.actor.organizationId,
          async (tx): Promise<Ran> => {
            const replay = await claim(tx, call, operation, input);
            if (replay !== null) return { reply: new Reply(replay.status, replay.body) };
            const walk = new Walk(parts, tx, operation, call, traceId, works);
            const walked = await walk.toTheEnd(given);
            await walk.audit('refusal' in walked ? 'refused' : 'done');
            if ('reply' in walked) await store(tx, call, operation, input, walked.reply);
            return walked;
          },
        );
        return { ran: result, afterCommit: works };
      });
      for (const work of afterCommit) work();
      if ('refusal' in ran) throw ran.refusal;
      return ran.reply;
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

const keyOf = (call: Call, operation: RegisteredOperation, input: unknown) => ({
  user: call.actor.id ?? call.actor.name,
  route: operation.def.name,
  key: call.idempotencyKey ?? '',
  requestHash: createHash('sha256').update(JSON.stringify(input)).digest('hex'),
});

function claim(tx: Transaction, call: Call, operation: RegisteredOperation, input: unknown) {
  if (call.idempotencyKey === undefined || operation.def.effect === 'read')
    return Promise.resolve(null);
  return claimIdempotency(tx, keyOf(call, operation, input));
}

async function store(
  tx: Transaction,
  call: Call,
  operation: RegisteredOperation,
  input: unknown,
  reply: Reply,
) {
  if (call.idempotencyKey === undefined || operation.def.effect === 'read') return;
  await storeIdempotency(tx, keyOf(call, operation, input), {
    status: reply.status,
    body: operation.def.secretAnswer ? { secret_withheld: true } : reply.body,
  });
}
