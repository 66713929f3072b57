import { type DeviceModel, device, deviceModel, integer, json, oneOf, type Tx } from '@qoida/core';
import { removal } from './access/removal.ts';
import { defaultConfig, type Shape } from './config/matrix.ts';
import { PROTOCOL } from './link/frames.ts';
import { RelaySession } from './link/session.ts';
import { MAP_NAMES } from './modbus/maps.ts';
import { relay, relayInput } from './records.ts';
import { relaySettingsOf } from './settings.ts';

const built = import.meta.url.endsWith('.js') ? 'js' : 'ts';
const simulator = new URL(`./simulator/main.${built}`, import.meta.url);

/** Gives a new device its relays, its inputs and the usual configuration (S-M1-V3). */
async function provide(db: Tx, device_id: string, shape: Shape): Promise<void> {
  const there = await db.of(relay).list({ device_id }, { limit: 1 });
  if (there.length > 0) return;
  for (let index = 0; index < shape.relays; index += 1)
    await db.of(relay).insert({ device_id, relay: index });
  for (let index = 0; index < shape.inputs; index += 1)
    await db.of(relayInput).insert({ device_id, input: index });
  await db.of(device).update(device_id, { config: { ...defaultConfig(shape) }, config_version: 1 });
}

/** A box of 3 relays and 3 inputs that dials in over a WebSocket (S-M1-03). */
const switchModel = deviceModel({
  vendor: 'Hexa',
  model: 'hexa-mini-switch-v1',
  title: { uz: '3 releli o‘chirgich', ru: 'Выключатель на 3 реле', en: 'Switch with 3 relays' },
  type: 'relay_switch',
  transports: ['websocket'],
  settings: {},
  dialIn: {
    protocol: PROTOCOL,
    silentMs: (settings) => relaySettingsOf(settings).OFFLINE_AFTER_SEC * 1000,
    open: (host) => new RelaySession(host),
  },
  provision: (db, { id }) => provide(db, id, { relays: 3, inputs: 3 }),
  removal,
  simulator,
});

/** How many channels the row of a board names; the usual board has eight relays and no inputs. */
function boardShape(line: unknown): Shape {
  const { channels } = (line ?? {}) as { channels?: { relays?: unknown; inputs?: unknown } };
  const count = (value: unknown, usual: number) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 32
      ? value
      : usual;
  return { relays: count(channels?.relays, 8), inputs: count(channels?.inputs, 0) };
}

/** A relay board on RS-485, by Modbus RTU: the same vocabulary over another wire. */
const boardModel = deviceModel({
  vendor: 'Modbus',
  model: 'modbus-relay-board',
  title: { uz: 'Modbus rele platasi', ru: 'Релейная плата Modbus', en: 'Modbus relay board' },
  type: 'relay_switch',
  transports: ['serial', 'tcp'],
  settings: {
    link: json(),
    map: oneOf(...MAP_NAMES).default('waveshare'),
    channels: json().optional(),
    poll_ms: integer({ min: 20, max: 60_000 }).default(200),
    answer_ms: integer({ min: 20, max: 5000 }).default(300),
  },
  driver: new URL(`./modbus/driver.${built}`, import.meta.url),
  provision: (db, { id, line }) => provide(db, id, boardShape(line)),
  removal,
  simulator,
});

export const relayModels: readonly DeviceModel[] = [switchModel, boardModel];
