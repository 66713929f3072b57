import type { IToken, ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type { CompareOp, Expr, NameNode, RecordNode } from './ast.ts';
import { between, nameNode, spanOf, unescapeText } from './nodes.ts';
import {
  Coalesce, Colon, Comma, CompareSign, DateLiteral, Dot, InstantLiteral, LBrace, LBracket, LParen,
  Minus, NumberLiteral, Plus, RBrace, RBracket, Reserved, RParen, Slash, Star, TextLiteral,
  TimeLiteral, Unit, Word, type QToken,
} from './tokens.ts';
import { TypeGrammar } from './type-grammar.ts';

/** How deep brackets and prefixes may nest. */
const MAX_DEPTH = 100;
/** How many operators one clause may have: later phases walk the tree recursively. */
const MAX_OPERATORS = 500;

/** Thrown out of the grammar when a text is nested or chained beyond the limits. */
export class TooComplex extends Error {
  readonly span: Span | undefined;
  constructor(at: IToken) {
    super('too complex');
    this.span = Number.isNaN(at.startOffset) ? undefined : spanOf(at);
  }
}

/** What binds tighter has the higher number; `not` and `if` are prefixes with their own place. */
export const PRECEDENCE = {
  or: 1, and: 2, not: 3, comparison: 4, '??': 5, additive: 6, multiplicative: 7, of: 8, unary: 9,
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
  ...(CompareSign.categoryMatches ?? []).map((idx): [number, number] => [idx, PRECEDENCE.comparison]),
]);

/**
 * Expressions. Operators are read by one rule with precedence climbing: `expression`
 * takes the weakest power it may read, so the precedence table above is the whole story.
 */
export class ExpressionGrammar extends TypeGrammar {
  private depth = 0;
  private operators = 0;

  override reset(): void {
    super.reset();
    this.depth = 0;
    this.operators = 0;
  }

  readonly expression: ParserMethod<[number], Expr> = this.RULE('expression', (min: number) => {
    this.ACTION(() => {
      if (++this.depth > MAX_DEPTH) throw new TooComplex(this.LA(1));
    });
    let left = this.SUBRULE(this.operand);
    this.MANY({
      GATE: () => this.power() >= min,
      DEF: () => {
        this.ACTION(() => {
          if (++this.operators > MAX_OPERATORS) throw new TooComplex(this.LA(1));
        });
        left = this.SUBRULE(this.tail, { ARGS: [left, min] });
      },
    });
    this.ACTION(() => {
      this.depth--;
    });
    return left;
  });

  /** The power of the operator that comes next; 0 when none does. */
  private power(): number {
    const next = this.LA(1) as QToken;
    if (next.tokenType === R.not && this.LA(2).tokenType !== R.in && this.LA(2).tokenType !== R.between) {
      return 0;
    }
    return POWERS.get(next.tokenTypeIdx) ?? 0;
  }

  private readonly tail: ParserMethod<[Expr, number], Expr> = this.RULE('tail', (left: Expr, min: number) =>
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
      const keyword = token.tokenType === R.or ? 'or' : token.tokenType === R.and ? 'and' : token.tokenType === R.of ? 'of' : undefined;
      const op = keyword ?? (token.image as '+' | '-' | '*' | '/' | '??');
      return { kind: 'binary', op, opSpan: spanOf(token), left, right, span: between(left.span, right.span) };
    });
  });

  private readonly comparison: ParserMethod<[Expr], Expr> = this.RULE('comparison', (left: Expr) => {
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
  });

  private readonly membership: ParserMethod<[Expr], Expr> = this.RULE('membership', (left: Expr) => {
    const negated = this.OPTION(() => this.CONSUME(R.not)) !== undefined;
    return this.OR([
      {
        ALT: () => {
          this.CONSUME(R.in);
          const right = this.SUBRULE(this.expression, { ARGS: [PRECEDENCE['??']] });
          return this.ACTION((): Expr => ({ kind: 'in', negated, left, right, span: between(left.span, right.span) }));
        },
      },
      {
        ALT: () => {
          this.CONSUME(R.between);
          const low = this.SUBRULE2(this.expression, { ARGS: [PRECEDENCE['??']] });
          this.CONSUME(R.and);
          const high = this.SUBRULE3(this.expression, { ARGS: [PRECEDENCE['??']] });
          return this.ACTION((): Expr => ({ kind: 'between', negated, operand: left, low, high, span: between(left.span, high.span) }));
        },
      },
    ]);
  });

  private readonly presence: ParserMethod<[Expr], Expr> = this.RULE('presence', (operand: Expr) => {
    this.CONSUME(R.is);
    const negated = this.OPTION(() => this.CONSUME(R.not)) !== undefined;
    const token = this.OR([
      { ALT: () => this.CONSUME(R.missing) },
      { ALT: () => this.CONSUME(R.present) },
    ]);
    return this.ACTION((): Expr => {
      const test = token.tokenType === R.missing ? 'missing' : 'present';
      return { kind: 'presence', operand, test, negated, span: between(operand.span, spanOf(token)) };
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
    return this.ACTION((): Expr => ({
      kind: 'if', condition, then, otherwise, span: between(spanOf(first), otherwise.span),
    }));
  });

  private readonly postfix: ParserMethod<[], Expr> = this.RULE('postfix', () => {
    let target = this.SUBRULE(this.primary);
    this.MANY(() => {
      this.CONSUME(Dot);
      const token = this.CONSUME(Word);
      target = this.ACTION((): Expr => {
        if (++this.operators > MAX_OPERATORS) throw new TooComplex(this.LA(1));
        const { name, span } = nameNode(token);
        return { kind: 'field', target, name, nameSpan: span, span: between(target.span, span) };
      });
    });
    return target;
  });

  private readonly primary: ParserMethod<[], Expr> = this.RULE('primary', () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.literal) },
      { ALT: () => this.SUBRULE(this.nameOrCall) },
      { ALT: () => this.SUBRULE(this.parenthesized) },
      { ALT: () => this.SUBRULE(this.bracketed) },
      { ALT: () => this.SUBRULE(this.record) },
    ]),
  );

  private readonly literal: ParserMethod<[], Expr> = this.RULE('literal', () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.quantity) },
      {
        ALT: (): Expr => {
          const token = this.CONSUME(TextLiteral);
          return { kind: 'text', value: unescapeText(token.image), span: spanOf(token) };
        },
      },
      { ALT: () => this.moment('date', this.CONSUME(DateLiteral)) },
      { ALT: () => this.moment('time', this.CONSUME(TimeLiteral)) },
      { ALT: () => this.moment('instant', this.CONSUME(InstantLiteral)) },
      { ALT: (): Expr => ({ kind: 'bool', value: true, span: spanOf(this.CONSUME(R.true)) }) },
      { ALT: (): Expr => ({ kind: 'bool', value: false, span: spanOf(this.CONSUME(R.false)) }) },
      { ALT: (): Expr => ({ kind: 'missing', span: spanOf(this.CONSUME(R.missing)) }) },
      { ALT: (): Expr => ({ kind: 'now', span: spanOf(this.CONSUME(R.now)) }) },
      { ALT: (): Expr => ({ kind: 'today', span: spanOf(this.CONSUME(R.today)) }) },
    ]),
  );

  private moment(kind: 'date' | 'time' | 'instant', token: IToken): Expr {
    return { kind, text: token.image, span: spanOf(token) };
  }

  private readonly quantity: ParserMethod<[], Expr> = this.RULE('quantity', (): Expr => {
    const token = this.CONSUME(NumberLiteral);
    const unit = this.OPTION(() => this.CONSUME(Unit));
    return this.ACTION((): Expr => {
      const value = Number(token.image.replaceAll('_', ''));
      const span = spanOf(token);
      if (unit === undefined) return { kind: 'number', value, unit: undefined, span };
      const written = { text: unit.image, span: spanOf(unit) };
      return { kind: 'number', value, unit: written, span: between(span, written.span) };
    });
  });

  private readonly nameOrCall: ParserMethod<[], Expr> = this.RULE('nameOrCall', (): Expr => {
    const token = this.CONSUME(Word);
    const named = nameNode(token);
    return (
      this.OPTION({
        // A bracket on the next line begins something else.
        GATE: () => !(this.LA(1) as QToken).firstOnLine,
        DEF: (): Expr => {
          this.CONSUME(LParen);
          const inside = this.SUBRULE(this.callArguments);
          const end = this.CONSUME(RParen);
          return this.ACTION((): Expr => {
            const { name, span: nameSpan } = named;
            return { ...inside, name, nameSpan, span: between(nameSpan, spanOf(end)) };
          });
        },
      }) ?? named
    );
  });

  private readonly callArguments: ParserMethod<[], CallInside> = this.RULE(
    'callArguments',
    (): CallInside => {
      let item: Expr | undefined;
      const args: Expr[] = [];
      this.OPTION(() => {
        item = this.SUBRULE(this.expression, { ARGS: [0] });
        args.push(item);
        this.MANY(() => {
          this.CONSUME(Comma);
          args.push(this.SUBRULE2(this.expression, { ARGS: [0] }));
        });
      });
      const source = this.OPTION2({
        GATE: () => args.length < 2,
        DEF: () => this.SUBRULE(this.comprehension),
      });
      return source === undefined
        ? { kind: 'call', args }
        : { kind: 'aggregate', item, ...source };
    },
  );

  private readonly comprehension: ParserMethod<[], ComprehensionSource> = this.RULE(
    'comprehension',
    (): ComprehensionSource => {
      this.CONSUME(R.for);
      const variable = this.CONSUME(Word);
      this.CONSUME(R.in);
      const list = this.SUBRULE(this.expression, { ARGS: [PRECEDENCE['??']] });
      const where = this.OPTION(() => {
        this.CONSUME(R.where);
        return this.SUBRULE2(this.expression, { ARGS: [0] });
      });
      return { variable: nameNode(variable), list, where };
    },
  );

  private readonly parenthesized: ParserMethod<[], Expr> = this.RULE('parenthesized', () => {
    const first = this.CONSUME(LParen);
    const items = [this.SUBRULE(this.expression, { ARGS: [0] })];
    this.MANY(() => {
      this.CONSUME(Comma);
      items.push(this.SUBRULE2(this.expression, { ARGS: [0] }));
    });
    const last = this.CONSUME(RParen);
    return this.ACTION((): Expr => {
      const span = between(spanOf(first), spanOf(last));
      const [inner] = items;
      if (items.length === 1 && inner !== undefined) return { kind: 'paren', inner, span };
      return { kind: 'list', brackets: '(', items, span };
    });
  });

  private readonly bracketed: ParserMethod<[], Expr> = this.RULE('bracketed', (): Expr => {
    const first = this.CONSUME(LBracket);
    const items: Expr[] = [];
    this.MANY_SEP({
      SEP: Comma,
      DEF: () => items.push(this.SUBRULE(this.expression, { ARGS: [0] })),
    });
    const last = this.CONSUME(RBracket);
    return { kind: 'list', brackets: '[', items, span: between(spanOf(first), spanOf(last)) };
  });

  protected readonly record: ParserMethod<[], RecordNode> = this.RULE('record', (): RecordNode => {
    const first = this.CONSUME(LBrace);
    const fields: { name: string; nameSpan: Span; value: Expr }[] = [];
    this.MANY_SEP({
      SEP: Comma,
      DEF: () => {
        const token = this.CONSUME(Word);
        this.CONSUME(Colon);
        const value = this.SUBRULE(this.expression, { ARGS: [0] });
        const { name, span } = nameNode(token);
        fields.push({ name, nameSpan: span, value });
      },
    });
    const last = this.CONSUME(RBrace);
    return { kind: 'record', fields, span: between(spanOf(first), spanOf(last)) };
  });
}

interface ComprehensionSource {
  readonly variable: NameNode;
  readonly list: Expr;
  readonly where: Expr | undefined;
}
type CallInside =
  | { readonly kind: 'call'; readonly args: readonly Expr[] }
  | ({ readonly kind: 'aggregate'; readonly item: Expr | undefined } & ComprehensionSource);
