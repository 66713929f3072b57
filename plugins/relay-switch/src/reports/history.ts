import { byId, device, id, integer, operation } from '@qoida/core';
import { relayAccessChanged, relayEvents } from '../events.ts';

interface EventRow {
  readonly seq: number;
  readonly name: string;
  readonly at: Date;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly actor: { readonly kind?: string; readonly name?: string };
}

/** Each event of a device has a stream of its own; that access changed is told once, by `relay.shared`. */
const NAMES = [
  ...relayEvents.map(({ name }) => name).filter((name) => name !== relayAccessChanged.name),
  'device.online',
  'device.offline',
];

/** What happened at a device, the newest first: presses, changes, commands, its coming and going. */
export const history = operation({
  name: 'relay.history',
  http: 'GET /devices/:device_id/relay-events',
  summary: { uz: 'Qurilma tarixi', ru: 'История устройства', en: 'What happened at a device' },
  roles: '*',
  effect: 'read',
  input: {
    device_id: id('device'),
    before: integer({ min: 1 }).optional().doc({
      uz: 'shu raqamdan oldingilari',
      ru: 'до этого номера',
      en: 'only those before this number',
    }),
    limit: integer({ min: 1, max: 100 }).default(25),
  },
  facts: { device: byId(device, 'device_id') },
  async run({ input: { before, limit }, facts, db }) {
    const rows = await db.sql<EventRow>(
      `select seq, name, created_at as at, payload, actor from outbox
        where organization_id = qoida_org() and stream = any(?::text[])
          and (name like 'relay.%' or name in ('device.online', 'device.offline'))
          and (?::bigint is null or seq < ?::bigint)
        order by seq desc limit ?`,
      [NAMES.map((name) => `${name}:${facts.device.id}`), before, before, limit + 1],
    );
    const items = rows.slice(0, limit).map(({ actor, ...row }) => ({
      ...row,
      by: actor.name ?? null,
      by_kind: actor.kind ?? null,
    }));
    return { items, next: rows.length > limit ? (items.at(-1)?.seq ?? null) : null };
  },
});
