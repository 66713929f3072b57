import type { IRecognitionException } from 'chevrotain';
import type { Reporter } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { ClauseGrammar } from './clause-grammar.ts';
import { quotedIn, reportForeign } from './foreign.ts';
import type { LanguageTag } from './keywords.ts';
import { tokenEnd } from './lex.ts';
import { spanOf } from './nodes.ts';
import { BadNumber } from './operand-grammar.ts';
import { Dot, type QToken, UnclosedText, Word } from './tokens.ts';
import { TooComplex } from './type-grammar.ts';

/** A grammar of some kinds of blocks. */
export type GrammarOf<G extends ClauseGrammar> = new () => G;

const grammars = new Map<GrammarOf<ClauseGrammar>, ClauseGrammar>();

/** Analysing a grammar takes as long as reading a thousand lines: it is done when its first block comes. */
function made<G extends ClauseGrammar>(kind: GrammarOf<G>): G {
  const known = grammars.get(kind);
  if (known !== undefined) return known as G;
  const grammar = new kind();
  grammars.set(kind, grammar);
  return grammar;
}

function spanOfTokens(tokens: readonly QToken[]): Span {
  const [first, last] = [tokens[0], tokens[tokens.length - 1]];
  return { start: first?.startOffset ?? 0, end: last === undefined ? 0 : tokenEnd(last) };
}

function reportSyntax(
  fault: IRecognitionException,
  tokens: readonly QToken[],
  { language, reporter }: Reading,
): void {
  const token = fault.token;
  const at = tokens.indexOf(token as QToken);
  // A keyword of another language reads as a name: the fault is at it, or straight behind it.
  for (const word of [tokens[at], tokens.at(at - 1)]) {
    const read = word?.tokenType === Word && tokens[tokens.indexOf(word) - 1]?.tokenType !== Dot;
    if (word && read && reportForeign(word.image, spanOf(word), language, reporter)) return;
  }
  const atEnd = Number.isNaN(token.startOffset) || token.image === '';
  const whole = spanOfTokens(tokens);
  const span = atEnd ? { start: whole.end, end: whole.end + 1 } : spanOf(token);
  const image = token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image;
  const found = atEnd ? 'the end' : `\`${image}\``;
  reporter.report('syntax', span, { expected: quotedIn(fault.message, language), found });
}

/** In which words a text is written, and who is told what is wrong with it. */
export interface Reading {
  readonly language: LanguageTag;
  readonly reporter: Reporter;
}

/** Chevrotain marks the end of what it reads with so many tokens of its own. */
const END_MARKS = 3;

/** A part of some tokens, with room for the end marks where there is any: they would make a copy. */
function runOf(tokens: readonly QToken[], from: number, to: number): QToken[] {
  const run = tokens.slice(from, to + END_MARKS);
  while (run.length > to - from) run.pop();
  return run;
}

/**
 * Reads one run of tokens with one rule of a grammar.
 * @param explain tells what is wrong in better words than the grammar, if it can
 * @param from where the run begins among the tokens, @param to where it ends
 * @returns undefined after a syntax error, which is reported
 */
export function parseRun<T, G extends ClauseGrammar>(
  tokens: readonly QToken[],
  { language, reporter }: Reading,
  kind: GrammarOf<G>,
  rule: (grammar: G) => T,
  explain: (run: readonly QToken[]) => boolean = () => false,
  from = 0,
  to = tokens.length,
): T | undefined {
  const parser = made(kind);
  const run = runOf(tokens, from, to);
  parser.input = run;
  try {
    const result = rule(parser);
    const fault = parser.errors[0];
    if (fault === undefined) return result;
    // What follows from a text that is not closed is not told: the text itself has been.
    if (!explain(run) && !run.some((token) => token.tokenType === UnclosedText))
      reportSyntax(fault, run, { language, reporter });
  } catch (fault) {
    if (fault instanceof TooComplex) {
      if (!explain(run)) reporter.report('tooComplex', fault.span ?? spanOfTokens(run));
    } else if (fault instanceof BadNumber)
      reporter.report('badNumber', fault.span, { text: fault.text.slice(0, 40) });
    else throw fault;
  }
  return undefined;
}
