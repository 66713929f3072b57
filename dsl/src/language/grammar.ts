import type { IToken, ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type {
  AnswerClause,
  AtClause,
  ExpectClause,
  Expr,
  GateModeWord,
  GivenClause,
  ModeClause,
  NameNode,
  OnClause,
  Parameter,
  PathNode,
  ReleaseClause,
  TypeNode,
  WhenClause,
} from './ast.ts';
import { ExpressionGrammar } from './expression-grammar.ts';
import { nameNode, spanOf } from './nodes.ts';
import {
  Colon,
  Comma,
  Contextual,
  DateLiteral,
  Equal,
  InstantLiteral,
  LParen,
  Minus,
  Reserved,
  RParen,
  TextLiteral,
  Word,
} from './tokens.ts';

const C = Contextual;

export interface FormulaParts {
  readonly name: NameNode;
  readonly params: readonly Parameter[];
  readonly type: TypeNode | undefined;
  readonly body: Expr;
}

/** A `message` or `remedy` before its text is split at the `{expressions}`. */
export interface RawTextClause {
  readonly kind: 'message' | 'remedy';
  readonly language: string | undefined;
  readonly text: IToken;
}

type Bare<T extends { span: Span }> = Omit<T, 'span'>;
export type RawGateClause =
  | Bare<OnClause>
  | Bare<ModeClause>
  | Bare<AnswerClause>
  | Bare<ReleaseClause>
  | RawTextClause;
export type RawTestClause =
  | Bare<AtClause>
  | Bare<GivenClause>
  | Bare<WhenClause>
  | Bare<ExpectClause>;

/**
 * Blocks. Each rule here is read from its own run of tokens (a block's head or one clause), so a
 * fault in one clause leaves the others intact.
 */
export class Grammar extends ExpressionGrammar {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  readonly aloneExpression: ParserMethod<[], Expr> = this.RULE('aloneExpression', () =>
    this.SUBRULE(this.expression, { ARGS: [0] }),
  );

  /** `uz-cyrl` is read as two words and a sign. */
  private readonly languageTag: ParserMethod<[], { tag: string; span: Span }> = this.RULE(
    'languageTag',
    () => {
      const first = this.CONSUME(Word);
      const more = this.OPTION(() => {
        this.CONSUME(Minus);
        return this.CONSUME2(Word);
      });
      return this.ACTION(() => {
        const { start, end } = spanOf(first);
        if (more === undefined) return { tag: first.image, span: { start, end } };
        return { tag: `${first.image}-${more.image}`, span: { start, end: spanOf(more).end } };
      });
    },
  );

  readonly languageHead: ParserMethod<[], { tag: string; span: Span }> = this.RULE(
    'languageHead',
    () => {
      this.CONSUME(C.language);
      return this.SUBRULE(this.languageTag);
    },
  );

  readonly moduleHead: ParserMethod<[], PathNode> = this.RULE('moduleHead', () => {
    this.CONSUME(C.module);
    return this.SUBRULE(this.path);
  });

  readonly requiresHead: ParserMethod<[], PathNode[]> = this.RULE('requiresHead', () => {
    const names: PathNode[] = [];
    this.CONSUME(C.requires);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => names.push(this.SUBRULE(this.path)) });
    return names;
  });

  readonly formulaHead: ParserMethod<[], FormulaParts> = this.RULE(
    'formulaHead',
    (): FormulaParts => {
      this.CONSUME(C.formula);
      const name = nameNode(this.CONSUME(Word));
      const params: Parameter[] = [];
      this.CONSUME(LParen);
      this.MANY_SEP({
        SEP: Comma,
        DEF: () => {
          const parameter = nameNode(this.CONSUME2(Word));
          this.CONSUME(Colon);
          params.push({ name: parameter, type: this.SUBRULE(this.type) });
        },
      });
      this.CONSUME(RParen);
      const type = this.OPTION(() => {
        this.CONSUME2(Colon);
        return this.SUBRULE2(this.type);
      });
      this.CONSUME(Equal);
      const body = this.SUBRULE(this.expression, { ARGS: [0] });
      return { name, params, type, body };
    },
  );

  readonly gateHead: ParserMethod<[], NameNode> = this.RULE('gateHead', () => {
    this.CONSUME(C.gate);
    return nameNode(this.CONSUME(Word));
  });

  readonly testHead: ParserMethod<[], IToken> = this.RULE('testHead', () => {
    this.CONSUME(C.test);
    return this.CONSUME(TextLiteral);
  });

  // --- clauses of a gate ---------------------------------------------------------------------------

  readonly gateClause: ParserMethod<[], RawGateClause> = this.RULE('gateClause', () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.onClause) },
      { ALT: () => this.SUBRULE(this.modeClause) },
      { ALT: () => this.SUBRULE(this.answerClause) },
      { ALT: () => this.SUBRULE(this.textClause) },
      { ALT: () => this.SUBRULE(this.releaseClause) },
    ]),
  );

  private readonly onClause: ParserMethod<[], Bare<OnClause>> = this.RULE(
    'onClause',
    (): Bare<OnClause> => {
      const points: { path: PathNode; each: NameNode | undefined }[] = [];
      this.CONSUME(C.on);
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => {
          const path = this.SUBRULE(this.path);
          const each = this.OPTION(() => {
            this.CONSUME(C.each);
            return nameNode(this.CONSUME(Word));
          });
          points.push({ path, each });
        },
      });
      return { kind: 'on', points };
    },
  );

  private readonly modeClause: ParserMethod<[], Bare<ModeClause>> = this.RULE(
    'modeClause',
    (): Bare<ModeClause> => {
      let target: NameNode | undefined;
      let after = false;
      const mode = this.OR([
        { ALT: (): GateModeWord => (this.CONSUME(C.block), 'block') },
        { ALT: (): GateModeWord => (this.CONSUME(C.warn), 'warn') },
        {
          ALT: (): GateModeWord => {
            this.CONSUME(C.hold);
            target = nameNode(this.CONSUME(Word));
            return 'hold';
          },
        },
        {
          ALT: (): GateModeWord => {
            this.CONSUME(C.pause);
            target = nameNode(this.CONSUME2(Word));
            after = this.OPTION(() => this.CONSUME(C.after)) !== undefined;
            return 'pause';
          },
        },
      ]);
      this.CONSUME(C.when);
      const condition = this.SUBRULE(this.expression, { ARGS: [0] });
      return { kind: 'mode', mode, target, after, condition };
    },
  );

  private readonly answerClause: ParserMethod<[], Bare<AnswerClause>> = this.RULE(
    'answerClause',
    (): Bare<AnswerClause> => {
      this.CONSUME(C.answer);
      const code = nameNode(this.CONSUME(Word));
      const figures = this.OPTION(() => this.SUBRULE(this.record));
      return { kind: 'answer', code, figures };
    },
  );

  private readonly textClause: ParserMethod<[], RawTextClause> = this.RULE(
    'textClause',
    (): RawTextClause => {
      const kind = this.OR([
        { ALT: () => (this.CONSUME(C.message), 'message' as const) },
        { ALT: () => (this.CONSUME(C.remedy), 'remedy' as const) },
      ]);
      const language = this.OPTION(() => this.SUBRULE(this.languageTag))?.tag;
      return { kind, language, text: this.CONSUME(TextLiteral) };
    },
  );

  private readonly releaseClause: ParserMethod<[], Bare<ReleaseClause>> = this.RULE(
    'releaseClause',
    (): Bare<ReleaseClause> => {
      const roles: NameNode[] = [];
      let whenClear = false;
      let until: Expr | undefined;
      this.CONSUME(C.release);
      const never = this.OR([
        { ALT: () => (this.CONSUME(C.never), true) },
        {
          ALT: () => {
            this.CONSUME(C.by);
            this.AT_LEAST_ONE_SEP({
              SEP: Comma,
              DEF: () => roles.push(nameNode(this.CONSUME(Word))),
            });
            this.OPTION(() => {
              this.CONSUME(C.when);
              this.CONSUME(C.clear);
              whenClear = true;
            });
            this.OPTION2(() => {
              this.CONSUME(C.until);
              until = this.SUBRULE(this.expression, { ARGS: [0] });
            });
            return false;
          },
        },
      ]);
      return { kind: 'release', never, roles, whenClear, until };
    },
  );

  // --- clauses of a test ---------------------------------------------------------------------------

  readonly testClause: ParserMethod<[], RawTestClause> = this.RULE('testClause', () =>
    this.OR([
      { ALT: () => this.SUBRULE(this.atClause) },
      { ALT: () => this.SUBRULE(this.givenClause) },
      { ALT: () => this.SUBRULE(this.whenClause) },
      { ALT: () => this.SUBRULE(this.expectClause) },
    ]),
  );

  private readonly atClause: ParserMethod<[], Bare<AtClause>> = this.RULE(
    'atClause',
    (): Bare<AtClause> => {
      this.CONSUME(Reserved.at);
      return this.OR([
        { ALT: () => this.momentClause('instant', this.CONSUME(InstantLiteral)) },
        { ALT: () => this.momentClause('date', this.CONSUME(DateLiteral)) },
      ]);
    },
  );

  private momentClause(kind: 'instant' | 'date', token: IToken): Bare<AtClause> {
    return { kind: 'at', moment: { kind, text: token.image, span: spanOf(token) } };
  }

  private readonly givenClause: ParserMethod<[], Bare<GivenClause>> = this.RULE(
    'givenClause',
    (): Bare<GivenClause> => {
      this.CONSUME(C.given);
      const path = this.SUBRULE(this.path);
      this.CONSUME(Equal);
      return { kind: 'given', path, value: this.SUBRULE(this.expression, { ARGS: [0] }) };
    },
  );

  private readonly whenClause: ParserMethod<[], Bare<WhenClause>> = this.RULE(
    'whenClause',
    (): Bare<WhenClause> => {
      this.CONSUME(C.when);
      return { kind: 'when', point: this.SUBRULE(this.path) };
    },
  );

  private readonly expectClause: ParserMethod<[], Bare<ExpectClause>> = this.RULE(
    'expectClause',
    (): Bare<ExpectClause> => {
      this.CONSUME(C.expect);
      const what = this.OR({
        // `blocked` and `allowed` are names too; as the whole of an `expect` they are keywords.
        IGNORE_AMBIGUITIES: true,
        DEF: [
          {
            ALT: (): ExpectClause['what'] => {
              const gates: NameNode[] = [];
              this.CONSUME(C.blocked);
              this.CONSUME(C.by);
              this.AT_LEAST_ONE_SEP({
                SEP: Comma,
                DEF: () => gates.push(nameNode(this.CONSUME(Word))),
              });
              return { kind: 'blocked', gates };
            },
          },
          { ALT: (): ExpectClause['what'] => (this.CONSUME(C.allowed), { kind: 'allowed' }) },
          {
            ALT: (): ExpectClause['what'] => ({
              kind: 'true',
              condition: this.SUBRULE(this.expression, { ARGS: [0] }),
            }),
          },
        ],
      });
      return { kind: 'expect', what };
    },
  );
}
