import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestClient, until } from '@qoida/core/testing';
import { withCrc } from '../src/modbus/frames.ts';
import { type ChildPlatform, childPlatform } from './child-platform.ts';
import { rawBench, told } from './raw-bench.ts';
import { rawDevice } from './raw-device.ts';
import { register } from './support.ts';

const ON = '0000ff00';
const OFF = '00000000';

/** A board whose two relays always stand off; on the wire it answers at once, or when it is told to. */
async function scriptedBoard(admin: TestClient, answer_ms: number) {
  let held: (() => void)[] = [];
  let holding = false;
  /** Relay and state of each write. */
  const written: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket);
    socket
      .on('error', () => undefined)
      .on('data', (frame) => {
        const [address = 0, code = 0] = frame;
        if (code === 5) written.push(frame.subarray(2, 6).toString('hex'));
        const answer = code === 5 ? frame : withCrc([address, code, 1, 0]);
        const say = () => void socket.write(answer);
        if (holding) held.push(say);
        else say();
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const device = await register(admin, 'modbus-relay-board', {
    line: {
      link: { kind: 'tcp', host: '127.0.0.1', port },
      channels: { relays: 2, inputs: 0 },
      device: { address: 1 },
      poll_ms: 20,
      answer_ms,
    },
  });
  return {
    id: device.id,
    written,
    held: () => held.length,
    hold: () => {
      holding = true;
    },
    answer() {
      holding = false;
      for (const say of held) say();
      held = [];
    },
    end() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('a command that was overtaken is not sent (S-M2-04)', () => {
  const bench = rawBench();
  const { plant, dial, stand } = bench;
  const pending = (id: string) =>
    plant().asOwner<{ id: string }>(
      "select id from relay_commands where device_id = $1 and status = 'pending'",
      [id],
    );
  const wait = (id: string, count: number) =>
    until(async () => (await pending(id)).length === count, `${count} commands on their way`);
  const switchedOn = (frames: Awaited<ReturnType<typeof dial>>['frames']) =>
    frames.filter((frame) => told(1)(frame) && frame.data.on).length;

  for (const [what, hold_for, letGo] of [
    ['was let go of again', undefined, true],
    ['holds nothing', 0, false],
  ] as const)
    it(`also when what safety switched ${what}`, async () => {
      const device = await dial({ obeys: false, relays: [false, false, false] });
      await stand(device.id, 'off off off');
      const safety = await plant().as('relay_safety');
      const person = await plant().as('relay_operator');
      const path = `/devices/${device.id}/relays/0`;
      const key = { 'idempotency-key': `overtaken ${device.id}` };
      const ask = () => person.post(path, { state: 'on', ttl: 30, hold_for: 0 }, key);
      assert.equal((await ask()).body.error?.reason, 'ack_timeout');
      const more = hold_for === undefined ? {} : { hold_for };
      const off = safety.post(path, { state: 'off', priority: 'safety', ...more });
      const sent = await device.hear((frame) => told(1)(frame) && !frame.data.on, 'the last word');
      device.send('ack', { status: 'ok', state: [false, false, false] }, { corr: sent.id });
      assert.equal((await off).status, 200);
      if (letGo) assert.equal((await safety.delete(`${path}/hold`)).status, 200);
      // Whether it was done the first time stays unknown; it is not done now.
      assert.equal((await ask()).body.error?.reason, 'ack_timeout');
      assert.equal(switchedOn(device.frames), 1);
      const anew = person.post(path, { state: 'on' });
      const next = await until(
        () => device.frames.filter((frame) => told(1)(frame) && frame.data.on)[1],
        'what was asked for afterwards',
      );
      device.send('ack', { status: 'ok', state: [true, false, false] }, { corr: next.id });
      assert.equal((await anew).status, 200);
    });

  it('what can’t be told before its time is over is not sent', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device.id, 'off off off');
    const first = bench.set(device.id, 0, { state: 'off' });
    const { id } = await device.hear(told(1), 'the first command');
    const second = bench.set(device.id, 0, { state: 'on', ttl: 2 });
    await wait(device.id, 2);
    const frozen = plant().asOwner(
      'begin; lock table relay_commands in access exclusive mode; select pg_sleep(4); commit',
    );
    await until(
      async () =>
        (
          await plant().asOwner(
            "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()",
          )
        ).length > 0,
      'the commands to be out of reach',
    );
    device.send('ack', { status: 'ok', state: [false, false, false] }, { corr: id });
    const { status, body } = await second;
    assert.deepEqual([status, body.error?.reason], [409, 'command_expired']);
    await frozen;
    await first;
    assert.equal(switchedOn(device.frames), 0);
  });

  it('what can’t be told at all is not sent, and says so', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device.id, 'off off off');
    const first = bench.set(device.id, 0, { state: 'off' });
    const { id } = await device.hear(told(1), 'the first command');
    const second = bench.set(device.id, 0, { state: 'on', ttl: 30 });
    await wait(device.id, 2);
    // No question about a command so old can be asked: ten minutes before there is no moment.
    await plant().asOwner(
      "update relay_commands set created_at = '4714-11-24 00:00:00+00 BC' where device_id = $1 and id <> $2",
      [device.id, id],
    );
    device.send('ack', { status: 'ok', state: [false, false, false] }, { corr: id });
    const { status, body } = await second;
    assert.deepEqual([status, body.error?.reason], [503, 'command_undecided']);
    assert.equal(body.error.details.command.status, 'expired');
    assert.equal((await first).status, 200);
    assert.equal(switchedOn(device.frames), 0);
  });

  it('on a board’s bus, too: what waits for the line while safety comes is not written', async () => {
    const board = await scriptedBoard(plant().admin, 5_000);
    try {
      await stand(board.id, 'off off');
      const safety = await plant().as('relay_safety');
      const person = await plant().as('relay_operator');
      const path = `/devices/${board.id}/relays/0`;
      board.hold();
      await until(() => board.held() > 0, 'the line to be busy');
      const on = person.post(path, { state: 'on', ttl: 30 });
      await wait(board.id, 1);
      const waiting = person.post(path, { state: 'on', ttl: 30 });
      await wait(board.id, 2);
      const off = safety.post(path, { state: 'off', priority: 'safety', ttl: 30 });
      assert.equal((await waiting).body.error?.reason, 'command_overtaken');
      board.answer();
      await off;
      await on;
      // One that had its turn before safety came may stand in front of it, never behind.
      assert.equal(board.written.at(-1), OFF, board.written.join(' '));
      assert.ok(board.written.length <= 2, board.written.join(' '));
    } finally {
      board.end();
    }
  });

  it('on a board’s bus, too: what safety came after is not written again', async () => {
    const board = await scriptedBoard(plant().admin, 200);
    try {
      await stand(board.id, 'off off');
      const safety = await plant().as('relay_safety');
      const person = await plant().as('relay_operator');
      const path = `/devices/${board.id}/relays/0`;
      const key = { 'idempotency-key': `overtaken ${board.id}` };
      const ask = () => person.post(path, { state: 'on', ttl: 60, hold_for: 0 }, key);
      board.hold();
      await until(() => board.held() > 0, 'the line to be busy');
      assert.equal((await ask()).body.error?.reason, 'ack_timeout');
      board.answer();
      const online = async () => (await bench.stateOf(board.id)).online;
      await until(online, 'the board to answer');
      const off = await safety.post(path, { state: 'off', priority: 'safety', hold_for: 0 });
      assert.equal(off.status, 200, JSON.stringify(off.body));
      assert.equal((await ask()).body.error?.reason, 'ack_timeout');
      assert.deepEqual(board.written, [ON, ON, ON, OFF]);
    } finally {
      board.end();
    }
  });
});

describe('a command that waits for a device to come back', function () {
  this.timeout(400_000);
  let platform: ChildPlatform;
  before(async () => {
    platform = await childPlatform({ RELAY_PERSON_HOLD_SEC: '0' });
  });
  after(() => platform?.end());

  it('is not sent when safety came while it waited', async () => {
    const device = await rawDevice({ admin: await platform.start(), url: platform.url });
    const path = `/devices/${device.id}/relays/0`;
    // Only a device that is known to be there is expected back.
    await until(async () => {
      const known = 'select 1 from devices where id = $1 and online';
      return (await platform.database.asOwner(known, [device.id])).length === 1;
    }, 'the device to be known as connected');
    await platform.kill();
    await device.closed();
    const admin = await platform.start();
    const kept = (count: number) =>
      until(
        async () =>
          (await platform.database.asOwner('select 1 from relay_commands')).length === count,
        `${count} commands`,
      );
    const on = admin.post(path, { state: 'on', ttl: 60 });
    await kept(1);
    const off = admin.post(path, { state: 'off', ttl: 60, priority: 'safety' });
    await kept(2);
    const back = await rawDevice({ admin, url: platform.url }, { as: device });
    const { status, body } = await off;
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal((await on).body.error?.reason, 'command_overtaken');
    assert.deepEqual(
      back.frames.filter(told(1)).map((frame) => frame.data.on),
      [false],
    );
    back.socket.close();
  });
});
