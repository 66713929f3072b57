import type { Bag, CaseKey } from '../cases.ts';

/** A rule as an engine runs it. */
export interface Prepared {
  readonly run: (record: Bag) => unknown;
  /** The record in the engine's own form, where JSON is not. */
  readonly data?: (record: Bag) => Bag;
  /** True for an engine that answers with a promise. */
  readonly later?: true;
}

/** An engine: how it expresses each rule, or why it cannot. */
export interface Peer {
  readonly name: string;
  /** Does it run rules as generated code, as closures, or by walking them? */
  readonly how: string;
  prepare(key: CaseKey): Prepared | { readonly cannot: string };
}

export const DUE = Date.UTC(2025, 7, 28, 10);
