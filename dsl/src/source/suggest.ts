import type { Fix } from './diagnostic.ts';
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
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    [older, old, row] = [old, row, older];
    const letter = a.charCodeAt(i - 1);
    row[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      const cost = letter === other ? 0 : 1;
      let best = Math.min(at(old, j), at(row, j - 1)) + 1;
      best = Math.min(best, at(old, j - 1) + cost);
      const swapped =
        i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other;
      if (swapped) best = Math.min(best, at(older, j - 2) + 1);
      row[j] = best;
      if (best < least) least = best;
    }
    // A swap reaches over one row: only two rows beyond the limit can't come back.
    if (least > limit + 1) return Infinity;
  }
  return at(row, b.length);
}

const at = (cells: Uint16Array, index: number): number => cells[index] ?? 0;

/** The known name nearest to a mistyped one, or undefined when none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MOST_CHARACTERS) return undefined;
  const lower = name.toLowerCase();
  let limit = Math.max(1, Math.floor(name.length * 0.4));
  let best: string | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const d = distance(lower, candidate.toLowerCase(), limit);
    if (d > limit) continue;
    best = candidate;
    limit = d - 1;
    if (limit < 0) break;
  }
  return best;
}

/** "did you mean `x`?" as a fix, when a known name is near. */
export function didYouMean(name: string, known: Iterable<string>, span: Span): Fix | undefined {
  const found = nearest(name, known);
  return found === undefined || found === name
    ? undefined
    : { title: `did you mean \`${found}\`?`, span, text: found };
}
