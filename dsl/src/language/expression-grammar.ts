import type { ParserMethod } from 'chevrotain';
import type { CompareOp, Expr } from './ast.ts';
import { between, spanOf } from './nodes.ts';
import { OperandGrammar } from './operand-grammar.ts';
import {
  Coalesce,
  CompareSign,
  Minus,
  Plus,
  type QToken,
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

const POWERS = new Map<number, number>([
  [R.or.tokenTypeIdx ?? -1, PRECEDENCE.or],
  [R.and.tokenTypeIdx ?? -1, PRECEDENCE.and],
  [R.in.tokenTypeIdx ?? -1, PRECEDENCE.comparison],
  [R.not.tokenTypeIdx ?? -1, PRECEDENCE.comparison],
  [R.between.tokenTypeIdx ?? -1, PRECEDENCE.comparison],
  [R.is.tokenTypeIdx ?? -1, PRECEDENCE.comparison],
  [Coalesce.tokenTypeIdx ?? -1, PRECEDENCE['??']],
  [Plus.tokenTypeIdx ?? -1, PRECEDENCE.additive],
  [Minus.tokenTypeIdx ?? -1, PRECEDENCE.additive],
  [Star.tokenTypeIdx ?? -1, PRECEDENCE.multiplicative],
  [Slash.tokenTypeIdx ?? -1, PRECEDENCE.multiplicative],
  [R.of.tokenTypeIdx ?? -1, PRECEDENCE.of],
  ...(CompareSign.categoryMatches ?? []).map((idx): [number, number] => [
    idx,
    PRECEDENCE.comparison,
  ]),
]);

/**
 * Expressions. Operators are read by one rule with precedence climbing: `expression`
 * takes the weakest power it may read, so the precedence table above is the whole story.
 */
export class ExpressionGrammar extends OperandGrammar {
  override readonly expression: ParserMethod<[number], Expr> = this.RULE(
    'expression',
    (min: number) => {
      this.ACTION(() => {
        this.enter();
      });
      let left = this.SUBRULE(this.operand);
      this.MANY({
        GATE: () => this.power() >= min,
        DEF: () => {
          this.ACTION(() => {
            this.countOperator();
          });
          left = this.SUBRULE(this.tail, { ARGS: [left] });
        },
      });
      this.ACTION(() => {
        this.leave();
      });
      return left;
    },
  );

  /** The power of the operator that comes next; 0 when none does. */
  private power(): number {
    const next = this.LA(1) as QToken;
    if (
      next.tokenType === R.not &&
      this.LA(2).tokenType !== R.in &&
      this.LA(2).tokenType !== R.between
    ) {
      return 0;
    }
    return POWERS.get(next.tokenTypeIdx) ?? 0;
  }

  private readonly tail: ParserMethod<[Expr], Expr> = this.RULE('tail', (left: Expr) =>
    this.OR([
      { ALT: () => this.SUBRULE(this.binary, { ARGS: [left] }) },
      { ALT: () => this.SUBRULE(this.comparison, { ARGS: [left] }) },
      { ALT: () => this.SUBRULE(this.membership, { ARGS: [left] }) },
      { ALT: () => this.SUBRULE(this.presence, { ARGS: [left] }) },
    ]),
  );

  private readonly binary: ParserMethod<[Expr], Expr> = this.RULE('binary', (left: Expr) => {
    const token = this.OR([
      { ALT: () => this.CONSUME(R.or) },
      { ALT: () => this.CONSUME(R.and) },
      { ALT: () => this.CONSUME(Coalesce) },
      { ALT: () => this.CONSUME(Plus) },
      { ALT: () => this.CONSUME(Minus) },
      { ALT: () => this.CONSUME(Star) },
      { ALT: () => this.CONSUME(Slash) },
      { ALT: () => this.CONSUME(R.of) },
    ]);
    const power = POWERS.get(token.tokenTypeIdx) ?? 0;
    // `??` and `of` group to the right: `a ?? b ?? c` tries each in turn.
    const rightward = token.tokenType === Coalesce || token.tokenType === R.of;
    const right = this.SUBRULE(this.expression, { ARGS: [rightward ? power : power + 1] });
    return this.ACTION((): Expr => {
      const keyword =
        token.tokenType === R.or
          ? 'or'
          : token.tokenType === R.and
            ? 'and'
            : token.tokenType === R.of
              ? 'of'
              : undefined;
      const op = keyword ?? (token.image as '+' | '-' | '*' | '/' | '??');
      return {
        kind: 'binary',
        op,
        opSpan: spanOf(token),
        left,
        right,
        span: between(left.span, right.span),
      };
    });
  });

  private readonly comparison: ParserMethod<[Expr], Expr> = this.RULE(
    'comparison',
    (left: Expr) => {
      const operands = [left];
      const ops: CompareOp[] = [];
      this.AT_LEAST_ONE(() => {
        ops.push(this.CONSUME(CompareSign).image as CompareOp);
        operands.push(this.SUBRULE(this.expression, { ARGS: [PRECEDENCE['??']] }));
      });
      return this.ACTION((): Expr => {
        const last = operands[operands.length - 1] ?? left;
        return { kind: 'compare', operands, ops, span: between(left.span, last.span) };
      });
    },
  );

  private readonly membership: ParserMethod<[Expr], Expr> = this.RULE(
    'membership',
    (left: Expr) => {
      const negated = this.OPTION(() => this.CONSUME(R.not)) !== undefined;
      return this.OR([
        {
          ALT: () => {
            this.CONSUME(R.in);
            const right = this.SUBRULE(this.expression, { ARGS: [PRECEDENCE['??']] });
            return this.ACTION(
              (): Expr => ({
                kind: 'in',
                negated,
                left,
                right,
                span: between(left.span, right.span),
              }),
            );
          },
        },
        {
          ALT: () => {
            this.CONSUME(R.between);
            const low = this.SUBRULE2(this.expression, { ARGS: [PRECEDENCE['??']] });
            this.CONSUME(R.and);
            const high = this.SUBRULE3(this.expression, { ARGS: [PRECEDENCE['??']] });
            return this.ACTION(
              (): Expr => ({
                kind: 'between',
                negated,
                operand: left,
                low,
                high,
                span: between(left.span, high.span),
              }),
            );
          },
        },
      ]);
    },
  );

  private readonly presence: ParserMethod<[Expr], Expr> = this.RULE('presence', (operand: Expr) => {
    this.CONSUME(R.is);
    const negated = this.OPTION(() => this.CONSUME(R.not)) !== undefined;
    const token = this.OR([
      { ALT: () => this.CONSUME(R.missing) },
      { ALT: () => this.CONSUME(R.present) },
    ]);
    return this.ACTION((): Expr => {
      const test = token.tokenType === R.missing ? 'missing' : 'present';
      return {
        kind: 'presence',
        operand,
        test,
        negated,
        span: between(operand.span, spanOf(token)),
      };
    });
  });

  private readonly operand: ParserMethod<[], Expr> = this.RULE('operand', () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.prefix) },
      { ALT: () => this.SUBRULE(this.conditional) },
      { ALT: () => this.SUBRULE(this.postfix) },
    ]),
  );

  private readonly prefix: ParserMethod<[], Expr> = this.RULE('prefix', () => {
    const token = this.OR([
      { ALT: () => this.CONSUME(R.not) },
      { ALT: () => this.CONSUME(Minus) },
      { ALT: () => this.CONSUME(R.at) },
    ]);
    const power = token.tokenType === R.not ? PRECEDENCE.not + 1 : PRECEDENCE.unary;
    const operand = this.SUBRULE(this.expression, { ARGS: [power] });
    return this.ACTION((): Expr => {
      const span = between(spanOf(token), operand.span);
      if (token.tokenType === R.at) return { kind: 'at', operand, span };
      return { kind: 'unary', op: token.tokenType === R.not ? 'not' : '-', operand, span };
    });
  });

  private readonly conditional: ParserMethod<[], Expr> = this.RULE('conditional', () => {
    const first = this.CONSUME(R.if);
    const condition = this.SUBRULE(this.expression, { ARGS: [0] });
    this.CONSUME(R.then);
    const then = this.SUBRULE2(this.expression, { ARGS: [0] });
    this.CONSUME(R.else);
    const otherwise = this.SUBRULE3(this.expression, { ARGS: [0] });
    return this.ACTION(
      (): Expr => ({
        kind: 'if',
        condition,
        then,
        otherwise,
        span: between(spanOf(first), otherwise.span),
      }),
    );
  });
}
