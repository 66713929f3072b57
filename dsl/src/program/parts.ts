import type { CheckedProgram } from '../check/check.ts';
import { ApiError } from '../source/api.ts';
import type { Reckonings } from './figures/reckonings.ts';
import type { Flows } from './flow/flows.ts';
import type { PointRule } from './gate/point-rule.ts';
import type { Runtime } from './runtime.ts';

/** What tests need of a program besides its public face. */
export interface ProgramParts {
  readonly checked: CheckedProgram;
  readonly runtime: Runtime;
  readonly rules: ReadonlyMap<string, ReadonlyMap<string, PointRule>>;
  readonly flows: Flows;
  readonly reckonings: Reckonings;
}

const parts = new WeakMap<object, ProgramParts>();

/** Keeps what belongs to a program, as long as somebody has it. */
export const keepParts = (program: object, its: ProgramParts): void => {
  parts.set(program, its);
};

/**
 * The inner parts of a program made by `compileProgram`.
 * @throws ApiError for anything else
 */
export function partsOfProgram(program: object): ProgramParts {
  const found = parts.get(program);
  if (found === undefined)
    throw new ApiError(
      'not_a_program',
      'program',
      'was not made by compileProgram',
      'give what it returned, not a copy',
    );
  return found;
}
