import { createHash, randomUUID } from 'node:crypto';
import type { Actor, Tx } from '../api/operations.ts';
import { type Database, enqueueEvent, type Transaction } from '../data/index.ts';
import { rehearsalEnded } from './events.ts';
import type { Asked } from './records.ts';
import type { Progress, RehearsalItem } from './task.ts';

/** A rehearsal that this node has taken. */
export interface Taken {
  readonly id: string;
  readonly attempt: number;
  readonly from_at: Date;
  readonly to_at: Date;
  readonly asked: Asked;
}

/** Somebody cancelled it, or another node has taken it over: nothing more is to be written. */
export class NoLongerOurs extends Error {
  constructor() {
    super('this rehearsal is no longer ours');
    this.name = 'NoLongerOurs';
  }
}

/** A rehearsal that takes its node with it each time is not begun for ever. */
const MOST_ATTEMPTS = 3;
/** A node that shows no life for so long is gone, and its rehearsal begins anew. */
const STALE_SEC = 20;
/** Ended rehearsals that are kept with their entries; older ones are forgotten. */
export const KEPT_REHEARSALS = 50;

/** Takes the oldest rehearsal that waits, or one whose node is gone. What it had told so far goes. */
export async function takeNext(db: Database, organizationId: string): Promise<Taken | undefined> {
  return db.transaction(organizationId, async (tx) => {
    const given = await tx.sql<{ id: string }>(
      `update rehearsals set state = 'failed', finished_at = now(), error = ?
       where state = 'running' and attempt >= ? and beat_at < now() - make_interval(secs => ?) returning id`,
      [`given up: its node was gone ${MOST_ATTEMPTS} times`, MOST_ATTEMPTS, STALE_SEC],
    );
    for (const { id } of given) await tellEnd(tx, id, 'failed');
    const [taken] = await tx.sql<Taken>(
      `update rehearsals set state = 'running', attempt = attempt + 1, beat_at = now(),
         started_at = coalesce(started_at, now()), phase = 'reading', progress_done = 0, progress_total = 0
       where id = (
         select id from rehearsals
         where state = 'waiting' or (state = 'running' and beat_at < now() - make_interval(secs => ?))
         order by created_at, id limit 1 for update skip locked)
       returning id, attempt, from_at, to_at, asked`,
      [STALE_SEC],
    );
    if (taken !== undefined)
      await tx.sql('delete from rehearsal_items where rehearsal_id = ?', [taken.id]);
    return taken;
  });
}

/** Keeps entries behind those before them, in one transaction with a sign of life. */
export async function keepItems(
  db: Database,
  organizationId: string,
  taken: Taken,
  items: readonly RehearsalItem[],
  first: number,
): Promise<void> {
  await db.transaction(organizationId, async (tx) => {
    await stillOurs(tx, taken);
    await tx.sql(
      `insert into rehearsal_items (rehearsal_id, no, kind, of, at, ref, who, by_draft, detail)
       select ?, ? + i.ordinality, i.item ->> 'kind', i.item ->> 'of', (i.item ->> 'at')::timestamptz,
         (i.item ->> 'ref')::uuid, i.item ->> 'who', (i.item -> 'by_draft')::boolean, i.item -> 'detail'
       from jsonb_array_elements(?::jsonb) with ordinality as i (item, ordinality)`,
      [taken.id, first, JSON.stringify(items)],
    );
  });
}

/** Shows how far it is. @throws NoLongerOurs */
export async function keepProgress(
  db: Database,
  organizationId: string,
  taken: Taken,
  { phase, done, total }: Progress,
): Promise<void> {
  const rows = await db.transaction(organizationId, (tx) =>
    tx.sql(
      `update rehearsals set phase = ?, progress_done = ?, progress_total = ?, beat_at = now()
       where id = ? and attempt = ? and state = 'running' returning 1`,
      [phase, done, total, taken.id, taken.attempt],
    ),
  );
  if (rows.length === 0) throw new NoLongerOurs();
}

async function stillOurs(tx: Tx, { id, attempt }: Taken): Promise<void> {
  const rows = await tx.sql(
    `update rehearsals set beat_at = now() where id = ? and attempt = ? and state = 'running' returning 1`,
    [id, attempt],
  );
  if (rows.length === 0) throw new NoLongerOurs();
}

/** Keeps the end, with the event that tells it. A rehearsal that is no longer ours is left alone. */
export async function keepEnd(
  db: Database,
  organizationId: string,
  taken: Taken,
  end: { readonly result: string } | { readonly error: string },
): Promise<void> {
  const state = 'result' in end ? 'done' : 'failed';
  const result = 'result' in end ? end.result : null;
  await db.transaction(organizationId, async (tx) => {
    const rows = await tx.sql(
      `update rehearsals set state = ?, finished_at = now(), result = ?, result_sha256 = ?, error = ?,
         phase = case when ? = 'done' then 'done' else phase end,
         progress_done = case when ? = 'done' then progress_total else progress_done end
       where id = ? and attempt = ? and state = 'running' returning 1`,
      [
        state,
        result,
        result === null ? null : createHash('sha256').update(result).digest('hex'),
        'error' in end ? end.error.slice(0, 2000) : null,
        state,
        state,
        taken.id,
        taken.attempt,
      ],
    );
    if (rows.length > 0) await tellEnd(tx, taken.id, state);
  });
}

async function tellEnd(tx: Transaction, id: string, state: 'done' | 'failed'): Promise<void> {
  const actor: Actor = {
    kind: 'system',
    id: null,
    name: 'rehearsal',
    roles: [],
    locale: 'en',
    organizationId: tx.organizationId,
  };
  await enqueueEvent(tx, {
    name: rehearsalEnded.name,
    stream: `${rehearsalEnded.name}:${id}`,
    payload: { rehearsal_id: id, state },
    actor,
    traceId: randomUUID(),
  });
}

/** Forgets the oldest ended rehearsals with all they told. */
export const forgetOldest = (tx: Tx): Promise<unknown> =>
  tx.sql(
    `delete from rehearsals where id in (
       select id from rehearsals where state in ('done', 'failed', 'cancelled')
       order by created_at desc, id offset ?)`,
    [KEPT_REHEARSALS],
  );
