import type { OperationDef, Tx } from '../api/operations.ts';
import { tellWork } from './switches.ts';

/** Why an action ends whose device was removed; the operations of devices refuse with the same word. */
export const DEVICE_REMOVED = 'device_removed';

/** The inputs by which operations name a device. */
const namingInputs = (operations: readonly OperationDef[]) =>
  operations.flatMap(({ name, input }) =>
    Object.entries(input).flatMap(([field, { spec }]) =>
      spec.kind === 'id' && spec.record === 'device' ? [{ action: name, field }] : [],
    ),
  );

/**
 * Ends what waits to be done with a device that is being removed: its turn comes at once and it is given up,
 * also where another device has the name by then. What others of its run do comes in its order.
 */
export async function endActionsOf(
  { db, now }: { readonly db: Tx; readonly now: Date },
  { id, code }: { readonly id: string; readonly code: string },
  operations: readonly OperationDef[],
): Promise<void> {
  const naming = namingInputs(operations);
  const ended = await db.sql(
    `update rule_actions a set reason = ?, message = ?, details = ?::jsonb,
       status = case when status = 'waiting' and approval_id is not null then 'ready' else status end,
       next_at = case when status = 'running' then next_at else ? end
     where status in ('ready', 'running', 'waiting') and exists (
       select 1 from unnest(?::text[], ?::text[]) as f (action, field)
       where f.action = a.action and a.args->>f.field = any(?::text[]))
     returning 1`,
    [
      DEVICE_REMOVED,
      `The device "${code}" was removed`,
      JSON.stringify({ value: code }),
      now,
      naming.map(({ action }) => action),
      naming.map(({ field }) => field),
      [id, code],
    ],
  );
  if (ended.length > 0) await tellWork(db);
}

/** A device that is gone, as a rule still calls it. */
export interface GoneDevice {
  readonly code: string;
  readonly removed_at: Date;
}

/** Removed devices that a text says in quotes, by their id or by a code that no other device has now. */
export const goneDevicesIn = (db: Tx, text: string): Promise<GoneDevice[]> =>
  db.sql<GoneDevice>(
    `select d.code, max(d.removed_at) as removed_at from devices d
     where d.removed_at is not null and (position('"' || d.id || '"' in ?) > 0
       or position('"' || d.code || '"' in ?) > 0 and not exists (
         select 1 from devices o where o.code = d.code and o.removed_at is null))
     group by d.code order by d.code`,
    [text, text],
  );
