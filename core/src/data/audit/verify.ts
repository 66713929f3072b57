import type { Tx } from '../../api/operations.ts';
import type { Database } from '../database.ts';
import {
  type Anchor,
  type AuditFault,
  type ChainHead,
  type ChainRow,
  ChainWalk,
  checkChain,
  type Place,
} from './chain.ts';
import { eachRow, keyOf, ROW_COLUMNS } from './rows.ts';
import { BEYOND, stepsOf } from './steps.ts';

export interface VerifyRange {
  readonly from?: Date;
  readonly to?: Date;
  readonly serverSecret: string;
}

export interface VerifyPage {
  /** Objects and rows checked. */
  readonly objects: number;
  readonly checked: number;
  readonly faults: AuditFault[];
  /** The last object of a full page; null when this was the end. */
  readonly next: Place | null;
}

/** Objects in a page; their rows are read in pieces, so that one with a million doesn't fill the memory. */
export const PAGE = 500;
const FIRST: Place = { object_type: '', object_id: '00000000-0000-0000-0000-000000000000' };

/**
 * Checks the whole chain of every object that has an entry between `from` and `to`.
 * @returns the number of rows checked and what doesn't fit
 */
export async function verifyAudit(
  db: Database,
  organizationId: string,
  range: VerifyRange,
): Promise<{ checked: number; faults: AuditFault[] }> {
  const faults: AuditFault[] = [];
  let checked = 0;
  for (let after: Place | null = FIRST; after !== null; ) {
    const start: Place = after;
    const page: VerifyPage = await db.read(organizationId, (tx) => verifyPage(tx, range, start));
    checked += page.checked;
    faults.push(...page.faults);
    after = page.next;
  }
  return { checked, faults };
}

/** Checks the objects after `after`. The transaction must have one view of the data for all statements. */
export async function verifyPage(
  tx: Tx,
  range: VerifyRange,
  after: Place = FIRST,
  limit = PAGE,
): Promise<VerifyPage> {
  const page = (await placesAfter(tx, after, range, limit)).map(({ within, ...place }) => ({
    place,
    within,
  }));
  const places = page.filter(({ within }) => within).map(({ place }) => place);
  const { checked, faults } = await verifyPlaces(tx, places, range.serverSecret);
  const last = page.length === limit ? page.at(-1)?.place : undefined;
  return { objects: places.length, checked, faults, next: last ?? null };
}

/** Holds chains against what checkpoints kept elsewhere say of them. */
export async function verifyAnchors(
  tx: Tx,
  anchors: readonly (Place & Anchor)[],
  serverSecret: string,
): Promise<{ checked: number; faults: AuditFault[] }> {
  const places = anchors.map(({ object_type, object_id }) => ({ object_type, object_id }));
  const once = [...new Map(places.map((place) => [keyOf(place), place])).values()];
  return verifyPlaces(tx, once, serverSecret, anchors);
}

const OF_PLACES =
  'join jsonb_to_recordset(?::jsonb) as p (object_type text, object_id uuid) using (object_type, object_id)';
const ROWS = `select ${ROW_COLUMNS} from audit_log ${OF_PLACES} order by object_type, object_id, position, ts`;

async function verifyPlaces(
  tx: Tx,
  places: readonly Place[],
  serverSecret: string,
  kept: readonly (Place & Anchor)[] = [],
): Promise<{ checked: number; faults: AuditFault[] }> {
  const list = JSON.stringify(
    places.map(({ object_type, object_id }) => ({ object_type, object_id })),
  );
  const heads = await tx.sql<ChainHead>(
    `select object_type, object_id, last_sig, entries, context_from, seal from audit_heads ${OF_PLACES}`,
    [list],
  );
  const headOf = new Map(heads.map((head) => [keyOf(head), head]));
  const anchors = Map.groupBy([...(await anchorsOf(tx, list)), ...kept], keyOf);
  const keys = { secret: serverSecret, organizationId: tx.organizationId };
  const check = (place: Place) =>
    [headOf.get(keyOf(place)) ?? null, keys, anchors.get(keyOf(place)) ?? []] as const;
  const walks = new Map(places.map((place) => [keyOf(place), new ChainWalk(...check(place))]));
  const checked = await eachRow<ChainRow>(tx, ROWS, [list], (row) =>
    walks.get(keyOf(row))?.add(row),
  );
  const faults: AuditFault[] = [];
  for (const place of places) {
    if (walks.get(keyOf(place))?.good === true) continue;
    const rows = await tx.sql<ChainRow>(ROWS, [JSON.stringify([place])]);
    faults.push(...checkChain(place, rows, ...check(place)));
  }
  return { checked, faults };
}

/** The last that our own checkpoints say of each object. */
const anchorsOf = (tx: Tx, list: string): Promise<(Place & Anchor)[]> =>
  tx.sql<Place & Anchor>(
    `select distinct on (object_type, object_id) object_type, object_id, entries, last_sig,
       number as checkpoint
     from audit_checkpoint_objects ${OF_PLACES} order by object_type, object_id, number desc`,
    [list],
  );

/**
 * Objects after `after`, by their rows or, where those were taken away, by heads and checkpoints. Each
 * is found by one step in an index, so that the rows of a page are not read for the next one again.
 */
function placesAfter(
  tx: Tx,
  after: Place,
  { from, to }: VerifyRange,
  limit: number,
): Promise<(Place & { readonly within: boolean })[]> {
  const period = [from ?? '-infinity', to ?? 'infinity'];
  const between = (column: string) => `${column} >= ?::timestamptz and ${column} <= ?::timestamptz`;
  const same = (one: string) =>
    `${one}.object_type = page.object_type and ${one}.object_id = page.object_id`;
  const place = [after.object_type, after.object_id];
  return tx.sql<Place & { readonly within: boolean }>(
    `with recursive of_log as (${stepsOf('audit_log', 'of_log')}),
       of_checkpoints as (${stepsOf('audit_checkpoint_objects', 'of_checkpoints')}),
       page as (
         (select object_type, object_id from of_log limit ${limit})
         union
         (select object_type, object_id from audit_heads where ${BEYOND} order by 1, 2 limit ${limit})
         union
         (select object_type, object_id from of_checkpoints limit ${limit})
         order by 1, 2 limit ${limit})
     select object_type, object_id,
       exists (select 1 from audit_log l where ${same('l')} and ${between('l.ts')})
       or exists (select 1 from audit_heads h where ${same('h')} and ${between('h.last_ts')})
       or exists (select 1 from audit_checkpoint_objects c
         join audit_checkpoints p on p.number = c.number and p.organization_id = c.organization_id
         where ${same('c')} and ${between('p.at')}) as within
     from page order by 1, 2`,
    [...place, ...place, ...place, ...period, ...period, ...period],
  );
}
