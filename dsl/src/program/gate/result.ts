import type { ExplainNode } from '../../explain/explain.ts';
import type { Remedy, RemedyOptions } from '../../explain/remedies.ts';
import type { Clock, FaultInfo } from '../runtime.ts';

export interface GateFailure {
  /** Which element of the list, for a gate with `each`. */
  readonly index?: number;
  /** Why the gate could not be decided; then it refuses. */
  readonly fault?: FaultInfo;
  message(language: string): string;
  /** The figures of the gate's `answer`, in the units of their expressions; null where there is no value. */
  details(): Readonly<Record<string, unknown>>;
  remedy(language: string): string | undefined;
  explain(language: string): ExplainNode;
  /**
   * What would let it pass, tried by evaluation: the smallest changes of facts, best first, and who
   * may release it where that opens it. Reckoned when it is asked for.
   */
  remedies(language: string, options?: GateRemedyOptions): readonly Remedy[];
}

export type GateResult =
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'fail'; readonly failures: readonly GateFailure[] };

/** A gate that is asked, too, of each change. */
export interface OtherGate {
  readonly points: readonly { readonly point: string }[];
  evaluate(
    point: string,
    facts: Readonly<Record<string, unknown>>,
    env: Clock & { readonly settings?: Readonly<Record<string, unknown>> },
  ): GateResult;
}

export interface GateRemedyOptions extends RemedyOptions {
  /**
   * The other gates of the program: a change after which one of them refuses more than it does now
   * is no remedy. Those that do not stand at the point are passed over.
   */
  readonly gates?: readonly OtherGate[];
}
