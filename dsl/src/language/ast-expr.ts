import type { Span } from '../source/text.ts';

/** Expressions: readonly data, each node with a literal `kind` and the span it was read from. */

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
