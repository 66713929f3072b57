/** Lines of the base that another text has instead: from `start` up to, not with, `end`. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** Texts that differ in more lines than this are not merged: a person looks at them. */
const MOST_LINES = 3_000;

/**
 * Joins what two people made of one text, line by line.
 * @returns undefined where both changed the same place, or places that touch: a person decides then
 */
export function merge(base: string, mine: string, theirs: string): string | undefined {
  if (mine === theirs || base === theirs) return mine;
  if (base === mine) return theirs;
  const lines = base.split('\n');
  const ours = hunksOf(lines, mine.split('\n'));
  const others = hunksOf(lines, theirs.split('\n'));
  if (ours === undefined || others === undefined) return undefined;
  const all: Hunk[] = [...ours];
  for (const hunk of others) {
    const touching = ours.filter(({ start, end }) => start <= hunk.end && hunk.start <= end);
    if (touching.some((other) => !isSame(other, hunk))) return undefined;
    if (touching.length === 0) all.push(hunk);
  }
  const merged = [...lines];
  for (const { start, end, lines: put } of all.sort((a, b) => b.start - a.start))
    merged.splice(start, end - start, ...put);
  return merged.join('\n');
}

/** The lines in which a text differs from another; undefined where they are too many to be told. */
export const linesApart = (before: string, after: string): readonly Hunk[] | undefined =>
  hunksOf(before.split('\n'), after.split('\n'));

const isSame = (a: Hunk, b: Hunk): boolean =>
  a.start === b.start && a.end === b.end && a.lines.join('\n') === b.lines.join('\n');

function hunksOf(base: readonly string[], other: readonly string[]): readonly Hunk[] | undefined {
  let from = 0;
  while (from < base.length && from < other.length && base[from] === other[from]) from += 1;
  let [end, otherEnd] = [base.length, other.length];
  while (end > from && otherEnd > from && base[end - 1] === other[otherEnd - 1]) {
    end -= 1;
    otherEnd -= 1;
  }
  const [a, b] = [base.slice(from, end), other.slice(from, otherEnd)];
  if (a.length > MOST_LINES || b.length > MOST_LINES) return undefined;
  return hunksBetween(a, b).map(({ start, end: stop, lines }) => ({
    start: start + from,
    end: stop + from,
    lines,
  }));
}

/** By the longest common sequence of lines. */
function hunksBetween(a: readonly string[], b: readonly string[]): readonly Hunk[] {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1;
      j += 1;
      continue;
    }
    const [start, begin] = [i, j];
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) i += 1;
      else j += 1;
    }
    hunks.push({ start, end: i, lines: b.slice(begin, j) });
  }
  return hunks;
}
