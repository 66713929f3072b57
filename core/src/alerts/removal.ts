import type { AlertState, Firing } from '@qoida/dsl';
import type { Say } from '../api/locale.ts';
import type { RunContext } from '../api/operations.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import {
  type DeviceEvents,
  devicesNamed,
  isKeyedBy,
  isToldBy,
  type Raising,
  type Removed,
  removedAmong,
} from './about.ts';
import { alertClosed } from './events.ts';
import { keepHistory } from './history.ts';
import { type AlertRow, alert } from './records.ts';
import { alertRulesOf } from './rules.ts';

type Context = Pick<RunContext<never, never>, 'db' | 'actor' | 'now' | 'emit'>;

interface Standing {
  readonly row: AlertRow;
  /** What raised it since it opened, the latest last. */
  readonly raisings: readonly Raising[];
}

export interface ClosingParts {
  readonly runtime: RuleRuntime;
  readonly known: DeviceEvents;
  readonly say: Say;
}

/** Closes the alerts that only a device which is being removed could have ended. @returns how many */
export async function closeOfDevice(
  { db, actor, now, emit }: Context,
  device: { readonly id: string; readonly code: string },
  { runtime, known, say }: ClosingParts,
): Promise<number> {
  const rows = await db.sql<AlertRow>(
    `select * from alerts where status <> 'closed' order by id for update`,
  );
  const { alerts } = alertRulesOf(runtime.snapshot(db.organizationId));
  const namesOf = (rule: string) => alerts.get(rule)?.rule.trigger.events ?? [];
  const standing = await raisingsOf(db, rows, namesOf);
  const ids = standing.flatMap(({ raisings }) =>
    raisings.flatMap((raising) => devicesNamed(raising, known)),
  );
  const gone: Removed = new Map([
    ...(await removedAmong(db, ids)),
    [device.id, device.code] as const,
  ]);
  const own = standing.filter((one) => isOf(one, gone, known));
  const details = { value: device.code };
  const reason = 'alert_device_removed';
  const note = say(reason, actor.locale, details) ?? reason;
  for (const { row } of own) {
    const closed = { at: now.getTime(), by: actor.id ?? actor.name };
    const state: AlertState = { ...stateOf(row), status: 'closed', closed, timer: null };
    const by = actor.kind === 'user' ? actor.id : null;
    const closing = { closed_by: by, closed_name: actor.name, closed_at: now, timer_at: null };
    await db.of(alert).update(row.id, { status: 'closed', state, note, ...closing });
    const { id, rule, severity } = row;
    await emit(alertClosed, { alert_id: id, rule, severity });
  }
  await keepHistory(
    db,
    own.map(({ row: { id } }) => ({
      ...{ alertId: id, at: now.getTime(), change: 'closed' as const, by: actor.name, note },
      details: { reason, ...details },
    })),
  );
  return own.length;
}

const stateOf = (row: AlertRow) => row.state as AlertState;

/** Of an alert of several things all have to be gone. */
function isOf({ row, raisings }: Standing, gone: Removed, known: DeviceEvents): boolean {
  const last = raisings.at(-1);
  if (last === undefined) return gone.has(stateOf(row).group);
  if (isKeyedBy(last, gone, known)) return true;
  // Of what is not kept any more nobody knows who told it.
  return raisings.length === row.count && raisings.every((one) => isToldBy(one, gone, known));
}

/** The firings of alerts since they opened, as they are kept. */
async function raisingsOf(
  db: Context['db'],
  rows: readonly AlertRow[],
  namesOf: (rule: string) => readonly string[],
): Promise<readonly Standing[]> {
  const found = await db.sql<{ alert_id: string } & Pick<Firing, 'events' | 'causes'>>(
    `select a.id as alert_id, r.events, r.causes from alerts a
     join rule_runs r on r.rule = a.rule and r.created_at >= a.created_at and r.kind = 'alert'
       and r.outcome->>'group' = a.state->>'group'
     where a.id = any(?::uuid[]) order by r.created_at, r.id`,
    [rows.map(({ id }) => id)],
  );
  const byAlert = Map.groupBy(found, ({ alert_id }) => alert_id);
  return rows.map((row) => {
    const { group } = stateOf(row);
    const names = namesOf(row.rule);
    const raisings = (byAlert.get(row.id) ?? []).map((one) => ({ ...one, group, names }));
    return { row, raisings };
  });
}
