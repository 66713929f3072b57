import type { BlockSource } from '../check/context.ts';
import { type DeepModel, nameOf } from './model.ts';

const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_]*|`[^`\n]+`/gu;

/** Numbers for texts; a text that is not asked for in a round loses its number. */
class Numbers {
  #known = new Map<string, number>();
  #fresh = new Map<string, number>();
  #next = 0;

  of(text: string): number {
    const before = this.#fresh.get(text) ?? this.#known.get(text);
    const number = before ?? this.#next++;
    this.#fresh.set(text, number);
    return number;
  }

  end(): void {
    this.#known = this.#fresh;
    this.#fresh = new Map();
  }
}

/**
 * What findings about a block depend on, as a number: its own text, and those of all blocks it may
 * call. A word that is the name of something callable counts as a call.
 */
export class Texts {
  readonly #numbers = new Numbers();
  #words = new Map<string, readonly string[]>();
  #freshWords = new Map<string, readonly string[]>();
  #callable = new Map<string, BlockSource>();
  #calls = new Map<string, readonly string[]>();
  #of = new Map<BlockSource['block'], number>();
  #source: DeepModel['source'] = () => '';
  #entities = '';

  begin(model: DeepModel): void {
    const { formulas, kpis, balances, entities } = model.checked;
    this.#source = model.source;
    this.#callable = new Map(
      [...formulas, ...kpis, ...balances].map((source) => [nameOf(source.block), source]),
    );
    this.#calls = new Map();
    this.#of = new Map();
    this.#entities = entities.map((entity) => this.#own(entity)).join('\n');
  }

  end(): void {
    this.#numbers.end();
    this.#words = this.#freshWords;
    this.#freshWords = new Map();
  }

  numberOf(source: BlockSource): number {
    const known = this.#of.get(source.block);
    if (known !== undefined) return known;
    const text = this.#own(source);
    const reached = new Set<string>();
    const queue = [...this.#called(text)];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      queue.push(...this.#callsOf(name));
    }
    const others = [...reached].sort().flatMap((name) => {
      const callee = this.#callable.get(name);
      return callee === undefined || callee.block === source.block ? [] : [this.#own(callee)];
    });
    // Lengths, so that no two lists of texts read the same.
    const parts = [source.module, text, ...others, this.#entities];
    const number = this.#numbers.of(parts.map((part) => `${part.length} ${part}`).join('\n'));
    this.#of.set(source.block, number);
    return number;
  }

  #own({ block, reporter }: BlockSource): string {
    return this.#source(reporter.file).slice(block.span.start, block.span.end);
  }

  /** The names of callables among the words of a text. */
  #called(text: string): readonly string[] {
    const known = this.#freshWords.get(text) ?? this.#words.get(text);
    const words = known ?? [
      ...new Set([...text.matchAll(WORD)].map(([word]) => word.replaceAll('`', ''))),
    ];
    this.#freshWords.set(text, words);
    return words.filter((word) => this.#callable.has(word));
  }

  #callsOf(name: string): readonly string[] {
    const before = this.#calls.get(name);
    if (before !== undefined) return before;
    const source = this.#callable.get(name);
    const found = source === undefined ? [] : this.#called(this.#own(source));
    this.#calls.set(name, found);
    return found;
  }
}
