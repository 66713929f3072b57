import type { CompiledGate, GateFailure, Remedy } from '@qoida/dsl';
import type { ErrorCode } from '../api/errors.ts';
import { Refusal, STATUS_OF } from '../api/errors.ts';
import type { Locale } from '../api/locale.ts';
import type { GateWords } from '../rules/gate-words.ts';
import type { EvaluationContext } from '../rules/runtime.ts';
import { wouldPass } from '../rules/would-pass.ts';
import { objectRefOf } from './fact-values.ts';

const LOCALES: readonly Locale[] = ['uz', 'ru', 'en'];

/** One gate that did not let an operation through, ready to be kept and shown. */
export interface GateHit {
  readonly gate: string;
  readonly module: string;
  readonly mode: CompiledGate['mode'];
  readonly answer: string | undefined;
  readonly message: string;
  readonly remedy: string | undefined;
  readonly explanation: unknown;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly fault: string | undefined;
  readonly release_roles: readonly string[];
  readonly releasable: boolean;
  readonly when_clear: boolean;
  readonly object_ref: Readonly<Record<string, string>>;
  /** What it says in every language; reckoned when asked. */
  words(): GateWords;
  /** What would let it through, changes tried on all gates of the point; reckoned when asked. */
  wouldPass(): readonly Remedy[];
}

/** Every failing gate of a point; nothing stops at the first (F-M13-06). */
export function evaluateGates(
  gates: readonly CompiledGate[],
  point: string,
  facts: Readonly<Record<string, unknown>>,
  env: EvaluationContext,
  locale: Locale,
): GateHit[] {
  return gates.flatMap((gate) => {
    const result = gate.evaluate(point, facts, env);
    if (result.verdict === 'pass') return [];
    const each = gate.points.find((entry) => entry.point === point)?.each;
    return result.failures.map((failure) => ({
      ...hitOf(gate, failure, each, facts, locale),
      words: () => wordsOf(failure),
      wouldPass: () => wouldPass(gate, failure, gates, locale),
    }));
  });
}

function hitOf(
  gate: CompiledGate,
  failure: GateFailure,
  each: string | undefined,
  facts: Readonly<Record<string, unknown>>,
  locale: Locale,
): Omit<GateHit, 'wouldPass' | 'words'> {
  const release = gate.release;
  const releasable = release !== undefined && release !== 'never';
  return {
    gate: gate.name,
    module: gate.module,
    mode: gate.mode,
    answer: gate.answer,
    message: failure.message(locale),
    remedy: failure.remedy?.(locale),
    explanation: failure.explain(locale),
    figures: failure.details(),
    fault: failure.fault?.code,
    release_roles: releasable ? release.roles : [],
    releasable,
    when_clear: releasable ? release.whenClear : false,
    object_ref: objectRefOf(facts, each, failure.index),
  };
}

/** The log is read by people of every language, so it keeps what each of them would be told. */
const wordsOf = (failure: GateFailure): GateWords =>
  Object.fromEntries(
    LOCALES.map((locale) => [
      locale,
      {
        message: failure.message(locale),
        remedy: failure.remedy?.(locale) ?? null,
        explanation: failure.explain(locale) ?? null,
      },
    ]),
  ) as GateWords;

/** A hit as the caller sees it. */
export function hitView(hit: GateHit, gateId: string | undefined): Record<string, unknown> {
  return {
    gate: hit.gate,
    ...(gateId === undefined ? {} : { gate_id: gateId }),
    module: hit.module,
    mode: hit.mode.kind,
    message: hit.message,
    remedy: hit.remedy ?? null,
    explanation: hit.explanation,
    would_pass: hit.wouldPass(),
    figures: hit.figures,
    fault: hit.fault ?? null,
    release_roles: hit.release_roles,
    releasable: hit.releasable,
    when_clear: hit.when_clear,
    object_ref: hit.object_ref,
  };
}

/** 409 with all failing gates: `gate_blocked`, or the code that the gate itself answers with. */
export function gateRefusal(hits: readonly GateHit[], ids: ReadonlyMap<GateHit, string>): Refusal {
  const first = hits[0];
  if (first === undefined) throw new Error('a gate refusal needs a hit');
  const code = hits.every((hit) => hit.answer !== undefined)
    ? codeOf(first.answer)
    : 'gate_blocked';
  const message = [...new Set(hits.map((hit) => hit.message))].join(' · ');
  const details = {
    ...Object.assign({}, ...hits.map((hit) => hit.figures)),
    gate: first.gate,
    gates: hits.map((hit) => hitView(hit, ids.get(hit))),
  };
  // A gate may be named like a reason of the platform.
  return new Refusal(code, first.gate, message, details, { ownWords: true });
}

function codeOf(answer: string | undefined): ErrorCode {
  return answer !== undefined && Object.hasOwn(STATUS_OF, answer)
    ? (answer as ErrorCode)
    : 'gate_blocked';
}
