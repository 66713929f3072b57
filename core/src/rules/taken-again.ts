import type { Tx } from '../api/operations.ts';
import { canonicalJson, payloadHash } from '../data/canonical.ts';
import { type AskedWith, settingsOfHash } from './asked-with.ts';
import type { Lost, PastRules } from './rule-sets.ts';
import type { Snapshot } from './snapshot.ts';

/** One thing in which what was kept and what comes out now differ. */
export interface Difference {
  readonly what:
    | 'verdict'
    | 'gate'
    | 'effect'
    | 'fault'
    | 'figure'
    | 'action'
    | 'condition'
    | 'approval'
    | 'state'
    | 'outcome';
  /** Gate, figure (`gate.figure`), action, or what of an approval. */
  readonly name: string;
  readonly kept: unknown;
  readonly now: unknown;
}

/** How a decision is not what was kept, whatever comes out of it. */
export type Tampered =
  /** It doesn't fit its seal, or the checkpoint that it is under. */
  | 'altered'
  /** It has no seal, and is under no checkpoint. */
  | 'unsealed'
  /** A checkpoint names it, and it is gone. */
  | 'deleted';

/** A decision, run, near miss or request that doesn't come out as it was kept, and why. */
export interface Differing {
  readonly id: string;
  readonly kind: 'decision' | 'run' | 'near_miss' | 'request';
  /** Point of a decision, rule of a run or near miss, approval of a request. */
  readonly of: string;
  readonly at: Date;
  readonly rules_hash: string;
  readonly reason:
    | Lost
    | Tampered
    | 'settings_missing'
    | 'settings_altered'
    | 'inputs_missing'
    | 'decision_missing'
    | 'differs';
  readonly differences: readonly Difference[];
}

export interface VerifyPage {
  readonly checked: number;
  /** Could not be told: of a fact only its first lines were kept, and on those it comes out otherwise. */
  readonly untold: readonly string[];
  readonly differing: readonly Differing[];
  /** What else of the period is kept and can't be taken again; told with the first page. */
  readonly not_taken?: readonly NotTaken[];
  /** Where the next page begins; null when this was the last. */
  readonly next: string | null;
}

/** What is kept without that by which it could be taken again. */
export interface NotTaken {
  readonly what: /** Of before the rules and settings were kept by which a failure was answered. */
    | 'actions_after_failure'
    /** Of before it was kept by what and on which events they were asked. */
    | 'near_misses';
  readonly count: number;
}

export interface VerifyQuestion {
  readonly since: Date;
  readonly until: Date;
  readonly after: string | null;
  readonly limit: number;
}

/** Where a page begins: a moment to the microsecond and an id, as the order of the rows has them. */
export const cursorOf = (row: { readonly place: string; readonly id: string }): string =>
  `${row.place} ${row.id}`;

export function fromCursor(after: string | null): { place: string; id: string } {
  const [place = '-infinity', id = '00000000-0000-0000-0000-000000000000'] =
    after?.split(' ') ?? [];
  return { place, id };
}

/** The place of a row by a column of moments, as text to the microsecond. */
export const placeBy = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** What came out of taking a row again: nothing differs, it can't be told, or how it differs. */
export type Found = Differing | 'untold' | null;

/** Takes the rows of a page again, one by one. */
export async function takePage<Row extends { readonly id: string; readonly place: string }>(
  rows: readonly Row[],
  { limit }: VerifyQuestion,
  take: (row: Row) => Promise<Found>,
): Promise<VerifyPage> {
  const differing: Differing[] = [];
  const untold: string[] = [];
  for (const row of rows) {
    const found = await take(row);
    if (found === 'untold') untold.push(row.id);
    else if (found !== null) differing.push(found);
  }
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return { checked: rows.length, untold, differing, next: last ? cursorOf(last) : null };
}

/**
 * What of the period can't be taken again; told with the first page.
 * @param counting asks for `count` between two moments
 */
export async function notTaken(
  tx: Tx,
  what: NotTaken['what'],
  counting: string,
  { since, until, after }: VerifyQuestion,
): Promise<NotTaken[]> {
  if (after !== null) return [];
  const [row] = await tx.sql<{ count: number }>(counting, [since, until]);
  const count = row?.count ?? 0;
  return count === 0 ? [] : [{ what, count }];
}

/** Says of a row why it doesn't come out as it was kept. */
export const reasonsFor =
  (row: Pick<Differing, 'id' | 'kind' | 'of' | 'at' | 'rules_hash'>) =>
  (reason: Differing['reason'], differences: readonly Difference[] = []): Differing => ({
    ...row,
    reason,
    differences,
  });

/** The rules and settings of then, or why they can't be had. */
export async function asOfThen(
  tx: Tx,
  { rules_hash, settings_hash }: { rules_hash: string; settings_hash: string | null },
  past: PastRules,
  standing: Snapshot,
) {
  const asked = await keptSettings(tx, settings_hash);
  if (typeof asked === 'string') return asked;
  const snapshot = await past.find(tx, rules_hash, standing);
  if (typeof snapshot === 'string') return snapshot;
  return { snapshot, settings: asked.settings, zone: asked.zone };
}

/** Settings as they were kept, held against their hash. */
async function keptSettings(
  tx: Tx,
  hash: string | null,
): Promise<AskedWith | 'settings_missing' | 'settings_altered'> {
  const asked = await settingsOfHash(tx, hash);
  if (asked === null) return 'settings_missing';
  return isWhole(asked) ? asked : 'settings_altered';
}

const isWhole = ({ hash, settings, zone }: AskedWith): boolean =>
  payloadHash({ settings, zone }) === hash;

/** Both as they come out of the database. */
export const same = (a: unknown, b: unknown): boolean =>
  canonicalJson(JSON.parse(JSON.stringify(a))) === canonicalJson(JSON.parse(JSON.stringify(b)));
