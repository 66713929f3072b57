import { event, flag, id, integer, oneOf, quantity, text } from '@qoida/core';
import { COMMAND_STATUSES, DEVICE_ROLES, INPUT_KINDS, SOURCES } from './records.ts';

const of = { device_id: id('device'), code: text() };

/** A relay stands otherwise than before, whoever did it. */
export const relayChanged = event(
  'relay.changed',
  {
    ...of,
    relay: integer(),
    state: oneOf('on', 'off'),
    source: oneOf(...SOURCES),
    owner: text().optional(),
  },
  {
    title: { uz: 'Rele o‘zgardi', ru: 'Реле переключилось', en: 'Relay changed' },
    stream: 'device_id',
  },
);

const inputFields = {
  ...of,
  input: integer(),
  kind: oneOf(...INPUT_KINDS),
  active: flag(),
  /** How long the press has lasted, and how long at the report before: a threshold is crossed once. */
  held: quantity('s', { resolution: 0.001 }),
  held_before: quantity('s', { resolution: 0.001 }),
  event_id: text(),
  /** The relay that the device itself has switched because of it. */
  effect: integer().optional(),
  /** The device's setting lets a long hold switch everything off. */
  hold_all_off: flag(),
};

/** Something happened at an input, now. */
export const relayInputHappened = event('relay.input', inputFields, {
  title: { uz: 'Kirish hodisasi', ru: 'Событие входа', en: 'Input event' },
  stream: 'device_id',
});
/** The same, told so late that it is history: no rule listens to the name of the other by mistake. */
export const relayInputLate = event('relay.input_late', inputFields, {
  title: {
    uz: 'Kechikkan kirish hodisasi',
    ru: 'Опоздавшее событие входа',
    en: 'Late input event',
  },
  stream: 'device_id',
});

export const relayCommandEnded = event(
  'relay.command_ended',
  { ...of, command_id: id('relay_command'), status: oneOf(...COMMAND_STATUSES) },
  {
    title: { uz: 'Buyruq yakunlandi', ru: 'Команда завершена', en: 'Command ended' },
    stream: 'device_id',
  },
);
export const relayReleased = event(
  'relay.released',
  { ...of, relay: integer() },
  {
    title: { uz: 'Rele bo‘shatildi', ru: 'Реле освобождено', en: 'Relay let go' },
    stream: 'device_id',
  },
);
export const relayConfigured = event(
  'relay.configured',
  { ...of, version: integer(), acked: integer() },
  {
    title: { uz: 'Rele sozlandi', ru: 'Реле настроено', en: 'Relay configured' },
    stream: 'device_id',
  },
);
export const relayFault = event(
  'relay.fault',
  { ...of, fault: text({ maxLength: 100 }), message: text({ maxLength: 500 }) },
  {
    title: { uz: 'Rele nosozligi', ru: 'Неисправность реле', en: 'Relay fault' },
    stream: 'device_id',
  },
);

/** A device was given to somebody, or taken back (no role). */
export const relayShared = event(
  'relay.shared',
  { ...of, user_id: id('user'), role: oneOf(...DEVICE_ROLES).optional() },
  {
    title: { uz: 'Rele ulashildi', ru: 'Доступ к реле изменён', en: 'Relay shared' },
    stream: 'device_id',
  },
);

/**
 * Who may use a device is otherwise now. It names nobody, so that everybody who sees the device hears it;
 * whom it concerns tells `relay.shared` to those who may read people.
 */
export const relayAccessChanged = event('relay.access_changed', of, {
  title: {
    uz: 'Rele huquqlari o‘zgardi',
    ru: 'Права на реле изменены',
    en: 'Who may use a relay changed',
  },
  stream: 'device_id',
});

export const relayEvents = [
  relayChanged,
  relayInputHappened,
  relayInputLate,
  relayCommandEnded,
  relayReleased,
  relayConfigured,
  relayFault,
  relayShared,
  relayAccessChanged,
] as const;
