import {
  byId,
  device,
  flag,
  id,
  integer,
  oneOf,
  operation,
  quantity,
  type RowOf,
  text,
} from '@qoida/core';
import { configOf } from '../config/kept.ts';
import { relayInputHappened, relayInputLate } from '../events.ts';
import { INPUT_KINDS, type InputKind, relayInput } from '../records.ts';
import { relaySettingsOf } from '../settings.ts';

const seconds = () => quantity('s', { resolution: 0.001, min: 0 });

/**
 * Something happened at an input of a device (S-M2-03). What a device tells late is history: it has an
 * event of another name, so that no rule moves anything because of it.
 */
export const takeInput = operation({
  name: 'relay.take_input',
  summary: { uz: 'Kirish hodisasi', ru: 'Событие входа', en: 'An event of an input' },
  roles: ['device'],
  effect: 'record',
  input: {
    device_id: id('device'),
    input: integer({ min: 0, max: 31 }),
    kind: oneOf(...INPUT_KINDS),
    active: flag(),
    held: seconds().default(0),
    age: seconds().default(0),
    event_id: text({ maxLength: 64 }),
    effect: integer({ min: 0, max: 31 }).optional(),
  },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [relayInputHappened, relayInputLate],
  async run({ input, facts, db, now, settings, emit }) {
    const { id: device_id, code } = facts.device;
    const { kind, active, held, age, event_id, effect } = input;
    const stale = age > relaySettingsOf(settings).RELAY_EVENT_STALE_SEC;
    const row = await db.of(relayInput).find({ device_id, input: input.input }, { lock: true });
    if (row === null) return { known: false };
    const held_before = isNewPress(row, input, now) ? 0 : row.held;
    const event = {
      ...{ device_id, code, input: input.input, kind, active, held, held_before },
      ...{ event_id, effect, hold_all_off: configOf(facts.device).hold_all_off },
    };
    await emit(stale ? relayInputLate : relayInputHappened, event);
    if (stale) {
      // What is held now and was pressed then is a hold of its own.
      if (kind === 'press') await db.of(relayInput).update(row.id, { held: 0 });
      return { known: true, late: true };
    }
    await db.of(relayInput).update(row.id, {
      active,
      held: Math.max(held, held_before),
      last_kind: kind,
      last_at: now,
    });
    return { known: true, late: false };
  },
});

/**
 * Whether an event belongs to another press than the last that was heard of. A press itself may be lost
 * or come late: then a hold that is shorter than before, or began after the last news, tells it.
 */
function isNewPress(
  before: Pick<RowOf<typeof relayInput>, 'held' | 'last_at'>,
  { kind, held, age }: { readonly kind: InputKind; readonly held: number; readonly age: number },
  now: Date,
): boolean {
  if (kind !== 'hold') return kind === 'press';
  const began = now.getTime() - (age + held) * 1000;
  return held < before.held || (before.last_at !== null && began > before.last_at.getTime());
}
