import type { Firing } from '@qoida/dsl';
import type { EventDef } from '../api/events.ts';
import type { Tx } from '../api/operations.ts';

/** How an event names devices and people. */
interface Naming {
  /** The field that names the device which the event is about; of an event about something else undefined. */
  readonly own: string | undefined;
  readonly devices: readonly string[];
  readonly people: readonly string[];
}

/** How each event that names a device does so. */
export type DeviceEvents = ReadonlyMap<string, Naming>;

export const deviceEventsOf = (events: readonly EventDef[]): DeviceEvents =>
  new Map(
    events.flatMap(({ name, fields, stream }): [string, Naming][] => {
      const naming = (record: string) =>
        Object.entries(fields).flatMap(([field, { kind, record: of }]) =>
          kind === 'id' && of === record ? [field] : [],
        );
      const devices = naming('device');
      if (devices.length === 0) return [];
      const own = devices.find((field) => field === stream);
      return [[name, { own, devices, people: naming('user') }]];
    }),
  );

/** What raised an alert of a group: the data of the events, by the names that its rule gives them. */
export interface Raising {
  readonly group: string;
  readonly names: readonly string[];
  readonly events: Firing['events'];
  readonly causes: readonly string[];
}

/** The devices that events name. */
export function devicesNamed({ names, events }: Raising, known: DeviceEvents): readonly string[] {
  return names.flatMap((name, slot) =>
    (known.get(name)?.devices ?? []).flatMap((field) => textIn(events[slot]?.[field])),
  );
}

/** Removed devices by their ids, with their codes. */
export type Removed = ReadonlyMap<string, string>;

/** Is the group one of these devices? By a code that another device may have by now only where an event says so. */
export function isKeyedBy(raising: Raising, removed: Removed, known: DeviceEvents): boolean {
  const { group } = raising;
  if (removed.has(group)) return true;
  return devicesNamed(raising, known).some((id) => removed.get(id) === group);
}

/**
 * Did nothing but such devices' own events raise it, and is it about nobody? Of a count the last event alone
 * is known: that may be of many devices.
 */
export function isToldBy(raising: Raising, removed: Removed, known: DeviceEvents): boolean {
  const { group, names, events, causes } = raising;
  if (events.length === 0 || causes.length > events.length) return false;
  return names.every((name, slot) => {
    const naming = known.get(name);
    const data = events[slot];
    if (naming?.own === undefined || data == null) return false;
    if (naming.people.some((field) => data[field] === group)) return false;
    return textIn(data[naming.own]).some((id) => removed.has(id));
  });
}

/**
 * Which of these devices are removed. They stay as they are until the transaction ends: who removes one at
 * this moment has ended before, or finds what was raised meanwhile.
 */
export async function removedAmong(tx: Tx, ids: readonly string[]): Promise<Removed> {
  if (ids.length === 0) return new Map();
  const rows = await tx.sql<{ id: string; code: string; removed_at: Date | null }>(
    'select id, code, removed_at from devices where id = any(?::uuid[]) order by id for key share',
    [[...new Set(ids)]],
  );
  return new Map(rows.flatMap(({ id, code, removed_at }) => (removed_at ? [[id, code]] : [])));
}

const textIn = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : []);
