import type { CheckedProgram } from '../check/check.ts';
import type { DeepCache } from '../deep/cache.ts';
import { deepSteps, divisorFindings } from '../deep/deep.ts';
import type { DeepModel } from '../deep/model.ts';
import type { Holders } from '../deep/people.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { type Natives, NO_NATIVES } from '../values/environment.ts';
import { unitsCalled } from './units-called.ts';

export interface DeepOptions {
  /** Who holds which role: with it steps are told that nobody can take. */
  readonly holders?: Holders;
  /** Asked after each rule; on false the work is left off, and nothing is answered. */
  readonly goOn?: () => boolean;
}

/** Errors with which a program still has a meaning that can be looked at. */
const UNGUARDED: ReadonlySet<string> = new Set(['Q4001', 'Q4002']);

/** What `deepCheck` tells, for a program that has only been checked, going on from what was found before. */
export function deepCheckOf(
  checked: CheckedProgram,
  diagnostics: readonly Diagnostic[],
  source: DeepModel['source'],
  {
    natives = NO_NATIVES,
    goOn = () => true,
    cache,
    holders,
  }: DeepOptions & { readonly natives?: Natives; readonly cache?: DeepCache } = {},
): readonly Diagnostic[] | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => !UNGUARDED.has(code))) return [];
  const model: DeepModel = {
    checked,
    units: unitsCalled(checked),
    natives,
    source,
    ...(holders && { holders }),
  };
  if (errors.length > 0) return divisorFindings(model, errors);
  const steps = deepSteps(model, cache);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (!goOn()) return undefined;
  }
}
