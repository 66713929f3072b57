import type { FieldSpec, Shape, Texts, ValueOf } from './fields.ts';
import { specsOf } from './fields.ts';

export interface EventDef<S extends Shape = Shape> {
  readonly name: string;
  readonly shape: S;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  readonly title?: Texts;
  /** The field whose value names the stream inside which order is kept (default: the whole event name). */
  readonly stream?: string;
}

export type PayloadOf<E> = E extends EventDef<infer S> ? ValueOf<S> : never;

/** Declares a durable event: `event('package.created', { package_id: id('package') })`. */
export function event<const S extends Shape>(
  name: string,
  shape: S,
  options: { title?: Texts; stream?: keyof S & string } = {},
): EventDef<S> {
  return { name, shape, fields: specsOf(shape), ...options };
}
