import type { Locale, Say } from '../api/locale.ts';
import type { Tx } from '../api/operations.ts';
import { worded } from '../automations/index.ts';
import { approvalUrl } from '../channels/reading.ts';
import { askedOf, type Declarations } from './asked.ts';
import { type RequestRow, votesOf } from './judge.ts';
import type { Ending, Told } from './news-words.ts';

/** What the words of a message are made of. */
export interface Telling {
  readonly declared: Declarations;
  /** The sentence of a reason; undefined where it has none. */
  readonly say: Say;
}

/** What there is to tell of a request, in each language. */
export async function toldOf(
  tx: Tx,
  row: RequestRow,
  publicUrl: string | null,
  { declared }: Telling,
): Promise<(locale: Locale) => Told> {
  const names = await namesOf(tx, [row.requester, ...row.behind]);
  return (locale) => ({
    title: String(askedOf(row, { locale }, declared).title),
    message: row.message[locale] ?? row.message.en ?? '',
    by: names.get(row.requester) ?? row.requested_by,
    behind: row.behind.flatMap((id) => names.get(id) ?? []),
    until: row.expires_at,
    url: approvalUrl(publicUrl, row.id),
  });
}

/** People by their ids, as others know them. */
async function namesOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.sql<{ id: string; full_name: string }>(
    'select id::text as id, full_name from users where id::text = any(?::text[])',
    [[...ids]],
  );
  return new Map(rows.map(({ id, full_name }) => [id, full_name]));
}

/** What became of a request, in each language; undefined where nothing has, or whoever asked took it back. */
export async function endedFor(
  tx: Tx,
  row: RequestRow,
  zone: string,
  { say }: Telling,
): Promise<((locale: Locale) => Promise<Ending>) | undefined> {
  const { state, kind, outcome } = row;
  if (state === 'expired') return async () => ({ kind: 'expired', why: null });
  if (state === 'rejected') {
    const why = await whyRejected(tx, row);
    return async () => ({ kind: 'rejected', why });
  }
  if (state !== 'approved') return undefined;
  if (kind === 'object') return async () => ({ kind: 'approved', why: null });
  if (outcome === 'done') return async () => ({ kind: 'done', why: null });
  if (outcome !== 'refused' && outcome !== 'failed') return undefined;
  const failure = {
    reason: row.outcome_reason,
    message: row.outcome_message,
    details: row.outcome_details,
  };
  return async (locale) => {
    const [why = null] = await worded(tx, [failure], { say, locale, zone });
    return { kind: outcome, why };
  };
}

/** Who rejected it, and what he said. */
async function whyRejected(tx: Tx, { id }: RequestRow): Promise<string | null> {
  const votes = await votesOf(tx, id);
  const last = votes.findLast(({ verdict }) => verdict === 'reject');
  if (last === undefined) return null;
  return [last.person_name, last.comment].filter((part) => part !== null).join(' — ');
}
