import type { CompiledGate, GateEnvironment, GateFailure, Votes } from '@qoida/dsl';
import { canonicalJson } from '../data/canonical.ts';
import { objectRefOf } from '../operations/fact-values.ts';

type Facts = Readonly<Record<string, unknown>>;

/** What a hit of a gate meant: `released` was let through by an earlier release that still covered it. */
export type HitEffect = 'refuses' | 'pauses' | 'warns' | 'released';

/** One hit of a decision, as it is kept with it: plain JSON. */
export interface GateOutcome {
  readonly gate: string;
  readonly module: string;
  readonly object_ref: Readonly<Record<string, string>>;
  readonly effect: HitEffect;
  readonly fault: string | null;
  readonly figures: Readonly<Record<string, unknown>>;
  /** The record as it was when the covering release was given. */
  readonly released?: unknown;
}

/** Who had to agree, as it is kept with a decision: with what was asked for, or with what ran for a request. */
export type DecidedApproval =
  | {
      readonly waits: {
        readonly type: string;
        readonly rules: readonly string[];
        readonly stages: readonly Votes[];
        readonly own: readonly string[];
      };
    }
  | { readonly approved: string };

export interface RejudgedHit {
  readonly outcome: GateOutcome;
  readonly gate: CompiledGate;
  readonly failure: GateFailure;
}

export interface RejudgeQuestion {
  readonly point: string;
  readonly facts: Facts;
  readonly env: GateEnvironment;
  /** The hits as they were kept: the releases that covered them are taken from there. */
  readonly kept: readonly GateOutcome[];
  /** Whether `pause … after` lets this operation through first; as it was kept where nothing is said. */
  readonly acceptsFirst?: boolean;
}

/** Asks the gates of a point again on kept facts. Nothing is read and nothing is done. */
export function rejudge(gates: readonly CompiledGate[], question: RejudgeQuestion): RejudgedHit[] {
  const { point, facts, env } = question;
  return gates.flatMap((gate) => {
    const result = gate.evaluate(point, facts, env);
    if (result.verdict === 'pass') return [];
    const each = gate.points.find((entry) => entry.point === point)?.each;
    return result.failures.map((failure) => {
      const object_ref = objectRefOf(facts, each, failure.index);
      const outcome = plainOutcome({
        gate: gate.name,
        module: gate.module,
        object_ref,
        fault: failure.fault?.code ?? null,
        figures: failure.details(),
        ...effectOf(gate, failure, object_ref, question),
      });
      return { outcome, gate, failure };
    });
  });
}

function effectOf(
  gate: CompiledGate,
  failure: GateFailure,
  objectRef: Readonly<Record<string, string>>,
  { point, facts, env, kept, acceptsFirst }: RejudgeQuestion,
): Pick<GateOutcome, 'effect' | 'released'> {
  const place = canonicalJson(objectRef);
  const before = kept.find(
    (entry) => entry.gate === gate.name && canonicalJson(entry.object_ref) === place,
  );
  const until = gate.release === 'never' ? undefined : gate.release?.until;
  if (before?.effect === 'released' && until !== undefined && failure.fault === undefined) {
    const over = until(point, facts, before.released, env);
    if ('value' in over && over.value === false)
      return { effect: 'released', released: before.released };
  }
  if (gate.mode.kind === 'warn') return { effect: 'warns' };
  const mayAccept =
    gate.mode.kind === 'pause' && gate.mode.after && failure.fault === undefined
      ? (acceptsFirst ?? before?.effect === 'pauses')
      : false;
  return { effect: mayAccept ? 'pauses' : 'refuses' };
}

/** As it comes back out of the database, so that kept and computed ones can be compared. */
export const plainOutcome = (outcome: GateOutcome): GateOutcome =>
  JSON.parse(JSON.stringify(outcome)) as GateOutcome;

export function verdictOf(hits: readonly GateOutcome[]): 'allowed' | 'refused' | 'warned' {
  if (hits.some(({ effect }) => effect === 'refuses')) return 'refused';
  return hits.some(({ effect }) => effect !== 'released') ? 'warned' : 'allowed';
}
