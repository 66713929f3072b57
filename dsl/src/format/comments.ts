import type { Block, CommentNode, FileNode } from '../language/ast.ts';
import type { Span } from '../source/text.ts';
import type { Clause } from './clauses.ts';
import type { InnerComment } from './print.ts';

/** What is printed as one: a block's head, or a clause. */
export interface Anchor {
  readonly of: Block | Clause;
  readonly block: Block;
  readonly span: Span;
}

/** Comments on lines of their own, with whether an empty line stood behind each. */
export type CommentLines = readonly { readonly text: string; readonly gap: boolean }[];

/** Where each comment is printed again. */
export interface PlacedComments {
  /** On lines of their own above a block or a clause. */
  readonly above: ReadonlyMap<Anchor, CommentLines>;
  /** In the midst of a head or a clause. */
  readonly within: ReadonlyMap<Anchor, readonly InnerComment[]>;
  /** At the end of the last line of a head or a clause. */
  readonly behind: ReadonlyMap<Anchor, string>;
  /** After the last clause of a block, indented. */
  readonly inside: ReadonlyMap<Block, CommentLines>;
  /** After everything. */
  readonly last: CommentLines;
}

/** The parts of a file that are printed one after the other. */
export function anchorsOf(file: FileNode): Anchor[] {
  return file.blocks.flatMap((block): Anchor[] => {
    const head = { of: block, block, span: { start: block.span.start, end: headEnd(block) } };
    const clauses: readonly Clause[] = 'clauses' in block ? block.clauses : [];
    return [head, ...clauses.map((clause) => ({ of: clause, block, span: clause.span }))];
  });
}

/** Where the words before the first clause end. */
function headEnd(block: Block): number {
  switch (block.kind) {
    case 'language':
    case 'module':
    case 'requires':
    case 'formula':
      return block.span.end;
    case 'test':
      return block.title.span.end;
    case 'kpi': {
      const last = block.grain.at(-1);
      return (last?.source ?? last?.name ?? block.name).span.end;
    }
    case 'balance':
      return block.record.span.end;
    case 'screen':
      return (block.roles.at(-1) ?? block.name).span.end;
    default:
      return block.name.span.end;
  }
}

/** Gives every comment its place; the order of the text stays. */
export function placeComments(
  file: FileNode,
  text: string,
  anchors: readonly Anchor[],
): PlacedComments {
  const above = new Map<Anchor, CommentLines>();
  const within = new Map<Anchor, InnerComment[]>();
  const behind = new Map<Anchor, string>();
  const inside = new Map<Block, CommentLines>();
  let last: CommentLines = [];
  let at = 0;
  const take = (accept: (comment: CommentNode) => boolean): CommentNode[] => {
    const from = at;
    while (at < file.comments.length && accept(file.comments[at] as CommentNode)) at++;
    return file.comments.slice(from, at);
  };
  for (let i = 0; i <= anchors.length; i++) {
    const previous = anchors[i - 1];
    const next = anchors[i];
    const [tail] =
      previous === undefined ? [] : take((c) => !c.ownLine && isBehind(c, previous, next));
    if (previous !== undefined && tail !== undefined) behind.set(previous, tail.text);
    const between = take((c) => next === undefined || c.span.start < next.span.start);
    const leaves = previous !== undefined && previous.block !== next?.block;
    const kept = leaves ? countInside(between, previous.block, text, next) : 0;
    if (kept > 0 && leaves) inside.set(previous.block, linesOf(between.slice(0, kept), text));
    const rest = linesOf(between.slice(kept), text);
    if (next === undefined) last = rest;
    else if (rest.length > 0) above.set(next, rest);
    if (next !== undefined)
      within.set(
        next,
        innerOf(
          take((c) => c.span.start < next.span.end),
          next,
          text,
        ),
      );
  }
  return { above, within, behind, inside, last };
}

const isBehind = (comment: CommentNode, previous: Anchor, next: Anchor | undefined) =>
  comment.span.start >= previous.span.end &&
  (next === undefined || comment.span.start < next.span.start);

/** How many of the comments between two blocks belong to the first: the indented ones, without the next one's doc. */
function countInside(
  comments: readonly CommentNode[],
  block: Block,
  text: string,
  next: Anchor | undefined,
): number {
  if (block.kind === 'language' || block.kind === 'module' || block.kind === 'requires') return 0;
  let doc = comments.length;
  for (let edge = next?.span.start; doc > 0 && edge !== undefined; doc--) {
    const comment = comments[doc - 1] as CommentNode;
    if (!comment.doc || hasEmptyLine(text.slice(comment.span.end, edge))) break;
    edge = comment.span.start;
  }
  const free = comments.findIndex(({ span }) => span.start === 0 || text[span.start - 1] === '\n');
  return Math.min(doc, free < 0 ? comments.length : free);
}

const hasEmptyLine = (gap: string) => gap.split('\n').length > 2;

const linesOf = (comments: readonly CommentNode[], text: string): CommentLines =>
  comments.map((comment) => {
    const rest = text.slice(comment.span.end);
    return { text: comment.text, gap: hasEmptyLine(/^\s*/.exec(rest)?.[0] ?? '') };
  });

function innerOf(comments: readonly CommentNode[], anchor: Anchor, text: string): InnerComment[] {
  let from = anchor.span.start;
  let solid = 0;
  return comments.map(({ span, text: words, ownLine }) => {
    solid += text.slice(from, span.start).replace(/\s/g, '').length;
    from = span.end;
    return { at: solid, text: words, ownLine };
  });
}
