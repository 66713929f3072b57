import { DEVICE_TYPES } from './device-types.ts';
import { flag, id, instant, integer, json, oneOf, quantity, ref, text } from './fields.ts';
import { record } from './records.ts';

/** People who sign in (F-DM-01). The position is the default role; more come through `user_roles`. */
export const user = record(
  'user',
  'users',
  {
    username: text({ unique: true, maxLength: 64 }),
    full_name: text({ maxLength: 200 }),
    position: text({ maxLength: 64 }),
    grade: oneOf('stajor', 'kichik', 'katta', 'starshiy').optional(),
    /** Who waits has registered, and nobody has let them in yet. */
    status: oneOf('active', 'disabled', 'waiting').default('active'),
    locale: oneOf('uz', 'ru', 'en').default('uz'),
    password_hash: text({ maxLength: 300 }).optional(),
    last_login_at: instant().optional().changeable(false),
  },
  {
    code: 'username',
    api: {
      path: 'users',
      read: ['sex_boshligi', 'texnolog', 'direktor', 'integrator', 'moliya'],
      filters: ['position', 'status'],
      sort: 'username',
      hidden: ['password_hash'],
    },
  },
);

/** A scale or counter that the platform knows (F-DM-04). `line` says how the in-process driver reaches it. */
export const device = record(
  'device',
  'devices',
  {
    code: text({ unique: true, maxLength: 64 }),
    device_type: oneOf(...DEVICE_TYPES).changeable(false),
    purpose: oneOf(
      'main',
      'shop',
      'pack',
      'feed',
      'rw_in',
      'rw_out',
      'dispose',
      'length',
    ).optional(),
    workcenter_id: id('workcenter').optional(),
    serial_no: text({ maxLength: 100 }).optional().changeable(false),
    active: flag().default(true),
    calibration_due_at: instant().optional(),
    last_heartbeat_at: instant().optional().changeable(false),
    secret_ref: text({ maxLength: 300 }),
    ip_allow: json<string[]>().optional(),
    division_kg: quantity('kg', { resolution: 0.001, min: 0 }).optional().changeable(false),
    firmware: text({ maxLength: 100 }).optional().changeable(false),
    clock_skew_ms: integer().optional().changeable(false),
    driver_model: text({ maxLength: 100 }).optional(),
    line: json().optional(),
    /** A device that comes in by itself is connected. */
    online: flag().default(false),
    /** How the device shall behave, as its model means it; `config_acked` is the version it has taken. */
    config: json<Readonly<Record<string, unknown>>>().optional(),
    config_version: integer().default(0).changeable(false),
    config_acked: integer().default(0).changeable(false),
    removed_at: instant().optional().changeable(false),
  },
  {
    code: 'code',
    removed: 'removed_at',
    lockOrder: 50,
    api: {
      path: 'devices',
      read: '*',
      filters: ['device_type', 'purpose', 'workcenter_id', 'active', 'online'],
      aliases: { type: 'device_type' },
      sort: 'code',
      hidden: ['secret_ref', 'line', 'removed_at'],
    },
  },
);

/** A calibration of a device (F-DM-05). */
export const calibration = record(
  'calibration',
  'calibrations',
  {
    device_id: ref('device'),
    performed_at: instant().changeable(false),
    valid_until: instant(),
    certificate_no: text({ maxLength: 100 }).optional(),
    by_whom: ref('user').optional(),
  },
  {
    indexes: [{ name: 'calibrations_device', on: 'device_id, valid_until desc' }],
    checks: { calibration_order: 'valid_until > performed_at' },
  },
);
