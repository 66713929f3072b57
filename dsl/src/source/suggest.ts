import type { LateFix, Looking } from './diagnostic.ts';
import type { Span } from './text.ts';

/** Names longer than this are not compared. */
const MOST_CHARACTERS = 80;

/** Three rows of the table of distances: the one that is filled, and those of the letters before. */
let [older, old, row] = [0, 1, 2].map(() => new Uint16Array(2 * MOST_CHARACTERS)) as [
  Uint16Array,
  Uint16Array,
  Uint16Array,
];

/** Edit distance with swaps of neighbours; gives up (Infinity) beyond `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  if (limit === 0) return a === b ? 0 : Infinity;
  // Letters with which both begin or end cost nothing.
  let [from, toA, toB] = [0, a.length, b.length];
  while (from < toA && from < toB && a.charCodeAt(from) === b.charCodeAt(from)) from++;
  while (toA > from && toB > from && a.charCodeAt(toA - 1) === b.charCodeAt(toB - 1)) {
    toA--;
    toB--;
  }
  // What is left begins and ends differently: one change reaches over two letters at most.
  if (toA === from || toB === from) return Math.max(toA, toB) - from;
  if (limit === 1 && Math.max(toA, toB) - from > 2) return Infinity;
  return between(a, from, toA, b, toB, limit);
}

/** The distance of the letters of two words from one on. */
function between(a: string, from: number, toA: number, b: string, toB: number, limit: number) {
  const width = toB - from;
  for (let j = 0; j <= width; j++) row[j] = j;
  for (let i = 1; i <= toA - from; i++) {
    [older, old, row] = [old, row, older];
    const letter = a.charCodeAt(from + i - 1);
    row[0] = i;
    let least = i;
    for (let j = 1; j <= width; j++) {
      const other = b.charCodeAt(from + j - 1);
      const cost = letter === other ? 0 : 1;
      let best = Math.min(at(old, j), at(row, j - 1)) + 1;
      best = Math.min(best, at(old, j - 1) + cost);
      const swapped =
        i > 1 &&
        j > 1 &&
        letter === b.charCodeAt(from + j - 2) &&
        a.charCodeAt(from + i - 2) === other;
      if (swapped) best = Math.min(best, at(older, j - 2) + 1);
      row[j] = best;
      if (best < least) least = best;
    }
    // A swap reaches over one row: only two rows beyond the limit can't come back.
    if (least > limit + 1) return Infinity;
  }
  return at(row, width);
}

/** How often each letter of a name occurs, several letters to a place. */
const counts = new Int16Array(64);

/** How many changes it takes at least, by letters alone: those of the name are counted by now. */
function fewest(length: number, candidate: string): number {
  let others = 0;
  for (let i = 0; i < candidate.length; i++) {
    const place = candidate.charCodeAt(i) & 63;
    const left = (counts[place] ?? 0) - 1;
    counts[place] = left;
    if (left < 0) others++;
  }
  count(candidate, 1);
  return Math.max(others, length - candidate.length + others);
}

function count(letters: string, by: number): void {
  for (let i = 0; i < letters.length; i++) {
    const place = letters.charCodeAt(i) & 63;
    counts[place] = (counts[place] ?? 0) + by;
  }
}

const at = (cells: Uint16Array, index: number): number => cells[index] ?? 0;

/**
 * The known name nearest to a mistyped one, or undefined when none is near.
 * @param looking each name that is compared is taken from it
 */
export function nearest(
  name: string,
  known: Iterable<string>,
  looking?: Looking,
): string | undefined {
  if (name.length > MOST_CHARACTERS) return undefined;
  const lower = name.toLowerCase();
  let limit = Math.max(1, Math.floor(name.length * 0.4));
  let best: string | undefined;
  let compared = 0;
  counts.fill(0);
  count(lower, 1);
  for (const candidate of known) {
    compared++;
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const other = candidate.toLowerCase();
    if (fewest(lower.length, other) > limit) continue;
    const d = distance(lower, other, limit);
    if (d > limit) continue;
    best = candidate;
    limit = d - 1;
    if (limit < 0) break;
  }
  if (looking !== undefined) looking.left -= compared;
  return best;
}

/**
 * "did you mean `x`?" as a fix, when a known name is near: it is looked for when it is told.
 * @param known a list that may change is taken as it is when the fix is reported
 */
export function didYouMean(
  name: string,
  known: Iterable<string> | (() => Iterable<string>),
  span: Span,
): LateFix {
  return () => {
    const names = typeof known === 'function' ? known : [...known];
    return (looking) => {
      const found = nearest(name, typeof names === 'function' ? names() : names, looking);
      return found === undefined || found === name
        ? undefined
        : { title: `did you mean \`${found}\`?`, span, text: found };
    };
  };
}
