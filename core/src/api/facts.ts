import type { FactContext } from './context.ts';
import type { Shape, ValueOf } from './fields.ts';
import type { RecordDef, RowOf } from './records.ts';

/** The row that the input names: `byId(session, 'session_id', { lock: true })`. 404 when there is none. */
export interface ByIdFact<R extends RecordDef, Optional extends boolean = false> {
  readonly kind: 'byId';
  readonly record: R;
  readonly input: string;
  readonly lock: boolean;
  readonly optional: Optional;
  /** Computed columns that the operation itself reads; those that rules read are added by the platform. */
  readonly computed: readonly string[];
}
/** The row that a field of an earlier fact points at: `via('session.sku_id', sku)`. */
export interface ViaFact<R extends RecordDef> {
  readonly kind: 'via';
  readonly record: R;
  readonly path: string;
}
/**
 * A row that a query of the plugin finds, as by several inputs together. Its `load` refuses where there is
 * none, so that a dry run says so too.
 */
export interface FoundFact<R extends RecordDef> {
  readonly kind: 'found';
  readonly record: R;
  readonly load: (context: FactContext) => Promise<RowOf<R>>;
}
/** One value of a declared shape, loaded by a query of the plugin. */
export interface OneFact<S extends Shape> {
  readonly kind: 'one';
  readonly shape: S;
  readonly load: (context: FactContext) => Promise<ValueOf<S>>;
}
/** Lines of a declared shape; a gate says `each NAME` over them. */
export interface RowsFact<S extends Shape> {
  readonly kind: 'rows';
  readonly shape: S;
  readonly load: (context: FactContext) => Promise<ValueOf<S>[]>;
}

export type Fact =
  | ByIdFact<RecordDef, boolean>
  | ViaFact<RecordDef>
  | FoundFact<RecordDef>
  | OneFact<Shape>
  | RowsFact<Shape>;
export type Facts = Readonly<Record<string, Fact>>;

export type FactValue<F> =
  F extends ByIdFact<infer R, infer O>
    ? true extends O
      ? RowOf<R> | null
      : RowOf<R>
    : F extends ViaFact<infer R>
      ? RowOf<R>
      : F extends FoundFact<infer R>
        ? RowOf<R>
        : F extends OneFact<infer S>
          ? ValueOf<S>
          : F extends RowsFact<infer S>
            ? ValueOf<S>[]
            : never;
/** Whether a fact is the row of a record; others are what a query brings together. */
export const isRecordFact = (fact: Fact): fact is Exclude<Fact, OneFact<Shape> | RowsFact<Shape>> =>
  fact.kind !== 'one' && fact.kind !== 'rows';
export type FactValues<F extends Facts> = { [K in keyof F]: FactValue<F[K]> };

export const byId = <R extends RecordDef>(
  record: R,
  input: string,
  options: { lock?: boolean; computed?: readonly string[] } = {},
): ByIdFact<R> => ({
  kind: 'byId',
  record,
  input,
  lock: options.lock ?? false,
  optional: false,
  computed: options.computed ?? [],
});
/** Like `byId`, but the input may leave it out: the fact is then missing. */
export const byIdIfGiven = <R extends RecordDef>(record: R, input: string): ByIdFact<R, true> => ({
  kind: 'byId',
  record,
  input,
  lock: false,
  optional: true,
  computed: [],
});
export const via = <R extends RecordDef>(path: string, record: R): ViaFact<R> => ({
  kind: 'via',
  record,
  path,
});
export const found = <R extends RecordDef>(
  record: R,
  load: FoundFact<R>['load'],
): FoundFact<R> => ({ kind: 'found', record, load });
export const one = <const S extends Shape>(shape: S, load: OneFact<S>['load']): OneFact<S> => ({
  kind: 'one',
  shape,
  load,
});
export const rows = <const S extends Shape>(shape: S, load: RowsFact<S>['load']): RowsFact<S> => ({
  kind: 'rows',
  shape,
  load,
});
