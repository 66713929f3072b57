import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { WebSocket } from 'ws';
import { Refusal } from '../../src/api/errors.ts';
import type { Actor } from '../../src/api/operations.ts';
import { type ClientSocket, createClientSocket } from '../../src/client-socket/index.ts';
import { createRegistry } from '../../src/operations/index.ts';
import { until } from '../../src/testing/index.ts';

/** Tests look into frames of every kind. */
type Frame = ReturnType<typeof JSON.parse>;

const HEARTBEAT_MS = 100;
const person: Actor = {
  kind: 'user',
  id: 'p-1',
  name: 'Anora',
  roles: ['operator'],
  locale: 'en',
  organizationId: 'o-1',
};

describe('a session of the client socket', () => {
  let server: Server;
  let sockets: ClientSocket;
  let known: Map<string, Actor>;
  let streams: Readable[];
  let hears: (topic: string) => boolean;
  let ran: Actor[];
  let url: string;
  const open: WebSocket[] = [];

  beforeEach(async () => {
    known = new Map([['good', person]]);
    streams = [];
    ran = [];
    sockets = createClientSocket({
      auth: {
        async authenticate(authorization) {
          const actor = known.get((authorization ?? '').replace('Bearer ', ''));
          if (actor === undefined) throw new Refusal('unauthorized', 'token_revoked', 'Over');
          return actor;
        },
      },
      stream: {
        open({ wants }) {
          hears = wants;
          const body = new Readable({ encoding: 'utf8', read: () => undefined });
          streams.push(body);
          return body;
        },
      },
      run: async (call) => {
        ran.push(call.actor);
        throw new Error('a secret of the inside');
      },
      registry: createRegistry([]),
      translate: () => undefined,
      settings: { API_RATE_LIMIT_RPM: 3 },
      log: { error: () => undefined },
      now: () => new Date(),
      heartbeatMs: HEARTBEAT_MS,
      signInMs: 150,
    });
    server = createServer();
    server.on('upgrade', (req, socket, head) => {
      if (!sockets.upgrade(req, socket, head, { ip: '127.0.0.1' })) socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.terminate();
    await sockets.stop();
    server.close();
  });

  async function connect(options: { autoPong?: boolean } = {}) {
    const socket = new WebSocket(url, options);
    open.push(socket);
    const closed = once(socket, 'close').then(([code, reason]) => `${code} ${reason}`);
    await once(socket, 'open');
    const frames: Frame[] = [];
    const heard: (() => void)[] = [];
    socket.on('message', (data) => {
      frames.push(JSON.parse(String(data)));
      for (const wake of heard.splice(0)) wake();
    });
    const next = async (type: string): Promise<Frame> => {
      for (;;) {
        const at = frames.findIndex((frame) => frame.type === type);
        if (at >= 0) return frames.splice(at, 1)[0] as Frame;
        await new Promise<void>((resolve) => heard.push(resolve));
      }
    };
    const send = (frame: object) => socket.send(JSON.stringify({ v: 1, id: 'a', ...frame }));
    return { socket, closed, next, send };
  }
  async function enter(options: { autoPong?: boolean } = {}) {
    const client = await connect(options);
    client.send({ type: 'auth', token: 'good' });
    await client.next('welcome');
    return client;
  }

  it('lets go whoever says nothing', async () => {
    const { closed } = await connect();
    assert.equal(await closed, '4401 sign_in_first');
  });

  it('ends as soon as the token counts no more', async () => {
    const client = await enter();
    known.clear();
    assert.equal(await client.closed, '4401 token_revoked');
  });

  it('S-M2-02 a command is asked as who one is at that moment: not after the sign-in has ended, not with roles that are lost', async () => {
    const client = await enter();
    known.set('good', { ...person, roles: ['guest'] });
    client.send({ type: 'cmd', name: 'anything' });
    await client.next('cmd_ack');
    assert.deepEqual(
      ran.map(({ roles }) => roles),
      [['guest']],
    );
    known.clear();
    client.send({ type: 'cmd', name: 'anything' });
    const { error } = await client.next('cmd_ack');
    assert.equal(error.reason, 'token_revoked');
    assert.equal(await client.closed, '4401 token_revoked');
    assert.equal(ran.length, 1);
  });

  it('who has lost a role hears what it let them hear no more', async () => {
    known.set('good', { ...person, roles: ['direktor'] });
    const client = await enter();
    client.send({ type: 'subscribe', topics: ['event.*'] });
    await client.next('ack');
    assert.equal(hears('event.user.created'), true);
    known.set('good', person);
    await until(() => !hears('event.user.created'), 'the loss to be noticed');
    assert.equal(client.socket.readyState, WebSocket.OPEN);
  });

  it('takes a renewed token of the same person, and of nobody else', async () => {
    const client = await enter();
    known.set('newer', person).delete('good');
    client.send({ type: 'auth', token: 'newer' });
    await client.next('welcome');
    known.set('other', { ...person, id: 'p-2' });
    client.send({ type: 'auth', token: 'other' });
    assert.match(await client.closed, /^4401/);
  });

  it('notices a line that stands open with nobody at its end', async () => {
    const client = await enter({ autoPong: false });
    assert.match(await client.closed, /^1006/);
  });

  it('shows nothing of the inside of an error, and bounds the commands of a person', async () => {
    const client = await enter();
    for (let at = 0; at < 3; at += 1) {
      client.send({ type: 'cmd', name: 'anything' });
      const { error } = await client.next('cmd_ack');
      assert.deepEqual([error.code, error.reason], ['internal', 'internal']);
    }
    client.send({ type: 'cmd', name: 'anything' });
    assert.equal((await client.next('cmd_ack')).error.code, 'rate_limited');
    client.send({ type: 'cmd' });
    assert.equal((await client.next('cmd_ack')).error.reason, 'bad_frame');
  });

  it('keeps no more than 20 connections of one person', async () => {
    for (let at = 0; at < 20; at += 1) await enter();
    const one = await connect();
    one.send({ type: 'auth', token: 'good' });
    assert.equal((await one.next('ack')).error.reason, 'too_many_sessions');
    assert.equal(await one.closed, '4429 too_many_sessions');
    open[0]?.close();
    await once(open[0] as WebSocket, 'close');
    await enter();
  });

  it('passes events on whole, also those that come in pieces, and says when they end', async () => {
    const client = await enter();
    client.send({ type: 'subscribe', topics: 'event.*' });
    await client.next('ack');
    const [body] = streams;
    body?.push('id: 7\nevent: event.a.b\ndata: {"te');
    body?.push('xt":"x: y"}\n\n: alive\n\nid: 8\n\n');
    const event = await client.next('event');
    assert.deepEqual(event, {
      v: 1,
      type: 'event',
      topic: 'event.a.b',
      position: 7,
      data: { text: 'x: y' },
    });
    assert.equal((await client.next('position')).position, 8);
    body?.push(': too slow; reconnect and resume\n\n');
    body?.push(null);
    assert.equal((await client.next('unsubscribed')).reason, 'too slow; reconnect and resume');
  });

  it('closes every connection when the platform stops', async () => {
    const client = await enter();
    await sockets.stop();
    assert.equal(await client.closed, '1001 the platform stops');
  });
});
