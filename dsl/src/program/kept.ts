import { type CheckedProgram, check } from '../check/check.ts';
import { type BlockSource, type World, worldWithoutBlocks } from '../check/context.ts';
import type { Unit, Units } from '../ir/ir.ts';
import type { Block } from '../language/ast.ts';
import { quotingIn } from '../language/foreign.ts';
import type { LanguageTag } from '../language/keywords.ts';
import { parseFile } from '../language/parse.ts';
import { Piece } from '../language/pieces.ts';
import { createReporter } from '../source/diagnostic.ts';
import type { CatalogIndex } from '../types/catalog.ts';

export interface KeptFile {
  readonly name: string;
  readonly text: string;
  readonly language: LanguageTag;
}

/**
 * A program that has been compiled keeps its texts. Its trees and all that checking found out, ten
 * times as heavy, are made again when somebody asks: of one block, or of the whole.
 */
export class Kept {
  readonly #files: ReadonlyMap<string, KeptFile>;
  readonly #index: CatalogIndex;
  readonly #world: World;
  #checked: WeakRef<CheckedProgram>;

  /** @param index of what the plugins declare */
  constructor(files: readonly KeptFile[], index: CatalogIndex, checked: CheckedProgram) {
    this.#files = new Map(files.map((file) => [file.name, file]));
    this.#index = index;
    this.#checked = new WeakRef(checked);
    const { formulas, kpis, balances } = checked;
    const callables = [...formulas, ...kpis, ...balances];
    const signatures = new Map(callables.map(({ signature }) => [signature.name, signature]));
    const formula = (name: string) => signatures.get(name);
    this.#world = { ...worldWithoutBlocks(checked.index), formula };
  }

  /** The whole program, checked. */
  get checked(): CheckedProgram {
    const known = this.#checked.deref();
    if (known !== undefined) return known;
    const files = [...this.#files.values()];
    const parsed = files.map(({ name, text }) => ({ name, file: parseFile(name, text).file }));
    const checked = check(parsed, this.#index);
    this.#checked = new WeakRef(checked);
    return checked;
  }

  /** The text of a file. */
  source(file: string): string {
    return this.#files.get(file)?.text ?? '';
  }

  /**
   * How a block without errors is checked once more.
   * @param check of blocks of its kind, which ask the world for formulas and the catalog alone
   */
  again<B extends Block, C>(
    { block, reporter: { file }, module }: BlockSource<B>,
    check: (source: BlockSource<B>, world: World) => C | undefined,
  ): () => C {
    const { start, end } = block.span;
    return () => this.#again(file, start, end, module, check);
  }

  #again<B extends Block, C>(
    file: string,
    start: number,
    end: number,
    module: string,
    check: (source: BlockSource<B>, world: World) => C | undefined,
  ): C {
    const { text = '', language = 'en' } = this.#files.get(file) ?? {};
    const { block } = new Piece(text.slice(start, end), start, file, language);
    const reporter = createReporter(file, quotingIn(language));
    // The same text is read as a block of the same kind, without errors, as it was before.
    const checked = block && check({ block: block as B, reporter, module }, this.#world);
    if (checked === undefined) throw new TypeError(`${file} reads otherwise than before`);
    return checked;
  }
}

/** Makes the unit that expressions call by a name. */
export type UnitMaker = (name: string) => Unit | undefined;

/** What a program's expressions call, by name, each made when it is first asked for; the rest is given. */
export class KeptUnits implements Units {
  readonly #made: Map<string, Unit>;
  readonly #makers: ReadonlyMap<string, UnitMaker>;

  constructor(given: ReadonlyMap<string, Unit>, makers: ReadonlyMap<string, UnitMaker>) {
    this.#made = new Map(given);
    this.#makers = makers;
  }

  get(name: string): Unit | undefined {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const unit = this.#makers.get(name)?.(name);
    if (unit !== undefined) this.#made.set(name, unit);
    return unit;
  }

  *values(): Iterable<Unit> {
    for (const name of this.#makers.keys()) this.get(name);
    yield* this.#made.values();
  }
}
