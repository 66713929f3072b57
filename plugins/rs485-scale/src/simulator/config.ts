import { type ConfigReader, readConfig } from '../config-reader.ts';
import { PORT, readOptions, readProtocol } from '../line-config.ts';
import type { Protocol, ProtocolOptions } from '../protocols/types.ts';
import type { ScaleModel } from './load.ts';

export type OutletConfig =
  | {
      readonly kind: 'serial';
      /** Undefined: a name in a temporary folder. */
      readonly path: string | undefined;
      /** Where there is no socat: this TCP port instead. */
      readonly fallbackPort: number | undefined;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export interface SimScaleConfig extends ScaleModel {
  readonly address: number | undefined;
  readonly startKg: number;
}

export interface SimLineConfig {
  readonly protocol: Protocol;
  readonly options: ProtocolOptions;
  readonly link: OutletConfig;
  readonly rateHz: number;
  /** Split and merge frames like a converter. */
  readonly ragged: boolean;
  readonly scales: readonly SimScaleConfig[];
}

export interface SimulatorConfig {
  readonly controlPort: number;
  readonly seed: number;
  readonly lines: readonly SimLineConfig[];
}

const LOOPBACK = '127.0.0.1';
/** What a six-digit display can show, with room for Max + 9 divisions. */
const MAX_DIGITS = 990_000;

/**
 * Reads `{control?: {port}, seed?, lines: [{protocol, link, options?, rate_hz?, ragged?, scales}]}`.
 * @throws ConfigError naming the setting and its fault.
 */
export function readSimulatorConfig(value: unknown): SimulatorConfig {
  const config = readConfig(value);
  const control = config.section('control');
  const result: SimulatorConfig = {
    controlPort: control.number('port', PORT, 0),
    seed: config.number('seed', { integer: true }, 1),
    lines: config.list('lines').map(readLine),
  };
  control.finish();
  const codes = result.lines.flatMap((line) => line.scales.map((scale) => scale.code));
  if (new Set(codes).size < codes.length) config.fail('lines', 'two scales have the same code');
  config.finish();
  return result;
}

function readLine(config: ConfigReader): SimLineConfig {
  const protocol = readProtocol(config);
  const options = readOptions(config.section('options'), protocol);
  const scales = config.list('scales').map((scale) => readScale(scale, protocol, options));
  if (protocol.kind === 'continuous' && scales.length > 1)
    config.fail('scales', `${protocol.name} allows one indicator on a line`);
  const line: SimLineConfig = {
    protocol,
    options,
    link: readOutlet(config.section('link')),
    rateHz: config.number('rate_hz', { min: 1, max: 50 }, 10),
    ragged: config.flag('ragged', false),
    scales,
  };
  config.finish();
  return line;
}

function readOutlet(config: ConfigReader): OutletConfig {
  const kind = config.oneOf('kind', ['serial', 'tcp']);
  const outlet: OutletConfig =
    kind === 'tcp'
      ? { kind, host: config.text('host', LOOPBACK), port: config.number('port', PORT, 0) }
      : {
          kind,
          path: config.has('path') ? config.text('path') : undefined,
          fallbackPort: config.optionalNumber('fallback_tcp_port', PORT),
        };
  config.finish();
  return outlet;
}

function readScale(
  config: ConfigReader,
  protocol: Protocol,
  options: ProtocolOptions,
): SimScaleConfig {
  const divisionKg = config.number('division_kg', { min: 0.000_1, max: 100 }, 0.005);
  const scale: SimScaleConfig = {
    code: config.text('code'),
    maxKg: config.number('max_kg', { min: 0.01, max: 100_000 }, 60),
    divisionKg,
    decimals: options.registers?.weight.decimals ?? options.decimals ?? decimalsOf(divisionKg),
    unit: options.unit ?? options.registers?.weight.unit ?? 'kg',
    tauS: config.number('tau_s', { min: 0.001, max: 10 }, 0.3),
    startKg: config.number('start_kg', {}, 0),
    address:
      protocol.kind === 'polled'
        ? config.number('address', { ...protocol.addresses, integer: true }, 1)
        : undefined,
  };
  if (scale.maxKg * 10 ** scale.decimals > MAX_DIGITS)
    config.fail('max_kg', `${scale.maxKg} with ${scale.decimals} decimals has over six digits`);
  config.finish();
  return scale;
}

/** Decimals that a display needs for this division: 0.005 → 3. */
function decimalsOf(division: number): number {
  let decimals = 0;
  while (decimals < 4 && !Number.isInteger(Math.round(division * 10 ** (decimals + 6)) / 1e6))
    decimals += 1;
  return decimals;
}
