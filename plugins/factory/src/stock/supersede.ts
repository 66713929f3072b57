import type { BaseContext } from '@qoida/core';
import { grams, kg } from '../mass.ts';
import type { ShiftInstance } from '../session/shift.ts';
import { shopSnapshotLine, shopSnapshotWip } from './records.ts';
import type { SnapshotLine } from './snapshot-lines.ts';

/**
 * A new snapshot of the same session, material and batch takes the place of the former (F-M2-08).
 * @returns grams by which the former one had raised the shop's book; they are to be taken back
 */
export function supersede(
  context: BaseContext,
  line: SnapshotLine,
  shift: ShiftInstance,
): Promise<number> {
  return line.session === null
    ? supersedeLevel(context, line, shift)
    : supersedeNamed(context, line, line.session.id);
}

interface Former {
  readonly line_id: string;
  readonly effect_kg: number;
}

async function supersedeLevel(
  context: BaseContext,
  line: SnapshotLine,
  shift: ShiftInstance,
): Promise<number> {
  const former = await context.db.sql<Former>(
    `select l.id as line_id, l.effect_kg
     from shop_snapshot_lines l join shop_snapshots s on s.id = l.snapshot_id
     where s.business_date = ? and s.shift = ? and l.material_id = ? and l.batch_no = ?
       and l.session_id is null and not l.superseded`,
    [shift.business_date, shift.shift, line.material.id, line.batch_no],
  );
  let taken = 0;
  for (const { line_id, effect_kg } of former) {
    taken += grams(effect_kg);
    await context.db.of(shopSnapshotLine).update(line_id, { superseded: true });
    for (const share of await context.db.of(shopSnapshotWip).list({ line_id, superseded: false })) {
      await context.db.of(shopSnapshotWip).update(share.id, { superseded: true });
    }
  }
  return taken;
}

interface FormerShare extends Former {
  readonly share_id: string;
  readonly wip_kg: number;
  readonly named: boolean;
}

async function supersedeNamed(
  context: BaseContext,
  line: SnapshotLine,
  sessionId: string,
): Promise<number> {
  const former = await context.db.sql<FormerShare>(
    `select w.id as share_id, w.wip_kg, l.id as line_id, l.effect_kg, l.session_id is not null as named
     from shop_snapshot_wip w join shop_snapshot_lines l on l.id = w.line_id
     where w.session_id = ? and l.material_id = ? and l.batch_no = ? and not w.superseded`,
    [sessionId, line.material.id, line.batch_no],
  );
  let taken = 0;
  for (const { share_id, wip_kg, line_id, effect_kg, named } of former) {
    taken += grams(wip_kg);
    await context.db.of(shopSnapshotWip).update(share_id, { superseded: true });
    // A line of the shop keeps what it did beyond this session's share.
    const rest = kg(grams(effect_kg) - grams(wip_kg));
    await context.db
      .of(shopSnapshotLine)
      .update(line_id, named ? { superseded: true } : { effect_kg: rest });
  }
  return taken;
}
