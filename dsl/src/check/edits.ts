import type { Block } from '../language/ast.ts';
import type { CheckedModule, NamedFile, Standing } from './standing.ts';

/** Blocks of one file that went, and those that came in their place. */
export interface Edit {
  /** The number of the file. */
  readonly file: number;
  /** Where the first of them stands among all blocks. */
  readonly at: number;
  readonly gone: readonly Standing[];
  readonly come: readonly Block[];
}

/**
 * What differs between the blocks that were checked and those of the files as they are now: in
 * each file one stretch, since what is before and behind it is the same.
 * @param counts how many blocks each file had
 * @returns undefined when there are other files
 */
export function editsBetween(
  standings: readonly Standing[],
  modules: readonly CheckedModule[],
  counts: readonly number[],
  files: readonly NamedFile[],
): readonly Edit[] | undefined {
  if (files.length !== modules.length) return undefined;
  const edits: Edit[] = [];
  let from = 0;
  for (const [number, { name, file }] of files.entries()) {
    if (name !== modules[number]?.file) return undefined;
    const { blocks } = file;
    const count = counts[number] ?? 0;
    const few = Math.min(count, blocks.length);
    let front = 0;
    while (front < few && standings[from + front]?.block === blocks[front]) front++;
    const [end, last] = [from + count - 1, blocks.length - 1];
    let back = 0;
    while (back < few - front && standings[end - back]?.block === blocks[last - back]) back++;
    if (front + back < Math.max(count, blocks.length)) {
      const gone = standings.slice(from + front, from + count - back);
      const come = blocks.slice(front, blocks.length - back);
      edits.push({ file: number, at: from + front, gone, come });
    }
    from += count;
  }
  return edits;
}

/** A row with some stretches replaced by others. */
export function replaced<T>(
  row: readonly T[],
  edits: readonly { readonly at: number; readonly gone: number; readonly come: readonly T[] }[],
): T[] {
  const made: T[] = [];
  let from = 0;
  for (const { at, gone, come } of edits) {
    for (let i = from; i < at; i++) made.push(row[i] as T);
    for (const one of come) made.push(one);
    from = at + gone;
  }
  for (let i = from; i < row.length; i++) made.push(row[i] as T);
  return made;
}
