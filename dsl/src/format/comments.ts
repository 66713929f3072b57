import type { Block, CommentNode, FileNode, GateClause, TestClause } from '../language/ast.ts';

export type Anchor = Block | GateClause | TestClause;

/** Where each comment is printed again. */
export interface PlacedComments {
  /** On lines of their own above a block or a clause. */
  readonly above: ReadonlyMap<Anchor, readonly CommentNode[]>;
  /** At the end of the line of a block's head or of a clause. */
  readonly behind: ReadonlyMap<Anchor, readonly CommentNode[]>;
  /** After the last clause of a block, indented. */
  readonly inside: ReadonlyMap<Block, readonly CommentNode[]>;
  /** After everything. */
  readonly last: readonly CommentNode[];
}

const clausesOf = (block: Block): readonly (GateClause | TestClause)[] =>
  block.kind === 'gate' || block.kind === 'test' ? block.clauses : [];

/** Gives every comment to the nearest thing that is printed: what it stands behind, else what it stands above. */
export function placeComments(file: FileNode, text: string): PlacedComments {
  const above = new Map<Anchor, CommentNode[]>();
  const behind = new Map<Anchor, CommentNode[]>();
  const inside = new Map<Block, CommentNode[]>();
  const last: CommentNode[] = [];
  const anchors = file.blocks.flatMap((block): Anchor[] => [block, ...clausesOf(block)]);
  const put = <K>(map: Map<K, CommentNode[]>, key: K, comment: CommentNode) =>
    map.set(key, [...(map.get(key) ?? []), comment]);

  for (const comment of file.comments) {
    const { start } = comment.span;
    const around = anchors.findLast((anchor) => anchor.span.start < start);
    if (!comment.ownLine && around !== undefined) {
      put(behind, around, comment);
      continue;
    }
    // In the midst of a clause or a head: above it.
    if (around !== undefined && start < endOf(around)) {
      put(above, around, comment);
      continue;
    }
    const next = anchors.find((anchor) => anchor.span.start > start);
    const indented = start > 0 && text[start - 1] !== '\n';
    const block = file.blocks.findLast((candidate) => candidate.span.start < start);
    const leavesBlock = next === undefined || file.blocks.includes(next as Block);
    if (indented && leavesBlock && block !== undefined && clausesOf(block).length > 0)
      put(inside, block, comment);
    else if (next !== undefined) put(above, next, comment);
    else last.push(comment);
  }
  return { above, behind, inside, last };
}

/** Where what is printed for this anchor itself ends: a block with clauses prints only its head. */
function endOf(anchor: Anchor): number {
  if (anchor.kind !== 'gate' && anchor.kind !== 'test') return anchor.span.end;
  return anchor.clauses[0]?.span.start ?? anchor.span.end;
}
