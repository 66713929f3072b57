import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type { NameNode, PathNode, TypeNode } from './ast.ts';
import { errorMessages } from './error-messages.ts';
import { canonicalWord } from './letters.ts';
import { between, fitted, nameNode, spanOf } from './nodes.ts';
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

/** How deep brackets, prefixes and types may nest. */
const MAX_DEPTH = 100;

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
    if (++this.depth > MAX_DEPTH && !this.RECORDING_PHASE) throw new TooComplex(this.LA(1));
  }

  protected leave(): void {
    this.depth--;
  }

  readonly type: ParserMethod<[], TypeNode> = this.RULE('type', (): TypeNode => {
    const parts: IToken[] = [];
    this.SUBRULE(this.typeParts, { ARGS: [parts] });
    return this.ACTION((): TypeNode => {
      const start = parts[0]?.startOffset ?? 0;
      const text = parts.map(textOf).join('');
      const last = parts[parts.length - 1];
      return {
        kind: 'type',
        text,
        span: { start, end: last === undefined ? start : spanOf(last).end },
      };
    });
  });

  private readonly typeParts: ParserMethod<[IToken[]], void> = this.RULE(
    'typeParts',
    (parts: IToken[]) => {
      const keep = (token: IToken): void => {
        this.ACTION(() => parts.push(token));
      };
      this.enter();
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          {
            ALT: () => {
              keep(this.CONSUME(Contextual.list));
              keep(this.CONSUME(R.of));
              this.SUBRULE(this.typeParts, { ARGS: [parts] });
            },
          },
          {
            ALT: () => {
              keep(this.CONSUME(Contextual.oneof));
              keep(this.CONSUME(LParen));
              keep(this.CONSUME(Word));
              this.MANY(() => {
                keep(this.CONSUME(Comma));
                keep(this.CONSUME2(Word));
              });
              keep(this.CONSUME(RParen));
            },
          },
          {
            ALT: () => {
              keep(this.CONSUME(LBrace));
              this.SUBRULE(this.typeField, { ARGS: [parts] });
              this.MANY2(() => {
                keep(this.CONSUME2(Comma));
                this.SUBRULE2(this.typeField, { ARGS: [parts] });
              });
              keep(this.CONSUME(RBrace));
            },
          },
          {
            ALT: () => {
              this.OR3([
                { ALT: () => keep(this.CONSUME3(Word)) },
                {
                  ALT: () => {
                    keep(this.CONSUME(NumberLiteral));
                    keep(this.CONSUME2(Slash));
                    keep(this.CONSUME5(Word));
                  },
                },
              ]);
              this.MANY3(() => {
                keep(
                  this.OR2([{ ALT: () => this.CONSUME(Slash) }, { ALT: () => this.CONSUME(Star) }]),
                );
                keep(this.CONSUME4(Word));
              });
            },
          },
          { ALT: () => keep(this.CONSUME(Percent)) },
          {
            ALT: () => {
              keep(this.CONSUME2(LParen));
              this.SUBRULE2(this.typeParts, { ARGS: [parts] });
              keep(this.CONSUME2(RParen));
            },
          },
        ],
      });
      this.OPTION(() => keep(this.CONSUME(Question)));
      this.leave();
    },
  );

  private readonly typeField: ParserMethod<[IToken[]], void> = this.RULE(
    'typeField',
    (parts: IToken[]) => {
      const name = this.CONSUME(Word);
      const colon = this.CONSUME(Colon);
      this.ACTION(() => parts.push(name, colon));
      this.SUBRULE(this.typeParts, { ARGS: [parts] });
    },
  );

  readonly path: ParserMethod<[], PathNode> = this.RULE('path', (): PathNode => {
    const parts: NameNode[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Dot, DEF: () => parts.push(nameNode(this.CONSUME(Word))) });
    return this.ACTION((): PathNode => {
      const [first, last] = [parts[0], parts[parts.length - 1]];
      const span = between(first?.span ?? NO_SPAN, last?.span ?? NO_SPAN);
      return { kind: 'path', parts: fitted(parts), text: parts.map((p) => p.name).join('.'), span };
    });
  });
}
