import type { Span } from '../source/text.ts';
import type { Block } from './ast-blocks.ts';
import type { LanguageTag } from './keywords.ts';

/** The syntax tree: readonly data, each node with a literal `kind` and the span it was read from. */

export type * from './ast-blocks.ts';
export type * from './ast-expr.ts';

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
