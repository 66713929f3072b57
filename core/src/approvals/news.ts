import type { Tx } from '../api/operations.ts';
import type { Delivery } from '../channels/claim.ts';
import type { News } from '../channels/engine.ts';
import { addressesOf } from '../channels/people.ts';
import {
  enabledChannels,
  hasOnePlace,
  insertDeliveries,
  joined,
  type NewDelivery,
  type QueueParts,
} from '../channels/queue.ts';
import type { Database, DataLog } from '../data/index.ts';
import { rowsIn } from '../data/rows-in.ts';
import { decidersNow } from './deciders.ts';
import { type RequestRow, standing, votesOf } from './judge.ts';
import { endedFor, type Telling, toldOf } from './news-of.ts';
import { askingWords, endingWords } from './news-words.ts';
import { approvalRequest, approvalVote } from './records.ts';

export interface NewsParts extends Telling {
  readonly db: Database;
  readonly organizationId: string;
  readonly log: DataLog;
}

const AT_ONCE = 200;
const AGAIN_MS = 60_000;

/**
 * What approvals tell by the channels: whoever may decide, that he is asked; whoever asked, how it ended.
 * That there is something to tell is kept with the change itself, so it is told once whatever breaks.
 */
export function approvalNews(parts: NewsParts): News {
  const { db, organizationId, log } = parts;
  return {
    async tell(queue) {
      for (;;) {
        const due = await db.read(organizationId, (tx) => dueNow(tx, queue.now));
        for (const id of due) {
          try {
            await db.transaction(organizationId, (tx) => tellOf(tx, id, queue, parts));
          } catch (error) {
            // One that can't be told holds up neither the others nor the alerts.
            log.error({ err: error, approval: id }, 'people could not be told of a request');
            await db.transaction(organizationId, (tx) => putOff(tx, id, queue.now));
          }
        }
        if (due.length < AT_ONCE) return;
      }
    },
    overtaken: overtakenOf,
  };
}

async function dueNow(tx: Tx, now: Date): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `select id from approval_requests where tell_at <= ? or remind_at <= ?
     order by requested_at, id limit ${AT_ONCE}`,
    [now, now],
  );
  return rows.map(({ id }) => id);
}

const putOff = (tx: Tx, id: string, now: Date) => {
  const later = new Date(now.getTime() + AGAIN_MS);
  return tx.sql(
    `update approval_requests set tell_at = case when tell_at is null then null else ?::timestamptz end,
       remind_at = case when remind_at <= ? then ?::timestamptz else remind_at end where id = ?`,
    [later, now, later, id],
  );
};

/** Tells what is new of one request, and notes that it is told. */
async function tellOf(tx: Tx, id: string, queue: QueueParts, parts: Telling): Promise<void> {
  const { now } = queue;
  const row = await tx.of(approvalRequest).get(id, { lock: true });
  const reminds = row.remind_at !== null && row.remind_at <= now;
  await insertDeliveries(tx, await messagesOf(tx, row, { reminds, queue, parts }), now);
  await tx.sql(
    'update approval_requests set tell_at = null, remind_at = case when ? then null else remind_at end where id = ?',
    [reminds, id],
  );
}

interface Around {
  readonly reminds: boolean;
  readonly queue: QueueParts;
  readonly parts: Telling;
}

async function messagesOf(tx: Tx, row: RequestRow, around: Around): Promise<NewDelivery[]> {
  const { now } = around.queue;
  if (row.state !== 'pending') return tellAsker(tx, row, around);
  return row.expires_at > now ? tellDeciders(tx, row, around) : [];
}

async function tellDeciders(
  tx: Tx,
  row: RequestRow,
  { reminds, queue, parts }: Around,
): Promise<NewDelivery[]> {
  const { channels, publicUrl, zone, now } = queue;
  const people = await decidersNow(tx, row, await votesOf(tx, row.id), now);
  const reason = reminds ? 'reminded' : 'asked';
  const toldIn = await toldOf(tx, row, publicUrl, parts);
  return toEach(tx, row, people, { channels, reason }, ({ locale, inPlaceOf }) =>
    askingWords(toldIn(locale), reason, inPlaceOf, { locale, zone }),
  );
}

async function tellAsker(
  tx: Tx,
  row: RequestRow,
  { queue: { channels, publicUrl, zone }, parts }: Around,
): Promise<NewDelivery[]> {
  const endedIn = await endedFor(tx, row, zone, parts);
  if (endedIn === undefined) return [];
  const asker = row.requester_kind === 'user' ? await activeById(tx, row.requester) : [];
  const toldIn = await toldOf(tx, row, publicUrl, parts);
  const endings = { uz: await endedIn('uz'), ru: await endedIn('ru'), en: await endedIn('en') };
  return toEach(tx, row, asker, { channels, reason: 'ended' }, ({ locale }) =>
    endingWords(toldIn(locale), endings[locale], { locale, zone }),
  );
}

type Recipient = Awaited<ReturnType<typeof decidersNow>>[number];

const activeById = (tx: Tx, id: string): Promise<Recipient[]> =>
  tx.sql<Recipient>(
    `select id, full_name, locale, null as "inPlaceOf" from users where id::text = ? and status = 'active'`,
    [id],
  );

/** One message for each person and channel that carries approvals, or one where the channel has one place. */
async function toEach(
  tx: Tx,
  row: RequestRow,
  people: readonly Recipient[],
  { channels, reason }: Pick<QueueParts, 'channels'> & Pick<NewDelivery, 'reason'>,
  wordsFor: (to: Pick<Recipient, 'locale' | 'inPlaceOf'>) => { subject: string; body: string },
): Promise<NewDelivery[]> {
  const enabled = await enabledChannels(tx, channels);
  const addressOf = await addressesOf(tx, people);
  const approval = { id: row.id, stage: row.stage };
  return channels.flatMap((def): NewDelivery[] => {
    if (enabled.get(def.name)?.approvals !== true) return [];
    const common = { alertId: null, approval, reason, severity: null, channel: def.name };
    if (hasOnePlace(def)) {
      const to = { locale: 'en', inPlaceOf: null } as const;
      const recipient = reason === 'ended' ? row.requested_by : joined(row.waiting_for);
      return [{ ...common, ...to, ...wordsFor(to), userId: null, recipient, address: null }];
    }
    return people.flatMap((person) => {
      const address = def.address === undefined ? null : addressOf(person.id, def.name);
      // Whoever keeps no address here is reached by another way.
      if (address === undefined) return [];
      const { id: userId, full_name: recipient, locale } = person;
      return [{ ...common, ...wordsFor(person), locale, userId, recipient, address }];
    });
  });
}

/** Whom a request waits for no more: it was decided, went on to another step, or is not his to decide. */
async function overtakenOf(
  tx: Tx,
  rows: readonly Delivery[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const asking = rows.filter(({ reason }) => reason === 'asked' || reason === 'reminded');
  const ids = [...new Set(asking.flatMap(({ approval_id }) => approval_id ?? []))];
  const requests = await rowsIn(tx, approvalRequest, 'id', ids);
  const votes = Map.groupBy(
    await rowsIn(tx, approvalVote, 'request_id', ids, 'decided_at'),
    ({ request_id }) => request_id,
  );
  const over = new Set<string>();
  for (const request of requests) {
    const own = votes.get(request.id) ?? [];
    const waits = request.state === 'pending' && standing(request, own, now).state === 'pending';
    const deciders = new Set(
      waits ? (await decidersNow(tx, request, own, now)).map(({ id }) => id) : [],
    );
    for (const { id, approval_id, approval_stage, user_id } of asking) {
      if (approval_id !== request.id) continue;
      const his = user_id === null || deciders.has(user_id);
      if (!waits || approval_stage !== request.stage || !his) over.add(id);
    }
  }
  return over;
}
