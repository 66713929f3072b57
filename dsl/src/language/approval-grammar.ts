import type { ParserMethod } from 'chevrotain';
import type {
  ConditionClause,
  ExpiresClause,
  Expr,
  NameNode,
  NumberNode,
  OfClause,
  OnClause,
  OutcomeClause,
  OwnClause,
  StageNode,
  StepsClause,
  VoteNode,
} from './ast.ts';
import type { Bare, RawTextClause } from './clause-grammar.ts';
import { FigureGrammar } from './figure-grammar.ts';
import { between, nameNode, spanOf } from './nodes.ts';
import { Contextual, LParen, Reserved, RParen, Word } from './tokens.ts';

const C = Contextual;
const R = Reserved;

export type RawApprovalClause =
  | Bare<
      | OnClause
      | OfClause
      | ConditionClause
      | StepsClause
      | ExpiresClause
      | OwnClause
      | OutcomeClause
    >
  | RawTextClause;

/** Approvals: who has to agree, in which order. */
export class ApprovalGrammar extends FigureGrammar {
  constructor(validate = false) {
    super(validate);
    this.performSelfAnalysis();
  }

  readonly approvalHead: ParserMethod<[], { name: NameNode }> = this.RULE('approvalHead', () => {
    this.CONSUME(C.approval);
    return { name: nameNode(this.CONSUME(Word)) };
  });

  readonly approvalClause: ParserMethod<[], RawApprovalClause> = this.RULE(
    'approvalClause',
    (): RawApprovalClause =>
      this.OR([
        { ALT: () => this.SUBRULE(this.onClause) },
        { ALT: () => this.SUBRULE(this.ofClause) },
        { ALT: () => this.SUBRULE(this.conditionClause) },
        { ALT: () => this.SUBRULE(this.stepsClause) },
        { ALT: () => this.SUBRULE(this.expiresClause) },
        { ALT: () => this.SUBRULE(this.ownClause) },
        { ALT: () => this.SUBRULE(this.outcomeClause) },
        { ALT: () => this.SUBRULE(this.textClause) },
      ]),
  );

  private readonly ofClause: ParserMethod<[], Bare<OfClause>> = this.RULE(
    'ofClause',
    (): Bare<OfClause> => {
      this.CONSUME(R.of);
      return { kind: 'of', record: nameNode(this.CONSUME(Word)) };
    },
  );

  private readonly stepsClause: ParserMethod<[], Bare<StepsClause>> = this.RULE(
    'stepsClause',
    (): Bare<StepsClause> => {
      const stages: StageNode[] = [];
      this.CONSUME(C.steps);
      this.AT_LEAST_ONE_SEP({
        SEP: R.then,
        DEF: () => {
          const votes = this.SUBRULE(this.votes);
          let condition: Expr | undefined;
          this.OPTION(() => {
            this.CONSUME(C.when);
            condition = this.SUBRULE(this.expression);
          });
          stages.push({ votes, condition });
        },
      });
      return { kind: 'steps', stages };
    },
  );

  private readonly votes: ParserMethod<[], VoteNode> = this.RULE('votes', () => {
    const parts: VoteNode[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: R.or, DEF: () => parts.push(this.SUBRULE(this.vote)) });
    return this.ACTION(() => joined('or', parts));
  });

  private readonly vote: ParserMethod<[], VoteNode> = this.RULE('vote', () => {
    const parts: VoteNode[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: R.and, DEF: () => parts.push(this.SUBRULE(this.voter)) });
    return this.ACTION(() => joined('and', parts));
  });

  private readonly voter: ParserMethod<[], VoteNode> = this.RULE('voter', () =>
    this.OR([
      {
        ALT: (): VoteNode => {
          const name = nameNode(this.CONSUME(Word));
          return { kind: 'role', name, span: name.span };
        },
      },
      {
        ALT: (): VoteNode => {
          const count: NumberNode = this.SUBRULE(this.count);
          this.CONSUME(R.of);
          this.CONSUME(LParen);
          const roles = this.SUBRULE(this.names);
          const end = this.CONSUME(RParen);
          return this.ACTION(
            (): VoteNode => ({
              kind: 'some',
              count,
              roles,
              span: between(count.span, spanOf(end)),
            }),
          );
        },
      },
      {
        ALT: (): VoteNode => {
          const start = this.CONSUME2(LParen);
          this.ACTION(() => {
            this.enter();
          });
          const inner = this.SUBRULE(this.votes);
          this.ACTION(() => {
            this.leave();
          });
          const end = this.CONSUME2(RParen);
          return this.ACTION((): VoteNode => {
            const span = between(spanOf(start), spanOf(end));
            return inner.kind === 'and' || inner.kind === 'or'
              ? { ...inner, brackets: true, span }
              : inner;
          });
        },
      },
    ]),
  );

  private readonly expiresClause: ParserMethod<[], Bare<ExpiresClause>> = this.RULE(
    'expiresClause',
    (): Bare<ExpiresClause> => {
      this.CONSUME(C.expires);
      this.CONSUME(C.after);
      return { kind: 'expires', duration: this.SUBRULE(this.duration) };
    },
  );

  private readonly ownClause: ParserMethod<[], Bare<OwnClause>> = this.RULE(
    'ownClause',
    (): Bare<OwnClause> => {
      this.CONSUME(C.own);
      this.CONSUME(C.by);
      return { kind: 'own', roles: this.SUBRULE(this.names) };
    },
  );

  private readonly outcomeClause: ParserMethod<[], Bare<OutcomeClause>> = this.RULE(
    'outcomeClause',
    (): Bare<OutcomeClause> => {
      const outcome = this.OR([
        { ALT: () => (this.CONSUME(C.approved), 'approved' as const) },
        { ALT: () => (this.CONSUME(C.rejected), 'rejected' as const) },
      ]);
      this.CONSUME(C.do);
      return { kind: 'outcome', outcome, actions: this.SUBRULE(this.actionGroups) };
    },
  );
}

/** One vote stays itself; several are joined. */
function joined(kind: 'and' | 'or', parts: readonly VoteNode[]): VoteNode {
  const [first, last] = [parts[0], parts[parts.length - 1]] as [VoteNode, VoteNode];
  if (parts.length === 1) return first;
  return { kind, parts, brackets: false, span: between(first.span, last.span) };
}
