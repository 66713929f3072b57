import type { Block, FileNode } from '../language/ast.ts';
import { quotingIn } from '../language/foreign.ts';
import { createReporter, type Reporter } from '../source/diagnostic.ts';
import type { BlockSource, FormulaSignature } from './context.ts';
import type { Lookups } from './lookups.ts';

export interface NamedFile {
  readonly name: string;
  readonly file: Pick<FileNode, 'blocks' | 'language'>;
  /** Where a block begins by now, when its spans still tell where it began before an edit. */
  readonly startOf?: (block: Block) => number;
}

export interface CheckedModule {
  readonly name: string;
  readonly file: string;
  /** Plugins it names that are not loaded: then the module is switched off. */
  readonly absent: readonly string[];
}

/** What checking makes of a block that can be called. */
export interface Called {
  readonly signature: FormulaSignature;
}

/** What checking found out about one block. It holds as long as its look-ups do. */
export interface Result {
  readonly source: BlockSource;
  /** Where the block began at that time: what was found is told from there. */
  readonly at: number;
  readonly checked: unknown;
  readonly lookups: Lookups;
}

/** A block in its place in the program. */
export interface Standing {
  readonly block: Block;
  file: NamedFile;
  module: string;
  /** False for the second block of a name, and in a module that is switched off. */
  checkable: boolean;
  /** What is wrong with it as a part of the program, and where it began when that was found. */
  reporter: Reporter | undefined;
  at: number;
  result: Result | undefined;
  /** The run in which the result was last known to hold. */
  run: number;
}

/** Blocks that change what all others mean. */
export const isHeader = ({ kind }: Block): boolean =>
  kind === 'language' || kind === 'module' || kind === 'requires' || kind === 'entity';

export const nameOf = (block: Block): string | undefined =>
  'name' in block ? block.name.name : undefined;

export const reporterFor = ({ name, file }: NamedFile): Reporter =>
  createReporter(name, quotingIn(file.language));

/** Where is told what is wrong with a block as a part of the program. */
export function reporterOf(standing: Standing): Reporter {
  standing.reporter ??= reporterFor(standing.file);
  return standing.reporter;
}
