import {
  type ApprovalRequest,
  type ApprovalState,
  decide,
  stillNeeded,
  stillNeededText,
} from '@qoida/dsl';
import type { Actor, Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { type approvalRequest, approvalVote } from './records.ts';

const MINUTE_MS = 60_000;

export type RequestRow = RowOf<typeof approvalRequest>;
export type VoteRow = RowOf<typeof approvalVote>;

/** Who acts, as the judge tells people apart. */
export const personOf = ({ id, kind, name }: Actor): string => id ?? `${kind}:${name}`;

/** Votes in the order in which they were taken. */
export const votesOf = (db: Tx, requestId: string): Promise<VoteRow[]> =>
  db.of(approvalVote).list({ request_id: requestId }, { sort: 'decided_at' });

/** Did he ask for it, or something for him? */
export const isOwn = ({ requester, behind }: RequestRow, person: string): boolean =>
  person === requester || behind.includes(person);

/** A stored request as the language judges it. */
export const asked = (row: RequestRow, votes: readonly VoteRow[]): ApprovalRequest => ({
  stages: row.stages,
  requester: row.requester,
  behind: row.behind,
  requestedAt: row.requested_at,
  expiresAfter: (row.expires_at.getTime() - row.requested_at.getTime()) / 1000,
  own: row.own,
  decisions: votes.map(({ person, roles, verdict, decided_at }) => ({
    person,
    roles,
    verdict,
    at: decided_at,
  })),
});

/** Never before what has been decided already: clocks of two nodes may differ. */
export const momentOf = (row: RequestRow, votes: readonly VoteRow[], now: Date): Date =>
  new Date(
    Math.max(
      now.getTime(),
      row.requested_at.getTime(),
      ...votes.map(({ decided_at }) => decided_at.getTime()),
    ),
  );

/** Where a request stands; the language alone decides it. */
export const standing = (row: RequestRow, votes: readonly VoteRow[], now: Date): ApprovalState =>
  decide(asked(row, votes), momentOf(row, votes, now));

const WITHDRAWN: Readonly<Record<string, string>> & { readonly en: string } = {
  uz: 'qaytarib olingan',
  ru: 'отозвано',
  en: 'it was withdrawn',
};

/** Who has yet to agree and until when, in a sentence. */
export function neededText(
  row: RequestRow,
  votes: readonly VoteRow[],
  at: Date,
  words: { locale: string; zone: string; nameOf: (role: string) => string },
): string {
  // The language judges votes; that the requester took it back stands in the request alone.
  if (row.state === 'withdrawn') return WITHDRAWN[words.locale] ?? WITHDRAWN.en;
  const needed = stillNeeded(asked(row, votes), momentOf(row, votes, at));
  // People are told the whole minute before: nobody comes too late by believing it.
  const by = needed.by && new Date(Math.floor(needed.by.getTime() / MINUTE_MS) * MINUTE_MS);
  return stillNeededText({ ...needed, by }, words.locale, words.zone, words.nameOf);
}
