import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  type Answer,
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  type TestPlatformOptions,
  until,
} from '@qoida/core/testing';
import relaySwitch from '../src/index.ts';
import { connectSimulator, type Ready, type SwitchState } from '../src/simulator/client.ts';
import type { Order, SimulatorConfig } from '../src/simulator/types.ts';

const MAIN = fileURLToPath(new URL('../src/simulator/main.ts', import.meta.url));

export const startPlant = (
  settings: Readonly<Record<string, string>> = {},
  options: Pick<TestPlatformOptions, 'now'> = {},
) =>
  startTestPlatform({
    ...options,
    plugins: [relaySwitch],
    settings: {
      COMMAND_ACK_TIMEOUT_MS: '700',
      RELAY_PERSON_HOLD_SEC: '0',
      PRESENCE_MIN_SEC: '0',
      ...settings,
    },
  });

export interface Simulator {
  readonly process: ChildProcess;
  readonly ready: Ready;
  act<S = SwitchState>(order: Order): Promise<S>;
  stop(): Promise<void>;
}

/** The simulator in a process of its own. */
export async function startSimulator(config: SimulatorConfig): Promise<Simulator> {
  const child = spawn(process.execPath, ['-C', 'qoida-src', MAIN, JSON.stringify(config)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const exited = once(child, 'exit');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const ready = JSON.parse(String(line)) as Ready;
  const client = await connectSimulator(ready.control.port);
  return {
    process: child,
    ready,
    act: (order) => client.act(order),
    async stop() {
      client.close();
      child.stdin.end();
      await exited;
    },
  };
}

/** A registered switch, played by the simulator. */
export interface Rig {
  readonly plant: TestPlatform;
  readonly admin: TestClient;
  readonly id: string;
  readonly code: string;
  readonly token: string;
  /** What the control port can do with the switch. */
  act(what: string, more?: Omit<Order, 'scale' | 'do'>): Promise<SwitchState>;
  /** Sets one relay, or all with null. */
  set(relay: number | null, body: object, as?: TestClient): Promise<Answer>;
  relays(): Promise<Row[]>;
  states(): Promise<string>;
  online(): Promise<void>;
  end(): Promise<void>;
}

export interface Row {
  readonly relay: number;
  readonly state: string;
  readonly source: string | null;
  readonly held: boolean;
  readonly held_by: string | null;
  readonly held_priority: string | null;
  readonly held_until: string | null;
}

let made = 0;
export async function register(admin: TestClient, model = 'hexa-mini-switch-v1', more = {}) {
  made += 1;
  const code = `sw-${made}`;
  const { status, body } = await admin.post('/devices', {
    code,
    device_type: 'relay_switch',
    driver_model: model,
    ...more,
  });
  assert.equal(status, 201, JSON.stringify(body));
  return { id: body.id as string, code, token: `${code}.${body.secret}` };
}

export async function startRig(plant: TestPlatform, speed = 1): Promise<Rig> {
  const { admin } = plant;
  const device = await register(admin);
  const url = plant.url.replace('http', 'ws');
  const backoff = { first_ms: 20, most_ms: 100 };
  const simulator = await startSimulator({
    switches: [{ code: device.code, url, token: device.token, speed, backoff }],
  });
  const relays = async () =>
    (await admin.get(`/relays?device_id=${device.id}`)).body.items as Row[];
  const rig: Rig = {
    ...device,
    plant,
    admin,
    act: (what, more = {}) => simulator.act({ scale: device.code, do: what, ...more }),
    set: (relay, body, as = admin) =>
      as.post(`/devices/${device.id}/relays${relay === null ? '' : `/${relay}`}`, body),
    relays,
    states: async () => (await relays()).map(({ state }) => state).join(' '),
    async online() {
      await until(async () => {
        const { body } = await admin.get(`/devices/${device.id}`);
        return body.online && body.config_acked === body.config_version;
      }, 'the switch to be online and set up');
    },
    end: () => simulator.stop(),
  };
  await rig.online();
  return rig;
}
