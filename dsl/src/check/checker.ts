import type { Block } from '../language/ast.ts';
import { type Diagnostic, moveDiagnostics } from '../source/diagnostic.ts';
import type { CatalogIndex } from '../types/catalog.ts';
import { builtInNamed, isAggregateName } from '../types/functions.ts';
import { EntityIndex, takenBy } from './blocks/entity-index.ts';
import { shapeOf } from './blocks/entity-shape.ts';
import { type CallOrder, callOrder, MAX_CALL_DEPTH } from './call-order.ts';
import {
  brokenSignature,
  type CallableBlock,
  depthOf,
  isCallable,
  namesCalledBy,
} from './callables.ts';
import type { BlockSource, FormulaSignature, NamedKind, World } from './context.ts';
import { nameKey, namesKey, signatureKey } from './lookup-keys.ts';
import { Lookups, sameNames, sameSignature } from './lookups.ts';
import { reportRecursion } from './rules/no-recursion.ts';
import {
  type Called,
  type CheckedModule,
  isHeader,
  type NamedFile,
  nameOf,
  reporterFor,
  reporterOf,
  type Standing,
} from './standing.ts';

/** How a block of any kind is checked; nothing for blocks that have nothing to check. */
export type CheckBlock = (source: BlockSource, world: World) => unknown;

type Table = Map<string, Standing>;

/**
 * Checks programs, and keeps what it found out about blocks: a block is checked again only when
 * it is another one, or when something that it looked up has changed.
 */
export class Checker {
  readonly #index: EntityIndex;
  readonly #checkBlock: CheckBlock;
  readonly #known = new WeakMap<Block, Standing>();
  #run = 0;
  #standings: Standing[] = [];
  #modules: CheckedModule[] = [];
  #tables = new Map<NamedKind, Table>();
  #names = new Map<NamedKind, readonly string[]>();
  /** What callers saw of each callable block in the last run. */
  #signatures = new Map<string, FormulaSignature | undefined>();
  /** What has changed since the last run, in the words of `Lookups`. */
  #changed = new Set<string>();
  #calls: readonly (readonly [string, readonly string[], number])[] = [];
  #order: CallOrder = callOrder([], () => []);

  constructor(index: CatalogIndex, checkBlock: CheckBlock) {
    this.#index = new EntityIndex(index);
    this.#checkBlock = checkBlock;
    this.#world = this.#makeWorld(index);
  }

  /** Checks the files as they are now. Never throws. */
  run(files: readonly NamedFile[]): void {
    if (!this.#replace(files)) this.#runAll(files);
  }

  /**
   * The usual edit: some blocks became others of the same names, and what callers see of them is
   * the same. Only these are checked then.
   * @returns false when more has changed
   */
  #replace(files: readonly NamedFile[]): boolean {
    if (files.length !== this.#modules.length) return false;
    const replaced: [number, Block, NamedFile][] = [];
    let i = 0;
    for (const [f, file] of files.entries()) {
      if (file.name !== this.#modules[f]?.file) return false;
      for (const block of file.file.blocks) {
        const standing = this.#standings[i];
        if (standing?.file.name !== file.name) return false;
        if (standing.block !== block) replaced.push([i, block, file]);
        i++;
      }
    }
    if (i !== this.#standings.length) return false;
    return replaced.every(([at, block, file]) => this.#takePlace(at, block, file));
  }

  /** Checks a block in the place of another one. @returns false when that concerns others */
  #takePlace(at: number, block: Block, file: NamedFile): boolean {
    const old = this.#standings[at] as Standing;
    if (!old.checkable || old.reporter !== undefined || old.block.kind !== block.kind) return false;
    if (isHeader(block) || nameOf(block) !== nameOf(old.block)) return false;
    const standing = this.#place(block, old.module, file);
    standing.checkable = true;
    if (isCallable(block)) {
      const before = namesCalledBy(old.block as CallableBlock);
      if (this.#order.circular.has(block.name.name)) return false;
      if (!sameNames(before, namesCalledBy(block))) return false;
    }
    this.#check(standing);
    standing.run = this.#run;
    if (isCallable(block)) {
      const called = standing.result?.checked as Called | undefined;
      if (!sameSignature(this.#signatures.get(block.name.name), called?.signature)) return false;
    }
    if ('name' in block) this.#table(block.kind).set(block.name.name, standing);
    this.#standings[at] = standing;
    return true;
  }

  #runAll(files: readonly NamedFile[]): void {
    this.#run++;
    this.#changed = new Set();
    const before = this.#tables;
    this.#collect(files);
    this.#compareNames(before);
    this.#readEntities();
    const callables = this.#table('formula');
    this.#orderCalls(callables);
    const seen = this.#signatures;
    this.#signatures = new Map();
    const { order, circular, circles, tooDeep } = this.#order;
    for (const name of seen.keys()) if (!callables.has(name)) this.#changed.add(signatureKey(name));
    // What is on a circle is seen by what comes before it, too.
    for (const name of circular) this.#noteSignature(name, seen);
    for (const name of order) {
      this.#settle(callables.get(name) as Standing);
      if (!circular.has(name)) this.#noteSignature(name, seen);
    }
    for (const item of this.#standings) if (item.checkable) this.#settle(item);
    for (const name of tooDeep) {
      const standing = callables.get(name) as Standing;
      const { span } = (standing.block as CallableBlock).name;
      reporterOf(standing).report('callsTooDeep', span, { name, limit: String(MAX_CALL_DEPTH) });
    }
    for (const way of circles) {
      const standing = callables.get(way[0] as string) as Standing;
      reportRecursion(standing.block as CallableBlock, way, reporterOf(standing));
    }
  }

  #noteSignature(name: string, seen: ReadonlyMap<string, FormulaSignature | undefined>): void {
    const signature = this.#signature(name);
    this.#signatures.set(name, signature);
    if (!sameSignature(seen.get(name), signature)) this.#changed.add(signatureKey(name));
  }

  /** The catalog with the entities of the program. */
  get index(): CatalogIndex {
    return this.#index.latest;
  }

  get modules(): readonly CheckedModule[] {
    return this.#modules;
  }

  /** What checking made of the blocks, by kind, in the order of the text. */
  checked(): ReadonlyMap<Block['kind'], readonly unknown[]> {
    const byKind = new Map<Block['kind'], unknown[]>();
    for (const { block, checkable, result } of this.#standings) {
      if (!checkable || result?.checked === undefined) continue;
      const list = byKind.get(block.kind);
      if (list === undefined) byKind.set(block.kind, [result.checked]);
      else list.push(result.checked);
    }
    return byKind;
  }

  /** What was found, file by file, block by block in the order of the text. */
  diagnostics(): readonly Diagnostic[] {
    const found: Diagnostic[] = [];
    for (const { block, file, reporter, at, checkable, result } of this.#standings) {
      const own = checkable ? (result?.source.reporter.diagnostics ?? []) : [];
      if (own.length === 0 && reporter === undefined) continue;
      const start = file.startOf?.(block) ?? block.span.start;
      if (reporter !== undefined) found.push(...moveDiagnostics(reporter.diagnostics, start - at));
      found.push(...moveDiagnostics(own, start - (result?.at ?? start)));
    }
    return found;
  }

  /** The blocks in their places, and the tables of names. */
  #collect(files: readonly NamedFile[]): void {
    this.#standings = [];
    this.#modules = [];
    this.#tables = new Map();
    this.#names = new Map();
    for (const file of files) {
      const { blocks } = file.file;
      const header = blocks.find((block) => block.kind === 'module');
      const module = header?.path.text ?? file.name.replace(/\.qoida$/, '');
      const standings = blocks.map((block) => this.#place(block, module, file));
      const absent = standings.flatMap((item) => this.#absentPlugins(item));
      this.#modules.push({ name: module, file: file.name, absent });
      for (const item of standings) {
        item.checkable = absent.length === 0 && this.#declare(item);
        this.#standings.push(item);
      }
    }
  }

  #place(block: Block, module: string, file: NamedFile): Standing {
    const known = this.#known.get(block);
    if (known !== undefined) {
      known.file = file;
      known.module = module;
      known.reporter = undefined;
      known.at = block.span.start;
      return known;
    }
    const standing: Standing = {
      block,
      file,
      module,
      checkable: false,
      reporter: undefined,
      at: block.span.start,
      result: undefined,
      run: 0,
    };
    this.#known.set(block, standing);
    return standing;
  }

  #absentPlugins(standing: Standing): readonly string[] {
    const { block } = standing;
    const { plugins } = this.#index.base.catalog;
    if (block.kind !== 'requires' || plugins === undefined) return [];
    const absent = block.names.filter((path) => !plugins.includes(path.text));
    for (const { span, text } of absent)
      reporterOf(standing).report('absentPlugin', span, { name: text });
    return absent.map((path) => path.text);
  }

  /** Notes the block's name, if it has one. @returns false when the name is taken */
  #declare(standing: Standing): boolean {
    const { block } = standing;
    if (!('name' in block)) return true;
    const { name, span } = block.name;
    const table = this.#table(block.kind);
    const builtIn =
      isCallable(block) && (builtInNamed(name) !== undefined || isAggregateName(name));
    if (builtIn || table.has(name)) {
      reporterOf(standing).report('duplicateName', span, { name });
      return false;
    }
    table.set(name, standing);
    return true;
  }

  /** What is called by name has one table, that of formulas. */
  #table(kind: NamedKind): Table {
    const key = kind === 'kpi' || kind === 'balance' ? 'formula' : kind;
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(key, table);
    }
    return table;
  }

  /** Notes which names have come, gone, or stand for a block of another kind. */
  #compareNames(before: ReadonlyMap<NamedKind, Table>): void {
    // In the first run nothing has looked anything up yet.
    if (this.#run === 1) return;
    const none: Table = new Map();
    for (const kind of new Set([...before.keys(), ...this.#tables.keys()])) {
      const [old, now] = [before.get(kind) ?? none, this.#tables.get(kind) ?? none];
      if (sameTable(old, now)) continue;
      const names = [...now.keys()];
      if (!sameNames([...old.keys()], names)) {
        for (const each of kind === 'formula' ? CALLABLE_KINDS : [kind])
          this.#changed.add(namesKey(each));
      }
      for (const name of new Set([...old.keys(), ...names])) {
        const [was, is] = [old.get(name)?.block.kind, now.get(name)?.block.kind];
        if (was === is) continue;
        if (was !== undefined) this.#changed.add(nameKey(was, name));
        if (is !== undefined) this.#changed.add(nameKey(is, name));
      }
    }
  }

  /** Makes what entities bring known to all blocks; one whose name is taken brings nothing. */
  #readEntities(): void {
    const { catalog } = this.#index.base;
    const shapes = [...this.#table('entity').values()].flatMap(({ block }) => {
      if (block.kind !== 'entity') return [];
      const shape = shapeOf(block, catalog);
      return takenBy(catalog, shape) === undefined ? [shape] : [];
    });
    for (const key of this.#index.update(shapes)) this.#changed.add(key);
  }

  /** Orders what is called, unless the calls are those of the last run. */
  #orderCalls(callables: Table): void {
    const calls: (readonly [string, readonly string[], number])[] = [];
    let same = callables.size === this.#calls.length;
    for (const [name, { block }] of callables) {
      const called = namesCalledBy(block as CallableBlock);
      const last = this.#calls[calls.length];
      const depth = depthOf(block as CallableBlock);
      same &&= last?.[0] === name && last[2] === depth && sameNames(last[1], called);
      calls.push([name, called, depth]);
    }
    if (same) return;
    this.#calls = calls;
    const byName = new Map(calls.map((row) => [row[0], row]));
    this.#order = callOrder(
      [...byName.keys()],
      (name) => byName.get(name)?.[1] ?? [],
      (name) => byName.get(name)?.[2] ?? 1,
    );
  }

  /** Keeps what is known of a block as long as it holds, or checks it. */
  #settle(standing: Standing): void {
    const { module, result, run } = standing;
    if (run === this.#run) return;
    standing.run = this.#run;
    const holds =
      run === this.#run - 1 &&
      result?.source.module === module &&
      !result.lookups.touchedBy(this.#changed);
    if (!holds) this.#check(standing);
  }

  #check(standing: Standing): void {
    const { block, module, file } = standing;
    const source: BlockSource = { block, reporter: reporterFor(file), module };
    const lookups = new Lookups(this.#world, this.#index);
    const checked = this.#checkBlock(source, lookups);
    standing.result = { source, at: block.span.start, checked, lookups };
  }

  /** What blocks see of one another. */
  readonly #world: World;
  #makeWorld = (index: CatalogIndex): World => ({
    index,
    formula: (name) => this.#signature(name),
    has: (kind, name) => this.#table(kind).get(name)?.block.kind === kind,
    names: (kind) => {
      const names = this.#names.get(kind) ?? [...this.#table(kind).keys()];
      this.#names.set(kind, names);
      return names;
    },
  });

  #signature(name: string): FormulaSignature | undefined {
    const standing = this.#table('formula').get(name);
    if (standing === undefined || !isCallable(standing.block)) return undefined;
    if (this.#order.circular.has(name)) return brokenSignature(standing.block);
    return (standing.result?.checked as Called | undefined)?.signature;
  }
}

/** Have two tables the same names in the same order, for blocks of the same kinds? */
function sameTable(a: Table, b: Table): boolean {
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [name, { block }] of a) {
    const { value } = others.next();
    if (value?.[0] !== name || value[1].block.kind !== block.kind) return false;
  }
  return true;
}

const CALLABLE_KINDS = ['formula', 'kpi', 'balance'] as const;
