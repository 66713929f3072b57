import type { Block, FileNode } from '../language/ast.ts';
import { createReporter, type Diagnostic, type Reporter } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { CatalogIndex } from '../types/catalog.ts';
import { builtInNamed, isAggregateName } from '../types/functions.ts';
import { callOrder } from './call-order.ts';
import { brokenSignature, type CallableBlock, isCallable, namesCalledBy } from './callables.ts';
import type { BlockSource, FormulaSignature, NamedBlock, NamedKind, World } from './context.ts';
import { Lookups } from './lookups.ts';
import { reportRecursion } from './rules/no-recursion.ts';

export interface NamedFile {
  readonly name: string;
  readonly file: Pick<FileNode, 'blocks'>;
  /** Where a block begins by now, when its spans still tell where it began before an edit. */
  readonly startOf?: (block: Block) => number;
}

export interface CheckedModule {
  readonly name: string;
  readonly file: string;
  /** Plugins it names that are not loaded: then the module is switched off. */
  readonly absent: readonly string[];
}

/** How a block of any kind is checked; nothing for blocks that have nothing to check. */
export type CheckBlock = (source: BlockSource, world: World) => unknown;

/** What checking makes of a block that can be called. */
interface Called {
  readonly signature: FormulaSignature;
}

/** What checking found out about one block. It holds as long as its look-ups do. */
interface Result {
  readonly source: BlockSource;
  /** Where the block began at that time: what was found is told from there. */
  readonly at: number;
  readonly checked: unknown;
  readonly lookups: Lookups;
}

/** A block in its place, for one check of the whole program. */
interface Standing {
  readonly block: Block;
  readonly module: string;
  readonly file: NamedFile;
  /** What is wrong with it as a part of the program; found anew in each check. */
  readonly reporter: Reporter;
  /** False for the second block of a name, and in a module that is switched off. */
  checkable: boolean;
}

/**
 * Checks programs, and keeps what it found out about blocks: a block is checked again only when
 * it is another one, or when something that it looked up has changed.
 */
export class Checker {
  readonly #index: CatalogIndex;
  readonly #checkBlock: CheckBlock;
  #results = new Map<Block, Result>();
  #standings: Standing[] = [];
  #modules: CheckedModule[] = [];
  #tables = new Map<NamedKind, Map<string, NamedBlock>>();
  #names = new Map<NamedKind, readonly string[]>();
  #circular: ReadonlySet<string> = new Set();

  constructor(index: CatalogIndex, checkBlock: CheckBlock) {
    this.#index = index;
    this.#checkBlock = checkBlock;
  }

  /** Checks the files as they are now. Never throws. */
  run(files: readonly NamedFile[]): void {
    this.#collect(files);
    const before = this.#results;
    this.#results = new Map();
    const callables = this.#table('formula') as ReadonlyMap<string, CallableBlock>;
    const calls = (name: string) => {
      const block = callables.get(name);
      return block === undefined ? [] : namesCalledBy(block);
    };
    const { order, circular, circles } = callOrder([...callables.keys()], calls);
    this.#circular = circular;
    const standing = new Map(this.#standings.map((item) => [item.block, item]));
    const standingOf = (name: string) => standing.get(callables.get(name) as Block) as Standing;
    for (const name of order) this.#settle(standingOf(name), before);
    for (const item of this.#standings) if (item.checkable) this.#settle(item, before);
    for (const way of circles) {
      const { block, reporter } = standingOf(way[0] as string);
      reportRecursion(block as CallableBlock, way, reporter);
    }
  }

  get modules(): readonly CheckedModule[] {
    return this.#modules;
  }

  /** What checking made of the blocks of a kind, in the order of the text. */
  checkedOf(kind: Block['kind']): readonly unknown[] {
    return this.#standings.flatMap(({ block }) => {
      if (block.kind !== kind) return [];
      return this.#results.get(block)?.checked ?? [];
    });
  }

  /** What was found, file by file, block by block in the order of the text. */
  diagnostics(): readonly Diagnostic[] {
    return this.#standings.flatMap(({ block, file, reporter }) => {
      const result = this.#results.get(block);
      const own = result?.source.reporter.diagnostics ?? [];
      if (own.length === 0 && reporter.diagnostics.length === 0) return [];
      const start = file.startOf?.(block) ?? block.span.start;
      return [
        ...moved(reporter.diagnostics, start - block.span.start),
        ...moved(own, start - (result?.at ?? start)),
      ];
    });
  }

  /** The blocks in their places, and the tables of names. */
  #collect(files: readonly NamedFile[]): void {
    this.#standings = [];
    this.#modules = [];
    this.#tables = new Map();
    this.#names = new Map();
    for (const file of files) {
      const header = file.file.blocks.find((block) => block.kind === 'module');
      const module = header?.path.text ?? file.name.replace(/\.qoida$/, '');
      const standings = file.file.blocks.map((block) => this.#place(block, module, file));
      const absent = standings.flatMap((item) => this.#absentPlugins(item));
      this.#modules.push({ name: module, file: file.name, absent });
      for (const item of standings) {
        item.checkable = absent.length === 0 && this.#declare(item);
        this.#standings.push(item);
      }
    }
  }

  #place(block: Block, module: string, file: NamedFile): Standing {
    return { block, module, file, reporter: createReporter(file.name), checkable: false };
  }

  #absentPlugins({ block, reporter }: Standing): readonly string[] {
    const { plugins } = this.#index.catalog;
    if (block.kind !== 'requires' || plugins === undefined) return [];
    const absent = block.names.filter((path) => !plugins.includes(path.text));
    for (const { span, text } of absent) reporter.report('absentPlugin', span, { name: text });
    return absent.map((path) => path.text);
  }

  /** Notes the block's name, if it has one. @returns false when the name is taken */
  #declare({ block, reporter }: Standing): boolean {
    if (!('name' in block)) return true;
    const { name, span } = block.name;
    const table = this.#table(block.kind);
    const builtIn =
      isCallable(block) && (builtInNamed(name) !== undefined || isAggregateName(name));
    if (builtIn || table.has(name)) {
      reporter.report('duplicateName', span, { name });
      return false;
    }
    table.set(name, block);
    return true;
  }

  /** What is called by name has one table, that of formulas. */
  #table(kind: NamedKind): Map<string, NamedBlock> {
    const key = kind === 'kpi' || kind === 'balance' ? 'formula' : kind;
    const table = this.#tables.get(key) ?? new Map<string, NamedBlock>();
    this.#tables.set(key, table);
    return table;
  }

  /** Takes over what is known of a block, or checks it. */
  #settle({ block, module, file }: Standing, before: ReadonlyMap<Block, Result>): void {
    if (this.#results.has(block)) return;
    const known = before.get(block);
    if (known !== undefined && known.source.module === module && known.lookups.hold()) {
      this.#results.set(block, known);
      return;
    }
    const source: BlockSource = { block, reporter: createReporter(file.name), module };
    const lookups = new Lookups(this.#world);
    const checked = this.#checkBlock(source, lookups);
    this.#results.set(block, { source, at: block.span.start, checked, lookups });
  }

  /** What blocks see of one another, at the time they ask. */
  get #world(): World {
    return {
      index: this.#index,
      formula: (name) => this.#signature(name),
      has: (kind, name) => this.#table(kind).get(name)?.kind === kind,
      names: (kind) => {
        const names = this.#names.get(kind) ?? [...this.#table(kind).keys()];
        this.#names.set(kind, names);
        return names;
      },
    };
  }

  #signature(name: string): FormulaSignature | undefined {
    const block = this.#table('formula').get(name);
    if (block === undefined || !isCallable(block)) return undefined;
    if (this.#circular.has(name)) return brokenSignature(block);
    return (this.#results.get(block)?.checked as Called | undefined)?.signature;
  }
}

function moved(found: readonly Diagnostic[], by: number): readonly Diagnostic[] {
  if (by === 0) return found;
  const move = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  return found.map((item) => {
    const span = move(item.span);
    const { fix } = item;
    return fix === undefined
      ? { ...item, span }
      : { ...item, span, fix: { ...fix, span: move(fix.span) } };
  });
}
