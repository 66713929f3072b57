import {
  byId,
  type DeliverContext,
  device,
  type Facts,
  type Shape as Fields,
  flag,
  id,
  integer,
  invalid,
  json,
  list,
  object,
  oneOf,
  operation,
  type RowOf,
  type RunContext,
  text,
} from '@qoida/core';
import { refuseStranger } from '../access/may.ts';
import { relayConfigured } from '../events.ts';
import { relay, relayInput } from '../records.ts';
import { endForgotten } from '../relays/settle.ts';
import { CONFIGURERS } from '../roles.ts';
import { configFrame, configOf } from './kept.ts';
import {
  type ConfigFault,
  configFaults,
  type IoConfig,
  RESTORE_MODES,
  type RelayConfig,
} from './matrix.ts';

type DeviceRow = RowOf<typeof device>;
type Context = Pick<RunContext<Fields, Facts>, 'db' | 'emit' | 'now'>;

const input = object({
  input: integer({ min: 0, max: 31 }),
  type: oneOf('push', 'rocker'),
  link: oneOf('linked', 'unlinked'),
  target_relay: json<number | 'all'>().optional().doc({
    uz: 'rele raqami yoki "all"',
    ru: 'номер реле или "all"',
    en: 'index of a relay, or "all"',
  }),
  rocker_mode: oneOf('edge', 'follow').optional(),
  push_mode: oneOf('toggle', 'momentary').optional(),
  hold_events: flag().optional(),
});

/** How the inputs of a device behave (S-M4-01, S-API-04): kept, and pushed to a device that is there. */
export const setIoConfig = operation({
  name: 'relay.io_config',
  http: 'PATCH /devices/:device_id/io-config',
  summary: { uz: 'Kirishlarni sozlash', ru: 'Настроить входы', en: 'Set up the inputs' },
  roles: CONFIGURERS,
  effect: 'device',
  input: {
    device_id: id('device'),
    inputs: list(input, { min: 1, max: 32 }),
    timezone: text({ maxLength: 64 }).optional(),
    hold_all_off: flag().optional(),
  },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [relayConfigured],
  async run({ input: given, facts, ...context }) {
    await refuseStranger(context, facts.device, 'configure');
    const { inputs, timezone, hold_all_off } = given;
    const io_config = { inputs: inputs.map(withoutNulls) } as unknown as IoConfig;
    const shape = await shapeOf(context, facts.device);
    const faults = configFaults(io_config, shape);
    if (faults.length > 0) throw badConfig(faults);
    if (timezone !== null && !isZone(timezone))
      throw invalid('timezone_unknown', `There is no time zone "${timezone}"`, { timezone });
    return keepConfig(context, facts.device, {
      io_config,
      ...(timezone === null ? {} : { timezone }),
      ...(hold_all_off === null ? {} : { hold_all_off }),
    });
  },
  deliver: pushConfig,
});

/** How relays stand after a power cut (S-M4-02, S-OP-15). */
export const setRestoreMode = operation({
  name: 'relay.power_restore_mode',
  http: 'PATCH /devices/:device_id/power-restore-mode',
  summary: {
    uz: 'Quvvat qaytgandagi holat',
    ru: 'Состояние после подачи питания',
    en: 'State after a power cut',
  },
  roles: CONFIGURERS,
  effect: 'device',
  input: { device_id: id('device'), mode: oneOf(...RESTORE_MODES) },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [relayConfigured],
  async run({ input: { mode }, facts, ...context }) {
    await refuseStranger(context, facts.device, 'configure');
    return keepConfig(context, facts.device, { power_restore_mode: mode });
  },
  deliver: pushConfig,
});

/** A device has taken over a version of its configuration. */
export const configAcked = operation({
  name: 'relay.config_acked',
  summary: { uz: 'Sozlama qabul qilindi', ru: 'Настройка принята', en: 'Configuration taken over' },
  roles: ['device'],
  effect: 'record',
  input: { device_id: id('device'), version: integer({ min: 0 }) },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [relayConfigured],
  async run({ input: { version }, facts, db, emit }) {
    const { id: device_id, code, config_acked, config_version } = facts.device;
    if (version <= config_acked || version > config_version) return { acked: config_acked };
    await db.of(device).update(device_id, { config_acked: version });
    await emit(relayConfigured, { device_id, code, version: config_version, acked: version });
    return { acked: version };
  },
});

/** A device introduces itself: what it brings is kept, what it shall be is told. */
export const hello = operation({
  name: 'relay.hello',
  summary: { uz: 'Rele tanishdi', ru: 'Реле представилось', en: 'A relay device says hello' },
  roles: ['device'],
  effect: 'record',
  input: {
    device_id: id('device'),
    firmware: text({ maxLength: 100 }).optional(),
    config_version: integer({ min: 0 }).default(0),
  },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  async run({ input: given, facts, db, now }) {
    const { id: device_id, config, config_version, config_acked } = facts.device;
    await endForgotten({ db, now }, device_id);
    // A device that was replaced or reset doesn't have what its predecessor had.
    const acked = Math.min(given.config_version, config_version);
    const changes = {
      ...(given.firmware === null ? {} : { firmware: given.firmware }),
      ...(acked === config_acked ? {} : { config_acked: acked }),
    };
    if (Object.keys(changes).length > 0) await db.of(device).update(device_id, changes);
    const frame = config === null ? null : configFrame(configOf(facts.device), config_version);
    return { config: frame, config_version };
  },
});

async function shapeOf({ db }: Pick<Context, 'db'>, { id: device_id }: DeviceRow) {
  const [relays, inputs] = [
    await db.of(relay).list({ device_id }),
    await db.of(relayInput).list({ device_id }),
  ];
  if (relays.length > 0) return { relays: relays.length, inputs: inputs.length };
  throw invalid('no_relay_device', 'This device has no relays');
}

/** What `run` keeps for the delivery of a configuration. */
interface KeptConfig {
  readonly device_id: string;
  readonly config_version: number;
  readonly config: RelayConfig;
}

async function keepConfig(
  { db, emit }: Pick<Context, 'db' | 'emit'>,
  row: DeviceRow,
  changes: Partial<RelayConfig>,
): Promise<KeptConfig> {
  const { id: device_id, code, config_acked } = row;
  const config = { ...configOf(row), ...changes };
  const config_version = row.config_version + 1;
  await db.of(device).update(device_id, { config: { ...config }, config_version });
  await emit(relayConfigured, { device_id, code, version: config_version, acked: config_acked });
  return { device_id, config_version, config };
}

/** To a device that is there at once (S-M4-04); to another when it comes. */
async function pushConfig(context: DeliverContext, kept: unknown): Promise<unknown> {
  const { device_id, config_version, config } = kept as KeptConfig;
  const answer = await context.links.command(device_id, {
    id: `config-${device_id}-${config_version}`,
    type: 'set_config',
    data: configFrame(config, config_version),
    expiresAt: new Date(context.now().getTime() + 10_000),
  });
  const taken = answer.status === 'ok' || answer.status === 'duplicate';
  if (taken) await context.run('relay.config_acked', { device_id, version: config_version });
  return { device_id, config, config_version, pushed: taken, push_status: answer.status };
}

const withoutNulls = (row: object) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

const badConfig = (faults: readonly ConfigFault[]) =>
  invalid(
    'io_config_invalid',
    `The inputs can't be set so: ${faults.map(({ input: index, fault }) => `${index} ${fault}`).join(', ')}`,
    { faults },
  );

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
