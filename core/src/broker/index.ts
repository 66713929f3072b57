import { ServiceBroker } from 'moleculer';
import { Refusal } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import { Reply } from '../api/operations.ts';
import type { Registry } from '../operations/registry.ts';
import type { Road } from '../operations/road.ts';

/** What travels beside an operation's input. */
export interface CallMeta {
  readonly actor: Actor;
  readonly traceId: string;
  readonly idempotencyKey?: string;
  readonly ip?: string;
}

export interface Broker {
  /** Runs an operation as an action, on whichever node has it. @throws Refusal */
  call(action: string, input: unknown, meta: CallMeta): Promise<Reply>;
  /** Tells services on every node; at most once, so never the truth of anything. */
  broadcast(event: string, payload: unknown): void;
  /** Hears what other nodes broadcast. */
  listen(event: string, handler: (payload: unknown) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly native: ServiceBroker;
}

export interface BrokerOptions {
  readonly nodeId: string;
  readonly natsUrl: string | null;
  readonly log: (level: 'error' | 'warn', message: string) => void;
}

/**
 * The Moleculer broker with the protections that it leaves off by default: time-out, circuit breaker,
 * bulkhead, call depth. Calls are never retried: a mutation may have happened.
 */
export function createBroker(options: BrokerOptions): Broker {
  const native = new ServiceBroker({
    nodeID: options.nodeId,
    transporter:
      options.natsUrl === null ? null : { type: 'NATS', options: { url: options.natsUrl } },
    requestTimeout: 30_000,
    maxCallLevel: 20,
    retryPolicy: { enabled: false },
    circuitBreaker: {
      enabled: true,
      threshold: 0.5,
      minRequestCount: 50,
      windowTime: 30,
      halfOpenTime: 5_000,
      // A refusal is an answer; only faults of our own open the circuit.
      check: (error: Error) => !isRefusalData(error),
    },
    bulkhead: { enabled: true, concurrency: 64, maxQueueSize: 1_000 },
    contextParamsCloning: false,
    tracking: { enabled: true, shutdownTimeout: 5_000 },
    internalServices: false,
    // Signals are the starter's affair: Moleculer's own handler would end the process before the rest has stopped.
    skipProcessEventRegistration: true,
    logger: false,
    validator: false,
    errorHandler: (error: Error) => {
      throw error;
    },
  });
  native.localBus.on('$circuit-breaker.opened', (payload: unknown) =>
    options.log('error', `circuit opened: ${JSON.stringify(payload)}`),
  );
  return {
    native,
    async call(action, input, meta) {
      try {
        const answer: { status: number; body: unknown } = await native.call(
          action,
          { input },
          { meta: { ...meta } },
        );
        return new Reply(answer.status, answer.body);
      } catch (error) {
        throw refusalOf(error);
      }
    },
    broadcast: (event, payload) => void native.broadcast(event, payload as object),
    listen: (event, handler) => {
      const heard = (ctx: { nodeID: string | null; params: unknown }) => {
        if (ctx.nodeID !== native.nodeID) handler(ctx.params);
      };
      native.createService({ name: `hears-${event}`, events: { [event]: heard } } as never);
    },
    start: () => native.start(),
    stop: () => native.stop(),
  };
}

/** One Moleculer service a plugin, one action an operation. */
export function serveOperations(broker: Broker, registry: Registry, road: Road): void {
  for (const plugin of registry.plugins) {
    const actions = Object.fromEntries(
      [...registry.operations.values()]
        .filter((operation) => operation.plugin === plugin.name)
        .map((operation) => [
          operation.def.name,
          async (ctx: { params: { input: unknown }; meta: CallMeta }) => {
            const { actor, traceId, idempotencyKey, ip } = ctx.meta;
            const reply = await road.run({
              operation: operation.def.name,
              input: ctx.params.input,
              actor,
              traceId,
              ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
              ...(ip === undefined ? {} : { ip }),
            });
            return { status: reply.status, body: reply.body };
          },
        ]),
    );
    broker.native.createService({ name: plugin.name, actions } as never);
  }
}

interface RefusalData {
  readonly name: 'Refusal';
  readonly code: Refusal['code'];
  readonly reason: string;
  readonly message: string;
  readonly details: Record<string, unknown>;
}

function isRefusalData(error: unknown): error is RefusalData {
  return error instanceof Error && error.name === 'Refusal' && 'reason' in error;
}

/** Errors of the broker itself become refusals with a way out; a refusal from another node is rebuilt. */
function refusalOf(error: unknown): unknown {
  if (error instanceof Refusal) return error;
  if (isRefusalData(error))
    return new Refusal(error.code, error.reason, error.message, error.details);
  const name = error instanceof Error ? error.name : '';
  if (name === 'RequestTimeoutError') {
    return new Refusal(
      'unavailable',
      'timeout',
      'The operation took too long; look whether it was done before repeating it',
      {},
      { retryAfter: 5, cause: error },
    );
  }
  if (name === 'QueueIsFullError' || name === 'ServiceNotAvailableError') {
    return new Refusal(
      'unavailable',
      'overloaded',
      'The platform is busy; try again shortly',
      {},
      { retryAfter: 2, cause: error },
    );
  }
  return error;
}
