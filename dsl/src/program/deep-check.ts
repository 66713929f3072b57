import type { CheckedProgram } from '../check/check.ts';
import { type DeepCache, deepSteps, divisorFindings } from '../deep/deep.ts';
import type { DeepModel } from '../deep/model.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { type Natives, NO_NATIVES } from '../values/environment.ts';
import { unitsCalled } from './figures/reckonings.ts';
import { type Program, partsOfProgram } from './program.ts';

export interface DeepOptions {
  /** Asked after each rule; on false the work is left off, and nothing is answered. */
  readonly goOn?: () => boolean;
}

/** Errors with which a program still has a meaning that can be looked at. */
const UNGUARDED: ReadonlySet<string> = new Set(['Q4001', 'Q4002']);

/**
 * What rules say that types do not tell: conditions that are always or never true, gates that
 * contradict or repeat one another, automations that set themselves off, releases that open
 * nothing, and more (see GRAMMAR §7). Each finding is proved for all facts or shown by facts that
 * were tried: `witness`. A program with errors is not looked at; for one whose only errors are
 * unguarded values the witness of each division by zero is told.
 * @returns undefined when it was left off
 */
export function deepCheck(
  program: Program,
  options: { readonly goOn: () => boolean },
): readonly Diagnostic[] | undefined;
export function deepCheck(program: Program): readonly Diagnostic[];
export function deepCheck(
  program: Program,
  { goOn = () => true }: DeepOptions = {},
): readonly Diagnostic[] | undefined {
  const { checked, runtime } = partsOfProgram(program);
  const { natives } = runtime;
  const source = (file: string) => runtime.source(file);
  return deepCheckOf(checked, program.diagnostics, source, { natives, goOn });
}

/** The same for a program that has only been checked, going on from what was found before. */
export function deepCheckOf(
  checked: CheckedProgram,
  diagnostics: readonly Diagnostic[],
  source: DeepModel['source'],
  {
    natives = NO_NATIVES,
    goOn = () => true,
    cache,
  }: DeepOptions & { readonly natives?: Natives; readonly cache?: DeepCache } = {},
): readonly Diagnostic[] | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => !UNGUARDED.has(code))) return [];
  const model: DeepModel = { checked, units: unitsCalled(checked), natives, source };
  if (errors.length > 0) return divisorFindings(model, errors);
  const steps = deepSteps(model, cache);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (!goOn()) return undefined;
  }
}
