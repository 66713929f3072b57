import type { CheckedProgram } from '../../check/check.ts';
import type { Diagnostic } from '../../source/diagnostic.ts';
import type { Runtime } from '../runtime.ts';
import { compileEntity, type EntityDeclaration } from './entity.ts';
import { compileScreen, type ScreenDeclaration } from './screen.ts';

/** What the plant itself keeps and shows. */
export interface Models {
  readonly entities: readonly EntityDeclaration[];
  readonly screens: readonly ScreenDeclaration[];
  /** Defaults that can't be computed. */
  readonly diagnostics: readonly Diagnostic[];
}

export const NO_MODELS: Models = { entities: [], screens: [], diagnostics: [] };

export function compileModels(checked: CheckedProgram, runtime: Runtime): Models {
  const entities = checked.entities.map((entity) => compileEntity(entity, runtime));
  const screens = checked.screens.map((screen) => compileScreen(screen, runtime));
  return {
    entities: entities.map(({ entity }) => entity),
    screens: screens.map(({ screen }) => screen),
    diagnostics: entities.flatMap(({ diagnostics }) => diagnostics),
  };
}
