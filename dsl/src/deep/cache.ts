import type { BlockSource } from '../check/context.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { CatalogIndex } from '../types/catalog.ts';
import type { DeepModel } from './model.ts';
import { Texts } from './texts.ts';

interface Told {
  readonly blocks: readonly { readonly file: string; readonly span: Span }[];
  readonly found: readonly Diagnostic[];
}

/**
 * What was found before. A question about rules whose texts, and the texts of all they call, are
 * the same is not asked again; its findings move with them. It is of one catalog: what the rules'
 * own entities bring counts as a part of each text.
 */
export class DeepCache {
  readonly #texts = new Texts();
  #kept = new Map<string, unknown>();
  #fresh = new Map<string, unknown>();
  #catalog: CatalogIndex['catalog'] | undefined;

  /** A new round begins; what one that was left off has found still counts. */
  begin(model: DeepModel): void {
    for (const [key, value] of this.#fresh) this.#kept.set(key, value);
    this.#fresh = new Map();
    const { catalog } = model.checked.index;
    const entities = model.checked.entities.length > 0;
    if (!entities && this.#catalog !== undefined && this.#catalog !== catalog) this.#kept.clear();
    this.#catalog = entities ? undefined : catalog;
    this.#texts.begin(model);
  }

  /** What the round did not ask for is forgotten. */
  end(): void {
    this.#kept = this.#fresh;
    this.#fresh = new Map();
    this.#texts.end();
  }

  /** A number for a rule: two that have one say the same, and all they call does. */
  numberOf(source: BlockSource): number {
    return this.#texts.numberOf(source);
  }

  /** The answer to a question about rules that does not depend on where they stand. */
  known<T>(question: string, blocks: readonly BlockSource[], make: () => T): T {
    const key = this.#keyOf(question, blocks);
    const before = (this.#fresh.get(key) ?? this.#kept.get(key)) as { value: T } | undefined;
    const known = before ?? { value: make() };
    this.#fresh.set(key, known);
    return known.value;
  }

  /** The findings about rules, where these stand by now. */
  found(
    question: string,
    blocks: readonly BlockSource[],
    make: () => readonly Diagnostic[],
  ): readonly Diagnostic[] {
    let made: readonly Diagnostic[] | undefined;
    const told = this.known(question, blocks, (): Told => {
      made = make();
      const places = blocks.map(({ block, reporter }) => ({
        file: reporter.file,
        span: block.span,
      }));
      return { blocks: places, found: made };
    });
    return made ?? told.found.map((item) => moved(item, told, blocks));
  }

  #keyOf(question: string, blocks: readonly BlockSource[]): string {
    let key = question;
    for (const source of blocks) key += ` ${this.#texts.numberOf(source)}`;
    return key;
  }
}

/** A finding where its blocks are by now. */
function moved(item: Diagnostic, told: Told, blocks: readonly BlockSource[]): Diagnostic {
  const place = <T extends { readonly file: string; readonly span: Span }>(at: T): T => {
    const i = told.blocks.findIndex(
      ({ file, span }) =>
        file === at.file && span.start <= at.span.start && at.span.end <= span.end,
    );
    const [before, now] = [told.blocks[i], blocks[i]];
    if (before === undefined || now === undefined) return at;
    const by = now.block.span.start - before.span.start;
    const span = { start: at.span.start + by, end: at.span.end + by };
    return { ...at, file: now.reporter.file, span };
  };
  const related = item.related?.map(place);
  return related === undefined ? place(item) : { ...place(item), related };
}
