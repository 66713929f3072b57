import type { Tx } from '../../api/operations.ts';
import type { Place } from './chain.ts';
import { type PlacedRow, ROW_COLUMNS } from './rows.ts';
import { stepsOf } from './steps.ts';

/** Where a page of the export begins: after this entry of this chain. */
export interface ExportPlace extends Place {
  readonly position: number;
}

export interface ExportPage {
  /** Chains one after the other, each in its order. */
  readonly items: readonly PlacedRow[];
  /** Where the next page begins; null when this was the last. */
  readonly next: ExportPlace | null;
}

const OBJECTS = 200;
const NOWHERE: ExportPlace = {
  object_type: '',
  object_id: '00000000-0000-0000-0000-000000000000',
  position: 0,
};

/** The log as it stands in its chains, a page at a time. */
export async function exportPage(
  tx: Tx,
  after: ExportPlace = NOWHERE,
  limit = 2_000,
): Promise<ExportPage> {
  const places = await tx.sql<Place>(
    `with recursive places as (${stepsOf('audit_log', 'places')})
     select object_type, object_id from places limit ${OBJECTS}`,
    [after.object_type, after.object_id],
  );
  const asked = [after, ...places].map(({ object_type, object_id }) => ({
    object_type,
    object_id,
  }));
  const items = await tx.sql<PlacedRow>(
    `select ${ROW_COLUMNS}, position from audit_log
       join jsonb_to_recordset(?::jsonb) as p (object_type text, object_id uuid) using (object_type, object_id)
     where (object_type, object_id) <> (?, ?::uuid) or position > ?
     order by object_type, object_id, position limit ?`,
    [JSON.stringify(asked), after.object_type, after.object_id, after.position, limit],
  );
  const last = items.at(-1);
  const lastPlace = places.at(-1);
  if (items.length === limit && last !== undefined) {
    const { object_type, object_id, position } = last;
    return { items, next: { object_type, object_id, position } };
  }
  const ended = places.length < OBJECTS || lastPlace === undefined;
  return { items, next: ended ? null : { ...lastPlace, position: Number.MAX_SAFE_INTEGER } };
}
