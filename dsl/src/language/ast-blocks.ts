import type { Span } from '../source/text.ts';
import type {
  ActionGroups,
  ClauseBlock,
  ConditionClause,
  OnClause,
  PathNode,
  TextClause,
  TypeNode,
} from './ast-clauses.ts';
import type { Expr, MomentNode, NameNode, NumberNode, RecordNode, TextNode } from './ast-expr.ts';
import type { AlertBlock, AutomationBlock, ScheduleBlock } from './ast-flow.ts';
import type { EntityBlock, ScreenBlock } from './ast-model.ts';

/** The blocks of a file. */

export type * from './ast-clauses.ts';
export type * from './ast-flow.ts';
export type * from './ast-model.ts';

// --- heads and formulas --------------------------------------------------------------------------

export interface LanguageBlock {
  readonly kind: 'language';
  readonly tag: string;
  readonly tagSpan: Span;
  readonly span: Span;
}
export interface ModuleBlock {
  readonly kind: 'module';
  readonly path: PathNode;
  /** Long-lived objects keep the text of this module that stood when they began. */
  readonly bindsAtStart: boolean;
  readonly span: Span;
}
export interface RequiresBlock {
  readonly kind: 'requires';
  readonly names: readonly PathNode[];
  readonly span: Span;
}
export interface Parameter {
  readonly name: NameNode;
  readonly type: TypeNode;
}
export interface FormulaBlock {
  readonly kind: 'formula';
  readonly name: NameNode;
  readonly params: readonly Parameter[];
  readonly type: TypeNode | undefined;
  readonly body: Expr;
  readonly doc: string | undefined;
  readonly span: Span;
}

// --- gate ----------------------------------------------------------------------------------------

export type GateModeWord = 'block' | 'pause' | 'hold' | 'warn';
export interface ModeClause {
  readonly kind: 'mode';
  readonly mode: GateModeWord;
  readonly target: NameNode | undefined;
  readonly after: boolean;
  readonly condition: Expr;
  readonly span: Span;
}
export interface AnswerClause {
  readonly kind: 'answer';
  readonly code: NameNode;
  /** Figures that go with the refusal: `{ delta_kg: delta(session) }`. */
  readonly figures: RecordNode | undefined;
  readonly span: Span;
}
export interface ReleaseClause {
  readonly kind: 'release';
  readonly never: boolean;
  readonly roles: readonly NameNode[];
  readonly whenClear: boolean;
  readonly until: Expr | undefined;
  readonly span: Span;
}
export type GateClause = OnClause | ModeClause | AnswerClause | TextClause | ReleaseClause;
export type GateBlock = ClauseBlock<'gate', GateClause>;

// --- approval ------------------------------------------------------------------------------------

/** The record whose state waits. */
export interface OfClause {
  readonly kind: 'of';
  readonly record: NameNode;
  readonly span: Span;
}
/** Who has to agree: a role, some of several, or a combination. */
export type VoteNode =
  | { readonly kind: 'role'; readonly name: NameNode; readonly span: Span }
  | {
      readonly kind: 'some';
      readonly count: NumberNode;
      readonly roles: readonly NameNode[];
      readonly span: Span;
    }
  | {
      readonly kind: 'and' | 'or';
      readonly parts: readonly VoteNode[];
      /** In brackets, so that the tree can be printed as it was written. */
      readonly brackets: boolean;
      readonly span: Span;
    };
export interface StageNode {
  readonly votes: VoteNode;
  readonly condition: Expr | undefined;
}
export interface StepsClause {
  readonly kind: 'steps';
  readonly stages: readonly StageNode[];
  readonly span: Span;
}
export interface ExpiresClause {
  readonly kind: 'expires';
  readonly duration: NumberNode;
  readonly span: Span;
}
/** Roles that may decide what they asked for themselves. */
export interface OwnClause {
  readonly kind: 'own';
  readonly roles: readonly NameNode[];
  readonly span: Span;
}
export interface OutcomeClause {
  readonly kind: 'outcome';
  readonly outcome: 'approved' | 'rejected';
  readonly actions: ActionGroups;
  readonly span: Span;
}
export type ApprovalClause =
  | OnClause
  | OfClause
  | ConditionClause
  | StepsClause
  | ExpiresClause
  | OwnClause
  | OutcomeClause
  | TextClause;
export type ApprovalBlock = ClauseBlock<'approval', ApprovalClause>;

// --- kpi and balance -----------------------------------------------------------------------------

export interface GrainNode {
  readonly name: NameNode;
  readonly source: PathNode | undefined;
}
export interface OverClause {
  readonly kind: 'over';
  readonly path: PathNode;
  readonly span: Span;
}
export interface LetClause {
  readonly kind: 'let';
  readonly name: NameNode;
  readonly type: TypeNode | undefined;
  readonly value: Expr;
  readonly span: Span;
}
export interface ResultClause {
  readonly kind: 'result';
  readonly name: NameNode;
  readonly type: TypeNode;
  readonly value: Expr;
  readonly span: Span;
}
export type KpiClause = OverClause | ConditionClause | LetClause | ResultClause | TextClause;
export interface KpiBlock extends ClauseBlock<'kpi', KpiClause> {
  readonly grain: readonly GrainNode[];
}

export interface TermClause {
  readonly kind: 'term';
  readonly side: 'in' | 'out' | 'rest';
  readonly name: NameNode;
  readonly value: Expr;
  readonly span: Span;
}
export interface ToleranceClause {
  readonly kind: 'tolerance';
  readonly value: Expr;
  readonly span: Span;
}
export type BalanceClause = TermClause | ToleranceClause | TextClause;
export interface BalanceBlock extends ClauseBlock<'balance', BalanceClause> {
  readonly record: NameNode;
}

// --- test ----------------------------------------------------------------------------------------

export interface AtClause {
  readonly kind: 'at';
  readonly moment: MomentNode;
  readonly span: Span;
}
export interface GivenClause {
  readonly kind: 'given';
  readonly path: PathNode;
  readonly value: Expr;
  readonly span: Span;
}
export interface WhenClause {
  readonly kind: 'when';
  readonly point: PathNode;
  readonly span: Span;
}
/** Plays an event with these fields. */
export interface EventClause {
  readonly kind: 'event';
  readonly event: PathNode;
  readonly fields: RecordNode | undefined;
  readonly span: Span;
}
/** Lets time pass. */
export interface AfterClause {
  readonly kind: 'after';
  readonly duration: NumberNode;
  readonly span: Span;
}
/** People of these roles decide what waits, one after another. */
export interface DecisionClause {
  readonly kind: 'decision';
  readonly verdict: 'approved' | 'rejected';
  readonly roles: readonly NameNode[];
  readonly span: Span;
}
export interface ExpectClause {
  readonly kind: 'expect';
  readonly what:
    | { readonly kind: 'blocked'; readonly gates: readonly NameNode[] }
    | { readonly kind: 'allowed' }
    | { readonly kind: 'waits'; readonly approvals: readonly NameNode[] }
    | { readonly kind: 'raised'; readonly alerts: readonly NameNode[] }
    | { readonly kind: 'nothing' }
    | {
        readonly kind: 'did';
        readonly action: PathNode;
        readonly fields: RecordNode | undefined;
        readonly times: NumberNode | undefined;
      }
    | { readonly kind: 'true'; readonly condition: Expr };
  readonly span: Span;
}
export type TestClause =
  | AtClause
  | GivenClause
  | WhenClause
  | EventClause
  | AfterClause
  | DecisionClause
  | ExpectClause;
export interface TestBlock {
  readonly kind: 'test';
  readonly title: TextNode;
  readonly clauses: readonly TestClause[];
  readonly doc: string | undefined;
  readonly broken: boolean;
  readonly span: Span;
}

/** Blocks whose head is followed by clauses, with a name. */
export type NamedClauseBlock =
  | GateBlock
  | ApprovalBlock
  | KpiBlock
  | BalanceBlock
  | AutomationBlock
  | ScheduleBlock
  | AlertBlock
  | EntityBlock
  | ScreenBlock;

export type Block =
  | LanguageBlock
  | ModuleBlock
  | RequiresBlock
  | FormulaBlock
  | NamedClauseBlock
  | TestBlock;
