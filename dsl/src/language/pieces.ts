import { createReporter, type Diagnostic, moveDiagnostics } from '../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../source/limits.ts';
import type { Block, CommentNode } from './ast.ts';
import { quotingIn } from './foreign.ts';
import { LANGUAGE_TAGS, type LanguageTag, WORDS } from './keywords.ts';
import { wordEnd } from './letters.ts';
import { type LexedText, lex } from './lex.ts';
import { moveTree } from './move.ts';
import { spanOf } from './nodes.ts';
import { parseBlock } from './parse-block.ts';

/**
 * Where the pieces of a text begin. A word at column 1 begins a block, and the lines of doc
 * comments straight above belong to it; what comes before the first block is a piece too.
 */
export function splitPieces(text: string): readonly number[] {
  const starts = [0];
  /** Where the doc comments begin that go on to this line. */
  let docs = -1;
  for (let line = text.charCodeAt(0) === 0xfeff ? 1 : 0; ; ) {
    if (wordEnd(text, line) > line) {
      const start = docs < 0 ? line : docs;
      if (start > 1) starts.push(start);
      docs = -1;
    } else if (!isDocLine(text, line)) docs = -1;
    else if (docs < 0) docs = line;
    const newline = text.indexOf('\n', line);
    if (newline < 0) return starts;
    line = newline + 1;
  }
}

function isDocLine(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  return text.charCodeAt(at) === 35 && text.charCodeAt(at + 1) === 35;
}

/** What reading a piece gave; all positions are as if the piece began at `at`. */
interface Reading {
  at: number;
  readonly block: Block | undefined;
  comments: readonly CommentNode[];
  diagnostics: readonly Diagnostic[];
}

const pieces = new WeakMap<Block, Piece>();

/** The piece that a block was read from. */
export const pieceOf = (block: Block): Piece | undefined => pieces.get(block);

/** One block of a file with the comments above it. It is read once, wherever it moves to. */
export class Piece {
  readonly text: string;
  /** Where it begins in the file by now. */
  start: number;
  readonly #file: string;
  readonly #language: LanguageTag;
  #reading: Reading | undefined;
  #isEntity: boolean | undefined;

  constructor(text: string, start: number, file: string, language: LanguageTag) {
    this.text = text;
    this.start = start;
    this.#file = file;
    this.#language = language;
  }

  /** The block, where it was when it was read or last `settle`d; undefined when it can't be read. */
  get block(): Block | undefined {
    return this.#read().block;
  }

  /** Its tokens and comments: read again whenever they are asked for, since hardly anybody asks. */
  get lexed(): LexedText {
    return lex(this.text, this.#language, createReporter(this.#file), this.start);
  }

  /** Does it begin as an entity does? That is seen without reading it. */
  get isEntity(): boolean {
    this.#isEntity ??= beginsEntity(this.text, this.#language);
    return this.#isEntity;
  }

  /** Has it an error? */
  get broken(): boolean {
    const { diagnostics } = this.#read();
    return diagnostics.length > 0 && diagnostics.some(({ severity }) => severity === 'error');
  }

  /** How far it has moved from where its block still says it is. */
  get moved(): number {
    return this.start - this.#read().at;
  }

  get diagnostics(): readonly Diagnostic[] {
    const { diagnostics } = this.#read();
    return diagnostics.length === 0 ? diagnostics : this.settle().diagnostics;
  }

  /** Moves the tree to where the piece is by now. */
  settle(): Reading {
    const reading = this.#read();
    const by = this.start - reading.at;
    if (by === 0) return reading;
    if (reading.block !== undefined) moveTree(reading.block, by);
    reading.comments = reading.comments.map((comment) => moveTree({ ...comment }, by));
    reading.diagnostics = moveDiagnostics(reading.diagnostics, by);
    reading.at = this.start;
    return reading;
  }

  #read(): Reading {
    this.#reading ??= this.#readText();
    return this.#reading;
  }

  #readText(): Reading {
    const at = this.start;
    const reporter = createReporter(this.#file, quotingIn(this.#language));

    const { tokens, comments } = lex(this.text, this.#language, reporter, at);
    const [first] = tokens;
    if (first === undefined)
      return { at, block: undefined, comments, diagnostics: reporter.diagnostics };
    if (!first.atMargin || wordEnd(first.image, 0) === 0) {
      reporter.report('looseText', spanOf(first));
      return { at, block: undefined, comments, diagnostics: reporter.diagnostics };
    }
    if (tokens.length > LIMITS.words) {
      reportTooMany('words', spanOf(first), reporter);
      return { at, block: undefined, comments, diagnostics: reporter.diagnostics };
    }
    const doc = docOf(this.text, first.startOffset - at, comments, at);
    const block = parseBlock(tokens, doc, this.#language, reporter);
    if (block !== undefined) pieces.set(block, this);
    return { at, block, comments, diagnostics: reporter.diagnostics };
  }
}

/** What an entity begins with. */
const ENTITY: ReadonlyMap<LanguageTag, readonly string[]> = new Map(
  LANGUAGE_TAGS.map((tag) => [
    tag,
    [...WORDS[tag]].flatMap(([word, key]) => (key === 'entity' ? word : [])),
  ]),
);

/** Behind its doc comments. */
function beginsEntity(text: string, language: LanguageTag): boolean {
  let at = 0;
  while (isDocLine(text, at)) at = text.indexOf('\n', at) + 1 || text.length;
  const words = ENTITY.get(language) ?? [];
  return words.some((word) => text.startsWith(word, at) && wordEnd(text, at) === at + word.length);
}

/** The doc comments on the lines straight above an offset. */
function docOf(
  text: string,
  offset: number,
  comments: readonly CommentNode[],
  base: number,
): string | undefined {
  const lines: string[] = [];
  let edge = offset;
  for (let i = comments.length - 1; i >= 0; i--) {
    const { span, doc, ownLine, text: written } = comments[i] as CommentNode;
    if (span.start - base >= offset) continue;
    const gap = text.slice(span.end - base, edge);
    if (!doc || !ownLine || gap.trim() !== '' || gap.split('\n').length > 2) break;
    lines.push(written.replace(/^##+ ?/, ''));
    edge = span.start - base;
  }
  return lines.length === 0 ? undefined : lines.reverse().join('\n');
}
