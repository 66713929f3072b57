import type { DeviceHealth, LiveReading } from '@qoida/core';
import { type DeviceModel, device, json, text } from '@qoida/core';
import {
  createLinks,
  type Devices,
  type DevicesOptions,
  type DriverTiming,
  startDevices,
} from '../../src/devices/index.ts';
import { roadOf } from './road-support.ts';
import { type Bench, openBench } from './support.ts';

const TIMING: DriverTiming = {
  beatMs: 50,
  stuckMs: 600,
  startMs: 15_000,
  backoffMs: { first: 50, most: 400 },
  calmMs: 60_000,
  stopMs: 1_000,
};
const settings = { link: json(), how: text().optional(), kg: json(), protocol: text().optional() };
const model = (name: string, more: Partial<DeviceModel> = {}): DeviceModel => ({
  vendor: 'test',
  model: name,
  title: name,
  type: 'scale',
  transports: ['tcp'],
  settings,
  driver: new URL(`./fixtures/${name}.ts`, import.meta.url),
  ...more,
});
const MODELS = [
  model('steady'),
  model('failing'),
  model('flooding'),
  model('telling'),
  model('moving'),
  model('played', {
    driver: new URL('./fixtures/steady.ts', import.meta.url),
    simulator: new URL('./fixtures/simulator.ts', import.meta.url),
  }),
];
let ports = 1;
/** A line of its own, with an address nobody else has. */
export const line = (more: object = {}) => ({
  link: { kind: 'tcp', host: 'h', port: ports++ },
  kg: 20.52,
  ...more,
});

/** Opens a database for each test of the suite, and ends its drivers after it. */
export function driverBench() {
  let bench: Bench;
  let devices: Devices | undefined;
  const published = new Map<string, unknown>();
  const history: { topic: string; data: unknown }[] = [];
  beforeEach(async () => {
    bench = await openBench();
    published.clear();
    history.length = 0;
  });
  afterEach(async () => {
    await stop();
    await bench.close();
  });

  const links = createLinks(() => new Date());
  const start = async (
    more: Partial<Pick<DevicesOptions, 'simulate' | 'ingest' | 'heartbeatMs'>> = {},
  ) => {
    const { db, ingest, log, organizationId } = bench;
    const stream = {
      publish(topic: string, data: unknown) {
        published.set(topic, data);
        history.push({ topic, data });
      },
    };
    const now = () => new Date();
    devices = await startDevices({
      db,
      models: MODELS,
      ingest,
      log,
      organizationId,
      stream,
      simulate: false,
      now,
      links,
      run: roadOf(bench).run,
      timing: TIMING,
      ...more,
    });
  };
  const healthOf = (code: string): DeviceHealth | undefined =>
    devices?.health().find((health) => health.code === code);
  const live = (code: string) => published.get(`live.${code}`) as LiveReading | undefined;
  const rows = (id: string) =>
    bench.asOwner<Record<string, unknown>>(
      'select * from scale_events where device_id = $1 order by seq',
      [id],
    );
  const change = (id: string, patch: object) =>
    bench.db.transaction(bench.organizationId, (tx) => tx.of(device).update(id, patch));
  const stop = async () => {
    const running = devices;
    devices = undefined;
    await running?.stop();
  };
  return {
    get bench(): Bench {
      return bench;
    },
    start,
    stop,
    links,
    healthOf,
    live,
    rows,
    change,
    published,
    history,
  };
}
