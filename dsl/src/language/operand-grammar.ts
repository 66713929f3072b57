import type { IToken, ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type { Expr, NameNode, RecordNode } from './ast.ts';
import { tokenEnd } from './lex.ts';
import { fitted, nameNode, spanOf, unescapeText } from './nodes.ts';
import {
  Colon,
  Comma,
  Contextual,
  DateLiteral,
  Dot,
  InstantLiteral,
  LBrace,
  LBracket,
  LParen,
  NumberLiteral,
  Operand,
  type QToken,
  QuotedName,
  RBrace,
  RBracket,
  Reserved,
  RParen,
  TextLiteral,
  TimeLiteral,
  Unit,
  Word,
} from './tokens.ts';
import { TooComplex, TypeGrammar } from './type-grammar.ts';

/** How many operators one clause may have: later phases walk the tree recursively. */
const MAX_OPERATORS = 500;
const MAX_NUMBER = 1e300;

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

const R = Reserved;

/** The list after `in` is anything tighter than a comparison (see `PRECEDENCE`). */
const LIST_POWER = 5;

/** What a rule gives while chevrotain records the grammar: there are no tokens then. */
const RECORDED = undefined as unknown as Expr;

/** Types of words that can be names, by their number. */
const NAMES: (boolean | undefined)[] = [];
for (const type of [Word, QuotedName, ...Object.values(Contextual)])
  NAMES[type.tokenTypeIdx ?? 0] = true;

/**
 * What operators stand between: literals, names, calls, brackets, and fields of these.
 *
 * Expressions are most of every text, so they are read by hand, by precedence climbing: six times
 * as fast as rules of chevrotain's. To chevrotain an expression is one token, an `Operand`.
 */
export abstract class OperandGrammar extends TypeGrammar {
  private operators = 0;
  /** Goes on to the next token: chevrotain's own, which its types leave out. */
  declare protected consumeToken: () => void;

  /** Reads an expression whose operators have at least some power (see `PRECEDENCE`). */
  protected abstract read(min: number): Expr;

  readonly expression: ParserMethod<[number], Expr> = this.RULE('expression', (min: number) => {
    if (!this.RECORDING_PHASE) return this.read(min);
    this.CONSUME(Operand);
    return RECORDED;
  });

  readonly record: ParserMethod<[], RecordNode> = this.RULE('record', () => {
    if (!this.RECORDING_PHASE) return this.readRecord();
    this.CONSUME(LBrace);
    return RECORDED as RecordNode;
  });

  override reset(): void {
    super.reset();
    this.operators = 0;
  }

  protected countOperator(): void {
    if (++this.operators > MAX_OPERATORS) throw new TooComplex(this.LA(1));
  }

  /** From an offset to the end of the token that was read last. */
  protected spanFrom(start: number): Span {
    return { start, end: tokenEnd(this.LA(0)) };
  }

  protected readOperand(): Expr {
    let target = this.readPrimary();
    while (this.LA(1).tokenType === Dot) {
      this.consumeToken();
      const { name, span: nameSpan } = nameNode(this.CONSUME(Word));
      this.countOperator();
      const span = { start: target.span.start, end: nameSpan.end };
      target = { kind: 'field', target, name, nameSpan, span };
    }
    return target;
  }

  /** Operands that begin with an operator or `if`: undefined when the token begins none. */
  protected abstract readPrefixed(token: IToken): Expr | undefined;

  private readPrimary(): Expr {
    const token = this.LA(1);
    if (NAMES[token.tokenTypeIdx]) return this.readName(token);
    switch (token.tokenType) {
      case NumberLiteral:
        return this.readNumber(token);
      case LParen:
        return this.readParenthesized();
      case LBracket:
        return this.readList();
      case LBrace:
        return this.readRecord();
      default:
        return this.readPrefixed(token) ?? this.readLiteral();
    }
  }

  private readLiteral(): Expr {
    const token = this.CONSUME(Operand);
    const span = spanOf(token);
    switch (token.tokenType) {
      case TextLiteral:
        return { kind: 'text', value: unescapeText(token.image), span };
      case DateLiteral:
        return { kind: 'date', text: token.image, span };
      case TimeLiteral:
        return { kind: 'time', text: token.image, span };
      case InstantLiteral:
        return { kind: 'instant', text: token.image, span };
      case R.true:
      case R.false:
        return { kind: 'bool', value: token.tokenType === R.true, span };
      case R.now:
        return { kind: 'now', span };
      case R.today:
        return { kind: 'today', span };
      default:
        return { kind: 'missing', span };
    }
  }

  private readNumber(token: IToken): Expr {
    this.consumeToken();
    const { image, startOffset } = token;
    const value = Number(image.includes('_') ? image.replaceAll('_', '') : image);
    if (value > MAX_NUMBER) throw new BadNumber(token);
    const unit = this.LA(1);
    if (unit.tokenType !== Unit)
      return { kind: 'number', value, unit: undefined, span: spanOf(token) };
    this.consumeToken();
    const written = { text: unit.image, span: spanOf(unit) };
    return { kind: 'number', value, unit: written, span: this.spanFrom(startOffset) };
  }

  private readName(token: IToken): Expr {
    this.consumeToken();
    const named = nameNode(token);
    const next = this.LA(1) as QToken;
    // A bracket on the next line begins something else.
    if (next.tokenType !== LParen || next.firstOnLine) return named;
    this.consumeToken();
    const inside = this.readArguments();
    this.CONSUME(RParen);
    const { name, span: nameSpan } = named;
    return { ...inside, name, nameSpan, span: this.spanFrom(nameSpan.start) };
  }

  private readArguments(): CallInside {
    const { tokenType } = this.LA(1);
    const args = tokenType === R.for || tokenType === RParen ? [] : this.readItems();
    if (args.length > 1 || this.LA(1).tokenType !== R.for) return { kind: 'call', args };
    return { kind: 'aggregate', item: args[0], ...this.readComprehension() };
  }

  private readComprehension(): ComprehensionSource {
    this.CONSUME(R.for);
    const variable = nameNode(this.CONSUME(Word));
    this.CONSUME(R.in);
    const list = this.read(LIST_POWER);
    if (this.LA(1).tokenType !== R.where) return { variable, list, where: undefined };
    this.consumeToken();
    return { variable, list, where: this.read(0) };
  }

  /** Expressions between commas. */
  private readItems(): Expr[] {
    const first = this.read(0);
    if (this.LA(1).tokenType !== Comma) return [first];
    const items = [first];
    while (this.LA(1).tokenType === Comma) {
      this.consumeToken();
      items.push(this.read(0));
    }
    return fitted(items);
  }

  private readParenthesized(): Expr {
    const { startOffset } = this.CONSUME(LParen);
    const items = this.readItems();
    this.CONSUME(RParen);
    const span = this.spanFrom(startOffset);
    const [inner] = items;
    if (items.length === 1 && inner !== undefined) return { kind: 'paren', inner, span };
    return { kind: 'list', brackets: '(', items, span };
  }

  private readList(): Expr {
    const { startOffset } = this.CONSUME(LBracket);
    const items = this.LA(1).tokenType === RBracket ? [] : this.readItems();
    this.CONSUME(RBracket);
    return { kind: 'list', brackets: '[', items, span: this.spanFrom(startOffset) };
  }

  private readRecord(): RecordNode {
    const { startOffset } = this.CONSUME(LBrace);
    const fields: { name: string; nameSpan: Span; value: Expr }[] = [];
    const readField = (): void => {
      const { name, span: nameSpan } = nameNode(this.CONSUME(Word));
      this.CONSUME(Colon);
      fields.push({ name, nameSpan, value: this.read(0) });
    };
    if (this.LA(1).tokenType !== RBrace) {
      readField();
      while (this.LA(1).tokenType === Comma) {
        this.consumeToken();
        readField();
      }
    }
    this.CONSUME(RBrace);
    return { kind: 'record', fields: fitted(fields), span: this.spanFrom(startOffset) };
  }
}

interface ComprehensionSource {
  readonly variable: NameNode;
  readonly list: Expr;
  readonly where: Expr | undefined;
}
type CallInside =
  | { readonly kind: 'call'; readonly args: readonly Expr[] }
  | ({ readonly kind: 'aggregate'; readonly item: Expr | undefined } & ComprehensionSource);
