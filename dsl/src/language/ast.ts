import type { Span } from '../source/text.ts';
import type { LanguageTag } from './keywords.ts';

/** The syntax tree: readonly data, each node with a literal `kind` and the span it was read from. */

export interface NameNode {
  readonly kind: 'name';
  readonly name: string;
  /** Written in backticks. */
  readonly quoted: boolean;
  readonly span: Span;
}

export interface NumberNode {
  readonly kind: 'number';
  readonly value: number;
  readonly unit: { readonly text: string; readonly span: Span } | undefined;
  readonly span: Span;
}
export interface TextNode {
  readonly kind: 'text';
  readonly value: string;
  readonly span: Span;
}
export interface BoolNode {
  readonly kind: 'bool';
  readonly value: boolean;
  readonly span: Span;
}
/** `missing`, `now` and `today`. */
export interface WordNode {
  readonly kind: 'missing' | 'now' | 'today';
  readonly span: Span;
}
export interface MomentNode {
  readonly kind: 'date' | 'time' | 'instant';
  readonly text: string;
  readonly span: Span;
}
export interface FieldNode {
  readonly kind: 'field';
  readonly target: Expr;
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
}
export interface CallNode {
  readonly kind: 'call';
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expr[];
  readonly span: Span;
}
/** `sum(ITEM for VARIABLE in LIST where CONDITION)`; `count(for …)` has no item. */
export interface AggregateNode {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly nameSpan: Span;
  readonly item: Expr | undefined;
  readonly variable: NameNode;
  readonly list: Expr;
  readonly where: Expr | undefined;
  readonly span: Span;
}
export interface UnaryNode {
  readonly kind: 'unary';
  readonly op: '-' | 'not';
  readonly operand: Expr;
  readonly span: Span;
}
export type BinaryOp = '+' | '-' | '*' | '/' | '??' | 'of' | 'and' | 'or';
export interface BinaryNode {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly opSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
  readonly span: Span;
}
export type CompareOp = '=' | '!=' | '<' | '<=' | '>' | '>=';
/** `a < b <= c`: one more operand than operators. */
export interface CompareNode {
  readonly kind: 'compare';
  readonly operands: readonly Expr[];
  readonly ops: readonly CompareOp[];
  readonly span: Span;
}
export interface InNode {
  readonly kind: 'in';
  readonly negated: boolean;
  readonly left: Expr;
  readonly right: Expr;
  readonly span: Span;
}
export interface BetweenNode {
  readonly kind: 'between';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
  readonly span: Span;
}
/** `x is [not] missing`, `x is [not] present`. */
export interface PresenceNode {
  readonly kind: 'presence';
  readonly operand: Expr;
  readonly test: 'missing' | 'present';
  readonly negated: boolean;
  readonly span: Span;
}
export interface IfNode {
  readonly kind: 'if';
  readonly condition: Expr;
  readonly then: Expr;
  readonly otherwise: Expr;
  readonly span: Span;
}
/** `[a, b]`, or `(a, b)` after `in`. */
export interface ListNode {
  readonly kind: 'list';
  readonly brackets: '[' | '(';
  readonly items: readonly Expr[];
  readonly span: Span;
}
export interface RecordNode {
  readonly kind: 'record';
  readonly fields: readonly {
    readonly name: string;
    readonly nameSpan: Span;
    readonly value: Expr;
  }[];
  readonly span: Span;
}
/** Kept, so that the tree can be printed as it was written. */
export interface ParenNode {
  readonly kind: 'paren';
  readonly inner: Expr;
  readonly span: Span;
}
/** `at DATE`: the local midnight the date begins with. */
export interface AtNode {
  readonly kind: 'at';
  readonly operand: Expr;
  readonly span: Span;
}

export type Expr =
  | NameNode
  | NumberNode
  | TextNode
  | BoolNode
  | WordNode
  | MomentNode
  | FieldNode
  | CallNode
  | AggregateNode
  | UnaryNode
  | BinaryNode
  | CompareNode
  | InNode
  | BetweenNode
  | PresenceNode
  | IfNode
  | ListNode
  | RecordNode
  | ParenNode
  | AtNode;

/** A type as written; `types/type-text.ts` gives it a meaning. */
export interface TypeNode {
  readonly kind: 'type';
  readonly text: string;
  readonly span: Span;
}

/** A text with `{expressions}` in it. */
export interface TemplateNode {
  readonly kind: 'template';
  readonly parts: readonly (string | Expr)[];
  readonly span: Span;
}

/** `stock.transfer.send` as the name of a point, or a path in `given`. */
export interface PathNode {
  readonly kind: 'path';
  readonly parts: readonly NameNode[];
  readonly text: string;
  readonly span: Span;
}

// --- blocks -------------------------------------------------------------------------------------

export interface LanguageBlock {
  readonly kind: 'language';
  readonly tag: string;
  readonly tagSpan: Span;
  readonly span: Span;
}
export interface ModuleBlock {
  readonly kind: 'module';
  readonly path: PathNode;
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

export interface OnClause {
  readonly kind: 'on';
  readonly points: readonly { readonly path: PathNode; readonly each: NameNode | undefined }[];
  readonly span: Span;
}
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
/** `message` and `remedy`, each for all readers or for one language. */
export interface TextClause {
  readonly kind: 'message' | 'remedy';
  readonly language: string | undefined;
  readonly template: TemplateNode;
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
export interface GateBlock {
  readonly kind: 'gate';
  readonly name: NameNode;
  readonly clauses: readonly GateClause[];
  readonly doc: string | undefined;
  /** A clause had a syntax error: what is absent may only be unread. */
  readonly broken: boolean;
  readonly span: Span;
}

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
export interface ExpectClause {
  readonly kind: 'expect';
  readonly what:
    | { readonly kind: 'blocked'; readonly gates: readonly NameNode[] }
    | { readonly kind: 'allowed' }
    | { readonly kind: 'true'; readonly condition: Expr };
  readonly span: Span;
}
export type TestClause = AtClause | GivenClause | WhenClause | ExpectClause;
export interface TestBlock {
  readonly kind: 'test';
  readonly title: TextNode;
  readonly clauses: readonly TestClause[];
  readonly doc: string | undefined;
  readonly broken: boolean;
  readonly span: Span;
}

export type Block =
  | LanguageBlock
  | ModuleBlock
  | RequiresBlock
  | FormulaBlock
  | GateBlock
  | TestBlock;

export interface CommentNode {
  readonly kind: 'comment';
  /** With its `#` or `##`. */
  readonly text: string;
  readonly doc: boolean;
  /** Nothing else stands on its line. */
  readonly ownLine: boolean;
  readonly span: Span;
}

export interface FileNode {
  readonly kind: 'file';
  readonly language: LanguageTag;
  readonly blocks: readonly Block[];
  readonly comments: readonly CommentNode[];
  readonly span: Span;
}
