import type { Catalog, CompiledFormula, CompiledGate, Program } from '@qoida/dsl';
import { compileProgram, positionAt, sourceText } from '@qoida/dsl';
import { Refusal } from '../api/errors.ts';

/** A published module as text. */
export interface ModuleText {
  readonly module: string;
  readonly text: string;
  /** Points at which its gates stood when it was published; they stay shut if it no longer compiles. */
  readonly points: readonly string[];
}

/** One compiled rule set, never changed: publishing makes a new one and swaps it in. */
export interface Snapshot {
  readonly program: Program;
  readonly hash: string;
  readonly gatesAt: ReadonlyMap<string, readonly CompiledGate[]>;
  readonly formulas: ReadonlyMap<string, CompiledFormula>;
  /** Points whose module doesn't compile: what can't be decided is refused. */
  readonly brokenPoints: ReadonlyMap<string, string>;
  readonly brokenModules: readonly string[];
}

export const fileNameOf = (module: string) => `${module}.qoida`;

/**
 * Compiles the published modules together. One error would leave the whole program empty, so modules
 * with errors are left out, again and again until the rest stands; the points of those stay shut.
 */
export function compileSnapshot(modules: readonly ModuleText[], catalog: Catalog): Snapshot {
  const brokenPoints = new Map<string, string>();
  const brokenModules: string[] = [];
  let sound = modules;
  let program = compileProgram(filesOf(sound), catalog);
  while (program.diagnostics.some((item) => item.severity === 'error') && sound.length > 0) {
    const broken = sound.filter(({ module }) => hasErrors(program, fileNameOf(module)));
    for (const { module, points } of broken) {
      brokenModules.push(module);
      for (const point of points) brokenPoints.set(point, module);
    }
    sound = sound.filter((entry) => !broken.includes(entry));
    program = compileProgram(filesOf(sound), catalog);
  }
  return {
    program,
    hash: program.hash,
    gatesAt: indexGates(program.gates),
    formulas: new Map(
      program.formulas.map((formula) => [`${formula.module}.${formula.name}`, formula]),
    ),
    brokenPoints,
    brokenModules,
  };
}

export function hasErrors(program: Program, file: string): boolean {
  return program.diagnostics.some((item) => item.file === file && item.severity === 'error');
}

/** The errors of one module when it is compiled together with the others. */
export function faultsOf(
  modules: readonly ModuleText[],
  module: string,
  catalog: Catalog,
): string[] {
  const file = fileNameOf(module);
  const { text = '' } = modules.find((entry) => entry.module === module) ?? {};
  return compileProgram(filesOf(modules), catalog)
    .diagnostics.filter((item) => item.file === file && item.severity === 'error')
    .map((item) => {
      const { line, column } = positionAt(sourceText(file, text), item.span.start);
      return `${item.code} line ${line}:${column} ${item.message}`;
    });
}

/** @throws Refusal rules_broken when a module that guards the point doesn't compile */
export function gatesAt(snapshot: Snapshot, point: string): readonly CompiledGate[] {
  const module = snapshot.brokenPoints.get(point);
  if (module !== undefined) {
    throw new Refusal('gate_blocked', 'rules_broken', `The rules of ${module} don't compile`, {
      module,
      point,
    });
  }
  return snapshot.gatesAt.get(point) ?? [];
}

const filesOf = (modules: readonly ModuleText[]) =>
  modules.map(({ module, text }) => ({ name: fileNameOf(module), text }));

function indexGates(gates: readonly CompiledGate[]): Map<string, CompiledGate[]> {
  const index = new Map<string, CompiledGate[]>();
  for (const gate of gates) {
    for (const { point } of gate.points) {
      index.set(point, [...(index.get(point) ?? []), gate]);
    }
  }
  return index;
}
