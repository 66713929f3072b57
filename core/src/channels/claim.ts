import type { ChannelDef } from '../api/channels.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { delivery } from './records.ts';
import { hushOf, type SilenceRow } from './silence.ts';

export type Delivery = RowOf<typeof delivery>;

export interface ClaimParts {
  readonly channels: ReadonlyMap<string, ChannelDef>;
  /** Channels that are sending still. */
  readonly busy: readonly string[];
  /** Channels that want to be left alone for a while; only tests go. */
  readonly paused: readonly string[];
  readonly zone: string;
  readonly now: Date;
  /** Nobody gets messages faster, ms. */
  readonly paceMs: number;
  /** Which of these messages help nobody any more, by their ids. */
  readonly overtaken: (
    tx: Tx,
    rows: readonly Delivery[],
    now: Date,
  ) => Promise<ReadonlySet<string>>;
}

export interface Claimed {
  /** There may be more. */
  readonly more: boolean;
  /** What goes as one message each; it is marked as being sent. */
  readonly bundles: readonly Delivery[][];
}

const AT_ONCE = 50;
/** What waits for one place goes as one message, however much it is. */
const MOST_OF_A_BUNDLE = 2_000;

/** Takes what is due, the most severe first; puts off or leaves out what silences, people and the pace say. */
export async function claim(tx: Tx, parts: ClaimParts): Promise<Claimed> {
  const { now, channels } = parts;
  const first = await dueNow(tx, parts);
  if (first.length === 0) return { more: false, bundles: [] };
  const rows = [...first, ...(await dueWith(tx, first, parts))];
  const going = await unhindered(tx, await withPeople(tx, rows, channels, now), parts);
  const bundles = await paced(tx, bundlesOf(going, channels), parts);
  await tx.sql(
    `update alert_deliveries set status = 'sending', attempts = attempts + 1, failure = null
     where id = any(?::uuid[])`,
    [idsOf(bundles.flat())],
  );
  return { more: first.length === AT_ONCE, bundles };
}

const idsOf = (rows: readonly Delivery[]) => rows.map(({ id }) => id);
const isBundled = ({ channel, reason }: Delivery, channels: ClaimParts['channels']): boolean =>
  channels.get(channel)?.bundles === true && reason !== 'test';

const dueNow = (tx: Tx, { now, busy, paused }: ClaimParts) =>
  tx.sql<Delivery>(
    `select * from alert_deliveries
     where status = 'ready' and next_at <= ? and not channel = any(?::text[])
       and (reason = 'test' or not channel = any(?::text[]))
     order by (severity is not distinct from 'P1') desc, next_at, seq limit ${AT_ONCE}
     for update skip locked`,
    [now, [...busy], [...paused]],
  );

/** All else that is due at the places which get a message now. */
async function dueWith(
  tx: Tx,
  first: readonly Delivery[],
  { now, channels }: ClaimParts,
): Promise<Delivery[]> {
  const bundled = first.filter((row) => row.address !== null && isBundled(row, channels));
  if (bundled.length === 0) return [];
  return tx.sql<Delivery>(
    `select * from alert_deliveries
     where status = 'ready' and next_at <= ? and reason <> 'test' and not id = any(?::uuid[])
       and (channel, address) in (select * from unnest(?::text[], ?::text[]))
     order by seq limit ${MOST_OF_A_BUNDLE} for update skip locked`,
    [
      now,
      idsOf(first),
      bundled.map(({ channel }) => channel),
      bundled.map(({ address }) => address),
    ],
  );
}

interface Reached {
  readonly id: string;
  readonly active: boolean;
  readonly address: string | null;
}

/** Whoever left, or keeps no address any more, is told nothing; who has moved is told where he is. */
async function withPeople(
  tx: Tx,
  rows: readonly Delivery[],
  channels: ClaimParts['channels'],
  now: Date,
): Promise<Delivery[]> {
  const known = new Map(
    (
      await tx.sql<Reached>(
        `select d.id, u.status = 'active' as active, c.address
         from alert_deliveries d join users u on u.id = d.user_id
         left join user_channels c on c.user_id = u.id and c.channel = d.channel and c.enabled
         where d.id = any(?::uuid[]) and d.reason <> 'test'`,
        [idsOf(rows)],
      )
    ).map((one) => [one.id, one]),
  );
  const gone: Delivery[] = [];
  const homeless: Delivery[] = [];
  const moved: Delivery[] = [];
  const staying: Delivery[] = [];
  for (const row of rows) {
    const person = known.get(row.id);
    const { address = null } = person ?? {};
    if (person === undefined) staying.push(row);
    else if (!person.active) gone.push(row);
    else if (channels.get(row.channel)?.address === undefined || address === row.address)
      staying.push(row);
    else if (address === null) homeless.push(row);
    else moved.push({ ...row, address });
  }
  await end(tx, gone, 'skipped', 'person_gone', now);
  await end(tx, homeless, 'skipped', 'no_address', now);
  if (moved.length > 0)
    await tx.sql(
      `update alert_deliveries d set address = m.address
       from unnest(?::uuid[], ?::text[]) as m (id, address) where d.id = m.id`,
      [idsOf(moved), moved.map(({ address }) => address)],
    );
  return [...staying, ...moved];
}

/** Without what silences hold back or leave out, and without reminders that help nobody any more. */
async function unhindered(
  tx: Tx,
  rows: readonly Delivery[],
  { now, zone, overtaken }: ClaimParts,
): Promise<Delivery[]> {
  const silences = await tx.sql<SilenceRow>(
    `select * from silences where ended_at is null and (kind = 'weekly' or to_at > ?)`,
    [now],
  );
  const over = await overOf(tx, rows);
  const late = await overtaken(tx, rows, now);
  const going: Delivery[] = [];
  const dropped: Delivery[] = [];
  const skipped: Delivery[] = [];
  const outrun: Delivery[] = [];
  const held = new Map<number, Delivery[]>();
  for (const row of rows) {
    const hush = hushOf(row, silences, now, zone);
    if (hush?.kind === 'drop') dropped.push(row);
    else if (row.reason !== 'opened' && row.alert_id !== null && over.has(row.alert_id))
      skipped.push(row);
    else if (late.has(row.id)) outrun.push(row);
    else if (hush === undefined) going.push(row);
    else held.set(hush.until.getTime(), [...(held.get(hush.until.getTime()) ?? []), row]);
  }
  await end(tx, dropped, 'silenced', 'silence', now);
  await end(tx, skipped, 'skipped', 'alert_over', now);
  await end(tx, outrun, 'skipped', 'approval_over', now);
  for (const [until, some] of held) await putOff(tx, some, new Date(until), 'silence');
  return going;
}

/** Alerts that somebody took up meanwhile: a reminder would help nobody. */
async function overOf(tx: Tx, rows: readonly Delivery[]): Promise<ReadonlySet<string>> {
  const ids = rows.flatMap(({ alert_id, reason }) => (reason === 'opened' ? [] : [alert_id]));
  const found = await tx.sql<{ id: string }>(
    `select id from alerts where id = any(?::uuid[]) and status <> 'open'`,
    [ids],
  );
  return new Set(found.map(({ id }) => id));
}

function bundlesOf(
  rows: readonly Delivery[],
  channels: ClaimParts['channels'],
): readonly Delivery[][] {
  const place = (row: Delivery) =>
    isBundled(row, channels) ? `${row.channel} ${row.address} ${row.locale}` : row.id;
  return [...Map.groupBy(rows, place).values()];
}

/** Nobody gets messages faster than the setting says, but the most severe go at once. */
async function paced(
  tx: Tx,
  bundles: readonly Delivery[][],
  { channels, now, paceMs }: ClaimParts,
): Promise<readonly Delivery[][]> {
  const waiting = bundles.filter(
    (bundle) =>
      paceMs > 0 && bundle.every((row) => row.severity !== 'P1' && isBundled(row, channels)),
  );
  if (waiting.length === 0) return bundles;
  const places = waiting.flatMap(([row]) => (row === undefined ? [] : [row]));
  const last = await tx.sql<{ channel: string; address: string | null; at: Date }>(
    `select channel, address, max(finished_at) as at from alert_deliveries
     where status = 'sent' and reason <> 'test'
       and (channel, address) in (select * from unnest(?::text[], ?::text[])) group by channel, address`,
    [places.map(({ channel }) => channel), places.map(({ address }) => address)],
  );
  const lastAt = new Map(last.map(({ channel, address, at }) => [`${channel} ${address}`, at]));
  const later = new Set<Delivery[]>();
  for (const bundle of waiting) {
    const [row] = bundle;
    const at = lastAt.get(`${row?.channel} ${row?.address}`);
    const until = (at?.getTime() ?? 0) + paceMs;
    if (until <= now.getTime()) continue;
    later.add(bundle);
    await putOff(tx, bundle, new Date(until), 'pace');
  }
  return bundles.filter((bundle) => !later.has(bundle));
}

async function end(
  tx: Tx,
  rows: readonly Delivery[],
  status: 'skipped' | 'silenced',
  failure: string,
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql(
    `update alert_deliveries set status = ?, failure = ?, message = null, finished_at = ? where id = any(?::uuid[])`,
    [status, failure, now, idsOf(rows)],
  );
}

const putOff = (tx: Tx, rows: readonly Delivery[], until: Date, failure: 'silence' | 'pace') =>
  tx.sql(
    'update alert_deliveries set next_at = ?, failure = ? where id = any(?::uuid[]) and status = ?',
    [until, failure, idsOf(rows), 'ready'],
  );
