import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { DeviceModel } from '../../src/api/devices.ts';
import type { Database } from '../../src/data/index.ts';
import {
  createDoor,
  createLinks,
  createSocketDoor,
  ingestRoutes,
  type SocketDoor,
  signatureOf,
} from '../../src/devices/index.ts';
import { until } from '../../src/testing/index.ts';
import { type Platform, startPlatform } from '../http/support.ts';
import { type Roads, roadOf } from './road-support.ts';
import { type Bench, openBench, refusedAs, SERVER_SECRET, T0 } from './support.ts';

/** Whatever it says is an operation that it asks for as itself. */
const teller: DeviceModel = {
  vendor: 'test',
  model: 'teller',
  title: { uz: 'teller', ru: 'teller', en: 'teller' },
  type: 'relay_switch',
  transports: ['websocket'],
  settings: {},
  dialIn: {
    protocol: 'teller.v1',
    silentMs: () => 60_000,
    open: (host) => ({
      async receive() {
        await host.run('device.tell_presence', { device_id: host.device.id });
        host.send({ kept: true });
      },
      command: async () => ({ status: 'offline', latency_ms: 0 }),
      closed: () => undefined,
    }),
  },
};

describe('a secret that another node has replaced, before this one is told', () => {
  let bench: Bench;
  /** The other node. */
  let road: Roads;
  let platform: Platform;
  let sockets: SocketDoor;
  let server: Server;
  const open: WebSocket[] = [];

  beforeEach(async () => {
    bench = await openBench();
    road = roadOf(bench, [teller]);
    // This node hears no notification, as while its connection for them is lost.
    const deaf: Database = Object.create(bench.db, {
      listen: { value: async () => ({ stop: async () => undefined }) },
    });
    const settings = { SERVER_SECRET, INGEST_RATE_LIMIT_RPM: 100, INGEST_BATCH_MAX: 10 };
    const { ingest, now, log } = bench;
    const door = createDoor({ db: deaf, settings, now, log });
    const devices = { health: () => [] };
    platform = await startPlatform({
      routes: ingestRoutes({ db: deaf, ingest, devices, settings, now, door }),
    });
    const links = createLinks(now);
    const own = roadOf({ ...bench, db: deaf }, [teller]);
    sockets = createSocketDoor({
      ...{ db: deaf, door, links, models: [teller], run: own.run, settings, now, log },
    });
    server = createServer();
    server.on('upgrade', (req, socket, head) => {
      if (!sockets.upgrade(req, socket, head, { ip: '127.0.0.1' })) socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.terminate();
    await sockets.stop();
    await new Promise((resolve) => server.close(resolve));
    await platform.end();
    await bench.close();
  });

  interface Made {
    readonly id: string;
    readonly code: string;
    readonly secret: string;
  }
  const make = (more: object = {}) =>
    road.as<Made>('integrator', 'device.create', { code: 'd-1', device_type: 'scale', ...more });
  const replace = (id: string, at_once: boolean) =>
    road.as<Made>('integrator', 'device.rotate_secret', { id, at_once });
  const post = async (path: string, { code, secret }: Made, content: object) => {
    const body = JSON.stringify(content);
    const signature = signatureOf(secret, Buffer.from(body), undefined).toString('hex');
    const response = await fetch(`${platform.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'x-device-id': code, 'x-signature': signature },
      body,
    });
    return response.status;
  };
  let seq = 0;
  const weigh = (device: Made) => {
    seq += 1;
    const event = { seq, ts_device: T0.toISOString(), gross_kg: 1, stable: true };
    return post('/ingest/scale-events', device, event);
  };
  const beat = (device: Made) =>
    post(`/devices/${device.id}/heartbeat`, device, { ts: T0.toISOString() });
  const dial = ({ code }: Made, secret: string) => {
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/devices`, ['teller.v1'], {
      headers: { authorization: `Bearer ${code}.${secret}` },
    });
    open.push(socket);
    const frames: string[] = [];
    socket.on('message', (data) => frames.push(String(data)));
    socket.on('error', () => undefined);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    return { socket, frames, closed };
  };

  it('signs no reading and no heartbeat any more, and the new one does', async () => {
    const device = await make();
    assert.deepEqual([await weigh(device), await beat(device)], [201, 200]);
    const { secret } = await replace(device.id, true);
    assert.deepEqual([await weigh(device), await beat(device)], [401, 401]);
    const [kept] = await bench.asOwner<{ count: number }>(
      'select count(*)::int as count from scale_events',
    );
    assert.equal(kept?.count, 1, 'what it sent is not kept');
    assert.deepEqual(
      [await weigh({ ...device, secret }), await beat({ ...device, secret })],
      [201, 200],
    );
  });

  it('that stays good for a while still signs', async () => {
    const device = await make();
    assert.equal(await weigh(device), 201);
    const { secret } = await replace(device.id, false);
    assert.deepEqual([await weigh(device), await beat(device)], [201, 200]);
    assert.equal(await weigh({ ...device, secret }), 201);
  });

  it('lets no connection in, and what one that is open tells is not kept: it is closed', async () => {
    const device = await make({ device_type: 'relay_switch', driver_model: 'teller' });
    const connection = dial(device, device.secret);
    await until(() => connection.socket.readyState === WebSocket.OPEN, 'the connection');
    connection.socket.send('{}');
    await until(() => connection.frames.length === 1, 'the answer');
    const slow = await replace(device.id, false);
    connection.socket.send('{}');
    await until(() => connection.frames.length === 2, 'the answer while both secrets are good');
    const { secret } = await replace(device.id, true);
    connection.socket.send('{}');
    assert.equal(await connection.closed, 4401);
    assert.equal(connection.frames.length, 2);
    for (const old of [device.secret, slow.secret])
      assert.equal(await dial(device, old).closed, 4401);
    const again = dial(device, secret);
    again.socket.once('open', () => again.socket.send('{}'));
    await until(() => again.frames.length === 1, 'the answer to the new secret');
  });

  it('a device that was removed is let in no more', async () => {
    const device = await make();
    assert.equal(await weigh(device), 201);
    await road.as('integrator', 'device.remove', { id: device.id });
    assert.deepEqual([await weigh(device), await beat(device)], [401, 401]);
    await assert.rejects(replace(device.id, true), refusedAs('device_removed'));
  });
});
