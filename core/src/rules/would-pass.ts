import type { CompiledGate, GateFailure, Remedy } from '@qoida/dsl';
import type { Locale } from '../api/locale.ts';

/**
 * What would let a refusal pass without refusing more at the same point: the smallest changes, then
 * who may release it, by the titles of roles in the reader's language. A warning has let it pass.
 */
export function wouldPass(
  gate: CompiledGate,
  failure: GateFailure,
  gates: readonly CompiledGate[],
  locale: Locale,
): readonly Remedy[] {
  if (gate.mode.kind === 'warn') return [];
  const others = gates.filter((other) => other !== gate && other.mode.kind !== 'warn');
  return failure.remedies(locale, { gates: others });
}
