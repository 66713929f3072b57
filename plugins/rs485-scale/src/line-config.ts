import { type ConfigReader, readConfig } from './config-reader.ts';
import { findProtocol, PROTOCOLS } from './protocols/index.ts';
import { REGISTER_MAPS, type RegisterMap } from './protocols/modbus-maps.ts';
import type { Protocol, ProtocolOptions, SerialSettings } from './protocols/types.ts';
import { UNITS } from './protocols/weight.ts';
import { readRegisterMap } from './register-config.ts';

export type LinkConfig =
  | ({ readonly kind: 'serial'; readonly path: string } & SerialSettings)
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export interface DeviceConfig {
  readonly code: string;
  readonly divisionKg: number;
  /** Above it by nine divisions the load is an overload even where the frame can't say so. */
  readonly maxKg: number | undefined;
  readonly address: number | undefined;
  /** Divisions around zero that count as an empty platform. */
  readonly zeroBandD: number;
}

export interface LineConfig {
  readonly protocol: Protocol;
  readonly link: LinkConfig;
  readonly options: ProtocolOptions;
  /** A converter passes 7-bit characters with their parity bit on: clear it. */
  readonly stripParity: boolean;
  readonly pollMs: number;
  readonly answerMs: number;
  readonly noDataMs: number;
  /** A silent line is opened anew after this: the other end may be gone without a word. */
  readonly idleMs: number;
  readonly backoff: { readonly minMs: number; readonly maxMs: number };
  readonly stability: {
    readonly windowMs: number;
    readonly minFrames: number;
    readonly maxGapMs: number;
    readonly bandD: number;
  };
  readonly devices: readonly DeviceConfig[];
}

const MINUTE_MS = 60_000;

/**
 * Reads the configuration of one line.
 * @throws ConfigError naming the setting and its fault.
 */
export function readLineConfig(value: unknown): LineConfig {
  const config = readConfig(value);
  const protocol = readProtocol(config);
  const devices = config.list('devices').map((device) => readDevice(device, protocol));
  if (protocol.kind === 'continuous' && devices.length > 1)
    config.fail(
      'devices',
      `${protocol.name} allows one indicator on a line, not ${devices.length}`,
    );
  if (new Set(devices.map((device) => device.address)).size < devices.length)
    config.fail('devices', 'two devices have the same address');
  const pollMs = config.number('poll_ms', { min: 20, max: MINUTE_MS, integer: true }, 100);
  const period = protocol.kind === 'polled' ? pollMs * devices.length : 0;
  const stability = readStability(config.section('stability'), period);
  const backoff = config.section('backoff');
  const line: LineConfig = {
    protocol,
    link: readLink(config.section('link'), protocol),
    options: readOptions(config.section('options'), protocol),
    stripParity: config.flag('strip_parity', false),
    pollMs,
    answerMs: config.number('answer_ms', { min: 10, max: 5000, integer: true }, 300),
    noDataMs: config.number('no_data_ms', { min: 200, max: 10 * MINUTE_MS }, 3000),
    idleMs: config.number('idle_ms', { min: 500, max: 60 * MINUTE_MS }, 10_000),
    backoff: {
      minMs: backoff.number('min_ms', { min: 10, max: MINUTE_MS }, 500),
      maxMs: backoff.number('max_ms', { min: 10, max: 10 * MINUTE_MS }, 15_000),
    },
    stability,
    devices,
  };
  backoff.finish();
  config.finish();
  return line;
}

export function readProtocol(config: ConfigReader): Protocol {
  const name = config.text('protocol');
  const names = PROTOCOLS.map((known) => known.name).join(', ');
  return findProtocol(name) ?? config.fail('protocol', `no protocol "${name}"; there are ${names}`);
}

/** Slow polling stretches the window: at least six answers must fall into it. */
function readStability(config: ConfigReader, periodMs: number): LineConfig['stability'] {
  const stability = {
    windowMs: config.number('window_ms', { min: 100, max: 10_000 }, Math.max(1000, 6 * periodMs)),
    minFrames: config.number('min_frames', { min: 2, max: 100, integer: true }, 5),
    maxGapMs: config.number('max_gap_ms', { min: 50, max: 10_000 }, Math.max(500, 3 * periodMs)),
    bandD: config.number('band_d', { min: 0, max: 20 }, 1),
  };
  config.finish();
  return stability;
}

export function readLink(config: ConfigReader, protocol: Protocol): LinkConfig {
  const kind = config.oneOf('kind', ['serial', 'tcp']);
  const link: LinkConfig =
    kind === 'tcp'
      ? { kind, host: config.text('host'), port: config.number('port', PORT) }
      : { kind, path: config.text('path'), ...readSerial(config, protocol.serial) };
  config.finish();
  return link;
}

export const PORT = { min: 0, max: 65_535, integer: true };

function readSerial(config: ConfigReader, usual: SerialSettings): SerialSettings {
  return {
    baudRate: config.number('baud_rate', { min: 300, max: 921_600, integer: true }, usual.baudRate),
    dataBits: config.oneOf('data_bits', [7, 8], usual.dataBits),
    parity: config.oneOf('parity', ['none', 'even', 'odd'], usual.parity),
    stopBits: config.oneOf('stop_bits', [1, 2], usual.stopBits),
  };
}

/** Options of the protocol; one that the protocol doesn't read is refused. */
export function readOptions(config: ConfigReader, protocol: Protocol): ProtocolOptions {
  const reads = (option: keyof ProtocolOptions) => protocol.options.includes(option);
  const decimals = reads('decimals')
    ? config.optionalNumber('decimals', { min: 0, max: 6, integer: true })
    : undefined;
  const unit = reads('unit') ? config.optionalOneOf('unit', UNITS) : undefined;
  const registers = reads('registers') ? readRegisters(config) : undefined;
  const options: ProtocolOptions = {
    ...(decimals !== undefined && { decimals }),
    ...(unit !== undefined && { unit }),
    ...(reads('checksum') && { checksum: config.flag('checksum', true) }),
    ...(reads('tareField') && { tareField: config.flag('tare_field', true) }),
    ...(registers !== undefined && { registers }),
  };
  config.finish();
  return options;
}

/** A map of the catalogue by its name, or the plant's own written out. */
function readRegisters(config: ConfigReader): RegisterMap | undefined {
  const named = config.raw('registers');
  if (named === undefined) return undefined;
  if (typeof named !== 'string') return readRegisterMap(config.section('registers'));
  const entry = Object.entries(REGISTER_MAPS).find(([name]) => name === named);
  const names = Object.keys(REGISTER_MAPS).join(', ');
  return entry?.[1] ?? config.fail('registers', `no map "${named}"; there are ${names}`);
}

function readDevice(config: ConfigReader, protocol: Protocol): DeviceConfig {
  const address =
    protocol.kind === 'polled'
      ? config.number('address', { ...protocol.addresses, integer: true }, 1)
      : undefined;
  const device: DeviceConfig = {
    code: config.text('code'),
    divisionKg: config.number('division_kg', { min: 0.000_001, max: 10_000 }),
    maxKg: config.optionalNumber('max_kg', { min: 0.000_001, max: 1_000_000 }),
    address,
    zeroBandD: config.number('zero_band_d', { min: 0, max: 100 }, 3),
  };
  config.finish();
  return device;
}
