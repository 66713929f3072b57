import { invalid } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import { type Database, type ExportPlace, exportPage } from '../data/index.ts';
import type { RouteRequest } from '../http/index.ts';

const MOST_ROWS = 5_000;
const PLACE = /^(.{1,200}) ([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}) ([0-9]{1,16})$/;

/** A page of the log, chain by chain. @throws Refusal cursor_invalid */
export async function exportedRows(db: Database, actor: Actor, { query }: RouteRequest) {
  const { items, next } = await db.read(actor.organizationId, (tx) =>
    exportPage(tx, placeOf(query.after), MOST_ROWS),
  );
  const after = next === null ? null : `${next.object_type} ${next.object_id} ${next.position}`;
  return { items, next: after };
}

function placeOf(after: string | undefined): ExportPlace | undefined {
  if (after === undefined || after === '') return undefined;
  const [, object_type, object_id, position] = PLACE.exec(after) ?? [];
  if (object_type === undefined || object_id === undefined)
    throw invalid('cursor_invalid', `"${after}" is no place to go on from`, {
      after: after.slice(0, 100),
    });
  return { object_type, object_id, position: Number(position) };
}
