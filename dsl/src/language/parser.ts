import type { IRecognitionException } from 'chevrotain';
import type { Reporter } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { quotedIn, reportForeign } from './foreign.ts';
import { Grammar } from './grammar.ts';
import type { LanguageTag } from './keywords.ts';
import { tokenEnd } from './lex.ts';
import { spanOf } from './nodes.ts';
import { BadNumber } from './operand-grammar.ts';
import { Dot, type QToken, UnclosedText, Word } from './tokens.ts';
import { TooComplex } from './type-grammar.ts';

let shared: Grammar | undefined;

/** The grammar is analysed once, when the first text is read. */
function grammar(): Grammar {
  shared ??= new Grammar();
  return shared;
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

/**
 * Reads one run of tokens with one rule of the grammar.
 * @param explain tells what is wrong in better words than the grammar, if it can
 * @returns undefined after a syntax error, which is reported
 */
export function parseRun<T>(
  tokens: QToken[],
  { language, reporter }: Reading,
  rule: (grammar: Grammar) => T,
  explain: () => boolean = () => false,
): T | undefined {
  const parser = grammar();
  parser.input = tokens;
  try {
    const result = rule(parser);
    const [fault] = parser.errors;
    if (fault === undefined) return result;
    // What follows from a text that is not closed is not told: the text itself has been.
    if (!explain() && !tokens.some((token) => token.tokenType === UnclosedText))
      reportSyntax(fault, tokens, { language, reporter });
  } catch (fault) {
    if (fault instanceof TooComplex) {
      if (!explain()) reporter.report('tooComplex', fault.span ?? spanOfTokens(tokens));
    } else if (fault instanceof BadNumber)
      reporter.report('badNumber', fault.span, { text: fault.text.slice(0, 40) });
    else throw fault;
  }
  return undefined;
}
