import { createReporter, type Diagnostic, type Reporter } from '../source/diagnostic.ts';
import { type SourceText, type Span, sourceText } from '../source/text.ts';
import type { Block, CommentNode, Expr, FileNode } from './ast.ts';
import { isLanguageTag, KEYWORDS, type LanguageTag } from './keywords.ts';
import { lex, tokenEnd } from './lex.ts';
import { parseBlock } from './parse-block.ts';
import { parseRun } from './parser.ts';
import { type QToken, Word } from './tokens.ts';

/** Above this a file is refused unread, so that no input takes long. */
const MAX_CHARACTERS = 2_000_000;

export interface ParsedFile {
  readonly file: FileNode;
  readonly source: SourceText;
  /** All tokens in order, without comments (those are in `file.comments`). */
  readonly tokens: readonly QToken[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ParsedExpression {
  readonly expr: Expr | undefined;
  readonly source: SourceText;
  readonly diagnostics: readonly Diagnostic[];
}

/** The language a file names in its header; read before the text is split into keywords. */
function languageOf(source: SourceText): LanguageTag {
  for (const line of source.text.slice(0, 2000).split('\n')) {
    const header = /^\ufeff?language[ \t]+([\p{L}-]+)/u.exec(line);
    if (header?.[1] !== undefined) return isLanguageTag(header[1]) ? header[1] : 'en';
    if (!/^\s*(#.*)?$/.test(line)) break;
  }
  return 'en';
}

/** Splits the tokens into runs that each begin with a word at column 1. */
function blockRuns(tokens: readonly QToken[]): QToken[][] {
  const runs: QToken[][] = [];
  for (const token of tokens) {
    const starts = token.atMargin && isWord(token);
    const run = runs[runs.length - 1];
    if (starts || run === undefined) runs.push([token]);
    else run.push(token);
  }
  return runs;
}

/** Any word, reserved ones too: at the margin each begins a block. */
function isWord(token: QToken): boolean {
  return token.tokenType === Word || token.tokenType.name.startsWith('kw_');
}

function docBefore(
  run: readonly QToken[],
  comments: readonly CommentNode[],
  source: SourceText,
): string | undefined {
  const start = run[0]?.startOffset ?? 0;
  const lines: string[] = [];
  let edge = start;
  for (let i = comments.length - 1; i >= 0; i--) {
    const comment = comments[i];
    if (comment === undefined || comment.span.start >= start) continue;
    const gap = source.text.slice(comment.span.end, edge);
    if (!comment.doc || !comment.ownLine || !/^\s*$/.test(gap) || gap.split('\n').length > 2) break;
    lines.unshift(comment.text.replace(/^##+ ?/, ''));
    edge = comment.span.start;
  }
  return lines.length === 0 ? undefined : lines.join('\n');
}

function checkHeader(blocks: readonly Block[], reporter: Reporter): void {
  const seen = new Set<string>();
  let inside = false;
  for (const block of blocks) {
    const header =
      block.kind === 'language' || block.kind === 'module' || block.kind === 'requires';
    if (!header) inside = true;
    else if (inside || (block.kind !== 'requires' && seen.has(block.kind))) {
      reporter.report('headerPlace', block.span, { name: block.kind });
    }
    if (block.kind === 'language' && !isLanguageTag(block.tag)) {
      const known = Object.keys(KEYWORDS).join(', ');
      reporter.report('unknownLanguage', block.tagSpan, { name: block.tag, known });
    }
    seen.add(block.kind);
  }
}

/** Reads a file. What could be read is in the tree; the rest is in the diagnostics. Never throws. */
export function parseFile(name: string, text: string): ParsedFile {
  const reporter = createReporter(name);
  const source = sourceText(name, text);
  const span = { start: 0, end: text.length };
  if (text.length > MAX_CHARACTERS) {
    reporter.report('fileTooLarge', { start: 0, end: 1 }, { limit: String(MAX_CHARACTERS) });
    const file: FileNode = { kind: 'file', language: 'en', blocks: [], comments: [], span };
    return { file, source, tokens: [], diagnostics: reporter.diagnostics };
  }
  const language = languageOf(source);
  const { tokens, comments } = lex(text, language, reporter);
  const blocks: Block[] = [];
  for (const run of blockRuns(tokens)) {
    const first = run[0] as QToken;
    if (!first.atMargin || !isWord(first)) {
      reporter.report('looseText', { start: first.startOffset, end: tokenEnd(first) });
      continue;
    }
    const block = parseBlock(run, docBefore(run, comments, source), language, reporter);
    if (block !== undefined) blocks.push(block);
  }
  checkHeader(blocks, reporter);
  const file: FileNode = { kind: 'file', language, blocks, comments, span };
  return { file, source, tokens, diagnostics: reporter.diagnostics };
}

/** Reads one expression, such as a rule that stands in a program's own text. Never throws. */
export function parseExpression(
  text: string,
  name = 'expression',
  language: LanguageTag = 'en',
): ParsedExpression {
  const reporter = createReporter(name);
  const source = sourceText(name, text);
  const none = (span: Span, found: string): ParsedExpression => {
    reporter.report('syntax', span, { expected: 'an expression', found });
    return { expr: undefined, source, diagnostics: reporter.diagnostics };
  };
  if (text.length > MAX_CHARACTERS) {
    reporter.report('fileTooLarge', { start: 0, end: 1 }, { limit: String(MAX_CHARACTERS) });
    return { expr: undefined, source, diagnostics: reporter.diagnostics };
  }
  const { tokens } = lex(text, language, reporter);
  if (tokens.length === 0) return none({ start: 0, end: 1 }, 'nothing');
  const expr = parseRun(tokens, reporter, (grammar) => grammar.aloneExpression());
  return { expr, source, diagnostics: reporter.diagnostics };
}
