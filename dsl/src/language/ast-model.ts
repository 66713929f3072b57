import type { Span } from '../source/text.ts';
import type { ClauseBlock, PathNode, TitleClause, TypeNode } from './ast-clauses.ts';
import type { Expr, NameNode, TextNode } from './ast-expr.ts';

/** Blocks that describe what the plant itself keeps and shows: entity, screen. */

export interface LabelClause {
  readonly kind: 'label';
  readonly name: NameNode;
  readonly language: string | undefined;
  readonly text: TextNode;
  readonly span: Span;
}
export interface FieldClause {
  readonly kind: 'field';
  readonly name: NameNode;
  readonly type: TypeNode;
  readonly unique: boolean;
  readonly step: Expr | undefined;
  readonly initial: Expr | undefined;
  readonly span: Span;
}
export interface StatesClause {
  readonly kind: 'states';
  readonly names: readonly NameNode[];
  readonly span: Span;
}
export interface MoveClause {
  readonly kind: 'move';
  readonly name: NameNode;
  readonly from: readonly NameNode[];
  readonly to: NameNode;
  readonly roles: readonly NameNode[];
  readonly condition: Expr | undefined;
  readonly span: Span;
}
/** Fields that are unique together. */
export interface KeyClause {
  readonly kind: 'key';
  readonly names: readonly NameNode[];
  readonly span: Span;
}
export interface AccessClause {
  readonly kind: 'read' | 'write';
  readonly roles: readonly NameNode[];
  readonly span: Span;
}
export type EntityClause =
  | TitleClause
  | LabelClause
  | FieldClause
  | StatesClause
  | MoveClause
  | KeyClause
  | AccessClause;
export type EntityBlock = ClauseBlock<'entity', EntityClause>;

export interface SourceClause {
  readonly kind: 'record' | 'operation';
  readonly path: PathNode;
  readonly span: Span;
}
export interface ShowClause {
  readonly kind: 'show';
  readonly names: readonly NameNode[];
  readonly large: boolean;
  readonly span: Span;
}
export interface FieldsClause {
  readonly kind: 'fields' | 'filter';
  readonly names: readonly NameNode[];
  readonly span: Span;
}
export interface ListClause {
  readonly kind: 'list';
  readonly path: PathNode;
  readonly where: Expr | undefined;
  readonly columns: readonly NameNode[];
  readonly sort: { readonly by: NameNode; readonly down: boolean } | undefined;
  readonly span: Span;
}
export interface ButtonClause {
  readonly kind: 'button';
  readonly path: PathNode;
  readonly label: TextNode | undefined;
  readonly condition: Expr | undefined;
  readonly span: Span;
}
export type ScreenClause =
  | SourceClause
  | TitleClause
  | ShowClause
  | FieldsClause
  | ListClause
  | ButtonClause;
export interface ScreenBlock extends ClauseBlock<'screen', ScreenClause> {
  readonly roles: readonly NameNode[];
}
