import type { IToken, ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type { Expr, NameNode, RecordNode } from './ast.ts';
import { tokenEnd } from './lex.ts';
import { between, nameNode, spanOf, unescapeText } from './nodes.ts';
import {
  Colon,
  Comma,
  DateLiteral,
  Dot,
  InstantLiteral,
  LBrace,
  LBracket,
  LParen,
  NumberLiteral,
  type QToken,
  RBrace,
  RBracket,
  Reserved,
  RParen,
  TextLiteral,
  TimeLiteral,
  Unit,
  Word,
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

/** Thrown out of the grammar at a number that is too large to be counted exactly. */
export class BadNumber extends Error {
  readonly span: Span;
  readonly text: string;
  constructor(at: IToken) {
    super('bad number');
    this.span = spanOf(at);
    this.text = at.image;
  }
}

const MAX_NUMBER = 1e300;

const R = Reserved;

/** The list after `in` is anything tighter than a comparison (see `PRECEDENCE`). */
const LIST_POWER = 5;

/** What a rule gives while chevrotain records the grammar: its parts hold no tokens then. */
export const RECORDED = undefined as unknown as Expr;

/** What operators stand between: literals, names, calls, brackets, and fields of these. */
export abstract class OperandGrammar extends TypeGrammar {
  private depth = 0;
  private operators = 0;

  /** Expressions in brackets are read by the rule for expressions, one layer above. */
  abstract readonly expression: ParserMethod<[number], Expr>;
  /** `not x`, `-x`, `at x` and `if`: operands that end with an expression. */
  protected abstract readonly prefix: ParserMethod<[], Expr>;
  protected abstract readonly conditional: ParserMethod<[], Expr>;

  override reset(): void {
    super.reset();
    this.depth = 0;
    this.operators = 0;
  }

  protected enter(): void {
    if (++this.depth > MAX_DEPTH && !this.RECORDING_PHASE) throw new TooComplex(this.LA(1));
  }

  protected leave(): void {
    this.depth--;
  }

  protected countOperator(): void {
    if (++this.operators > MAX_OPERATORS) throw new TooComplex(this.LA(1));
  }

  /** From a token to the last one that was read. */
  protected spanFrom(start: number): Span {
    return { start, end: tokenEnd(this.LA(0)) };
  }

  /** All that an operand can be, in one list that is made once: most of a text is operands. */
  private readonly operands = [
    { ALT: () => this.SUBRULE(this.nameOrCall) },
    { ALT: () => this.SUBRULE(this.quantity) },
    { ALT: () => this.SUBRULE(this.parenthesized) },
    { ALT: () => this.SUBRULE(this.prefix) },
    { ALT: () => this.SUBRULE(this.conditional) },
    {
      ALT: (): Expr => {
        const token = this.CONSUME(TextLiteral);
        return { kind: 'text', value: unescapeText(token.image), span: spanOf(token) };
      },
    },
    { ALT: () => moment('date', this.CONSUME(DateLiteral)) },
    { ALT: () => moment('time', this.CONSUME(TimeLiteral)) },
    { ALT: () => moment('instant', this.CONSUME(InstantLiteral)) },
    { ALT: (): Expr => ({ kind: 'bool', value: true, span: spanOf(this.CONSUME(R.true)) }) },
    { ALT: (): Expr => ({ kind: 'bool', value: false, span: spanOf(this.CONSUME(R.false)) }) },
    { ALT: (): Expr => ({ kind: 'missing', span: spanOf(this.CONSUME(R.missing)) }) },
    { ALT: (): Expr => ({ kind: 'now', span: spanOf(this.CONSUME(R.now)) }) },
    { ALT: (): Expr => ({ kind: 'today', span: spanOf(this.CONSUME(R.today)) }) },
    { ALT: () => this.SUBRULE(this.bracketed) },
    { ALT: (): Expr => this.SUBRULE(this.record) },
  ];

  protected readonly operand: ParserMethod<[], Expr> = this.RULE('operand', () => {
    let target = this.OR(this.operands);
    this.MANY(() => {
      this.CONSUME(Dot);
      const token = this.CONSUME(Word);
      if (this.RECORDING_PHASE) return;
      this.countOperator();
      const { name, span: nameSpan } = nameNode(token);
      const span = { start: target.span.start, end: nameSpan.end };
      target = { kind: 'field', target, name, nameSpan, span };
    });
    return target;
  });

  private readonly quantity: ParserMethod<[], Expr> = this.RULE('quantity', (): Expr => {
    const token = this.CONSUME(NumberLiteral);
    const unit = this.OPTION(() => this.CONSUME(Unit));
    if (this.RECORDING_PHASE) return RECORDED;
    const { image } = token;
    const value = Number(image.includes('_') ? image.replaceAll('_', '') : image);
    if (value > MAX_NUMBER) throw new BadNumber(token);
    if (unit === undefined) return { kind: 'number', value, unit, span: spanOf(token) };
    const written = { text: unit.image, span: spanOf(unit) };
    return { kind: 'number', value, unit: written, span: this.spanFrom(token.startOffset) };
  });

  private readonly nameOrCall: ParserMethod<[], Expr> = this.RULE('nameOrCall', (): Expr => {
    const token = this.CONSUME(Word);
    // A bracket on the next line begins something else.
    const next = this.LA(1) as QToken;
    const called = this.OPTION({
      GATE: () => !next.firstOnLine,
      DEF: () => {
        this.CONSUME(LParen);
        const inside = this.SUBRULE(this.callArguments);
        this.CONSUME(RParen);
        return inside;
      },
    });
    const named = nameNode(token);
    if (called === undefined || this.RECORDING_PHASE) return named;
    const { name, span: nameSpan } = named;
    return { ...called, name, nameSpan, span: this.spanFrom(nameSpan.start) };
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
      return source === undefined ? { kind: 'call', args } : { kind: 'aggregate', item, ...source };
    },
  );

  private readonly comprehension: ParserMethod<[], ComprehensionSource> = this.RULE(
    'comprehension',
    (): ComprehensionSource => {
      this.CONSUME(R.for);
      const variable = this.CONSUME(Word);
      this.CONSUME(R.in);
      const list = this.SUBRULE(this.expression, { ARGS: [LIST_POWER] });
      const where = this.OPTION(() => {
        this.CONSUME(R.where);
        return this.SUBRULE2(this.expression, { ARGS: [0] });
      });
      return { variable: nameNode(variable), list, where };
    },
  );

  private readonly parenthesized: ParserMethod<[], Expr> = this.RULE('parenthesized', (): Expr => {
    const first = this.CONSUME(LParen);
    const items: Expr[] = [this.SUBRULE(this.expression, { ARGS: [0] })];
    this.MANY(() => {
      this.CONSUME(Comma);
      items.push(this.SUBRULE2(this.expression, { ARGS: [0] }));
    });
    this.CONSUME(RParen);
    if (this.RECORDING_PHASE) return RECORDED;
    const span = this.spanFrom(first.startOffset);
    const [inner] = items;
    if (items.length === 1 && inner !== undefined) return { kind: 'paren', inner, span };
    return { kind: 'list', brackets: '(', items, span };
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

const moment = (kind: 'date' | 'time' | 'instant', token: IToken): Expr => ({
  kind,
  text: token.image,
  span: spanOf(token),
});

interface ComprehensionSource {
  readonly variable: NameNode;
  readonly list: Expr;
  readonly where: Expr | undefined;
}
type CallInside =
  | { readonly kind: 'call'; readonly args: readonly Expr[] }
  | ({ readonly kind: 'aggregate'; readonly item: Expr | undefined } & ComprehensionSource);
