import {
  computed,
  flag,
  instant,
  integer,
  number,
  oneOf,
  quantity,
  record,
  ref,
  text,
} from '@qoida/core';

/** Who outranks whom, the least first. */
export const PRIORITIES = ['automation', 'schedule', 'person', 'safety'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Where a change of a relay came from (S-DM-07). */
export const SOURCES = [
  'user',
  'service',
  'automation',
  'schedule',
  'input',
  'timer',
  'restore',
  'device',
] as const;
export type Source = (typeof SOURCES)[number];

export const STATES = ['on', 'off', 'unknown'] as const;

/** One relay of a device as it is known to stand, and who holds it (S-DM-04). */
export const relay = record(
  'relay',
  'relays',
  {
    device_id: ref('device'),
    relay: integer({ min: 0, max: 31 }).changeable(false),
    name: text({ maxLength: 100 }).optional(),
    state: oneOf(...STATES).default('unknown'),
    source: oneOf(...SOURCES).optional(),
    updated_at: instant().optional().changeable(false),
    held_by: text({ maxLength: 200 }).optional(),
    held_priority: oneOf(...PRIORITIES).optional(),
    held_until: instant().optional(),
  },
  {
    title: { uz: 'Rele', ru: 'Реле', en: 'Relay' },
    unique: [['device_id', 'relay']],
    lockOrder: 60,
    label: 'label',
    computed: {
      // As its screen counts them, from 1.
      label: computed(
        text({ maxLength: 200 }),
        `((select d.code from devices d where d.id = this.device_id) || ' · ' || coalesce(this.name, (this.relay + 1)::text))`,
      ),
      held: computed(
        flag(),
        '(this.held_priority is not null and (this.held_until is null or this.held_until > now()))',
      ),
    },
    api: { path: 'relays', read: '*', filters: ['device_id', 'state'], sort: 'device_id, relay' },
  },
);

export const INPUT_KINDS = [
  'press',
  'release',
  'click',
  'double',
  'triple',
  'hold',
  'change',
] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

/** One input of a device: whether it is active now, and how long the present press has lasted. */
export const relayInput = record(
  'relay_input',
  'relay_inputs',
  {
    device_id: ref('device'),
    input: integer({ min: 0, max: 31 }).changeable(false),
    active: flag().default(false),
    held: quantity('s', { resolution: 0.001, min: 0 }).default(0).changeable(false),
    last_kind: oneOf(...INPUT_KINDS).optional(),
    last_at: instant().optional().changeable(false),
  },
  {
    title: { uz: 'Rele kirishi', ru: 'Вход реле', en: 'Relay input' },
    unique: [['device_id', 'input']],
    lockOrder: 61,
    audit: false,
    api: { path: 'relay-inputs', read: '*', filters: ['device_id'], sort: 'device_id, input' },
  },
);

export const COMMAND_STATUSES = [
  'pending',
  'ok',
  'late',
  'rejected',
  'expired',
  'error',
  'unconfirmed',
  'offline',
] as const;
export type RelayCommandStatus = (typeof COMMAND_STATUSES)[number];

/** A change of relays that somebody asked for, and what became of it. */
export const relayCommand = record(
  'relay_command',
  'relay_commands',
  {
    device_id: ref('device'),
    relay: integer({ min: 0, max: 31 })
      .optional()
      .doc({ uz: 'bo‘sh: hammasi', ru: 'пусто: все', en: 'none: all of them' }),
    state: oneOf('on', 'off'),
    owner: text({ maxLength: 200 }),
    priority: oneOf(...PRIORITIES),
    source: oneOf(...SOURCES),
    ttl_ms: integer({ min: 0 }),
    expires_at: instant(),
    hold_for: quantity('s', { resolution: 0.001, min: 0 }).optional(),
    status: oneOf(...COMMAND_STATUSES).default('pending'),
    code: text({ maxLength: 100 }).optional(),
    message: text({ maxLength: 500 }).optional(),
    latency_ms: number().optional(),
    answered_at: instant().optional(),
    trace_id: text({ maxLength: 64 }).optional(),
  },
  {
    title: { uz: 'Relega buyruq', ru: 'Команда реле', en: 'Relay command' },
    indexes: [
      { name: 'relay_commands_device', on: 'device_id, created_at desc' },
      { name: 'relay_commands_pending', on: 'device_id', where: "status = 'pending'" },
      { name: 'relay_commands_answered', on: 'organization_id, answered_at' },
    ],
    lockOrder: 62,
    api: {
      path: 'relay-commands',
      read: '*',
      filters: ['device_id', 'relay', 'status', 'priority', 'source'],
      sort: 'created_at desc',
    },
  },
);

export const DEVICE_ROLES = ['owner', 'controller', 'viewer'] as const;
export type DeviceRole = (typeof DEVICE_ROLES)[number];

/** To whom a device was given, and what they may do with it (S-DM-03). */
export const deviceUser = record(
  'device_user',
  'user_devices',
  {
    device_id: ref('device'),
    user_id: ref('user'),
    role: oneOf(...DEVICE_ROLES),
  },
  {
    title: { uz: 'Qurilma foydalanuvchisi', ru: 'Пользователь устройства', en: 'User of a device' },
    unique: [['device_id', 'user_id']],
    lockOrder: 63,
    api: {
      path: 'user-devices',
      read: ['admin', 'integrator', 'direktor', 'sex_boshligi', 'relay_user'],
      filters: ['device_id', 'user_id', 'role'],
      sort: 'device_id, user_id',
    },
  },
);

export const relayRecords = [relay, relayInput, relayCommand, deviceUser] as const;
