import type { IToken, ParserMethod } from 'chevrotain';
import { LIMITS } from '../source/limits.ts';
import type { Span } from '../source/text.ts';
import type { Expr, NameNode, RecordNode } from './ast.ts';
import { tokenEnd } from './lex.ts';
import { fitted, nameIn, nameNode, spanOf, unescapeText } from './nodes.ts';
import {
  PlacedCall,
  PlacedEntry,
  PlacedField,
  type PlacedName,
  PlacedNumber,
  PlacedParen,
  PlacedUnit,
  startOf,
} from './placed.ts';
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

  readonly expression: ParserMethod<[], Expr> = this.RULE('expression', () => {
    if (!this.RECORDING_PHASE) return this.read(0);
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
    if (++this.operators > LIMITS.operators) throw new TooComplex(this.LA(1));
  }

  /** From an offset to the end of the token that was read last. */
  protected spanFrom(start: number): Span {
    return { start, end: tokenEnd(this.LA(0)) };
  }

  protected readOperand(): Expr {
    let target = this.readPrimary();
    while (this.LA(1).tokenType === Dot) {
      this.consumeToken();
      const name = this.CONSUME(Word);
      this.countOperator();
      const { startOffset } = name;
      const end = startOffset + name.image.length;
      target = new PlacedField(target, nameIn(name), startOf(target), startOffset, end);
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
      return new PlacedNumber(value, undefined, startOffset, startOffset + image.length);
    this.consumeToken();
    const end = unit.startOffset + unit.image.length;
    const written = new PlacedUnit(unit.image, unit.startOffset, end);
    return new PlacedNumber(value, written, startOffset, end);
  }

  private readName(token: IToken): Expr {
    this.consumeToken();
    const named = nameNode(token);
    const next = this.LA(1) as QToken;
    // A bracket on the next line begins something else.
    if (next.tokenType !== LParen || next.firstOnLine) return named;
    this.consumeToken();
    return this.readCall(named);
  }

  private readCall({ name, start, end: nameEnd, span: nameSpan }: PlacedName): Expr {
    const { tokenType } = this.LA(1);
    const args = tokenType === R.for || tokenType === RParen ? [] : this.readItems();
    if (args.length > 1 || this.LA(1).tokenType !== R.for) {
      const end = tokenEnd(this.CONSUME(RParen));
      return new PlacedCall(name, args, start, nameEnd, end);
    }
    const source = this.readComprehension();
    this.CONSUME(RParen);
    const span = this.spanFrom(start);
    return { kind: 'aggregate', name, nameSpan, item: args[0], ...source, span };
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
    const end = tokenEnd(this.CONSUME(RParen));
    const inner = items[0];
    if (items.length === 1 && inner !== undefined) return new PlacedParen(inner, startOffset, end);
    return { kind: 'list', brackets: '(', items, span: { start: startOffset, end } };
  }

  private readList(): Expr {
    const { startOffset } = this.CONSUME(LBracket);
    const items = this.LA(1).tokenType === RBracket ? [] : this.readItems();
    this.CONSUME(RBracket);
    return { kind: 'list', brackets: '[', items, span: this.spanFrom(startOffset) };
  }

  private readRecord(): RecordNode {
    const { startOffset } = this.CONSUME(LBrace);
    const fields: PlacedEntry[] = [];
    if (this.LA(1).tokenType !== RBrace) {
      fields.push(this.readEntry());
      while (this.LA(1).tokenType === Comma) {
        this.consumeToken();
        fields.push(this.readEntry());
      }
    }
    this.CONSUME(RBrace);
    return { kind: 'record', fields: fitted(fields), span: this.spanFrom(startOffset) };
  }

  private readEntry(): PlacedEntry {
    const name = this.CONSUME(Word);
    this.CONSUME(Colon);
    return new PlacedEntry(nameIn(name), this.read(0), name.startOffset, tokenEnd(name));
  }
}

interface ComprehensionSource {
  readonly variable: NameNode;
  readonly list: Expr;
  readonly where: Expr | undefined;
}
