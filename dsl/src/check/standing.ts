import type { Block, FileNode } from '../language/ast.ts';
import { quotingIn } from '../language/foreign.ts';
import {
  createReporter,
  type Diagnostic,
  type Looking,
  moveDiagnostics,
  type Reporter,
} from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { BlockSource, FormulaSignature, NamedBlock } from './context.ts';
import type { Lookups } from './lookups.ts';
import { FIRST_ALIKE } from './rules/look-alikes.ts';
import { FIRST } from './rules/named-once.ts';

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
  /** Its module is switched off. */
  off: boolean;
  /** False for the second block of a name, and in a module that is switched off. */
  checkable: boolean;
  /** Its name has letters that could be taken for Latin ones, or others of their scripts. */
  readonly foreign: boolean;
  /** Its name is taken: by the first block that has it, or by what is built in. */
  double: boolean;
  /** What is wrong with it as a part of the program, and where it began when that was found. */
  reporter: Reporter | undefined;
  at: number;
  result: Result | undefined;
  /** The run in which the result was last known to hold. */
  run: number;
}

/** A block that others can name. */
export type NamedStanding = Standing & { readonly block: NamedBlock };

/** Blocks that change what all others mean. */
export const isHeader = ({ kind }: Block): boolean =>
  kind === 'language' || kind === 'module' || kind === 'requires' || kind === 'entity';

export const reporterFor = ({ name, file }: NamedFile): Reporter =>
  createReporter(name, quotingIn(file.language));

/** Where is told what is wrong with a block as a part of the program. */
export function reporterOf(standing: Standing): Reporter {
  standing.reporter ??= reporterFor(standing.file);
  return standing.reporter;
}

/** Where something in a block is by now. */
function placedSpan({ block, file }: Standing, { start, end }: Span): Span {
  const by = (file.startOf?.(block) ?? block.span.start) - block.span.start;
  return { start: start + by, end: end + by };
}

const NOTHING: readonly Diagnostic[] = [];

/**
 * What is wrong with a block, in its place by now: as a part of the program, then by itself.
 * @param first the block that has its name, where it is not this one
 * @param alike one before it with a name that looks the same
 * @param looking how much may be looked for in the whole program
 */
export function toldOf(
  standing: Standing,
  first: Standing | undefined,
  alike: Standing | undefined,
  looking: Looking,
): readonly Diagnostic[] {
  const { block, file, reporter, double, at, checkable, result } = standing;
  const own = (checkable ? result?.source.reporter.within(looking) : undefined) ?? NOTHING;
  if (own.length === 0 && reporter === undefined && !double && alike === undefined) return NOTHING;
  const start = file.startOf?.(block) ?? block.span.start;
  return [
    ...(double ? reportName('duplicateName', standing, first, FIRST) : []),
    ...(alike === undefined ? [] : reportName('lookAlike', standing, alike, FIRST_ALIKE)),
    ...moveDiagnostics(reporter?.diagnostics ?? [], start - at),
    ...moveDiagnostics(own, start - (result?.at ?? start)),
  ];
}

/** Says that there is another name, and where it stands. */
function reportName(
  code: 'duplicateName' | 'lookAlike',
  standing: Standing,
  first: Standing | undefined,
  message: string,
): readonly Diagnostic[] {
  const { block, file } = standing;
  if (!('name' in block)) return [];
  const { name, span } = block.name;
  const reporter = reporterFor(file);
  const there = first !== undefined && 'name' in first.block ? first.block.name.span : undefined;
  const related =
    first !== undefined && there !== undefined
      ? [{ file: first.file.name, span: placedSpan(first, there), message }]
      : undefined;
  reporter.report(code, placedSpan(standing, span), { name }, undefined, related);
  return reporter.diagnostics;
}
