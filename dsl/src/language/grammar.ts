import type { IOrAlt, IToken, ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type {
  AfterClause,
  AnswerClause,
  AtClause,
  DecisionClause,
  EventClause,
  ExpectClause,
  Expr,
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
import { type Bare, ClauseGrammar, type RawTextClause } from './clause-grammar.ts';
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
const R = Reserved;

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
  | Bare<DecisionClause>
  | Bare<ExpectClause>;

/**
 * Heads, formulas, gates and tests. Each rule of a block is read from its own run of tokens (a
 * block's head or one clause), so a fault in one clause leaves the others intact. Alternatives that
 * most texts have are listed once: a list in its rule would be made anew for each clause.
 */
export class Grammar extends ClauseGrammar {
  constructor(validate = false) {
    super(validate);
    this.performSelfAnalysis();
  }

  readonly aloneExpression: ParserMethod<[], Expr> = this.RULE('aloneExpression', () =>
    this.SUBRULE(this.expression),
  );

  readonly languageHead: ParserMethod<[], { tag: string; span: Span }> = this.RULE(
    'languageHead',
    () => {
      this.CONSUME(C.language);
      return this.SUBRULE(this.languageTag);
    },
  );

  readonly moduleHead: ParserMethod<[], { path: PathNode; bindsAtStart: boolean }> = this.RULE(
    'moduleHead',
    () => {
      this.CONSUME(C.module);
      const path = this.SUBRULE(this.path);
      const bindsAtStart = this.OPTION(() => {
        this.CONSUME(C.bind);
        this.CONSUME(R.at);
        this.CONSUME(C.start);
        return true;
      });
      return { path, bindsAtStart: bindsAtStart === true };
    },
  );

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
      const body = this.SUBRULE(this.expression);
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

  private readonly gateClauses: IOrAlt<RawGateClause>[] = [
    { ALT: () => this.SUBRULE(this.onClause) },
    { ALT: () => this.SUBRULE(this.modeClause) },
    { ALT: () => this.SUBRULE(this.answerClause) },
    { ALT: () => this.SUBRULE(this.textClause) },
    { ALT: () => this.SUBRULE(this.releaseClause) },
  ];
  readonly gateClause: ParserMethod<[], RawGateClause> = this.RULE('gateClause', () =>
    this.OR(this.gateClauses),
  );

  private readonly modes: IOrAlt<Pick<ModeClause, 'mode' | 'target' | 'after'>>[] = [
    { ALT: () => (this.CONSUME(C.block), { mode: 'block', target: undefined, after: false }) },
    { ALT: () => (this.CONSUME(C.warn), { mode: 'warn', target: undefined, after: false }) },
    {
      ALT: () => {
        this.CONSUME(C.hold);
        return { mode: 'hold', target: nameNode(this.CONSUME(Word)), after: false };
      },
    },
    {
      ALT: () => {
        this.CONSUME(C.pause);
        const target = nameNode(this.CONSUME2(Word));
        const after = this.OPTION(() => this.CONSUME(C.after)) !== undefined;
        return { mode: 'pause', target, after };
      },
    },
  ];
  private readonly modeClause: ParserMethod<[], Bare<ModeClause>> = this.RULE(
    'modeClause',
    (): Bare<ModeClause> => {
      const stated = this.OR(this.modes);
      this.CONSUME(C.when);
      const condition = this.SUBRULE(this.expression);
      return this.ACTION((): Bare<ModeClause> => {
        const { mode, target, after } = stated;
        return { kind: 'mode', mode, target, after, condition };
      });
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

  private readonly releases: IOrAlt<Bare<ReleaseClause>>[] = [
    {
      ALT: () => {
        this.CONSUME(C.never);
        return { kind: 'release', never: true, roles: [], whenClear: false, until: undefined };
      },
    },
    {
      ALT: () => {
        this.CONSUME(C.by);
        const roles = this.SUBRULE(this.names);
        const clear = this.OPTION(() => {
          this.CONSUME(C.when);
          return this.CONSUME(C.clear);
        });
        const until = this.OPTION2(() => {
          this.CONSUME(C.until);
          return this.SUBRULE(this.expression);
        });
        return { kind: 'release', never: false, roles, whenClear: clear !== undefined, until };
      },
    },
  ];
  private readonly releaseClause: ParserMethod<[], Bare<ReleaseClause>> = this.RULE(
    'releaseClause',
    (): Bare<ReleaseClause> => {
      this.CONSUME(C.release);
      return this.OR(this.releases);
    },
  );

  // --- clauses of a test ---------------------------------------------------------------------------

  private readonly testClauses: IOrAlt<RawTestClause>[] = [
    { ALT: () => this.SUBRULE(this.atClause) },
    { ALT: () => this.SUBRULE(this.givenClause) },
    { ALT: () => this.SUBRULE(this.whenClause) },
    { ALT: () => this.SUBRULE(this.eventClause) },
    {
      ALT: () => {
        this.CONSUME(C.after);
        return { kind: 'after', duration: this.SUBRULE(this.duration) };
      },
    },
    { ALT: () => this.SUBRULE(this.decisionClause) },
    { ALT: () => this.SUBRULE(this.expectClause) },
  ];
  readonly testClause: ParserMethod<[], RawTestClause> = this.RULE('testClause', () =>
    this.OR(this.testClauses),
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
      return { kind: 'given', path, value: this.SUBRULE(this.expression) };
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

  private readonly decisionClause: ParserMethod<[], Bare<DecisionClause>> = this.RULE(
    'decisionClause',
    (): Bare<DecisionClause> => {
      const verdict = this.OR([
        { ALT: () => (this.CONSUME(C.approved), 'approved' as const) },
        { ALT: () => (this.CONSUME(C.rejected), 'rejected' as const) },
      ]);
      this.CONSUME(C.by);
      return { kind: 'decision', verdict, roles: this.SUBRULE(this.names) };
    },
  );

  private readonly expected: IOrAlt<ExpectClause['what']>[] = [
    {
      ALT: () => {
        this.CONSUME(C.blocked);
        this.CONSUME(C.by);
        return { kind: 'blocked', gates: this.SUBRULE(this.names) };
      },
    },
    {
      ALT: () => {
        this.CONSUME(C.waits);
        this.CONSUME(Reserved.for);
        return { kind: 'waits', approvals: this.SUBRULE2(this.names) };
      },
    },
    {
      ALT: () => {
        this.CONSUME(C.raised);
        return { kind: 'raised', alerts: this.SUBRULE3(this.names) };
      },
    },
    { ALT: () => this.SUBRULE(this.didWhat) },
    { ALT: () => (this.CONSUME(C.allowed), { kind: 'allowed' }) },
    { ALT: () => ({ kind: 'true', condition: this.SUBRULE(this.expression) }) },
  ];
  private readonly expectClause: ParserMethod<[], Bare<ExpectClause>> = this.RULE(
    'expectClause',
    (): Bare<ExpectClause> => {
      this.CONSUME(C.expect);
      // `blocked` and `allowed` are names too; as the whole of an `expect` they are keywords.
      const what = this.OR({ IGNORE_AMBIGUITIES: true, DEF: this.expected });
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
