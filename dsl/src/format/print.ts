import type { Doc } from './doc.ts';

/** A comment in the midst of what is printed. */
export interface InnerComment {
  /** How many characters other than white space stand before it. */
  readonly at: number;
  readonly text: string;
  /** On a line of its own, else behind what is before it. */
  readonly ownLine: boolean;
}

export interface PrintOptions {
  readonly width: number;
  /** Depth at which the first line stands. */
  readonly depth: number;
  /** In the order of the text. */
  readonly comments: readonly InnerComment[];
  /** Words that would begin a clause if they began a line: no line is broken before them. */
  readonly clauseWords: ReadonlySet<string>;
}

const STEP = 2;

interface Task {
  readonly doc: Doc;
  readonly depth: number;
  readonly flat: boolean;
}

/** What stands between two words; written when the second one comes. */
type Gap =
  | { readonly kind: 'none' | 'space' }
  | { readonly kind: 'break'; readonly flat: 'none' | 'space'; readonly depth: number }
  /** Behind a comment the line ends in any case. */
  | { readonly kind: 'end'; readonly depth: number };

const solidLength = (text: string) => text.replace(/\s/g, '').length;

/** Prints a document within the width where it can, and its comments where they stood. */
export function print(doc: Doc, options: PrintOptions): string {
  return new Printer(options).print(doc);
}

class Printer {
  readonly #options: PrintOptions;
  #text = '';
  #column: number;
  #gap: Gap = { kind: 'none' };
  /** Characters other than white space that are written, without comments. */
  #solid = 0;
  #comment = 0;

  constructor(options: PrintOptions) {
    this.#options = options;
    this.#column = options.depth * STEP;
  }

  print(doc: Doc): string {
    const tasks: Task[] = [{ doc, depth: this.#options.depth, flat: false }];
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
      const { doc: current, depth, flat } = task;
      if (typeof current === 'string') {
        this.#words(current, depth);
        continue;
      }
      switch (current.kind) {
        case 'concat':
          for (let i = current.parts.length - 1; i >= 0; i--)
            tasks.push({ ...task, doc: current.parts[i] as Doc });
          break;
        case 'indent':
          tasks.push({ doc: current.inner, depth: depth + 1, flat });
          break;
        case 'group':
          tasks.push({ doc: current.inner, depth, flat: flat || this.#fits(current.inner, tasks) });
          break;
        default:
          this.#lineEnd(current.kind === 'line' ? 'space' : 'none', depth, flat);
      }
    }
    return this.#text;
  }

  #lineEnd(flatAs: 'none' | 'space', depth: number, flat: boolean): void {
    if (this.#gap.kind === 'end') this.#gap = { kind: 'end', depth };
    else if (!flat) this.#gap = { kind: 'break', flat: flatAs, depth };
    else if (flatAs === 'space') this.#space();
  }

  #space(): void {
    if (this.#gap.kind === 'none') this.#gap = { kind: 'space' };
  }

  /** Writes words, and the comments that stand before and between them. */
  #words(text: string, depth: number): void {
    let rest = text.trim();
    if (/^\s/.test(text)) this.#space();
    if (rest === '') return;
    for (let comment = this.#nextComment(); comment !== undefined; comment = this.#nextComment()) {
      const before = comment.at - this.#solid;
      if (before >= solidLength(rest)) break;
      const cut = indexOfSolid(rest, before);
      if (before > 0) this.#write(rest.slice(0, cut).trimEnd());
      rest = rest.slice(cut);
      this.#writeComment(comment, depth, /^[)\]}]/.test(rest));
    }
    this.#write(rest);
    if (/\s$/.test(text)) this.#space();
  }

  #nextComment(): InnerComment | undefined {
    return this.#options.comments[this.#comment];
  }

  #writeComment(comment: InnerComment, depth: number, beforeCloser: boolean): void {
    const inside = this.#options.depth + 1;
    const gap = this.#gap;
    const next = gap.kind === 'break' || gap.kind === 'end' ? gap.depth : Math.max(depth, inside);
    if (comment.ownLine) this.#newLine(Math.max(beforeCloser ? next + 1 : next, inside));
    this.#text += comment.ownLine ? comment.text : `  ${comment.text}`;
    this.#gap = { kind: 'end', depth: next };
    this.#comment++;
  }

  #write(words: string): void {
    const gap = this.#settled(words);
    if (gap.kind === 'break' || gap.kind === 'end') this.#newLine(gap.depth);
    else if (gap.kind === 'space') {
      this.#text += ' ';
      this.#column += 1;
    }
    this.#gap = { kind: 'none' };
    this.#text += words;
    this.#column += words.length;
    this.#solid += solidLength(words);
  }

  #settled(words: string): Gap {
    if (this.#gap.kind !== 'break') return this.#gap;
    const [word = ''] = /^[\p{L}_][\p{L}\p{M}\p{N}_]*(?!:)/u.exec(words) ?? [];
    return this.#options.clauseWords.has(word) ? { kind: this.#gap.flat } : this.#gap;
  }

  #newLine(depth: number): void {
    this.#text += `\n${' '.repeat(depth * STEP)}`;
    this.#column = depth * STEP;
  }

  #ahead(): number {
    const gap = this.#gap;
    if (gap.kind === 'break' || gap.kind === 'end') return gap.depth * STEP;
    return this.#column + (gap.kind === 'space' ? 1 : 0);
  }

  /** Does a group fit flat, together with what follows it up to the next possible break? */
  #fits(inner: Doc, after: readonly Task[]): boolean {
    const comment = this.#options.comments.find(({ at }) => at > this.#solid);
    let solids = comment === undefined ? Number.POSITIVE_INFINITY : comment.at - this.#solid;
    let room = this.#options.width - this.#ahead();
    let next = after.length;
    const rest: { doc: Doc; inside: boolean; flat: boolean }[] = [
      { doc: inner, inside: true, flat: true },
    ];
    while (room >= 0) {
      const task =
        rest.pop() ?? (next > 0 ? { ...(after[--next] as Task), inside: false } : undefined);
      if (task === undefined) return true;
      const { doc } = task;
      if (typeof doc === 'string') {
        // A comment in the midst of it ends a line there.
        if (task.inside) {
          if (solids <= 0 && doc.trim() !== '') return false;
          solids -= solidLength(doc);
          if (solids < 0) return false;
        }
        room -= doc.length;
      } else if (doc.kind === 'concat') {
        for (let i = doc.parts.length - 1; i >= 0; i--)
          rest.push({ ...task, doc: doc.parts[i] as Doc });
      } else if (doc.kind === 'line' || doc.kind === 'soft') {
        if (!task.flat) return true;
        room -= doc.kind === 'line' ? 1 : 0;
      } else rest.push({ ...task, doc: doc.inner });
    }
    return false;
  }
}

/** Where the `count`-th character (from 0) that isn't white space stands. */
function indexOfSolid(text: string, count: number): number {
  let left = count;
  for (let i = 0; i < text.length; i++) {
    if (/\s/.test(text[i] as string)) continue;
    if (left-- === 0) return i;
  }
  return text.length;
}
