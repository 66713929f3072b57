import { type Holders, peopleChecks } from '../deep/people.ts';
import { needOptions, needRecord } from '../source/api.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { type DeepOptions, deepCheckOf } from './deep-findings.ts';
import { partsOfProgram } from './parts.ts';
import type { Program } from './program.ts';

/**
 * What rules say that types do not tell: conditions that are always or never true, gates that
 * contradict or repeat one another, automations that set themselves off, releases that open
 * nothing, and more (see GRAMMAR §7). Each finding is proved for all facts or shown by facts that
 * were tried: `witness`. A program with errors is not looked at; for one whose only errors are
 * unguarded values the witness of each division by zero is told. Given who holds which role
 * (`holders`: a role that is not in it is nobody's), steps are told that nobody can take.
 * @returns undefined when it was left off
 */
export function deepCheck(
  program: Program,
  options: DeepOptions & { readonly goOn: () => boolean },
): readonly Diagnostic[] | undefined;
export function deepCheck(
  program: Program,
  options?: Pick<DeepOptions, 'holders'>,
): readonly Diagnostic[];
export function deepCheck(
  program: Program,
  options: DeepOptions = {},
): readonly Diagnostic[] | undefined {
  needOptions(options, { goOn: undefined, holders: undefined });
  const { checked, runtime } = partsOfProgram(program);
  const { natives } = runtime;
  const source = (file: string) => runtime.source(file);
  return deepCheckOf(checked, program.diagnostics, source, { ...options, natives });
}

/**
 * Steps of approvals that can't be taken by the people there are (Q6022, Q6023): a part of what
 * `deepCheck` tells with `holders`, quick enough to be asked beside other work.
 */
export function unmetSteps(program: Program, holders: Holders): readonly Diagnostic[] {
  const { checked } = partsOfProgram(program);
  needRecord(holders, 'holders');
  if (program.diagnostics.some(({ severity }) => severity === 'error')) return [];
  return checked.approvals.flatMap((approval) => peopleChecks(approval, holders, checked.index));
}
