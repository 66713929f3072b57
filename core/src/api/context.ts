import type { Locale } from './locale.ts';
import type { NewRowOf, PatchOf, RecordDef, RowOf } from './records.ts';

/** Who acts. A device or the platform itself acts without a user. */
export interface Actor {
  readonly kind: 'user' | 'device' | 'system' | 'service';
  readonly id: string | null;
  readonly name: string;
  readonly roles: readonly string[];
  readonly locale: Locale;
  readonly organizationId: string;
}

/** Typed access to one record inside the transaction. Every write is audited in the same transaction. */
export interface Repository<R extends RecordDef> {
  /** @throws Refusal not_found */
  get(
    idOrCode: string,
    /** `computed`: which computed columns to load (default all); `removed`: also a row that was removed. */
    options?: { lock?: boolean; computed?: readonly string[]; removed?: boolean },
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

/**
 * A statement that each connection plans once, for what is asked all the time. Its plan knows no values,
 * so it is for statements whose way is the same whatever they are. Parameters are `$1`, `$2`, ….
 */
export interface Prepared {
  /** One for each text. */
  readonly name: string;
  readonly text: string;
}

/** The transaction of one operation, inside its organisation (row level security). */
export interface Tx {
  of<R extends RecordDef>(record: R): Repository<R>;
  /** Parameters are `?` (values) as in knex; rows come back as plain objects. Never paste values into the text. */
  sql<Row = Record<string, unknown>>(
    statement: string | Prepared,
    parameters?: readonly unknown[],
  ): Promise<Row[]>;
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
