import {
  beginning,
  byId,
  device,
  flag,
  id,
  integer,
  list,
  object,
  oneOf,
  operation,
  text,
} from '@qoida/core';
import { relayChanged, relayFault } from '../events.ts';
import { relay, relayCommand, relayInput, SOURCES } from '../records.ts';
import { isHeld, rankOf } from '../relays/priority.ts';
import { type Told, takeStates } from '../relays/take-states.ts';
import { relaySettingsOf } from '../settings.ts';

const REPORT_SOURCES = [...SOURCES, 'command'] as const;
/** A report this long after a command was answered is not its doing. */
const OF_COMMAND_MS = 60_000;
/** Of these the device did nothing, or never heard. */
const NOT_DONE: readonly string[] = ['offline', 'expired', 'rejected'];

/** A device tells how its relays and inputs stand (S-M2-03, S-SYN-02). */
export const report = operation({
  name: 'relay.report',
  summary: { uz: 'Rele holati', ru: 'Отчёт о состоянии реле', en: 'How relays stand' },
  roles: ['device'],
  effect: 'record',
  input: {
    device_id: id('device'),
    relays: list(
      object({
        relay: integer({ min: 0, max: 31 }),
        on: flag(),
        source: oneOf(...REPORT_SOURCES).default('device'),
      }),
      { max: 32 },
    ),
    inputs: list(object({ input: integer({ min: 0, max: 31 }), active: flag() }), {
      max: 32,
    }).default([]),
  },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [relayChanged],
  async run({ input, facts, ...context }) {
    const { db, now, settings } = context;
    const device_id = facts.device.id;
    const commands = await db
      .of(relayCommand)
      .list({ device_id }, { sort: 'created_at desc', limit: 20 });
    const told = input.relays.map(({ relay: index, on, source }): Told => {
      if (source !== 'command') return { relay: index, on, source, owner: null };
      const by = commands.find(
        (one) =>
          (one.relay === null || one.relay === index) &&
          one.state === (on ? 'on' : 'off') &&
          !NOT_DONE.includes(one.status) &&
          now.getTime() - one.created_at.getTime() < OF_COMMAND_MS,
      );
      return { relay: index, on, source: by?.source ?? 'device', owner: by?.owner ?? null };
    });
    const changed = await takeStates(context, facts.device, told);
    const byHand = told.filter(
      (one) => one.source === 'input' && changed.includes(one.relay ?? -1),
    );
    const hold = relaySettingsOf(settings).RELAY_PERSON_HOLD_SEC;
    if (hold > 0) for (const one of byHand) await holdByHand(context, device_id, one, hold);
    for (const { input: index, active } of input.inputs) {
      const row = await db.of(relayInput).find({ device_id, input: index });
      if (row !== null && row.active !== active) await db.of(relayInput).update(row.id, { active });
    }
    return { changed };
  },
});

/** Who used the switch on the wall is a person too; what safety holds stays held. */
async function holdByHand(
  { db, now }: Pick<Parameters<typeof takeStates>[0], 'db' | 'now'>,
  device_id: string,
  { relay: index }: Told,
  seconds: number,
): Promise<void> {
  const row = index === null ? null : await db.of(relay).find({ device_id, relay: index });
  if (row === null) return;
  const higher = isHeld(row, now) && rankOf(row.held_priority ?? 'automation') > rankOf('person');
  if (higher) return;
  await db.of(relay).update(row.id, {
    held_by: 'input',
    held_priority: 'person',
    held_until: new Date(now.getTime() + seconds * 1000),
  });
}

/** A device tells of a fault of its own: a stuck input, a relay that doesn't move. */
export const reportFault = operation({
  name: 'relay.report_fault',
  summary: { uz: 'Rele nosozligi', ru: 'Неисправность реле', en: 'A fault of a relay device' },
  roles: ['device'],
  effect: 'record',
  input: {
    device_id: id('device'),
    fault: text({ maxLength: 500 }),
    message: text({ maxLength: 500 }).default(''),
  },
  facts: { device: byId(device, 'device_id') },
  emits: [relayFault],
  async run({ input, facts, emit }) {
    const { id: device_id, code } = facts.device;
    const { fault, message } = input;
    await emit(relayFault, { device_id, code, fault: beginning(fault, 100), message });
    return {};
  },
});
