import type { Approvals } from './approvals.ts';
import type { Actor, BaseContext } from './context.ts';
import type { EventDef, PayloadOf } from './events.ts';
import type { Fact, Facts, FactValues } from './facts.ts';
import type { Shape, Texts, ValueOf } from './fields.ts';
import type { Gates } from './gates.ts';
import type { DeviceLinks } from './links.ts';
import type { Meters } from './meters.ts';

export type * from './context.ts';

export type Effect = 'read' | 'record' | 'device' | 'external';
export type HttpRoute = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;

export interface RunContext<I extends Shape, F extends Facts> extends BaseContext {
  readonly input: ValueOf<I>;
  readonly facts: FactValues<F>;
  /** Puts an event into the transactional outbox: it leaves only if the transaction commits. */
  emit<E extends EventDef>(event: E, payload: PayloadOf<E>): Promise<void>;
  /** For in-memory views only: runs when the transaction has committed, and not at all if the process dies before. */
  afterCommit(work: () => void): void;
  /** Another operation in process, in this transaction, as this actor. */
  call(operation: OperationDef, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Objects whose state waits for people. */
  readonly approvals: Approvals;
  /** Hits of gates that the operation declares in `closes`. */
  readonly gates: Gates;
}

/** After the commit, outside any transaction. */
export interface DeliverContext {
  readonly actor: Actor;
  readonly traceId: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly links: DeviceLinks;
  readonly metrics: Meters;
  /** It may have been delivered before: the call is a repeated one, perhaps after a crash. */
  readonly repeated: boolean;
  now(): Date;
  /** An operation as the platform itself, in a transaction of its own: it keeps what became of the delivery. */
  run(operation: string, input: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** An answer with a status of its own (202 for what waits for an approval). */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

export interface OperationSpec<I extends Shape, F extends Facts> {
  /** Also the gate point: rules say `on package.create`. */
  readonly name: string;
  readonly http?: HttpRoute;
  /** The message that asks for it over `/ws`, where it has one of its own: `set_relay`. */
  readonly socket?: string;
  /** Status of success; 201 for POST and 200 otherwise unless said. */
  readonly status?: number;
  readonly summary: Texts;
  /** '*' any signed-in user. */
  readonly roles: readonly string[] | '*';
  readonly effect: Effect;
  /** The answer shows a secret once: it is never kept for a repeated call. */
  readonly secretAnswer?: boolean;
  readonly input: I;
  /** The input that names the thing it moves: two automations may not fight over one. */
  readonly target?: keyof I & string;
  /** For OpenAPI and the screens. */
  readonly output?: Shape;
  /** Loaded in this order; those with `lock` are locked first, in the global order. */
  readonly facts?: F;
  readonly emits?: readonly EventDef[];
  /** Gates whose cause it takes away: it may close their hits, and those of no other. */
  readonly closes?: readonly string[];
  /** Facts as they would be after the operation, for gates that judge the future; merged over `facts`. */
  readonly prepare?: (context: RunContext<I, F>) => Promise<Partial<FactValues<F>> | undefined>;
  /** What survives a refusal by a gate (runs after the rollback to the savepoint). */
  readonly onRefusal?: (context: RunContext<I, F>, reasons: readonly string[]) => Promise<void>;
  /** What `pause RECORD [after]` and `hold` of a gate mean here; without it such a gate simply blocks. */
  readonly pause?: (context: RunContext<I, F>, gates: readonly string[]) => Promise<void>;
  readonly run: (context: RunContext<I, F>) => Promise<unknown>;
  /**
   * For the effects `device` and `external`: moves the world once the intent is committed; its answer is
   * the operation's. A repeated call (same idempotency key) delivers again what `run` answered the first
   * time, so it must be safe to deliver twice: by an id that `kept` names.
   */
  readonly deliver?: (context: DeliverContext, kept: unknown) => Promise<unknown>;
}

/** An operation with its types forgotten: what the platform keeps in its tables. */
export interface OperationDef {
  readonly name: string;
  readonly http?: HttpRoute;
  readonly socket?: string;
  readonly status?: number;
  readonly summary: Texts;
  readonly roles: readonly string[] | '*';
  readonly effect: Effect;
  readonly secretAnswer?: boolean;
  readonly input: Shape;
  readonly target?: string;
  readonly output?: Shape;
  readonly facts: Readonly<Record<string, Fact>>;
  readonly emits: readonly EventDef[];
  readonly closes: readonly string[];
  readonly prepare?: (
    context: RunContext<Shape, Facts>,
  ) => Promise<Record<string, unknown> | undefined>;
  readonly onRefusal?: (
    context: RunContext<Shape, Facts>,
    reasons: readonly string[],
  ) => Promise<void>;
  readonly pause?: (context: RunContext<Shape, Facts>, gates: readonly string[]) => Promise<void>;
  readonly run: (context: RunContext<Shape, Facts>) => Promise<unknown>;
  readonly deliver?: (context: DeliverContext, kept: unknown) => Promise<unknown>;
}

/** Declares an operation: one action, one route, one gate point, one form, one Node-RED node. */
export function operation<const I extends Shape, const F extends Facts = Record<never, never>>(
  spec: OperationSpec<I, F>,
): OperationDef {
  return { facts: {}, emits: [], closes: [], ...spec } as unknown as OperationDef;
}
