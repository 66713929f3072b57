import type { IRecognitionException } from 'chevrotain';
import type { Reporter } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { Grammar } from './grammar.ts';
import { tokenEnd } from './lex.ts';
import { spanOf } from './nodes.ts';
import { BadNumber, TooComplex } from './operand-grammar.ts';
import { type QToken, UnclosedText } from './tokens.ts';

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
  reporter: Reporter,
): void {
  const token = fault.token;
  const atEnd = Number.isNaN(token.startOffset) || token.image === '';
  const whole = spanOfTokens(tokens);
  const span = atEnd ? { start: whole.end, end: whole.end + 1 } : spanOf(token);
  const image = token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image;
  const found = atEnd ? 'the end' : `\`${image}\``;
  reporter.report('syntax', span, { expected: fault.message, found });
}

/**
 * Reads one run of tokens with one rule of the grammar.
 * @param explain tells what is wrong in better words than the grammar, if it can
 * @returns undefined after a syntax error, which is reported
 */
export function parseRun<T>(
  tokens: QToken[],
  reporter: Reporter,
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
      reportSyntax(fault, tokens, reporter);
  } catch (fault) {
    if (fault instanceof TooComplex) {
      if (!explain()) reporter.report('tooComplex', fault.span ?? spanOfTokens(tokens));
    } else if (fault instanceof BadNumber)
      reporter.report('badNumber', fault.span, { text: fault.text.slice(0, 40) });
    else throw fault;
  }
  return undefined;
}
