import type { ParserMethod, TokenType } from 'chevrotain';
import type { CompareOp, Expr } from './ast.ts';
import { between, spanOf } from './nodes.ts';
import { OperandGrammar, RECORDED } from './operand-grammar.ts';
import {
  BinarySign,
  COMPARE_SIGNS,
  Coalesce,
  CompareSign,
  Minus,
  Plus,
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

/** Operators that are words, whatever the human language. */
const WORDS = new Map<TokenType, 'or' | 'and' | 'of'>([
  [R.or, 'or'],
  [R.and, 'and'],
  [R.of, 'of'],
]);

/**
 * Expressions. Operators are read by one rule with precedence climbing: `expression`
 * takes the weakest power it may read, so the precedence table above is the whole story.
 */
export class ExpressionGrammar extends OperandGrammar {
  /** What stands left of the operator that is read now. */
  private left: Expr = RECORDED;

  override readonly expression: ParserMethod<[number], Expr> = this.RULE(
    'expression',
    (min: number) => {
      this.enter();
      let left = this.SUBRULE(this.operand);
      this.MANY({
        GATE: () => this.power() >= min,
        DEF: () => {
          this.countOperator();
          this.left = left;
          left = this.OR(this.operations);
        },
      });
      this.leave();
      return left;
    },
  );

  /** The power of the operator that comes next; 0 when none does. */
  private power(): number {
    const next = this.LA(1);
    if (next.tokenType === R.not) {
      const { tokenType } = this.LA(2);
      if (tokenType !== R.in && tokenType !== R.between) return 0;
    }
    return POWERS[next.tokenTypeIdx] ?? 0;
  }

  /** Takes the operand on the left, and counts on for the operator. */
  private takeLeft(): Expr {
    const { left } = this;
    this.left = RECORDED;
    return left;
  }

  private readonly operations = [
    { ALT: () => this.SUBRULE(this.binary) },
    { ALT: () => this.SUBRULE(this.comparison) },
    { ALT: () => this.SUBRULE(this.membership) },
    { ALT: () => this.SUBRULE(this.presence) },
  ];

  private readonly binary: ParserMethod<[], Expr> = this.RULE('binary', (): Expr => {
    const left = this.takeLeft();
    const token = this.CONSUME(BinarySign);
    const power = POWERS[token.tokenTypeIdx] ?? 0;
    // `??` and `of` group to the right: `a ?? b ?? c` tries each in turn.
    const rightward = token.tokenType === Coalesce || token.tokenType === R.of;
    const right = this.SUBRULE(this.expression, { ARGS: [rightward ? power : power + 1] });
    if (this.RECORDING_PHASE) return RECORDED;
    const op = WORDS.get(token.tokenType) ?? (token.image as '+' | '-' | '*' | '/' | '??');
    const span = between(left.span, right.span);
    return { kind: 'binary', op, opSpan: spanOf(token), left, right, span };
  });

  private readonly comparison: ParserMethod<[], Expr> = this.RULE('comparison', (): Expr => {
    const left = this.takeLeft();
    const operands = [left];
    const ops: CompareOp[] = [];
    this.AT_LEAST_ONE(() => {
      ops.push(this.CONSUME(CompareSign).image as CompareOp);
      operands.push(this.SUBRULE(this.expression, { ARGS: [PRECEDENCE['??']] }));
    });
    if (this.RECORDING_PHASE) return RECORDED;
    const last = operands[operands.length - 1] ?? left;
    return { kind: 'compare', operands, ops, span: between(left.span, last.span) };
  });

  private readonly membership: ParserMethod<[], Expr> = this.RULE('membership', (): Expr => {
    const left = this.takeLeft();
    const negated = this.OPTION(() => this.CONSUME(R.not)) !== undefined;
    return this.OR([
      {
        ALT: (): Expr => {
          this.CONSUME(R.in);
          const right = this.SUBRULE(this.expression, { ARGS: [PRECEDENCE['??']] });
          if (this.RECORDING_PHASE) return RECORDED;
          return { kind: 'in', negated, left, right, span: between(left.span, right.span) };
        },
      },
      {
        ALT: (): Expr => {
          this.CONSUME(R.between);
          const low = this.SUBRULE2(this.expression, { ARGS: [PRECEDENCE['??']] });
          this.CONSUME(R.and);
          const high = this.SUBRULE3(this.expression, { ARGS: [PRECEDENCE['??']] });
          if (this.RECORDING_PHASE) return RECORDED;
          const span = between(left.span, high.span);
          return { kind: 'between', negated, operand: left, low, high, span };
        },
      },
    ]);
  });

  private readonly presence: ParserMethod<[], Expr> = this.RULE('presence', (): Expr => {
    const operand = this.takeLeft();
    this.CONSUME(R.is);
    const negated = this.OPTION(() => this.CONSUME(R.not)) !== undefined;
    const token = this.OR([
      { ALT: () => this.CONSUME(R.missing) },
      { ALT: () => this.CONSUME(R.present) },
    ]);
    if (this.RECORDING_PHASE) return RECORDED;
    const test = token.tokenType === R.missing ? 'missing' : 'present';
    const span = between(operand.span, spanOf(token));
    return { kind: 'presence', operand, test, negated, span };
  });

  protected override readonly prefix: ParserMethod<[], Expr> = this.RULE('prefix', (): Expr => {
    const token = this.OR([
      { ALT: () => this.CONSUME(R.not) },
      { ALT: () => this.CONSUME(Minus) },
      { ALT: () => this.CONSUME(R.at) },
    ]);
    const power = token.tokenType === R.not ? PRECEDENCE.not + 1 : PRECEDENCE.unary;
    const operand = this.SUBRULE(this.expression, { ARGS: [power] });
    if (this.RECORDING_PHASE) return RECORDED;
    const span = between(spanOf(token), operand.span);
    if (token.tokenType === R.at) return { kind: 'at', operand, span };
    return { kind: 'unary', op: token.tokenType === R.not ? 'not' : '-', operand, span };
  });

  protected override readonly conditional: ParserMethod<[], Expr> = this.RULE(
    'conditional',
    (): Expr => {
      const first = this.CONSUME(R.if);
      const condition = this.SUBRULE(this.expression, { ARGS: [0] });
      this.CONSUME(R.then);
      const then = this.SUBRULE2(this.expression, { ARGS: [0] });
      this.CONSUME(R.else);
      const otherwise = this.SUBRULE3(this.expression, { ARGS: [0] });
      if (this.RECORDING_PHASE) return RECORDED;
      const span = between(spanOf(first), otherwise.span);
      return { kind: 'if', condition, then, otherwise, span };
    },
  );
}
