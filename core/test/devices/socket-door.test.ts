import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { DeviceModel } from '../../src/api/devices.ts';
import type { CommandAnswer, DeviceSession } from '../../src/api/links.ts';
import {
  createDoor,
  createLinks,
  createSocketDoor,
  type Door,
  type Links,
  type SocketDoor,
} from '../../src/devices/index.ts';
import { until } from '../../src/testing/index.ts';
import { roadOf } from './road-support.ts';
import { type Bench, openBench, reasonOf, refusedAs, SECRET, SERVER_SECRET } from './support.ts';

const SILENT_MS = 400;
/** A minute, and device. */
const REQUESTS = 20;
/** Says what it hears; a command is a frame that the device answers with `{ done: id }`. */
const model = (name: string): DeviceModel => ({
  vendor: 'test',
  model: name,
  title: { uz: name, ru: name, en: name },
  type: 'relay_switch',
  transports: ['websocket'],
  settings: {},
  dialIn: {
    protocol: 'echo.v1',
    silentMs: () => SILENT_MS,
    open(host): DeviceSession {
      const waiting = new Map<string, (answer: CommandAnswer) => void>();
      return {
        receive(frame) {
          const { done } = frame as { done?: string };
          if (done === undefined) host.send({ heard: frame as object });
          else waiting.get(done)?.({ status: 'ok', latency_ms: 1 });
        },
        command(command) {
          const { promise, resolve } = Promise.withResolvers<CommandAnswer>();
          waiting.set(command.id, resolve);
          host.send({ ...command.data, type: command.type, id: command.id });
          return promise;
        },
        closed() {
          for (const resolve of waiting.values()) resolve({ status: 'unconfirmed', latency_ms: 0 });
        },
      };
    },
  },
});

describe('the door of devices that come in by themselves', () => {
  let bench: Bench;
  let sockets: SocketDoor;
  let links: Links;
  let server: Server;
  /** What the end of a connection waits for before it is kept. */
  let goingOffline: Promise<void>;
  let door: Door;
  /** So often it can't be kept that a device is there. */
  let failing: number;
  let device: { id: string; code: string; secret: string };
  const open: WebSocket[] = [];

  beforeEach(async () => {
    bench = await openBench();
    const road = roadOf(bench, [model('echo')]);
    links = createLinks(bench.now);
    goingOffline = Promise.resolve();
    const settings = { SERVER_SECRET, INGEST_RATE_LIMIT_RPM: REQUESTS };
    const { db, now, log } = bench;
    failing = 0;
    door = createDoor({ db, settings, now, log });
    sockets = createSocketDoor({
      db,
      door,
      links,
      models: [model('echo')],
      async run(call) {
        if (call.operation === 'device.go_offline') await goingOffline;
        if (call.operation === 'device.come_online' && failing-- > 0)
          throw new Error('no database');
        failing = Math.max(0, failing);
        return road.run(call);
      },
      settings,
      now,
      log,
    });
    server = createServer();
    server.on('upgrade', (req, socket, head) => {
      if (!sockets.upgrade(req, socket, head, { ip: '127.0.0.1' })) socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    device = await road.as('admin', 'device.create', {
      code: 'sw-1',
      device_type: 'relay_switch',
      driver_model: 'echo',
    });
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.terminate();
    await sockets.stop();
    await new Promise((resolve) => server.close(resolve));
    await bench.close();
  });

  const dial = (token: string, options: object = {}) => {
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/devices?proto=1`, ['echo.v1'], {
      headers: { authorization: `Bearer ${token}` },
      ...options,
    });
    open.push(socket);
    const frames: Record<string, unknown>[] = [];
    socket.on('message', (data) => frames.push(JSON.parse(String(data))));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    return { socket, frames, closed };
  };
  const online = async () => {
    const [row] = await bench.asOwner<{ online: boolean }>('select online from devices');
    return row?.online;
  };
  const events = async () =>
    (
      await bench.asOwner<{ name: string }>(
        "select name from outbox where name like 'device.o%' order by seq",
      )
    ).map(({ name }) => name);

  it('lets a device in by its token, and tells when it comes and goes (S-M2-01, S-M2-06)', async () => {
    const { socket, frames } = dial(`sw-1.${device.secret}`);
    socket.once('open', () => socket.send('{"a":1}'));
    await until(() => frames.length > 0, 'an echo');
    assert.deepEqual(frames, [{ heard: { a: 1 } }]);
    await until(online, 'the device to be online');
    socket.terminate();
    await until(async () => !(await online()), 'the device to be offline');
    assert.deepEqual(await events(), ['device.online', 'device.offline']);
  });

  for (const [what, token] of [
    ['a wrong secret', 'sw-1.wrong'],
    ['a stranger', 'nobody.wrong'],
    ['no token', ''],
  ] as const)
    it(`closes the connection of ${what} with 4401`, async () => {
      assert.equal(await dial(token).closed, 4401);
      assert.deepEqual(await events(), []);
    });

  it('replaces the session of a device that comes again, and it stays online (S-WS-04)', async () => {
    const first = dial(`sw-1.${device.secret}`);
    await until(online, 'the device to be online');
    const second = dial(`${device.id}.${device.secret}`);
    assert.equal(await first.closed, 4001);
    second.socket.send('{"b":2}');
    await until(() => second.frames.length > 0, 'an echo of the second session');
    assert.equal(await online(), true);
    assert.deepEqual(await events(), ['device.online']);
  });

  it('a device that is back before its going was kept is online', async () => {
    const slow = Promise.withResolvers<void>();
    goingOffline = slow.promise;
    const first = dial(`sw-1.${device.secret}`);
    await until(online, 'the device to be online');
    first.socket.terminate();
    await until(() => !links.isOnline(device.id), 'its end to be noticed');
    const second = dial(`sw-1.${device.secret}`);
    await until(() => links.isOnline(device.id), 'the device to be back');
    await until(() => second.socket.readyState === WebSocket.OPEN, 'its side to be open');
    slow.resolve();
    second.socket.send('{"c":3}');
    await until(() => second.frames.length > 0, 'an echo');
    await until(async () => (await events()).length === 3, 'all that happened');
    assert.equal(await online(), true);
  });

  it('lets go a device that is switched off or removed from its address, and no other', async () => {
    const { closed } = dial(`sw-1.${device.secret}`);
    await until(online, 'the device to be online');
    const road = roadOf(bench);
    await road.as('admin', 'device.update', { id: 'sw-1', serial_no: 'A-1' });
    assert.equal(links.isOnline(device.id), true);
    await road.as('admin', 'device.update', { id: 'sw-1', active: false });
    assert.equal(await closed, 4401);
    await until(async () => !(await online()), 'the device to be offline');
  });

  it('lets go a device that is switched off also when it has used up its requests', async () => {
    const { closed } = dial(`sw-1.${device.secret}`);
    await until(online, 'the device to be online');
    for (let left = REQUESTS; left > 1; left -= 1)
      await door.enterByToken({ token: `sw-1.${device.secret}`, ip: '127.0.0.1' });
    await assert.rejects(
      door.enterByToken({ token: `sw-1.${device.secret}`, ip: '127.0.0.1' }),
      refusedAs('rate_limited'),
    );
    await roadOf(bench).as('admin', 'device.update', { id: 'sw-1', active: false });
    assert.equal(await closed, 4401);
  });

  it('a plant behind one address comes in whole, and who tries names is slowed down', async () => {
    const tokens: string[] = [];
    for (let at = 0; at < 150; at += 1) {
      const code = `many-${at}`;
      await bench.addDevice(code);
      tokens.push(`${code}.${SECRET}`);
    }
    const ip = '203.0.113.7';
    for (const token of tokens) await door.enterByToken({ token, ip });
    const guess = (at: number) =>
      door.enterByToken({ token: `nobody-${at}.x`, ip }).catch((error: unknown) => reasonOf(error));
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => guess(at)));
    assert.equal(answers.filter((reason) => reason === 'bad_token').length, 120);
    assert.equal(await guess(999), 'rate_limited');
  });

  it('keeps telling that a device is there until that is kept', async () => {
    failing = 2;
    dial(`sw-1.${device.secret}`);
    await until(online, 'the device to be online');
    assert.equal(failing, 0);
  });

  it('ends a device that shows no life, also one whose line stands open', async () => {
    const { closed } = dial(`sw-1.${device.secret}`, { autoPong: false });
    await until(online, 'the device to be online');
    await closed;
    await until(async () => !(await online()), 'the device to be offline');
  });

  it('ends a device that sends what is no frame, or a frame that is too long', async () => {
    const one = dial(`sw-1.${device.secret}`);
    one.socket.once('open', () => one.socket.send('{'));
    assert.equal(await one.closed, 4400);
    const two = dial(`sw-1.${device.secret}`);
    two.socket.once('open', () => two.socket.send(`"${'x'.repeat(9000)}"`));
    assert.equal(await two.closed, 1009);
  });

  it('brings a command to the device and its answer back; without a device nothing waits (S-M2-05)', async () => {
    const command = {
      id: 'c1',
      type: 'set_relay',
      data: { ch: 1 },
      expiresAt: new Date(bench.now().getTime() + 5_000),
    };
    assert.equal((await links.command(device.id, command)).status, 'offline');
    const { socket, frames } = dial(`sw-1.${device.secret}`);
    await until(() => links.isOnline(device.id), 'the way to the device');
    socket.on('message', (data) =>
      socket.send(JSON.stringify({ done: JSON.parse(String(data)).id })),
    );
    assert.equal((await links.command(device.id, command)).status, 'ok');
    assert.deepEqual(frames, [{ ch: 1, type: 'set_relay', id: 'c1' }]);
    const late = { ...command, expiresAt: bench.now() };
    assert.equal((await links.command(device.id, late)).status, 'expired');
    const unanswered = links.command(device.id, { ...command, id: 'c2' });
    socket.removeAllListeners('message');
    socket.terminate();
    assert.match((await unanswered).status, /^(unconfirmed|ok)$/);
    assert.equal((await links.command(device.id, { ...command, id: 'c3' })).status, 'offline');
  });

  it('tells after a crash that the devices which were there are gone', async () => {
    await bench.asOwner('update devices set online = true');
    await bench.asOwner(
      'insert into device_presence (organization_id, device_id, told) select organization_id, id, true from devices',
    );
    await sockets.forgetLost([device], bench.organizationId);
    assert.equal(await online(), false);
    assert.deepEqual(await events(), ['device.offline']);
  });
});
