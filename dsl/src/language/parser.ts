import type { IRecognitionException } from 'chevrotain';
import type { Reporter } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { Grammar } from './grammar.ts';
import { tokenEnd } from './lex.ts';
import { spanOf } from './nodes.ts';
import { TooComplex } from './operand-grammar.ts';
import { NumberLiteral, type QToken, UnclosedText } from './tokens.ts';

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

/** A text that is not closed and a number beyond counting spoil the clause; both are reported here. */
function spoiled(tokens: readonly QToken[], reporter: Reporter): boolean {
  for (const token of tokens) {
    if (token.tokenType === UnclosedText) return true;
    if (token.tokenType !== NumberLiteral) continue;
    const value = Number(token.image.replaceAll('_', ''));
    if (Number.isFinite(value) && value <= 1e300) continue;
    reporter.report('badNumber', spanOf(token), { text: token.image.slice(0, 40) });
    return true;
  }
  return false;
}

/**
 * Reads one run of tokens with one rule of the grammar.
 * @returns undefined after a syntax error, which is reported
 */
export function parseRun<T>(
  tokens: readonly QToken[],
  reporter: Reporter,
  rule: (grammar: Grammar) => T,
): T | undefined {
  if (spoiled(tokens, reporter)) return undefined;
  const parser = grammar();
  parser.input = [...tokens];
  try {
    const result = rule(parser);
    const [fault] = parser.errors;
    if (fault === undefined) return result;
    reportSyntax(fault, tokens, reporter);
  } catch (fault) {
    if (!(fault instanceof TooComplex)) throw fault;
    reporter.report('tooComplex', fault.span ?? spanOfTokens(tokens));
  } finally {
    parser.input = [];
  }
  return undefined;
}
