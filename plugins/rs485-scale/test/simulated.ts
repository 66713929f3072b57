import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeviceHealth, DriverHost, DriverReading, LiveReading } from '@qoida/core';
import runScale from '../src/driver.ts';
import { connectSimulator, type SimulatorClient } from '../src/simulator/client.ts';
import type { Ready, SimulatedLink } from '../src/simulator/commands.ts';

const MAIN = fileURLToPath(new URL('../src/simulator/main.ts', import.meta.url));

export interface Simulator {
  readonly ready: Ready;
  readonly process: ChildProcess;
  readonly client: SimulatorClient;
  readonly warnings: string[];
  link(code: string): SimulatedLink;
  /** As Ctrl-C or a closed terminal would. */
  stop(): Promise<void>;
  /** As a power cut would. */
  kill(): Promise<void>;
}

/** Starts the simulator as a process of its own and connects to its control port. */
export async function startSimulator(
  config: unknown,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Simulator> {
  const child = spawn(process.execPath, ['-C', 'qoida-src', MAIN, JSON.stringify(config)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...environment, NODE_OPTIONS: '' },
  });
  const warnings: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => warnings.push(line));
  const exited = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    exited.then(() => {
      throw new Error(`the simulator ended: ${warnings.join('\n')}`);
    }),
  ]);
  const ready = JSON.parse(line) as Ready;
  const client = await connectSimulator(ready.control.port);
  const end = async (how: () => void) => {
    client.close();
    how();
    if (child.exitCode === null && child.signalCode === null) await exited;
  };
  return {
    ready,
    process: child,
    client,
    warnings,
    link(code) {
      const found = ready.scales.find((scale) => scale.code === code);
      if (!found) throw new Error(`no scale ${code}`);
      return found.link;
    },
    stop: () => end(() => child.stdin.end()),
    kill: () => end(() => child.kill('SIGKILL')),
  };
}

/** What a driver told its host, with a way to wait for what one expects. */
export interface Recorder {
  readonly host: DriverHost;
  readonly readings: DriverReading[];
  readonly lives: LiveReading[];
  readonly healths: DeviceHealth[];
  /** Resolves as soon as the condition holds, rejects after ten seconds. */
  until(what: string, holds: () => boolean): Promise<void>;
  state(code?: string): string | undefined;
  /** Forgets what came so far, except for the newest health. */
  forget(): void;
}

const PATIENCE_MS = 50_000;

export function createRecorder(now: () => number = Date.now): Recorder {
  const readings: DriverReading[] = [];
  const lives: LiveReading[] = [];
  const healths: DeviceHealth[] = [];
  const waiting = new Set<() => void>();
  const note = <T>(list: T[], item: T) => {
    list.push(item);
    for (const look of [...waiting]) look();
  };
  const newest = (code?: string) =>
    healths.findLast((health) => code === undefined || health.code === code);
  return {
    host: {
      now,
      reading: (reading) => note(readings, reading),
      live: (live) => note(lives, live),
      health: (health) => note(healths, health),
      report: ({ operation }) => assert.fail(`a scale asks for no operation: ${operation}`),
      log: () => undefined,
      whyNotSent: async () => null,
    },
    readings,
    lives,
    healths,
    until(what, holds) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          const seen = JSON.stringify({ health: newest(), reading: readings.at(-1) });
          reject(new Error(`waited in vain for ${what}; last: ${seen}`));
        }, PATIENCE_MS);
        const look = () => {
          if (!holds()) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    state: (code) => newest(code)?.state,
    forget() {
      readings.length = 0;
      lives.length = 0;
      healths.splice(0, healths.length - 1);
    },
  };
}

export interface Rig {
  readonly simulator: Simulator;
  readonly seen: Recorder;
  readonly driver: { stop(): Promise<void> };
  act: SimulatorClient['act'];
  end(): Promise<void>;
}

/** Fast enough for tests, with the shape of the real thing. */
export const QUICK = {
  no_data_ms: 400,
  idle_ms: 2000,
  poll_ms: 20,
  answer_ms: 100,
  stability: { window_ms: 200, max_gap_ms: 200 },
  backoff: { min_ms: 20, max_ms: 100 },
};

/** One simulated scale and the driver on its line. */
export async function startRig(
  protocol: string,
  link: unknown,
  line: Record<string, unknown> = {},
  scale: Record<string, unknown> = {},
): Promise<Rig> {
  const options = line.options ?? {};
  const simulator = await startSimulator({
    lines: [
      {
        protocol,
        link,
        options,
        rate_hz: 50,
        ragged: true,
        scales: [{ code: 'w1', tau_s: 0.02, ...scale }],
      },
    ],
  });
  const seen = createRecorder();
  const device = { code: 'w1', division_kg: 0.005, max_kg: 60 };
  const config = { ...QUICK, protocol, link: simulator.link('w1'), devices: [device], ...line };
  const driver = await runScale(config, seen.host);
  return {
    simulator,
    seen,
    driver,
    act: simulator.client.act,
    async end() {
      await driver.stop();
      await simulator.stop();
    },
  };
}
