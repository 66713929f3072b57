import type { IToken, TokenType } from 'chevrotain';
import type { BinaryOp, CompareOp, Expr } from './ast.ts';
import { tokenEnd } from './lex.ts';
import { OperandGrammar } from './operand-grammar.ts';
import { endOf, PlacedBinary, PlacedCompare, PlacedPresence, startOf } from './placed.ts';
import {
  COMPARE_SIGNS,
  Coalesce,
  Minus,
  Plus,
  PresenceWord,
  Reserved,
  Slash,
  Star,
} from './tokens.ts';

/** What binds tighter has the higher number; `not` and `if` are prefixes with their own place. */
export const PRECEDENCE = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  '??': 5,
  additive: 6,
  multiplicative: 7,
  of: 8,
  unary: 9,
} as const;

const R = Reserved;

/** The power of each operator, by the number of its token's type. */
const POWERS: (number | undefined)[] = [];
const power = (value: number, ...types: readonly TokenType[]): void => {
  for (const type of types) POWERS[type.tokenTypeIdx ?? 0] = value;
};
power(PRECEDENCE.or, R.or);
power(PRECEDENCE.and, R.and);
power(PRECEDENCE.comparison, R.in, R.not, R.between, R.is, ...COMPARE_SIGNS);
power(PRECEDENCE['??'], Coalesce);
power(PRECEDENCE.additive, Plus, Minus);
power(PRECEDENCE.multiplicative, Star, Slash);
power(PRECEDENCE.of, R.of);

const IS_SIGN: (boolean | undefined)[] = [];
for (const type of COMPARE_SIGNS) IS_SIGN[type.tokenTypeIdx ?? 0] = true;

/** Operators that are words, whatever the human language. */
const WORDS = new Map<TokenType, 'or' | 'and' | 'of'>([
  [R.or, 'or'],
  [R.and, 'and'],
  [R.of, 'of'],
]);

/**
 * Expressions. Operators are read with precedence climbing: `read` takes the weakest power it may
 * read, so the precedence table above is the whole story.
 */
export class ExpressionGrammar extends OperandGrammar {
  protected override read(min: number): Expr {
    this.enter();
    let left = this.readOperand();
    for (;;) {
      const token = this.LA(1);
      const power = this.powerOf(token);
      if (power === 0 || power < min) break;
      this.countOperator();
      if (power === PRECEDENCE.comparison) left = this.readComparison(left, token);
      else left = this.readBinary(left, token, power);
    }
    this.leave();
    return left;
  }

  /** The power of the operator that a token is; 0 when it is none. */
  private powerOf(token: IToken): number {
    if (token.tokenType === R.not) {
      const { tokenType } = this.LA(2);
      if (tokenType !== R.in && tokenType !== R.between) return 0;
    }
    return POWERS[token.tokenTypeIdx] ?? 0;
  }

  private readBinary(left: Expr, token: IToken, power: number): Expr {
    this.consumeToken();
    // `??` and `of` group to the right: `a ?? b ?? c` tries each in turn.
    const rightward = token.tokenType === Coalesce || token.tokenType === R.of;
    const right = this.read(rightward ? power : power + 1);
    const op = WORDS.get(token.tokenType) ?? (token.image as BinaryOp);
    const { startOffset } = token;
    return new PlacedBinary(op, left, right, startOffset, startOffset + token.image.length);
  }

  private readComparison(left: Expr, token: IToken): Expr {
    const negated = token.tokenType === R.not;
    if (negated) this.consumeToken();
    switch (this.LA(1).tokenType) {
      case R.in:
        return this.readMembership(left, negated);
      case R.between:
        return this.readBetween(left, negated);
      case R.is:
        return this.readPresence(left);
      default:
        return this.readChain(left);
    }
  }

  private readChain(left: Expr): Expr {
    const first = this.LA(1);
    this.consumeToken();
    let last = this.read(PRECEDENCE['??']);
    const operands = [left, last];
    const ops = [first.image as CompareOp];
    for (let sign = this.LA(1); IS_SIGN[sign.tokenTypeIdx]; sign = this.LA(1)) {
      this.consumeToken();
      this.countOperator();
      ops.push(sign.image as CompareOp);
      last = this.read(PRECEDENCE['??']);
      operands.push(last);
    }
    return new PlacedCompare(operands, ops, startOf(left), endOf(last));
  }

  private readMembership(left: Expr, negated: boolean): Expr {
    this.consumeToken();
    const right = this.read(PRECEDENCE['??']);
    const span = { start: startOf(left), end: endOf(right) };
    return { kind: 'in', negated, left, right, span };
  }

  private readBetween(operand: Expr, negated: boolean): Expr {
    this.consumeToken();
    const low = this.read(PRECEDENCE['??']);
    this.CONSUME(R.and);
    const high = this.read(PRECEDENCE['??']);
    const span = { start: startOf(operand), end: endOf(high) };
    return { kind: 'between', negated, operand, low, high, span };
  }

  private readPresence(operand: Expr): Expr {
    this.consumeToken();
    const negated = this.LA(1).tokenType === R.not;
    if (negated) this.consumeToken();
    const word = this.CONSUME(PresenceWord);
    const test = word.tokenType === R.missing ? 'missing' : 'present';
    return new PlacedPresence(operand, test, negated, tokenEnd(word));
  }

  protected override readPrefixed(token: IToken): Expr | undefined {
    switch (token.tokenType) {
      case R.not:
      case Minus:
      case R.at:
        return this.readPrefix(token);
      case R.if:
        return this.readConditional(token);
      default:
        return undefined;
    }
  }

  private readPrefix(token: IToken): Expr {
    this.consumeToken();
    const not = token.tokenType === R.not;
    const operand = this.read(not ? PRECEDENCE.not + 1 : PRECEDENCE.unary);
    const span = { start: token.startOffset, end: endOf(operand) };
    if (token.tokenType === R.at) return { kind: 'at', operand, span };
    return { kind: 'unary', op: not ? 'not' : '-', operand, span };
  }

  private readConditional(first: IToken): Expr {
    this.consumeToken();
    const condition = this.read(0);
    this.CONSUME(R.then);
    const then = this.read(0);
    this.CONSUME(R.else);
    const otherwise = this.read(0);
    const span = { start: first.startOffset, end: endOf(otherwise) };
    return { kind: 'if', condition, then, otherwise, span };
  }
}
