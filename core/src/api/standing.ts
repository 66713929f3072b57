import type { Tx } from './context.ts';
import type { Field, FieldSpec, Texts } from './fields.ts';

/** What a standing fact is read with. */
export interface StandingContext {
  readonly db: Tx;
  readonly now: Date;
  readonly zone: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * How things stand at a moment, whether or not anything happened: alerts ask it from time to time
 * (`when silent_for > 2 min becomes true`) and beside events.
 */
export interface StandingFact {
  readonly name: string;
  readonly title: Texts;
  readonly field: FieldSpec;
  /** One bounded query. What throws has no value, and a condition on it does not hold. */
  readonly read: (context: StandingContext) => Promise<unknown>;
}

/** Declares a standing fact: rules of alerts read it by its name, with the type of its field. */
export const standing = <F extends Field>(
  name: string,
  title: Texts,
  field: F,
  read: (context: StandingContext) => Promise<F['valueType']>,
): StandingFact => ({ name, title, field: field.spec, read });
