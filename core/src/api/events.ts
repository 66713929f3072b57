import type { FieldSpec, Shape, Texts, ValueOf } from './fields.ts';
import { specsOf } from './fields.ts';

export interface EventDef<S extends Shape = Shape> {
  readonly name: string;
  readonly shape: S;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  readonly title?: Texts;
  /** The field whose value names the stream inside which order is kept (default: the whole event name). */
  readonly stream?: string;
  /** The field that says when it happened; without it, it happened when it was recorded. */
  readonly at?: string;
  /** Roles that hear of it, beside who caused it and who hears everything; else who may read the records it names. */
  readonly read?: readonly string[];
}

export type PayloadOf<E> = E extends EventDef<infer S> ? ValueOf<S> : never;

/** Declares a durable event: `event('package.created', { package_id: id('package') })`. */
export function event<const S extends Shape>(
  name: string,
  shape: S,
  options: {
    title?: Texts;
    stream?: keyof S & string;
    at?: keyof S & string;
    read?: readonly string[];
  } = {},
): EventDef<S> {
  return { name, shape, fields: specsOf(shape), ...options };
}

/**
 * When an event happened, by the field that its declaration names. A moment that has not come yet is
 * a wrong clock: then it happened now.
 */
export function timeOfEvent(
  { at }: Pick<EventDef, 'at'>,
  payload: Readonly<Record<string, unknown>>,
  now: Date,
): Date {
  const given = at === undefined ? undefined : payload[at];
  const told = given instanceof Date || typeof given === 'string' ? new Date(given) : now;
  return told.getTime() <= now.getTime() ? told : now;
}
