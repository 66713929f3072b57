import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeviceModel } from '../../api/devices.ts';
import type { DataLog } from '../../data/index.ts';
import { busOf, type DrivenDevice, isOpenLink } from './lines.ts';

export type SimulatedLink = Readonly<Record<string, unknown>>;

export interface Simulators {
  /** Where the simulated device is reached; undefined when it is a real one. */
  linkOf(device: DrivenDevice): SimulatedLink | undefined;
  /** TCP port on the loopback that takes the orders for a device. */
  controlPortOf(code: string): number | undefined;
  stop(): Promise<void>;
}

/** A played device that dials in by itself: where to, and as whom. */
export interface PlayedSwitch {
  readonly model: string;
  readonly code: string;
  /** `ws://host:port` */
  readonly url: string;
  /** `CODE.SECRET` */
  readonly token: string;
  /** What its row says of its simulator. */
  readonly more: Readonly<Record<string, unknown>>;
}

export interface SimulatorOptions {
  readonly models: readonly DeviceModel[];
  readonly devices: readonly DrivenDevice[];
  readonly switches?: readonly PlayedSwitch[];
  readonly log: DataLog;
  /** A simulator ended by itself and its devices are gone. */
  onGone?(reason: string): void;
}

/** What a simulator prints when it can be used: one line of JSON. */
interface Ready {
  readonly ready: true;
  readonly control: { readonly port: number };
  readonly scales: readonly { readonly code: string; readonly link: SimulatedLink | null }[];
}

interface Running {
  readonly ready: Ready;
  stop(): Promise<void>;
}

const READY_MS = 20_000;
const STOP_MS = 5_000;

/**
 * Starts a process for each simulator that has devices which don't say where they are, and plays those.
 * The process ends with this one: its standard input closes.
 * @throws Error when a simulator doesn't come up, with its own words
 */
export async function startSimulators(options: SimulatorOptions): Promise<Simulators> {
  const open = options.devices.filter(isOpenLink);
  const dialing = options.switches ?? [];
  const running: Running[] = [];
  try {
    const bySimulator = Map.groupBy(options.models, ({ simulator }) => simulator?.href);
    for (const [href, models] of bySimulator) {
      const played = open.filter((device) =>
        models.some(({ model }) => model === device.driver_model),
      );
      const switches = dialing.filter((one) => models.some(({ model }) => model === one.model));
      if (href === undefined || played.length + switches.length === 0) continue;
      running.push(await startOne(new URL(href), configOf(played, switches), options));
    }
  } catch (error) {
    await Promise.all(running.map((one) => one.stop()));
    throw error;
  }
  const links = new Map(
    running.flatMap(({ ready }) =>
      ready.scales.flatMap(({ code, link }) => (link === null ? [] : [[code, link] as const])),
    ),
  );
  const ports = new Map(
    running.flatMap(({ ready }) =>
      ready.scales.map(({ code }) => [code, ready.control.port] as const),
    ),
  );
  return {
    linkOf: (device) => links.get(device.code),
    controlPortOf: (code) => ports.get(code),
    async stop() {
      await Promise.all(running.map((one) => one.stop()));
    },
  };
}

/**
 * What a simulator gets: for each wire what driver and device must agree on (`protocol`, `options`,
 * each device's `address` and `max_kg`), and what the device's `line.simulator` adds; and for each
 * device that dials in where to and as whom.
 */
function configOf(devices: readonly DrivenDevice[], switches: readonly PlayedSwitch[]): unknown {
  const wires = Map.groupBy(devices, (device) => busOf(device));
  return {
    ...(switches.length === 0
      ? {}
      : { switches: switches.map(({ model: _, more, ...of }) => ({ ...more, ...of })) }),
    lines: [...wires.values()].map((onWire) => {
      const line = onWire[0]?.line ?? {};
      const { scale: _, ...extra } = (line.simulator ?? {}) as Record<string, unknown>;
      const kind = (line.link as { kind?: unknown } | undefined)?.kind ?? 'tcp';
      return {
        ...pick(line, ['protocol', 'options', 'map', 'channels']),
        link: kind === 'serial' ? { kind, fallback_tcp_port: 0 } : { kind },
        ...extra,
        scales: onWire.map((device) => ({
          code: device.code,
          ...(device.division_kg === null ? {} : { division_kg: device.division_kg }),
          ...pick((device.line.device ?? {}) as Record<string, unknown>, ['address', 'max_kg']),
          ...((device.line.simulator as { scale?: object } | undefined)?.scale ?? {}),
        })),
      };
    }),
  };
}

const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  );

function startOne(
  program: URL,
  config: unknown,
  { log, onGone }: SimulatorOptions,
): Promise<Running> {
  const { PATH, NODE_OPTIONS, NODE_COMPILE_CACHE, TZ, TMPDIR } = process.env;
  const child = spawn(
    process.execPath,
    [...process.execArgv, fileURLToPath(program), JSON.stringify(config)],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH, NODE_OPTIONS, NODE_COMPILE_CACHE, TZ, TMPDIR },
    },
  );
  const words: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    words.push(line);
    if (words.length > 20) words.shift();
    log.warn(
      { simulator: program.pathname.split('/').at(-1), text: line.slice(0, 500) },
      'simulator',
    );
  });
  child.stdin.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let stopping = false;
  const stop = async () => {
    stopping = true;
    child.stdin.end();
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(late);
  };
  const { promise, resolve, reject } = Promise.withResolvers<Running>();
  let isReady = false;
  const fail = (reason: string) => {
    reject(new Error(`the simulator did not start: ${[reason, ...words].join(' ')}`));
    if (!stopping) void stop();
  };
  const late = setTimeout(() => fail(`nothing heard for ${READY_MS / 1000} s`), READY_MS);
  child.once('error', (error) => fail(error.message));
  child.once('close', (code) => {
    clearTimeout(late);
    if (!isReady) fail(`it ended with code ${code}.`);
    else if (!stopping) onGone?.(`the simulator ended with code ${code}`);
  });
  createInterface({ input: child.stdout }).once('line', (line) => {
    clearTimeout(late);
    try {
      resolve({ ready: JSON.parse(line) as Ready, stop });
      isReady = true;
    } catch {
      fail(`it said "${line.slice(0, 200)}"`);
    }
  });
  return promise;
}
