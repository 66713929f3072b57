import type { IToken, ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type {
  AfterClause,
  AnswerClause,
  AtClause,
  EventClause,
  ExpectClause,
  Expr,
  GateModeWord,
  GivenClause,
  ModeClause,
  NameNode,
  NumberNode,
  OnClause,
  Parameter,
  PathNode,
  RecordNode,
  ReleaseClause,
  TextNode,
  TypeNode,
  WhenClause,
} from './ast.ts';
import type { Bare, RawTextClause } from './clause-grammar.ts';
import { ModelGrammar } from './model-grammar.ts';
import { nameNode, spanOf } from './nodes.ts';
import {
  Colon,
  Comma,
  Contextual,
  DateLiteral,
  Equal,
  InstantLiteral,
  LParen,
  Reserved,
  RParen,
  Word,
} from './tokens.ts';

const C = Contextual;

export interface FormulaParts {
  readonly name: NameNode;
  readonly params: readonly Parameter[];
  readonly type: TypeNode | undefined;
  readonly body: Expr;
}

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
  | Bare<EventClause>
  | Bare<AfterClause>
  | Bare<ExpectClause>;

/**
 * Heads, formulas, gates and tests. Each rule of a block is read from its own run of tokens (a block's head or one clause), so a
 * fault in one clause leaves the others intact.
 */
export class Grammar extends ModelGrammar {
  constructor(validate = false) {
    super(validate);
    this.performSelfAnalysis();
  }

  readonly aloneExpression: ParserMethod<[], Expr> = this.RULE('aloneExpression', () =>
    this.SUBRULE(this.expression, { ARGS: [0] }),
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

  readonly gateHead: ParserMethod<[], { name: NameNode }> = this.RULE('gateHead', () => {
    this.CONSUME(C.gate);
    return { name: nameNode(this.CONSUME(Word)) };
  });

  readonly testHead: ParserMethod<[], { title: TextNode }> = this.RULE('testHead', () => {
    this.CONSUME(C.test);
    return { title: this.SUBRULE(this.plainText) };
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

  private readonly releaseClause: ParserMethod<[], Bare<ReleaseClause>> = this.RULE(
    'releaseClause',
    (): Bare<ReleaseClause> => {
      let roles: readonly NameNode[] = [];
      let whenClear = false;
      let until: Expr | undefined;
      this.CONSUME(C.release);
      const never = this.OR([
        { ALT: () => (this.CONSUME(C.never), true) },
        {
          ALT: () => {
            this.CONSUME(C.by);
            roles = this.SUBRULE(this.names);
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
      { ALT: () => this.SUBRULE(this.eventClause) },
      {
        ALT: (): RawTestClause => {
          this.CONSUME(C.after);
          return { kind: 'after', duration: this.SUBRULE(this.duration) };
        },
      },
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

  private readonly eventClause: ParserMethod<[], Bare<EventClause>> = this.RULE(
    'eventClause',
    (): Bare<EventClause> => {
      this.CONSUME(C.event);
      const event = this.SUBRULE(this.path);
      return { kind: 'event', event, fields: this.OPTION(() => this.SUBRULE(this.record)) };
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
              this.CONSUME(C.blocked);
              this.CONSUME(C.by);
              return { kind: 'blocked', gates: this.SUBRULE(this.names) };
            },
          },
          {
            ALT: (): ExpectClause['what'] => {
              this.CONSUME(C.waits);
              this.CONSUME(Reserved.for);
              return { kind: 'waits', approvals: this.SUBRULE2(this.names) };
            },
          },
          {
            ALT: (): ExpectClause['what'] => {
              this.CONSUME(C.raised);
              return { kind: 'raised', alerts: this.SUBRULE3(this.names) };
            },
          },
          { ALT: () => this.SUBRULE(this.didWhat) },
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

  private readonly didWhat: ParserMethod<[], ExpectClause['what']> = this.RULE(
    'didWhat',
    (): ExpectClause['what'] => {
      this.CONSUME(C.did);
      return this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: (): ExpectClause['what'] => (this.CONSUME(C.nothing), { kind: 'nothing' }) },
          {
            ALT: (): ExpectClause['what'] => {
              let times: NumberNode | undefined;
              let fields: RecordNode | undefined;
              const action = this.SUBRULE(this.path);
              this.OPTION(() => {
                fields = this.SUBRULE(this.record);
              });
              this.OPTION2(() => {
                times = this.SUBRULE(this.count);
                this.CONSUME(C.times);
              });
              return { kind: 'did', action, fields, times };
            },
          },
        ],
      });
    },
  );
}
