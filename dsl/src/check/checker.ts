import type { Block } from '../language/ast.ts';
import { type CallableBlock, isCallable } from '../language/callable.ts';
import { isForeign } from '../language/look-alikes.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../source/limits.ts';
import type { CatalogIndex } from '../types/catalog.ts';
import { EntityIndex, takenBy } from './blocks/entity-index.ts';
import { shapeOf } from './blocks/entity-shape.ts';
import { CallGraph, type Calls, callsOf, sameCalls } from './call-graph.ts';
import { type CallOrder, callOrder, MAX_CALL_DEPTH } from './call-order.ts';
import { brokenSignature, namesInTextsOf } from './callables.ts';
import type { BlockSource, FormulaSignature, NamedKind, World } from './context.ts';
import { type Edit, editsBetween, replaced } from './edits.ts';
import { signatureKey } from './lookup-keys.ts';
import { Lookups, sameSignature } from './lookups.ts';
import { NameTables } from './name-tables.ts';
import { reportRecursion } from './rules/no-recursion.ts';
import {
  type Called,
  type CheckedModule,
  isHeader,
  type NamedFile,
  type NamedStanding,
  reporterFor,
  reporterOf,
  type Standing,
  toldOf,
} from './standing.ts';

/** How a block of any kind is checked; nothing for blocks that have nothing to check. */
export type CheckBlock = (source: BlockSource, world: World) => unknown;

/** The run of a block that may have missed a change. */
const MISSED = -1;

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
  /** How many blocks each file has. */
  #counts: number[] = [];
  #names = new NameTables();
  /** The names of a kind, once somebody has asked for them. */
  readonly #listed = new Map<NamedKind, readonly string[]>();
  /** What callers saw of each callable block in the last run. */
  #signatures = new Map<string, FormulaSignature | undefined>();
  /** What has changed since the last run, in the words of `Lookups`. */
  #changed = new Set<string>();
  /** What is called by name and has been checked since then. */
  readonly #checked = new Set<string>();
  /** Who calls whom by now: made at the first edit. */
  #calls: CallGraph | undefined;
  /** The calls that were ordered last. */
  #ordered: ReadonlyMap<string, Calls> = new Map();
  #order: CallOrder = callOrder([], () => []);

  constructor(index: CatalogIndex, checkBlock: CheckBlock) {
    this.#index = new EntityIndex(index);
    this.#checkBlock = checkBlock;
    this.#world = this.#makeWorld(index);
  }

  /** Checks the files as they are now. Never throws. */
  run(files: readonly NamedFile[]): void {
    if (!this.#patch(files)) this.#runAll(files);
  }

  /**
   * The usual edit: some blocks went and others came. Only these are checked then, and what
   * looked up something that is another by now.
   * @returns false when all has to be looked at anew
   */
  #patch(files: readonly NamedFile[]): boolean {
    this.#changed = new Set();
    this.#checked.clear();
    const { circular, tooDeep } = this.#order;
    if (this.#run === 0 || circular.size > 0 || tooDeep.length > 0) return false;
    const found = editsBetween(this.#standings, this.#modules, this.#counts, files);
    if (found === undefined) return false;
    if (
      found.some(({ gone, come }) => come.some(isHeader) || gone.some((one) => isHeader(one.block)))
    )
      return false;
    if (found.length === 0) return true;
    const graph = this.#calls ?? CallGraph.of(this.#callables());
    const edits = found.map((edit) => this.#take(edit, files));
    this.#standings = replaced(
      this.#standings,
      edits.map(({ at, gone, come }) => ({ at, gone: gone.length, come })),
    );
    const { changed, left, won } = this.#names.patch(edits, this.#standings);
    this.#changed = changed;
    for (const standing of left) if (!standing.checkable) standing.run = MISSED;
    this.#listed.clear();
    this.#calls = this.#callsChanged(graph, left, won);
    if (this.#calls === undefined) return false;
    const fresh = new Set<Standing>(edits.flatMap(({ come }) => come));
    for (const standing of won) if (standing.run !== this.#run) fresh.add(standing);
    this.#settlePatched(graph, fresh);
    return true;
  }

  /** Puts new blocks in the places of old ones. */
  #take({ file, at, gone, come }: Edit, files: readonly NamedFile[]) {
    const [module, named] = [this.#modules[file] as CheckedModule, files[file] as NamedFile];
    this.#counts[file] = (this.#counts[file] ?? 0) - gone.length + come.length;
    // What comes back later may have missed something.
    for (const standing of gone) standing.run = MISSED;
    const placed = come.map((block) => this.#place(block, module.name, named));
    for (const standing of placed) {
      standing.off = module.absent.length > 0;
      standing.checkable = !standing.off;
    }
    return { at, gone, come: placed };
  }

  /** Tells the graph which calls have changed. @returns undefined when it does not hold any more */
  #callsChanged(
    graph: CallGraph,
    left: readonly NamedStanding[],
    won: readonly NamedStanding[],
  ): CallGraph | undefined {
    const calls = new Map<string, Calls | undefined>();
    for (const { block } of left) if (isCallable(block)) calls.set(block.name.name, undefined);
    for (const { block } of won) if (isCallable(block)) calls.set(block.name.name, callsOf(block));
    for (const [name, now] of calls) {
      if (now !== undefined) continue;
      this.#signatures.delete(name);
      this.#changed.add(signatureKey(name));
    }
    return graph.update(calls) ? graph : undefined;
  }

  /** Checks what is new, and what looked up what has changed, callees before their callers. */
  #settlePatched(graph: CallGraph, fresh: ReadonlySet<Standing>): void {
    const table = this.#names.table('formula');
    const waiting = Array.from({ length: MAX_CALL_DEPTH + 1 }, (): Standing[] => []);
    const touched = (one: Standing): boolean =>
      fresh.has(one) || one.result?.lookups.touchedBy(this.#changed) !== false;
    const among = (all: Iterable<Standing>): Iterable<Standing> =>
      this.#changed.size === 0 ? fresh : all;
    for (const standing of among(table.values())) {
      if (!standing.checkable || !isCallable(standing.block) || !touched(standing)) continue;
      waiting[graph.depthOf(standing.block.name.name)]?.push(standing);
    }
    for (const level of waiting) {
      for (const standing of new Set(level)) {
        const { name } = (standing.block as CallableBlock).name;
        this.#check(standing);
        if (!this.#noteSignature(name, this.#signatures)) continue;
        for (const caller of graph.callersOf(name)) {
          const above = table.get(caller);
          if (above !== undefined) waiting[graph.depthOf(caller)]?.push(above);
        }
      }
    }
    if (this.#changed.size + this.#checked.size > 0) this.#settleTexts();
    for (const standing of among(this.#standings))
      if (standing.checkable && !isCallable(standing.block) && touched(standing))
        this.#check(standing);
  }

  #runAll(files: readonly NamedFile[]): void {
    this.#run++;
    this.#calls = undefined;
    const before = this.#names;
    this.#collect(files);
    // In the first run nothing has looked anything up yet.
    if (this.#run > 1) for (const key of this.#names.differences(before)) this.#changed.add(key);
    this.#readEntities();
    const callables = this.#names.table('formula');
    this.#orderCalls();
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
    this.#settleTexts(order);
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

  /** @returns is what callers see another one than before? */
  #noteSignature(name: string, seen: ReadonlyMap<string, FormulaSignature | undefined>): boolean {
    const [before, signature] = [seen.get(name), this.#signature(name)];
    this.#signatures.set(name, signature);
    if (sameSignature(before, signature)) return false;
    this.#changed.add(signatureKey(name));
    return true;
  }

  /**
   * The texts of a block may call what calls the block: they are looked at again once all
   * signatures are known.
   * @param order in which the blocks were checked, where each of them was
   */
  #settleTexts(order?: readonly string[]): void {
    let places: ReadonlyMap<string, number> | undefined;
    for (const [name, standing] of this.#names.table('formula')) {
      const called = namesInTextsOf(standing.block as CallableBlock);
      const other = called.filter(
        (callee) => this.#checked.has(callee) || this.#changed.has(signatureKey(callee)),
      );
      if (other.length === 0) continue;
      places ??= new Map(order?.map((each, i) => [each, i]));
      const place = (of: string): number => places?.get(of) ?? Infinity;
      if (other.some((callee) => place(callee) >= place(name))) this.#check(standing);
    }
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
    const alike = this.#names.alike(this.#standings);
    const looking = { left: LIMITS.compared };
    for (const standing of this.#standings) {
      const first = standing.double ? this.#names.holderOf(standing) : undefined;
      for (const one of toldOf(standing, first, alike.get(standing), looking)) found.push(one);
    }
    return found;
  }

  /** The blocks in their places, and the tables of names. */
  #collect(files: readonly NamedFile[]): void {
    this.#standings = [];
    this.#modules = [];
    this.#counts = [];
    this.#names = new NameTables();
    this.#listed.clear();
    for (const file of files) {
      const { blocks } = file.file;
      const header = blocks.find((block) => block.kind === 'module');
      const name = header?.path.text ?? file.name.replace(/\.qoida$/, '');
      const standings = blocks.map((block) => this.#place(block, name, file));
      const absent = standings.flatMap((item) => this.#absentPlugins(item));
      this.#modules.push({ name, file: file.name, absent });
      this.#counts.push(standings.length);
      for (const item of standings) {
        item.off = absent.length > 0;
        item.checkable = !item.off && this.#names.declare(item);
        this.#standings.push(item);
      }
    }
  }

  #place(block: Block, module: string, file: NamedFile): Standing {
    const known = this.#known.get(block);
    const at = block.span.start;
    if (known !== undefined)
      return Object.assign(known, { file, module, reporter: undefined, double: false, at });
    const standing: Standing = {
      block,
      file,
      module,
      off: false,
      foreign: 'name' in block && isForeign(block.name.name),
      checkable: false,
      double: false,
      reporter: undefined,
      at,
      result: undefined,
      run: MISSED,
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

  /** Makes what entities bring known to all blocks; one whose name is taken brings nothing. */
  #readEntities(): void {
    const { catalog } = this.#index.base;
    const entities = [...this.#names.table('entity').values()];
    const surplus = entities.slice(LIMITS.entities);
    for (const standing of surplus) standing.checkable = false;
    if (surplus[0] !== undefined)
      reportTooMany('entities', surplus[0].block.name.span, reporterOf(surplus[0]));
    const shapes = entities.slice(0, LIMITS.entities).flatMap(({ block }) => {
      if (block.kind !== 'entity') return [];
      const shape = shapeOf(block, catalog);
      return takenBy(catalog, shape) === undefined ? [shape] : [];
    });
    for (const key of this.#index.update(shapes, this.#run > 1)) this.#changed.add(key);
  }

  *#callables(): Iterable<readonly [string, CallableBlock]> {
    for (const [name, { block }] of this.#names.table('formula'))
      if (isCallable(block)) yield [name, block];
  }

  /** Orders what is called, unless the calls are those that were ordered last. */
  #orderCalls(): void {
    const byName = new Map<string, Calls>();
    for (const [name, block] of this.#callables()) byName.set(name, callsOf(block));
    if (sameCalls(this.#ordered, byName)) return;
    this.#ordered = byName;
    this.#order = callOrder(
      [...byName.keys()],
      (name) => byName.get(name)?.calls ?? [],
      (name) => byName.get(name)?.depth ?? 1,
    );
  }

  /** Keeps what is known of a block as long as it holds, or checks it. */
  #settle(standing: Standing): void {
    const { module, result, run } = standing;
    if (run === this.#run) return;
    const holds =
      run === this.#run - 1 &&
      result?.source.module === module &&
      !result.lookups.touchedBy(this.#changed);
    if (holds) standing.run = this.#run;
    else this.#check(standing);
  }

  #check(standing: Standing): void {
    const { block, module, file } = standing;
    const source: BlockSource = { block, reporter: reporterFor(file), module };
    const lookups = new Lookups(this.#world, this.#index);
    const checked = this.#checkBlock(source, lookups);
    standing.result = { source, at: block.span.start, checked, lookups };
    standing.run = this.#run;
    if (isCallable(block)) this.#checked.add(block.name.name);
  }

  /** What blocks see of one another. */
  readonly #world: World;
  #makeWorld = (index: CatalogIndex): World => ({
    index,
    formula: (name) => this.#signature(name),
    has: (kind, name) => this.#names.table(kind).get(name)?.block.kind === kind,
    names: (kind) => {
      const names = this.#listed.get(kind) ?? this.#names.names(kind, this.#standings);
      this.#listed.set(kind, names);
      return names;
    },
  });

  #signature(name: string): FormulaSignature | undefined {
    const standing = this.#names.table('formula').get(name);
    if (standing === undefined || !isCallable(standing.block)) return undefined;
    if (this.#order.circular.has(name)) return brokenSignature(standing.block);
    return (standing.result?.checked as Called | undefined)?.signature;
  }
}
