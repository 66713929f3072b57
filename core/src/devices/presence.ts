import { device } from '../api/core-records.ts';
import { byId, type Facts } from '../api/facts.ts';
import { id, type Shape } from '../api/fields.ts';
import { operation, type RunContext } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { Database } from '../data/index.ts';
import { deviceConnection, deviceOffline, deviceOnline } from './events.ts';
import { deviceSettingsOf } from './settings.ts';

type Context = Pick<RunContext<Shape, Facts>, 'db' | 'now' | 'settings' | 'emit'>;

/** A device that comes in by itself is there (S-M2-06). */
export const comeOnline = operation({
  name: 'device.come_online',
  summary: { uz: 'Qurilma ulandi', ru: 'Устройство на связи', en: 'A device is there' },
  roles: ['device'],
  effect: 'record',
  input: { device_id: id('device') },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [deviceConnection, deviceOnline, deviceOffline],
  async run({ facts, ...context }) {
    const { db, now } = context;
    const before = facts.device;
    // Said again it is no news, and nothing for the audit: signs of life are kept on their own.
    if (before.online) return { online: true };
    await db.of(device).update(before.id, { online: true, last_heartbeat_at: now });
    await changed(context, before, true);
    return { online: true };
  },
});

/** Its connection is gone, or it was silent for too long. */
export const goOffline = operation({
  name: 'device.go_offline',
  summary: { uz: 'Qurilma uzildi', ru: 'Связь с устройством потеряна', en: 'A device is gone' },
  roles: ['device'],
  effect: 'record',
  input: { device_id: id('device') },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [deviceConnection, deviceOnline, deviceOffline],
  async run({ facts, ...context }) {
    const before = facts.device;
    if (!before.online) return { online: false };
    await context.db.of(device).update(before.id, { online: false });
    await changed(context, before, false);
    return { online: false };
  },
});

/** A change that had to wait is told, if it still is one: the platform's own, when its time has come. */
export const tellPresence = operation({
  name: 'device.tell_presence',
  summary: {
    uz: 'Qurilma aloqasini aytish',
    ru: 'Сообщить о связи с устройством',
    en: 'Tell whether a device is there',
  },
  roles: ['device'],
  effect: 'record',
  input: { device_id: id('device') },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [deviceOnline, deviceOffline],
  async run({ facts, ...context }) {
    await tellRules(context, facts.device, facts.device.online);
    return { online: facts.device.online };
  },
});

async function changed(context: Context, row: RowOf<typeof device>, online: boolean) {
  await context.emit(deviceConnection, { device_id: row.id, code: row.code, online });
  await tellRules(context, row, online);
}

interface Told {
  readonly told: boolean;
  readonly told_at: Date | null;
}

/**
 * Screens see every change, rules and alerts one in `PRESENCE_MIN_SEC` (S-OP-14): what came and went in
 * between is told when that time is over, if it is another than what was told last.
 */
async function tellRules(
  { db, now, settings, emit }: Context,
  { id: device_id, code }: RowOf<typeof device>,
  online: boolean,
): Promise<void> {
  const [last] = await db.sql<Told>(
    'select told, told_at from device_presence where device_id = ?',
    [device_id],
  );
  const { told, told_at } = last ?? { told: false, told_at: null };
  const keep = (row: { told: boolean; told_at: Date | null; due_at: Date | null }) =>
    db.sql(
      `insert into device_presence (device_id, told, told_at, due_at) values (?, ?, ?, ?)
       on conflict (device_id) do update
         set told = excluded.told, told_at = excluded.told_at, due_at = excluded.due_at`,
      [device_id, row.told, row.told_at, row.due_at],
    );
  if (told === online) return void (await keep({ told, told_at, due_at: null }));
  const waitMs = deviceSettingsOf(settings).PRESENCE_MIN_SEC * 1000;
  const due_at = told_at === null ? now : new Date(told_at.getTime() + waitMs);
  if (due_at > now) return void (await keep({ told, told_at, due_at }));
  await emit(online ? deviceOnline : deviceOffline, { device_id, code });
  await keep({ told: online, told_at: now, due_at: null });
}

/** Devices of which something is still to be told, and its time has come. */
export function dueToTell(
  db: Database,
  organizationId: string,
  now: Date,
): Promise<{ id: string; code: string }[]> {
  return db.read(organizationId, (tx) =>
    tx.sql<{ id: string; code: string }>(
      `select d.id, d.code from device_presence p join devices d on d.id = p.device_id
        where p.due_at <= ? order by p.due_at limit 500`,
      [now],
    ),
  );
}

/** Devices that were there when the platform ended unasked: nobody has told yet that they are gone. */
export function leftOnline(
  db: Database,
  organizationId: string,
): Promise<{ id: string; code: string }[]> {
  return db.read(organizationId, (tx) =>
    tx.sql<{ id: string; code: string }>('select id, code from devices where online order by code'),
  );
}
