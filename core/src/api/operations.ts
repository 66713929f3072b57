import type { Approvals } from './approvals.ts';
import type { EventDef, PayloadOf } from './events.ts';
import type { Fact, Facts, FactValues } from './facts.ts';
import type { Shape, Texts, ValueOf } from './fields.ts';
import type { DeviceLinks } from './links.ts';
import type { Meters } from './meters.ts';
import type { NewRowOf, PatchOf, RecordDef, RowOf } from './records.ts';

export type Effect = 'read' | 'record' | 'device' | 'external';
export type HttpRoute = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;

/** Who acts. A device or the platform itself acts without a user. */
export interface Actor {
  readonly kind: 'user' | 'device' | 'system' | 'service';
  readonly id: string | null;
  readonly name: string;
  readonly roles: readonly string[];
  readonly locale: 'uz' | 'ru' | 'en';
  readonly organizationId: string;
}

/** Typed access to one record inside the transaction. Every write is audited in the same transaction. */
export interface Repository<R extends RecordDef> {
  /** @throws Refusal not_found */
  get(
    idOrCode: string,
    /** `computed`: which computed columns to load (default all). */
    options?: { lock?: boolean; computed?: readonly string[] },
  ): Promise<RowOf<R>>;
  find(
    where: Partial<RowOf<R>>,
    options?: { lock?: boolean; sort?: string },
  ): Promise<RowOf<R> | null>;
  list(
    where: Partial<RowOf<R>>,
    options?: { sort?: string; limit?: number; lock?: boolean },
  ): Promise<RowOf<R>[]>;
  insert(row: NewRowOf<R>): Promise<RowOf<R>>;
  update(id: string, patch: PatchOf<R>): Promise<RowOf<R>>;
  remove(id: string): Promise<void>;
}

/** The transaction of one operation, inside its organisation (row level security). */
export interface Tx {
  of<R extends RecordDef>(record: R): Repository<R>;
  /** Parameters are `?` (values) as in knex; rows come back as plain objects. Never paste values into the text. */
  sql<Row = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  readonly organizationId: string;
}

export interface BaseContext {
  readonly actor: Actor;
  /** Fixed for the whole operation. */
  readonly now: Date;
  readonly db: Tx;
  readonly traceId: string;
  /** Settings of the platform and the plugin by their key, e.g. `settings.IOT_ACCEPT_WINDOW_SEC`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rules: RulesAccess;
  readonly readings: Readings;
}

/** Formulas of published rule modules: `compute('factory.balance.delta', { session })`. */
export interface RulesAccess {
  /** @throws Refusal rule_fault when the formula has no value */
  compute<T = unknown>(formula: string, values: Readonly<Record<string, unknown>>): T;
  explain(formula: string, values: Readonly<Record<string, unknown>>): unknown;
}

export interface FactContext extends BaseContext {
  /** The validated input, ids resolved. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Facts loaded before this one, in declared order. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What a bound reading is good for: F-ALG-01. */
export interface BoundReading {
  readonly scale_event_id: string;
  readonly gross_kg: number;
  readonly net_kg: number;
  readonly ts: Date;
}

/** Weight comes from the scale, bound on the server (F-ALG-01, F-OP-14, F-OP-61). */
export interface Readings {
  /**
   * Binds the newest stable reading of the device inside the window to `target`, once.
   * @param device uuid or code
   * @param target what it is bound to, e.g. `{ package_id }`
   * @throws Refusal rs_not_found_in_window, reading_already_used, net_not_positive
   */
  bind(
    device: string,
    target: Readonly<Record<string, string>>,
    options?: { tare_kg?: number; allowZero?: boolean },
  ): Promise<BoundReading>;
  /** Binds what a capture (POST /rs/captures) holds. @throws Refusal capture_unknown, capture_expired */
  bindCapture(
    captureId: string,
    target: Readonly<Record<string, string>>,
    options?: { tare_kg?: number; allowZero?: boolean },
  ): Promise<BoundReading>;
}

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
  return { facts: {}, emits: [], ...spec } as unknown as OperationDef;
}
