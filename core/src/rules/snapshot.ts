import { createHash } from 'node:crypto';
import type { Catalog, CompiledFormula, CompiledGate, Program } from '@qoida/dsl';
import { compileProgram, positionAt, sourceText } from '@qoida/dsl';
import { Refusal } from '../api/errors.ts';
import { payloadHash } from '../data/canonical.ts';

/** A published module as text. */
export interface ModuleText {
  readonly module: string;
  readonly text: string;
  /** Points at which its gates stood when it was published; they stay shut if it no longer compiles. */
  readonly points: readonly string[];
  /** Its published version; absent where texts of earlier times are compiled. */
  readonly version?: number;
}

/** One compiled rule set, never changed: publishing makes a new one and swaps it in. */
export interface Snapshot {
  readonly program: Program;
  /** Of the texts, the version of the language and the catalog: what decisions name their rules by. */
  readonly hash: string;
  /** Grows with every publication: of two snapshots the one with more is the later. */
  readonly generation: number;
  readonly catalog: Catalog;
  /** The modules that stand, with their texts. */
  readonly modules: readonly ModuleText[];
  readonly gatesAt: ReadonlyMap<string, readonly CompiledGate[]>;
  readonly formulas: ReadonlyMap<string, CompiledFormula>;
  /** Points whose module doesn't compile: what can't be decided is refused. */
  readonly brokenPoints: ReadonlyMap<string, string>;
  readonly brokenModules: readonly string[];
}

export const fileNameOf = (module: string) => `${module}.qoida`;

/**
 * Compiles modules together. One error would leave the whole program empty, so modules with errors are
 * left out, again and again until the rest stands.
 */
export function compileSound<M extends { readonly module: string; readonly text: string }>(
  modules: readonly M[],
  catalog: Catalog,
): { readonly program: Program; readonly sound: readonly M[]; readonly broken: readonly M[] } {
  const broken: M[] = [];
  let sound = modules;
  let program = compileProgram(filesOf(sound), catalog);
  while (program.diagnostics.some((item) => item.severity === 'error') && sound.length > 0) {
    const faulty = sound.filter(({ module }) => hasErrors(program, fileNameOf(module)));
    broken.push(...faulty);
    sound = sound.filter((entry) => !faulty.includes(entry));
    program = compileProgram(filesOf(sound), catalog);
  }
  return { program, sound, broken };
}

/** Compiles the published modules together; points of those that don't compile stay shut. */
export function compileSnapshot(modules: readonly ModuleText[], catalog: Catalog): Snapshot {
  const { program, sound, broken } = compileSound(modules, catalog);
  const brokenPoints = new Map(
    broken.flatMap(({ module, points }) => points.map((point) => [point, module] as const)),
  );
  return {
    program,
    hash: ruleSetHash(program, catalog),
    generation: modules.reduce((sum, { version = 0 }) => sum + version, 0),
    catalog,
    modules: sound,
    gatesAt: indexGates(program.gates),
    formulas: new Map(
      program.formulas.map((formula) => [`${formula.module}.${formula.name}`, formula]),
    ),
    brokenPoints,
    brokenModules: broken.map(({ module }) => module),
  };
}

const catalogHashes = new WeakMap<Catalog, string>();

/** SHA-256 of the catalog's canonical form. */
export function catalogHash(catalog: Catalog): string {
  const hash = catalogHashes.get(catalog) ?? payloadHash(catalog);
  catalogHashes.set(catalog, hash);
  return hash;
}

const ruleSetHash = (program: Program, catalog: Catalog): string =>
  createHash('sha256')
    .update(`${program.hash}\n${catalogHash(catalog)}`)
    .digest('hex');

export function hasErrors(program: Program, file: string): boolean {
  return program.diagnostics.some((item) => item.file === file && item.severity === 'error');
}

/** The errors of each module when they are compiled together. */
export function faultsOf(
  modules: readonly ModuleText[],
  catalog: Catalog,
): ReadonlyMap<string, readonly string[]> {
  const { diagnostics } = compileProgram(filesOf(modules), catalog);
  const errors = Map.groupBy(
    diagnostics.filter(({ severity }) => severity === 'error'),
    ({ file }) => file,
  );
  const told = ({ module, text }: ModuleText): readonly string[] => {
    const file = fileNameOf(module);
    return (errors.get(file) ?? []).map((item) => {
      const { line, column } = positionAt(sourceText(file, text), item.span.start);
      return `${item.code} line ${line}:${column} ${item.message}`;
    });
  };
  return new Map(modules.map((entry) => [entry.module, told(entry)]));
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

const filesOf = (modules: readonly Pick<ModuleText, 'module' | 'text'>[]) =>
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
