import { splitByWeights } from '../mass.ts';

/** A session that drew the material during the shift, with what it drew, in grams. */
export interface WipCandidate {
  readonly session_id: string;
  readonly input_g: number;
}
export interface WipShare {
  readonly session_id: string;
  readonly wip_g: number;
}

/** What one measured line means, in grams (F-ALG-14). */
export interface SnapshotFigures {
  readonly wip: readonly WipShare[];
  readonly wip_g: number;
  /** measured − book − wip: what nobody can explain. */
  readonly variance_g: number;
  /** What the line does to the book of the shop. */
  readonly effect_g: number;
}

/** A line weighed at the machine of one session: all of it is that session's WIP and back in the shop's book. */
export function namedLine(
  sessionId: string,
  measured: number,
): Omit<SnapshotFigures, 'variance_g'> {
  return { wip: [{ session_id: sessionId, wip_g: measured }], wip_g: measured, effect_g: measured };
}

/**
 * A line of the shop itself: the book becomes what was measured; what is there beyond the book is
 * WIP of the sessions that drew the material, in proportion to what they drew, the last taking the
 * rest of the rounding.
 */
export function levelLine(
  measured: number,
  book: number,
  candidates: readonly WipCandidate[],
): SnapshotFigures {
  const excess = candidates.length === 0 ? 0 : Math.max(0, measured - book);
  const shares = splitByWeights(
    excess,
    candidates.map((candidate) => candidate.input_g),
  );
  const wip = candidates.map(({ session_id }, index) => ({
    session_id,
    wip_g: shares[index] ?? 0,
  }));
  return { wip, wip_g: excess, variance_g: measured - book - excess, effect_g: measured - book };
}
