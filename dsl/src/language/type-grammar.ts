import type { IOrAlt, IToken, ParserMethod } from 'chevrotain';
import { EmbeddedActionsParser } from '#parser';
import { LIMITS } from '../source/limits.ts';
import type { Span } from '../source/text.ts';
import type { NameNode, PathNode, TypeNode } from './ast.ts';
import { errorMessages } from './error-messages.ts';
import { canonicalWord } from './letters.ts';
import { tokenEnd } from './lex.ts';
import { fitted, nameNode, spanOf } from './nodes.ts';
import { endOf, startOf } from './placed.ts';
import {
  ALL_TOKENS,
  Colon,
  Comma,
  Contextual,
  Dot,
  LBrace,
  LParen,
  NumberLiteral,
  Percent,
  Question,
  QuotedName,
  RBrace,
  Reserved,
  RParen,
  Slash,
  Star,
  Word,
} from './tokens.ts';

const R = Reserved;
const NO_SPAN: Span = { start: 0, end: 0 };

/** Only before `of` is `list` the word of the grammar; elsewhere it is a name like any other. */
function textOf(token: IToken, index: number, all: readonly IToken[]): string {
  if (token.tokenType === R.of) return ' of ';
  if (all[index + 1]?.tokenType === R.of) return 'list';
  if (token.tokenType === Contextual.oneof && all[index + 1]?.tokenType === LParen) return 'oneof';
  return token.tokenType === QuotedName ? token.image : canonicalWord(token.image);
}

/** Thrown out of the grammar when a text is nested or chained beyond the limits. */
export class TooComplex extends Error {
  readonly span: Span | undefined;
  constructor(at: IToken) {
    super('too complex');
    this.span = Number.isNaN(at.startOffset) ? undefined : spanOf(at);
  }
}

/** Types and paths: what stands in declarations. */
export class TypeGrammar extends EmbeddedActionsParser {
  private depth = 0;

  /** @param validate looks for mistakes in the grammar itself: a test does, so that starting is quick */
  constructor(validate = false) {
    super(ALL_TOKENS, {
      maxLookahead: 2,
      skipValidations: !validate,
      recoveryEnabled: false,
      errorMessageProvider: errorMessages,
    });
  }

  override reset(): void {
    super.reset();
    this.depth = 0;
  }

  protected enter(): void {
    if (++this.depth > LIMITS.nesting && !this.RECORDING_PHASE) throw new TooComplex(this.LA(1));
  }

  protected leave(): void {
    this.depth--;
  }

  /** The tokens of the type that is being read. */
  private parts: IToken[] = [];

  private keep(token: IToken): void {
    if (!this.RECORDING_PHASE) this.parts.push(token);
  }

  readonly type: ParserMethod<[], TypeNode> = this.RULE('type', (): TypeNode => {
    this.parts = [];
    this.SUBRULE(this.typeParts);
    return this.ACTION((): TypeNode => {
      const { parts } = this;
      const first = parts[0];
      const last = parts[parts.length - 1];
      const start = first?.startOffset ?? 0;
      // Most types are one word.
      const text = first === last && first ? textOf(first, 0, parts) : parts.map(textOf).join('');
      return {
        kind: 'type',
        text,
        span: { start, end: last === undefined ? start : tokenEnd(last) },
      };
    });
  });

  private readonly unitParts: IOrAlt<void>[] = [
    { ALT: () => this.keep(this.CONSUME3(Word)) },
    {
      ALT: () => {
        this.keep(this.CONSUME(NumberLiteral));
        this.keep(this.CONSUME2(Slash));
        this.keep(this.CONSUME5(Word));
      },
    },
  ];
  private readonly typeKinds: IOrAlt<void>[] = [
    {
      ALT: () => {
        this.keep(this.CONSUME(Contextual.list));
        this.keep(this.CONSUME(R.of));
        this.SUBRULE(this.typeParts);
      },
    },
    {
      ALT: () => {
        this.keep(this.CONSUME(Contextual.oneof));
        this.keep(this.CONSUME(LParen));
        this.keep(this.CONSUME(Word));
        this.MANY(() => {
          this.keep(this.CONSUME(Comma));
          this.keep(this.CONSUME2(Word));
        });
        this.keep(this.CONSUME(RParen));
      },
    },
    {
      ALT: () => {
        this.keep(this.CONSUME(LBrace));
        this.SUBRULE(this.typeField);
        this.MANY2(() => {
          this.keep(this.CONSUME2(Comma));
          this.SUBRULE2(this.typeField);
        });
        this.keep(this.CONSUME(RBrace));
      },
    },
    {
      ALT: () => {
        this.OR3(this.unitParts);
        this.MANY3(() => {
          this.keep(
            this.OR2([{ ALT: () => this.CONSUME(Slash) }, { ALT: () => this.CONSUME(Star) }]),
          );
          this.keep(this.CONSUME4(Word));
        });
      },
    },
    { ALT: () => this.keep(this.CONSUME(Percent)) },
    {
      ALT: () => {
        this.keep(this.CONSUME2(LParen));
        this.SUBRULE2(this.typeParts);
        this.keep(this.CONSUME2(RParen));
      },
    },
  ];
  private readonly typeParts: ParserMethod<[], void> = this.RULE('typeParts', () => {
    this.enter();
    this.OR({ IGNORE_AMBIGUITIES: true, DEF: this.typeKinds });
    this.OPTION(() => this.keep(this.CONSUME(Question)));
    this.leave();
  });

  private readonly typeField: ParserMethod<[], void> = this.RULE('typeField', () => {
    this.keep(this.CONSUME(Word));
    this.keep(this.CONSUME(Colon));
    this.SUBRULE(this.typeParts);
  });

  readonly path: ParserMethod<[], PathNode> = this.RULE('path', (): PathNode => {
    const parts: NameNode[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Dot, DEF: () => parts.push(nameNode(this.CONSUME(Word))) });
    return this.ACTION((): PathNode => {
      const first = parts[0];
      if (first === undefined || parts.length === 1)
        return {
          kind: 'path',
          parts: fitted(parts),
          text: first?.name ?? '',
          span: first?.span ?? NO_SPAN,
        };
      const end = endOf(parts[parts.length - 1] as NameNode);
      const text = parts.map((part) => part.name).join('.');
      return { kind: 'path', parts: fitted(parts), text, span: { start: startOf(first), end } };
    });
  });
}
