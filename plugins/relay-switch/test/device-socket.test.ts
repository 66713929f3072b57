import assert from 'node:assert/strict';
import { until } from '@qoida/core/testing';
import { WebSocket } from 'ws';
import { rawBench, told } from './raw-bench.ts';
import { register } from './support.ts';

describe('a device on its WebSocket', () => {
  const { plant, dial, stateOf, states, stand, set } = rawBench();

  describe('who is let in', () => {
    const knock = (path: string, headers: Record<string, string> = {}) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`${plant().url.replace('http', 'ws')}${path}`, ['relay.v1'], {
          headers,
        });
        socket.on('error', () => undefined).once('close', resolve);
      });

    it('S-M2-01 by the token in its header and by nothing else: not in the address, not another scheme', async () => {
      const one = await register(plant().admin);
      const other = await register(plant().admin);
      const secretOf = (token: string) => token.slice(token.indexOf('.') + 1);
      const refused = [
        [`/ws/devices?token=${one.token}`, {}],
        [`/ws/devices?access_token=${one.token}`, {}],
        ['/ws/devices', { authorization: one.token }],
        ['/ws/devices', { authorization: `Basic ${btoa(one.token)}` }],
        ['/ws/devices', { authorization: `Bearer ${one.token}x` }],
        ['/ws/devices', { authorization: `Bearer ${one.code}.${secretOf(other.token)}` }],
        ['/ws/devices', { authorization: `Bearer ${plant().admin.token}` }],
        ['/ws/devices', { cookie: `token=${one.token}` }],
      ] as const;
      for (const [path, headers] of refused) assert.equal(await knock(path, headers), 4401);
      assert.equal((await stateOf(one.id)).online, false);
    });

    it('S-WS-04 a session that was replaced says nothing more: the last one is the device', async () => {
      const first = await dial({ relays: [false, false, false] });
      await stand(first.id, 'off off off');
      // It doesn't read that it was replaced, and goes on telling.
      first.socket.pause();
      const second = await dial({ as: first, relays: [false, true, false] });
      await stand(first.id, 'off on off');
      first.report([true, true, true]);
      first.send('input_event', { ch: 1, event: 'press', event_id: 'ghost' }, { id: 'ghost' });
      await second.tell('press', 0);
      assert.equal(await states(first.id), 'off on off');
      const heard = await plant().asOwner(
        "select 1 from outbox where name = 'relay.input' and payload ->> 'event_id' = 'ghost'",
      );
      assert.deepEqual(heard, []);
      assert.equal((await stateOf(first.id)).online, true);
    });

    it('a storm of connections ends with one session, online', async () => {
      const device = await register(plant().admin);
      const storm = Array.from(
        { length: 30 },
        () =>
          new WebSocket(`${plant().url.replace('http', 'ws')}/ws/devices`, ['relay.v1'], {
            headers: { authorization: `Bearer ${device.token}` },
          }),
      );
      const codes: number[] = [];
      for (const socket of storm)
        socket.on('error', () => undefined).once('close', (code) => codes.push(code));
      await until(() => codes.length >= storm.length - 1, 'all but one to be closed');
      const last = await dial({ as: device, relays: [true, false, true] });
      await until(() => codes.length === storm.length, 'the last of the storm to be replaced');
      assert.deepEqual([...new Set(codes)], [4001]);
      await stand(last.id, 'on off on');
      await until(async () => (await stateOf(device.id)).online, 'it to be online');
      const { status } = await set(device.id, 1, { state: 'on' });
      assert.equal(status, 200);
    });
  });

  describe('what it says', () => {
    it('S-OP-06 what it tells after its answer is newer than the answer, and is what stays', async () => {
      const device = await dial({ obeys: false, relays: [false, false, false] });
      await stand(device.id, 'off off off');
      for (let turn = 0; turn < 25; turn += 1) {
        const before = device.frames.length;
        const asked = set(device.id, 0, { state: 'on' });
        const { id } = await until(() => device.frames.slice(before).find(told(1)), 'the command');
        // Done, and somebody at the wall switched it off again at once.
        device.send('ack', { status: 'ok', state: [true, false, false] }, { corr: id });
        device.report([false, false, false], { source: 'button' });
        assert.equal((await asked).status, 200);
        await device.tell('click', 10);
        assert.equal(await states(device.id), 'off off off', `turn ${turn}`);
      }
    });

    it('an event that makes no sense is refused by its id, and those after it are kept', async () => {
      const device = await dial();
      const wrong = [
        { ch: 33, event: 'press', event_id: 'a' },
        { ch: -1, event: 'press', event_id: 'b' },
        { ch: '1', event: 'press', event_id: 'c' },
        { ch: 1, event: 'explode', event_id: 'd' },
        { ch: 1, event: 'press', event_id: 'e', duration_ms: -5 },
        { ch: 1, event: 'press', event_id: 'f', duration_ms: 'long' },
        { ch: 1, event: 'press', event_id: 7 },
        { ch: 1, event: 'press', event_id: 'g\0' },
        { ch: 1, event: 'press', event_id: '\ud800' },
        [],
      ];
      for (const [at, data] of wrong.entries()) {
        device.send('input_event', data, { id: `wrong-${at}` });
        const { data: said } = await device.hear(({ corr }) => corr === `wrong-${at}`, 'an answer');
        assert.deepEqual([said.status, said.code], ['rejected', 'bad_frame'], JSON.stringify(data));
        assert.match(said.message, /\w/);
      }
      await device.tell('press', 0);
      const kept = await plant().asOwner<{ kind: string }>(
        "select payload ->> 'kind' as kind from outbox where name = 'relay.input' and payload ->> 'device_id' = $1",
        [device.id],
      );
      assert.deepEqual(kept, [{ kind: 'press' }]);
    });

    for (const [what, frame, code] of [
      ['no JSON', 'nonsense', 4400],
      ['a list', '[1]', 4400],
      ['bytes', Buffer.from([1, 2, 3]), 4400],
      [
        'a relay that stands "maybe"',
        '{"v":1,"type":"state_report","data":{"relays":[{"ch":1,"on":"maybe"}]}}',
        4400,
      ],
      ['relay −1', '{"v":1,"type":"state_report","data":{"relays":[{"ch":-1,"on":true}]}}', 4400],
      ['a firmware with NUL', '{"v":1,"type":"hello","data":{"fw_version":"1\\u0000"}}', 4400],
      ['an ack without a status', '{"v":1,"type":"ack","corr":"x","data":{}}', 4400],
      ['a frame of 1 MB', `{"v":1,"type":"log","data":{"message":"${'x'.repeat(2 ** 20)}"}}`, 1009],
    ] as const)
      it(`${what} ends the connection with ${code}, and it comes back`, async () => {
        const device = await dial();
        device.socket.send(frame);
        assert.equal(await device.closed(), code);
        await dial({ as: device });
        assert.equal((await set(device.id, 0, { state: 'off' })).status, 200);
      });

    it('10,000 frames at once end the connection with 4429, and others are served meanwhile', async () => {
      const [noisy, other] = [await dial(), await dial()];
      for (let at = 0; at < 10_000; at += 1) noisy.send('ping', { nonce: at });
      assert.equal((await set(other.id, 2, { state: 'off' })).status, 200);
      assert.equal(await noisy.closed(), 4429);
      await until(async () => !(await stateOf(noisy.id)).online, 'it to be gone');
    });

    it('a report that could not be kept is asked for again', async () => {
      const device = await dial({ relays: [false, false, false] });
      await stand(device.id, 'off off off');
      await plant().asOwner('alter table relays rename to relays_away');
      try {
        device.report([true, true, false]);
        await device.tell('click', 10);
      } finally {
        await plant().asOwner('alter table relays_away rename to relays');
      }
      await device.hear(({ type }) => type === 'get_state', 'the question how it stands');
      device.report([true, true, false]);
      await stand(device.id, 'on on off');
    });

    it('S-WS-02 S-OP-09 the short words of the requirement are understood as well', async () => {
      const device = await dial({ obeys: false });
      device.send('state_report', { states: [false, true, false], reason: 'change' });
      await stand(device.id, 'off on off');
      const asked = set(device.id, 0, { state: 'on' });
      const { id } = await device.hear(told(1), 'the command');
      device.send('cmd_ack', { ok: true, states: [true, true, false] }, { corr: id });
      assert.deepEqual((await asked).body.states, ['on', 'on', 'off']);
      device.send('input_event', { input: 2, kind: 'press' }, { id: 'short' });
      await device.hear(({ corr }) => corr === 'short', 'an answer');
      const [event] = await plant().asOwner<{ payload: { input: number; event_id: string } }>(
        "select payload from outbox where name = 'relay.input' and payload ->> 'device_id' = $1",
        [device.id],
      );
      assert.deepEqual([event?.payload.input, event?.payload.event_id], [2, 'short']);
      const { config_version } = (await plant().admin.get(`/devices/${device.id}`)).body;
      device.send('config_ack', { version: config_version });
      await until(
        async () =>
          (await plant().admin.get(`/devices/${device.id}`)).body.config_acked === config_version,
        'its configuration to be acked',
      );
    });

    it('a clock that is years off moves nothing: only ages and its own time count', async () => {
      const device = await dial();
      for (const ts of ['1970-01-01T00:00:00Z', '2999-01-01T00:00:00Z', 'noon', 12])
        device.send('ping', { nonce: 1 }, { ts });
      assert.equal((await set(device.id, 0, { state: 'off' })).status, 200);
    });
  });
});
