import { createReporter, type Diagnostic } from '../source/diagnostic.ts';
import { type SourceText, sourceText } from '../source/text.ts';
import type { Block, CommentNode, FileNode } from './ast.ts';
import { languageOf } from './detect.ts';
import { isLanguageTag, LANGUAGE_TAGS, type LanguageTag } from './keywords.ts';
import { lex } from './lex.ts';
import { moveTree } from './move.ts';
import { Piece, splitPieces } from './pieces.ts';
import type { QToken } from './tokens.ts';

/** Above this a file is refused unread, so that no input takes long. */
export const MAX_CHARACTERS = 2_000_000;
/** After so many blocks with errors the rest of a file is left unread. */
const MAX_BROKEN = 1000;

/** A file as it has been read. */
export interface ParsedFile {
  readonly file: FileNode;
  readonly source: SourceText;
  /** All tokens in order, without comments (those are in `file.comments`). */
  readonly tokens: readonly QToken[];
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
  #pieceOf: ReadonlyMap<Block, Piece> | undefined;
  #parsed: ParsedFile | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.#pieces = this.#change(text);
  }

  get text(): string {
    return this.#text;
  }

  /** Takes the text as it is now. */
  set text(text: string) {
    this.#pieces = this.#change(text);
    this.#blocks = undefined;
    this.#pieceOf = undefined;
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
    this.#pieceOf ??= new Map(
      this.#pieces.flatMap((piece) => (piece.block === undefined ? [] : [[piece.block, piece]])),
    );
    return block.span.start + (this.#pieceOf.get(block)?.moved ?? 0);
  }

  /** What is wrong with the text, in its order; what is wrong with the header comes last. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.#text.length > MAX_CHARACTERS) return this.#tooLarge();
    const pieces = this.#inForce();
    const found = pieces.flatMap((piece) => piece.diagnostics);
    const rest = this.#pieces[pieces.length];
    return [...found, ...this.#header(), ...(rest === undefined ? [] : this.#unread(rest))];
  }

  /** The file with every position as it is now. */
  get parsed(): ParsedFile {
    this.#parsed ??= this.#settle();
    return this.#parsed;
  }

  #settle(): ParsedFile {
    const { name } = this;
    const text = this.#text;
    const language = this.#language;
    const comments: CommentNode[] = [];
    for (const piece of this.#inForce()) comments.push(...piece.settle().comments);
    const span = { start: 0, end: text.length };
    const file: FileNode = { kind: 'file', language, blocks: this.blocks, comments, span };
    let source: SourceText | undefined;
    let tokens: readonly QToken[] | undefined;
    const readable = text.length <= MAX_CHARACTERS;
    return {
      file,
      diagnostics: this.diagnostics,
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

  /** Cuts a text into pieces, and keeps those at both ends that are the same as before. */
  #change(text: string): readonly Piece[] {
    this.#text = text;
    if (text.length > MAX_CHARACTERS) return [];
    const language = languageOf(text);
    const before = language === this.#language ? this.#pieces : [];
    this.#language = language;
    const starts = splitPieces(text);
    const count = starts.length;
    const textAt = (i: number): string => text.slice(starts[i], starts[i + 1] ?? text.length);
    const shorter = Math.min(count, before.length);
    let front = 0;
    while (front < shorter && before[front]?.text === textAt(front)) front++;
    let back = 0;
    while (
      back < shorter - front &&
      before[before.length - 1 - back]?.text === textAt(count - 1 - back)
    )
      back++;
    const moved = before.length - count;
    return starts.map((start, i) => {
      const kept = i < front ? before[i] : i >= count - back ? before[i + moved] : undefined;
      if (kept !== undefined) {
        kept.start = start;
        return kept;
      }
      return new Piece(ownText(textAt(i), before.length > 0), start, this.name, language);
    });
  }

  /** The pieces up to the one at which reading is given up. */
  #inForce(): readonly Piece[] {
    let broken = 0;
    const end = this.#pieces.findIndex((piece) => {
      if (broken >= MAX_BROKEN) return true;
      if (piece.broken) broken++;
      return false;
    });
    return end < 0 ? this.#pieces : this.#pieces.slice(0, end);
  }

  #tooLarge(): readonly Diagnostic[] {
    const reporter = createReporter(this.name);
    reporter.report('fileTooLarge', { start: 0, end: 1 }, { limit: String(MAX_CHARACTERS) });
    return reporter.diagnostics;
  }

  #unread({ start }: Piece): readonly Diagnostic[] {
    const reporter = createReporter(this.name);
    reporter.report('tooManyErrors', { start, end: start + 1 }, { limit: String(MAX_BROKEN) });
    return reporter.diagnostics;
  }

  /** `language`, `module` and `requires` stand before all others, the first two once. */
  #header(): readonly Diagnostic[] {
    const found: Diagnostic[] = [];
    const seen = new Set<string>();
    let inside = false;
    for (const block of this.blocks) {
      const { kind } = block;
      if (kind !== 'language' && kind !== 'module' && kind !== 'requires') {
        inside = true;
        continue;
      }
      const reporter = createReporter(this.name);
      if (inside || (kind !== 'requires' && seen.has(kind)))
        reporter.report('headerPlace', block.span, { name: kind });
      if (kind === 'language' && !isLanguageTag(block.tag)) {
        const known = LANGUAGE_TAGS.join(', ');
        reporter.report('unknownLanguage', block.tagSpan, { name: block.tag, known });
      }
      seen.add(kind);
      const by = this.startOf(block) - block.span.start;
      for (const item of reporter.diagnostics) found.push(by === 0 ? item : moveTree(item, by));
    }
    return found;
  }
}

/**
 * A piece of a text as a text of its own: engines let a slice hold on to the whole, and every
 * keystroke makes another whole.
 */
const ownText = (slice: string, edited: boolean): string =>
  edited ? `${slice}\n`.slice(0, -1) : slice;
