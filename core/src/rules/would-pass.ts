import type { CompiledGate, GateFailure, Remedy } from '@qoida/dsl';

/**
 * What would let a refusal pass without refusing more at the same point. A warning has let it pass,
 * and who may release a gate stands beside it.
 */
export function wouldPass(
  gate: CompiledGate,
  failure: GateFailure,
  gates: readonly CompiledGate[],
  locale: 'uz' | 'ru' | 'en',
): readonly Remedy[] {
  if (gate.mode.kind === 'warn') return [];
  const others = gates.filter((other) => other !== gate && other.mode.kind !== 'warn');
  return failure.remedies(locale, { gates: others }).filter(({ change }) => change.length > 0);
}
