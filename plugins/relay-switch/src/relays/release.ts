import { byId, device, id, integer, operation, text } from '@qoida/core';
import { refuseStranger } from '../access/may.ts';
import { relayReleased } from '../events.ts';
import { type Priority, relay } from '../records.ts';
import { CONFIGURERS, SWITCHERS } from '../roles.ts';
import { oneRelay } from './facts.ts';
import { claimOf, isHeld, refuseHeld } from './priority.ts';

/** Lets a relay go before its time; who couldn't switch it can't do that either. */
export const releaseRelay = operation({
  name: 'relay.release',
  http: 'DELETE /devices/:device_id/relays/:relay/hold',
  summary: { uz: 'Releni bo‘shatish', ru: 'Отпустить реле', en: 'Let a relay go' },
  roles: SWITCHERS,
  effect: 'record',
  input: { device_id: id('device'), relay: integer({ min: 0, max: 31 }) },
  facts: { device: byId(device, 'device_id', { lock: true }), relay: oneRelay },
  emits: [relayReleased],
  async run({ facts: { device: of, relay: row }, db, actor, now, emit }) {
    const { id: device_id, code } = of;
    await refuseStranger({ actor, db }, of, 'switch');
    if (!isHeld(row, now)) return row;
    refuseHeld([row], claimOf(actor, highestOf(actor.roles)), now);
    await emit(relayReleased, { device_id, code, relay: row.relay });
    return db.of(relay).update(row.id, { held_by: null, held_priority: null, held_until: null });
  },
});

/** Who may act for safety lets go of what safety holds. */
const highestOf = (roles: readonly string[]): Priority | null =>
  roles.some((role) => role === 'relay_safety' || role === 'admin') ? 'safety' : null;

/** Gives a relay a name that people know it by. */
export const nameRelay = operation({
  name: 'relay.rename',
  http: 'PATCH /devices/:device_id/relays/:relay',
  summary: { uz: 'Releni nomlash', ru: 'Назвать реле', en: 'Name a relay' },
  roles: CONFIGURERS,
  effect: 'record',
  input: {
    device_id: id('device'),
    relay: integer({ min: 0, max: 31 }),
    name: text({ maxLength: 100 }).optional(),
  },
  facts: { device: byId(device, 'device_id', { lock: true }), relay: oneRelay },
  async run({ input, facts, db, actor }) {
    await refuseStranger({ actor, db }, facts.device, 'configure');
    return db.of(relay).update(facts.relay.id, { name: input.name });
  },
});
