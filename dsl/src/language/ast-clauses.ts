import type { Span } from '../source/text.ts';
import type { Expr, NameNode, RecordNode, TextNode } from './ast-expr.ts';

/** What the blocks of a file are made of. Durations are `NumberNode`s with a unit. */

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

/** `stock.transfer.send` as the name of a point, an event or an action, or a path in `given`. */
export interface PathNode {
  readonly kind: 'path';
  readonly parts: readonly NameNode[];
  readonly text: string;
  readonly span: Span;
}

/** `relay.set_all(device: e.device, state: off)`. */
export interface ActionNode {
  readonly kind: 'action';
  readonly path: PathNode;
  readonly args: RecordNode['fields'];
  readonly span: Span;
}
/** Groups in order: a group begins when all of the one before are done. */
export type ActionGroups = readonly (readonly ActionNode[])[];

/** What all blocks with clauses have. */
export interface ClauseBlock<Kind extends string, Clause> {
  readonly kind: Kind;
  readonly name: NameNode;
  readonly clauses: readonly Clause[];
  readonly doc: string | undefined;
  /** A clause had a syntax error: what is absent may only be unread. */
  readonly broken: boolean;
  readonly span: Span;
}

// --- clauses that several blocks have ------------------------------------------------------------

export interface OnClause {
  readonly kind: 'on';
  readonly points: readonly { readonly path: PathNode; readonly each: NameNode | undefined }[];
  readonly span: Span;
}
/** `when`, `if` and `where` with a condition, as a clause of its own. */
export interface ConditionClause {
  readonly kind: 'condition';
  readonly word: 'when' | 'if' | 'where';
  readonly condition: Expr;
  readonly span: Span;
}
/** `message` and `remedy`, each for all readers or for one language. */
export interface TextClause {
  readonly kind: 'message' | 'remedy';
  readonly language: string | undefined;
  readonly template: TemplateNode;
  readonly span: Span;
}
/** What a record or a screen is called by people. */
export interface TitleClause {
  readonly kind: 'title';
  readonly language: string | undefined;
  readonly text: TextNode;
  readonly span: Span;
}
export interface DoClause {
  readonly kind: 'do';
  readonly actions: ActionGroups;
  readonly span: Span;
}
/** `on failure do …`. */
export interface FailureClause {
  readonly kind: 'failure';
  readonly actions: ActionGroups;
  readonly span: Span;
}
