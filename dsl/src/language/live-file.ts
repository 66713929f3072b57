import { createReporter, type Diagnostic } from '../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../source/limits.ts';
import { type SourceText, sourceText } from '../source/text.ts';
import type { Block, FileNode } from './ast.ts';
import { LANGUAGE_WINDOW, languageOf } from './detect.ts';
import { orderFaults } from './file-order.ts';
import type { LanguageTag } from './keywords.ts';
import { type LexedText, lex } from './lex.ts';
import { Piece, pieceOf, splitPieces } from './pieces.ts';
import type { QToken } from './tokens.ts';

/** A file as it has been read. */
export interface ParsedFile {
  readonly file: FileNode;
  readonly source: SourceText;
  /** All tokens in order, without comments (those are in `file.comments`). */
  readonly tokens: readonly QToken[];
  /** Tokens and comments of the block in which an offset is, or which ends there. */
  lexedAt(offset: number): LexedText;
  readonly language: LanguageTag;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A file that is being edited. After a change only the pieces that differ are read again; the
 * others move as they are, and their trees follow when somebody looks at them.
 */
export class LiveFile {
  readonly name: string;
  #text = '';
  #language: LanguageTag = 'en';
  #pieces: readonly Piece[] = [];
  #blocks: readonly Block[] | undefined;
  #parsed: ParsedFile | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.#pieces = this.#change(text);
  }

  get text(): string {
    return this.#text;
  }

  get language(): LanguageTag {
    return this.#language;
  }

  /** Takes the text as it is now. */
  set text(text: string) {
    this.#pieces = this.#change(text);
    this.#blocks = undefined;
    this.#parsed = undefined;
  }

  /**
   * The blocks that can be read. Their spans may still tell where they were before an edit:
   * `startOf` tells where they begin by now.
   */
  get blocks(): readonly Block[] {
    this.#blocks ??= this.#inForce().flatMap((piece) => piece.block ?? []);
    return this.#blocks;
  }

  /** Where a block begins by now. */
  startOf(block: Block): number {
    return block.span.start + (pieceOf(block)?.moved ?? 0);
  }

  /** What is wrong with the text, in its order; what is wrong with the header comes last. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.#text.length > LIMITS.characters || this.#surplus() !== undefined)
      return this.#tooLarge();
    const pieces = this.#inForce();
    const found = pieces.flatMap((piece) => piece.diagnostics);
    const rest = this.#pieces[pieces.length];
    return [...found, ...this.#order(), ...(rest === undefined ? [] : this.#unread(rest))];
  }

  /** The file with every position as it is now; what nobody looks at stays where it was. */
  get parsed(): ParsedFile {
    this.#parsed ??= this.#view();
    return this.#parsed;
  }

  #view(): ParsedFile {
    const { name } = this;
    const text = this.#text;
    const language = this.#language;
    const pieces = this.#pieces;
    const settle = () => this.#settle();
    const diagnose = () => this.diagnostics;
    let file: FileNode | undefined;
    let source: SourceText | undefined;
    let tokens: readonly QToken[] | undefined;
    const readable = text.length <= LIMITS.characters;
    return {
      language,
      lexedAt: (offset) => pieceAt(pieces, offset)?.lexed ?? NO_TOKENS,
      get file() {
        file ??= settle();
        return file;
      },
      get diagnostics() {
        return diagnose();
      },
      get source() {
        source ??= sourceText(name, text);
        return source;
      },
      get tokens() {
        tokens ??= readable ? lex(text, language, createReporter(name)).tokens : [];
        return tokens;
      },
    };
  }

  /** The tree with every position as it is now. */
  #settle(): FileNode {
    const comments = this.#inForce().flatMap((piece) => piece.settle().comments);
    const span = { start: 0, end: this.#text.length };
    return { kind: 'file', language: this.#language, blocks: this.blocks, comments, span };
  }

  /** Cuts a text into pieces, and keeps those at both ends that are the same as before. */
  #change(text: string): readonly Piece[] {
    const windowed = text.slice(0, LANGUAGE_WINDOW);
    const known = windowed === this.#text.slice(0, LANGUAGE_WINDOW) && this.#text !== '';
    this.#text = text;
    if (text.length > LIMITS.characters) return [];
    const language = known ? this.#language : languageOf(text);
    const before = language === this.#language ? this.#pieces : [];
    this.#language = language;
    // One more piece at each end is cut anew: the edit may have joined it with its neighbour.
    const front = Math.max(0, sameAtFront(before, text) - 1);
    const back = Math.max(0, sameAtBack(before, front, text) - 1);
    const [kept, touched, behind] = [
      before.slice(0, front),
      before.slice(front, before.length - back),
      before.slice(before.length - back),
    ];
    const from = touched[0]?.start ?? 0;
    const to = text.length - lengthOf(behind);
    const by = to - (behind[0]?.start ?? to);
    if (by !== 0) for (const piece of behind) piece.start += by;
    return [...kept, ...this.#cut(text.slice(from, to), from, touched), ...behind];
  }

  /** Cuts a part of the text, and keeps its first and last piece where they are the same. */
  #cut(part: string, from: number, before: readonly Piece[]): readonly Piece[] {
    const starts = splitPieces(part);
    const last = starts.length - 1;
    return starts.map((start, i) => {
      const text = part.slice(start, starts[i + 1] ?? part.length);
      const known = i === 0 ? before[0] : i === last ? before.slice(1).at(-1) : undefined;
      if (known?.text === text) {
        known.start = from + start;
        return known;
      }
      const own = before.length > 0 ? ownText(text) : text;
      return new Piece(own, from + start, this.name, this.#language);
    });
  }

  /** The pieces up to the one at which reading is given up. */
  #inForce(): readonly Piece[] {
    if (this.#surplus() !== undefined) return [];
    let broken = 0;
    let end = 0;
    for (const piece of this.#pieces) {
      if (broken >= LIMITS.broken) return this.#pieces.slice(0, end);
      if (piece.broken) broken++;
      end++;
    }
    return this.#pieces;
  }

  /** What the file has more of than may be read, and the first of what is too much. */
  #surplus(): { readonly what: 'blocks' | 'entities'; readonly piece: Piece } | undefined {
    // What stands before the first block is a piece, too.
    const block = this.#pieces[LIMITS.blocks + 1];
    if (block !== undefined) return { what: 'blocks', piece: block };
    if (this.#pieces.length <= LIMITS.entities) return undefined;
    let entities = 0;
    for (const piece of this.#pieces)
      if (piece.isEntity && ++entities > LIMITS.entities) return { what: 'entities', piece };
    return undefined;
  }

  #tooLarge(): readonly Diagnostic[] {
    const reporter = createReporter(this.name);
    const surplus = this.#surplus();
    if (surplus === undefined)
      reporter.report('fileTooLarge', { start: 0, end: 1 }, { limit: String(LIMITS.characters) });
    else {
      const { start } = surplus.piece;
      reportTooMany(surplus.what, { start, end: start + 1 }, reporter);
    }
    return reporter.diagnostics;
  }

  #order(): readonly Diagnostic[] {
    const startOf = (block: Block): number => this.startOf(block);
    return orderFaults({ name: this.name, language: this.#language, blocks: this.blocks, startOf });
  }

  #unread({ start }: Piece): readonly Diagnostic[] {
    const reporter = createReporter(this.name);
    reporter.report('tooManyErrors', { start, end: start + 1 }, { limit: String(LIMITS.broken) });
    return reporter.diagnostics;
  }
}

const NO_TOKENS: LexedText = { tokens: [], comments: [] };

/** The piece that holds the character before an offset. */
function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.start ?? 0) < offset) low = middle;
    else high = middle - 1;
  }
  return pieces[low];
}

/** How many pieces a text begins with. */
function sameAtFront(pieces: readonly Piece[], text: string): number {
  // Slices are compared as blocks of memory; `startsWith` goes from letter to letter.
  const differs = pieces.findIndex(
    (piece) => text.slice(piece.start, piece.start + piece.text.length) !== piece.text,
  );
  return differs < 0 ? pieces.length : differs;
}

/** How many pieces a text ends with, behind the first ones. */
function sameAtBack(pieces: readonly Piece[], front: number, text: string): number {
  const begin = pieces[front]?.start ?? 0;
  let end = text.length;
  let count = 0;
  for (let i = pieces.length - 1; i >= front; i--) {
    const piece = (pieces[i] as Piece).text;
    const start = end - piece.length;
    if (start < begin || text.slice(start, end) !== piece) break;
    end = start;
    count++;
  }
  return count;
}

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((length, piece) => length + piece.text.length, 0);

/**
 * A piece of a text as a text of its own: engines let a slice hold on to the whole, and every
 * keystroke makes another whole.
 */
const ownText = (slice: string): string => `${slice}\n`.slice(0, -1);
