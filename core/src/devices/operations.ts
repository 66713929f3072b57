import { randomUUID } from 'node:crypto';
import { calibration, device } from '../api/core-records.ts';
import { DEVICE_TYPES, type DeviceModel } from '../api/devices.ts';
import { invalid } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { flag, id, instant, json, list, oneOf, quantity, text } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { captureReading, releaseCapture } from './captures.ts';
import { deviceCalibrated, deviceCreated, deviceUpdated } from './events.ts';
import { allowListOf } from './ip-allow.ts';
import { checkModel, provision } from './models.ts';
import { comeOnline, goOffline, tellPresence } from './presence.ts';
import { REGISTRARS } from './registrars.ts';
import { type EndsWithDevice, removalOperations } from './removal.ts';
import { newSecret, rotated, seal, unseal } from './sealing.ts';
import { simulateDevice } from './simulate.ts';

/** The old secret stays good for so long after a rotation: time to change the gateway. */
const OVERLAP_MS = 24 * 3_600_000;

type DeviceRow = RowOf<typeof device>;

/** A device as callers see it: never with its secret or its line. */
const shown = ({ secret_ref: _, line: __, removed_at: ___, ...rest }: DeviceRow) => rest;

const settable = {
  purpose: oneOf('main', 'shop', 'pack', 'feed', 'rw_in', 'rw_out', 'dispose', 'length').optional(),
  workcenter_id: id('workcenter').optional(),
  serial_no: text({ maxLength: 100 }).optional(),
  ip_allow: list(text({ maxLength: 50 }), { max: 50 }).optional(),
  division_kg: quantity('kg', { resolution: 0.001, min: 0 }).optional(),
  driver_model: text({ maxLength: 100 }).optional(),
  line: json<Readonly<Record<string, unknown>>>().optional(),
};

const createDevice = (models: readonly DeviceModel[]) =>
  operation({
    name: 'device.create',
    http: 'POST /devices',
    summary: { uz: 'Qurilma qo‘shish', ru: 'Добавить устройство', en: 'Add a device' },
    roles: REGISTRARS,
    effect: 'record',
    secretAnswer: true,
    input: {
      code: text({ maxLength: 64, pattern: '^(?![0-9a-fA-F]{8}-)[A-Za-z0-9][A-Za-z0-9._-]*$' }),
      device_type: oneOf(...DEVICE_TYPES).default('scale'),
      ...settable,
    },
    emits: [deviceCreated],
    async run({ input, db, emit, settings }) {
      checkSettable(input);
      checkModel(models, input);
      const deviceId = randomUUID();
      const secret = newSecret();
      const secret_ref = seal({ current: secret }, deviceId, String(settings.SERVER_SECRET));
      await db.of(device).insert({ ...input, id: deviceId, secret_ref });
      await provision(models, db, { id: deviceId, ...input });
      const row = await db.of(device).get(deviceId);
      await emit(deviceCreated, { device_id: row.id, code: row.code });
      // The only time that the secret is told.
      return { ...shown(row), secret };
    },
  });

const updateDevice = (models: readonly DeviceModel[]) =>
  operation({
    name: 'device.update',
    http: 'PATCH /devices/:id',
    summary: { uz: 'Qurilmani o‘zgartirish', ru: 'Изменить устройство', en: 'Change a device' },
    roles: REGISTRARS,
    effect: 'record',
    input: {
      id: id('device'),
      ...settable,
      active: flag().optional(),
      clear: list(
        oneOf(
          'workcenter_id',
          'serial_no',
          'ip_allow',
          'division_kg',
          'driver_model',
          'line',
          'purpose',
        ),
        { max: 7 },
      )
        .optional()
        .doc({
          uz: 'bo‘shatiladigan maydonlar',
          ru: 'поля, которые очистить',
          en: 'fields to empty',
        }),
    },
    facts: { device: byId(device, 'id', { lock: true }) },
    emits: [deviceUpdated],
    async run({ input, facts, db, emit }) {
      const { id: _, clear, ...given } = input;
      checkSettable(given);
      const { device_type } = facts.device;
      checkModel(models, { driver_model: given.driver_model, device_type });
      const changes = Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== null),
      );
      const emptied = Object.fromEntries((clear ?? []).map((name) => [name, null]));
      await db.of(device).update(facts.device.id, { ...emptied, ...changes });
      const changed = await db.of(device).get(facts.device.id);
      if (changed.driver_model !== facts.device.driver_model) await provision(models, db, changed);
      const row = await db.of(device).get(facts.device.id);
      await emit(deviceUpdated, { device_id: row.id, code: row.code });
      return shown(row);
    },
  });

const rotateSecret = operation({
  name: 'device.rotate_secret',
  http: 'POST /devices/:id/secret',
  status: 200,
  summary: {
    uz: 'Qurilma kalitini almashtirish',
    ru: 'Сменить ключ устройства',
    en: 'Change a device’s secret',
  },
  roles: REGISTRARS,
  effect: 'record',
  secretAnswer: true,
  input: {
    id: id('device'),
    at_once: flag().default(false).doc({
      uz: 'eski kalit darhol bekor',
      ru: 'старый ключ отменить сразу',
      en: 'the old secret ends at once',
    }),
  },
  facts: { device: byId(device, 'id', { lock: true }) },
  emits: [deviceUpdated],
  async run({ input, facts, db, now, emit, settings }) {
    const { id: deviceId, code, secret_ref } = facts.device;
    const serverSecret = String(settings.SERVER_SECRET);
    const overlap = input.at_once ? 0 : OVERLAP_MS;
    const secrets = rotated(unseal(secret_ref, deviceId, serverSecret), now, overlap);
    await db.of(device).update(deviceId, { secret_ref: seal(secrets, deviceId, serverSecret) });
    await emit(deviceUpdated, { device_id: deviceId, code });
    return {
      id: deviceId,
      code,
      secret: secrets.current,
      previous_valid_until: new Date(secrets.previousUntil ?? now),
    };
  },
});

const calibrateDevice = operation({
  name: 'device.calibrate',
  http: 'PATCH /devices/:id/calibration',
  summary: { uz: 'Kalibrlashni yozish', ru: 'Записать поверку', en: 'Record a calibration' },
  roles: ['integrator'],
  effect: 'record',
  input: {
    id: id('device'),
    performed_at: instant(),
    valid_until: instant(),
    certificate_no: text({ maxLength: 100 }).optional(),
  },
  facts: { device: byId(device, 'id', { lock: true }) },
  emits: [deviceCalibrated],
  // A valid calibration takes away what stopped this device's weighings (F-GATE-03).
  closes: ['calibration_expired'],
  async run({ input, facts, db, now, actor, emit, gates }) {
    const { performed_at, valid_until, certificate_no } = input;
    const { id: device_id, code } = facts.device;
    if (valid_until <= performed_at) {
      throw invalid('calibration_order', 'valid_until must be after performed_at', {
        performed_at,
        valid_until,
      });
    }
    if (performed_at > now)
      throw invalid('calibration_in_future', 'performed_at lies in the future', { performed_at });
    const by_whom = actor.kind === 'user' ? actor.id : null;
    await db
      .of(calibration)
      .insert({ device_id, performed_at, valid_until, certificate_no, by_whom });
    const [last] = await db
      .of(calibration)
      .list({ device_id }, { sort: 'performed_at desc', limit: 1 });
    const calibration_due_at = last?.valid_until ?? valid_until;
    const row = await db.of(device).update(device_id, { calibration_due_at });
    if (calibration_due_at > now) {
      const note = `calibrated${certificate_no === null ? '' : `, ${certificate_no}`}`;
      await gates.close('calibration_expired', [{ device: device_id }], note);
    }
    await emit(deviceCalibrated, {
      device_id,
      code,
      valid_until: calibration_due_at,
      certificate_no,
    });
    return shown(row);
  },
});

interface Settable {
  readonly ip_allow: readonly string[] | null;
  readonly line: unknown;
}

function checkSettable({ ip_allow, line }: Settable): void {
  try {
    allowListOf(ip_allow);
  } catch (error) {
    throw invalid('ip_allow_invalid', String((error as Error).message), {
      fields: { ip_allow: 'IP, IP/bits' },
    });
  }
  if (line !== null && (typeof line !== 'object' || Array.isArray(line))) {
    throw invalid('line_invalid', 'line must be an object', { fields: { line: 'object' } });
  }
}

/** Operations of devices and readings; with `demo` also the one that moves a simulated device. */
export function deviceOperations(options: {
  readonly demo: boolean;
  readonly models: readonly DeviceModel[];
  readonly endings: readonly EndsWithDevice[];
}): OperationDef[] {
  const always = [
    createDevice(options.models),
    updateDevice(options.models),
    rotateSecret,
    ...removalOperations(options.models, options.endings),
    calibrateDevice,
    captureReading,
    releaseCapture,
    comeOnline,
    goOffline,
    tellPresence,
  ];
  return options.demo ? [...always, simulateDevice] : always;
}
