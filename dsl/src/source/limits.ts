import type { Reporter } from './diagnostic.ts';
import type { Span } from './text.ts';

/**
 * How much of a thing a text may hold. All limits are far above what is written by hand; they are
 * there so that no text takes more than bounded time. `docs/language.md` lists them.
 */
export const LIMITS = {
  /** Characters of a file: above this it is refused unread. */
  characters: 2_000_000,
  /** Blocks of a file: above this it is refused unread, too. */
  blocks: 10_000,
  /** Words and signs of a block. */
  words: 50_000,
  clauses: 1_000,
  /**
   * Entities of a program: each brings points, events and actions with it. A file that has more by
   * itself is refused unread.
   */
  entities: 500,
  /** Characters of one name or unit. */
  name: 1_000,
  /** Places for values, `{…}`, in one text. */
  places: 200,
  /** Terms of a balance: their sum is one expression. */
  terms: 100,
  /** Roles in one step of an approval. */
  roles: 100,
  /** Records a KPI has a row for. */
  records: 20,
  /** How deep brackets, prefixes and types may nest. */
  nesting: 100,
  /** Operators of one clause: later phases walk the tree recursively. */
  operators: 500,
  /** Names compared in a program to say what may have been meant; errors behind are told without. */
  compared: 100_000,
  /** After so many blocks with errors the rest of a file is left unread. */
  broken: 1_000,
} as const;

const SPLIT = {
  blocks: { things: 'blocks in this file', cure: 'put some of them into another module' },
  words: {
    things: 'words and signs in this block',
    cure: 'make several blocks of it, or keep a long list in a record',
  },
  entities: { things: 'entities in this program', cure: 'keep what is alike in one' },
  clauses: { things: 'clauses in this block', cure: 'make several blocks of it' },
  name: { things: 'characters in this name', cure: 'give it a shorter one' },
  places: { things: '`{…}` in this text', cure: 'say it in several texts, or leave some out' },
  terms: { things: 'terms in this balance', cure: 'add some up in a formula, and use its name' },
  roles: { things: 'roles in this step', cure: 'make several steps of it' },
  records: { things: 'records in these rows', cure: 'make several KPIs of it' },
} as const satisfies Partial<Record<keyof typeof LIMITS, { things: string; cure: string }>>;

/** Reports that there is more of something than a text may hold, and what to do about it. */
export function reportTooMany(what: keyof typeof SPLIT, span: Span, reporter: Reporter): void {
  reporter.report('tooMany', span, { limit: String(LIMITS[what]), ...SPLIT[what] });
}
