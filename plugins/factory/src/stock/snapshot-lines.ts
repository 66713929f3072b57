import type { BaseContext, RowOf, ValueOf } from '@qoida/core';
import { conflict, device, recordOf, rows, text } from '@qoida/core';
import { grams } from '../mass.ts';
import { material } from '../master/records.ts';
import { session } from '../session/records.ts';
import type { ShiftInstance } from '../session/shift.ts';
import { refuseSharedReadings, scaleOf } from '../weighing.ts';
import type { BatchLineInput } from './transfer-lines.ts';
import type { WipCandidate } from './wip.ts';

export type SnapshotItemInput = BatchLineInput & { readonly session_id?: string | null };

const lineFact = {
  device: recordOf(device),
  material: recordOf(material),
  batch_no: text(),
  capture_id: text().optional(),
  session: recordOf(session).optional(),
};
export type SnapshotLine = ValueOf<typeof lineFact>;

export const snapshotLineFacts = rows(lineFact, async (context) => {
  const lines: SnapshotLine[] = [];
  for (const item of context.input.items as readonly SnapshotItemInput[]) {
    lines.push({
      ...(await scaleOf(context, item)),
      material: await context.db.of(material).get(item.material_id),
      batch_no: item.batch_no,
      session: item.session_id == null ? null : await openSession(context, item.session_id),
    });
  }
  refuseSharedReadings(lines);
  return lines;
});

async function openSession(
  context: BaseContext,
  sessionId: string,
): Promise<RowOf<typeof session>> {
  const row = await context.db.of(session).get(sessionId, { computed: [] });
  if (row.status !== 'closed') return row;
  throw conflict('session_closed', 'The session is closed', { session_id: row.id });
}

/** Sessions of the shift, not closed, that drew this batch; by start, with what they drew (F-ALG-14). */
export async function candidatesFor(
  context: BaseContext,
  line: SnapshotLine,
  shift: ShiftInstance,
): Promise<WipCandidate[]> {
  const drew = await context.db.sql<{ session_id: string; input_kg: number }>(CANDIDATES, [
    shift.business_date,
    shift.shift,
    line.material.id,
    line.batch_no,
    line.material.id,
    line.batch_no,
  ]);
  return drew.map(({ session_id, input_kg }) => ({ session_id, input_g: grams(input_kg) }));
}

// A session whose rest was weighed at its machine has its WIP already.
const CANDIDATES = `
select s.id as session_id, sum(l.qty_kg) as input_kg
from sessions s
join session_input_links l on l.session_id = s.id
where s.business_date = ? and s.shift = ? and s.status <> 'closed' and l.material_id = ? and l.batch_no = ?
  and not exists (
    select 1 from shop_snapshot_lines n
    where n.session_id = s.id and n.material_id = ? and n.batch_no = ? and not n.superseded)
group by s.id, s.started_at
order by s.started_at, s.id`;

/** Locks every session that a snapshot may touch, in id order, before anything else (F-ALG-14). */
export async function lockSessions(
  context: BaseContext,
  lines: readonly SnapshotLine[],
  shift: ShiftInstance,
): Promise<void> {
  const named = lines.flatMap((line) => (line.session === null ? [] : [line.session.id]));
  const locked = await context.db.sql<{ id: string; status: string }>(
    `select id, status from sessions
     where id = any(?) or (business_date = ? and shift = ? and status <> 'closed')
     order by id for update`,
    [named, shift.business_date, shift.shift],
  );
  const closed = locked.find((row) => row.status === 'closed');
  if (closed === undefined) return;
  throw conflict('session_closed', 'The session is closed', { session_id: closed.id });
}
