import assert from 'node:assert/strict';
import { type TestPlatform, until } from '@qoida/core/testing';
import { type Rig, register, startPlant, startRig } from './support.ts';

describe('commands to a switch', () => {
  let plant: TestPlatform;
  let rig: Rig;
  before(async () => {
    plant = await startPlant();
    rig = await startRig(plant);
  });
  after(async () => {
    await rig?.end();
    await plant?.stop();
  });

  it('S-M1-V3 a new device has 3 relays and 3 inputs, and the usual configuration', async () => {
    const device = await register(plant.admin);
    const relays = await plant.admin.get(`/relays?device_id=${device.id}`);
    const inputs = await plant.admin.get(`/relay-inputs?device_id=${device.id}`);
    assert.deepEqual(
      relays.body.items.map(({ relay, state }: { relay: number; state: string }) => [relay, state]),
      [
        [0, 'unknown'],
        [1, 'unknown'],
        [2, 'unknown'],
      ],
    );
    assert.equal(inputs.body.total, 3);
    const { body } = await plant.admin.get(`/devices/${device.id}`);
    assert.equal(body.config.power_restore_mode, 'last');
    assert.deepEqual(body.config.io_config.inputs[1], {
      input: 1,
      type: 'push',
      link: 'linked',
      target_relay: 1,
      push_mode: 'toggle',
    });
  });

  it('S-M2-V1 a command reaches the device, its ack is the answer, and the state is kept', async () => {
    const { status, body } = await rig.set(1, { state: 'on' });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.command.status, 'ok');
    assert.ok(body.command.latency_ms > 0);
    assert.deepEqual(body.differing, []);
    assert.deepEqual((await rig.act('state')).relays, [false, true, false]);
    assert.equal(await rig.states(), 'off on off');
    const { body: log } = await rig.admin.get(`/relay-commands?device_id=${rig.id}&page_size=1`);
    assert.deepEqual(
      [log.items[0].status, log.items[0].relay, log.items[0].state],
      ['ok', 1, 'on'],
    );
  });

  it('S-M2-V2 all relays are switched by one message, whatever they were before', async () => {
    for (const state of ['on', 'off', 'off', 'on']) {
      const { status, body } = await rig.set(null, { state });
      assert.equal(status, 200);
      assert.deepEqual(body.differing, []);
      assert.equal(await rig.states(), `${state} ${state} ${state}`);
    }
    assert.deepEqual((await rig.act('state')).relays, [true, true, true]);
  });

  it('a toggle is sent as what it means, and an unknown relay is 404', async () => {
    await rig.set(null, { state: 'off' });
    assert.equal((await rig.set(0, { state: 'toggle' })).body.command.state, 'on');
    assert.equal((await rig.set(0, { state: 'toggle' })).body.command.state, 'off');
    assert.equal((await rig.set(7, { state: 'on' })).status, 404);
    assert.equal((await rig.set(0, { state: 'loud' })).status, 422);
  });

  it('a number in a path or a query is taken in decimal digits only', async () => {
    for (const text of ['0x1', '1e0', '%201', '1%20', '1.', '+'])
      for (const answer of [
        await rig.admin.post(`/devices/${rig.id}/relays/${text}`, { state: 'on' }),
        await rig.admin.get(`/devices/${rig.id}/relay-events?limit=${text}`),
      ]) {
        assert.deepEqual([answer.status, answer.body.error?.reason], [422, 'invalid_input'], text);
        const [fault] = Object.values(answer.body.error.details.fields);
        assert.match(String(fault), /integer/, text);
      }
    assert.equal((await rig.admin.get(`/devices/${rig.id}/relay-events?limit=`)).status, 422);
    assert.equal((await rig.admin.get(`/devices/${rig.id}/relay-events?limit=01`)).status, 200);
    for (const [path, reason] of [
      ['/relays?page=0x1', 'page_invalid'],
      ['/relays?page_size=1e1', 'page_invalid'],
      ['/ingest/scale-events?page=0x1', 'page_invalid'],
      ['/users?page=0x1', 'invalid_input'],
      ['/audit?page=1e0', 'page_invalid'],
      ['/gates?page=0x1', 'invalid_input'],
    ] as const) {
      const { status, body } = await rig.admin.get(path);
      assert.deepEqual([status, body.error?.reason], [422, reason], path);
    }
  });

  it('an idempotency key of more than 255 characters is refused, not cut', async () => {
    const key = { 'idempotency-key': 'k'.repeat(256) };
    const { status, body } = await rig.admin.post(
      `/devices/${rig.id}/relays/0`,
      { state: 'on' },
      key,
    );
    assert.deepEqual([status, body.error?.reason], [422, 'idempotency_key_invalid']);
  });

  it('a dry run refuses a relay that the device has not got, as the run does', async () => {
    const check = (name: string, input: object, by = rig.admin) =>
      by.post(`/operations/${name}/check`, { device_id: rig.code, ...input });
    const refused = ({ status, body }: Awaited<ReturnType<typeof check>>, value: string) =>
      assert.deepEqual(
        [status, body.error?.reason, body.error?.details.value],
        [404, 'not_found', value],
      );

    refused(await check('relay.set', { relay: 9, state: 'on' }), '9');
    refused(await check('relay.release', { relay: 9 }), '9');
    refused(await check('relay.rename', { relay: 9, name: 'Hall' }), '9');
    refused(await check('relay.unshare', { user_id: 'admin' }), 'admin');
    const { body: scale } = await rig.admin.post('/devices', { code: 'no-relays' });
    const none = { device_id: scale.id, state: 'on' };
    refused(await check('relay.set_all', none), 'no-relays');
    refused(await rig.admin.post(`/devices/${scale.id}/relays`, { state: 'on' }), 'no-relays');

    assert.equal((await check('relay.set', { relay: 2, state: 'on' })).body.allowed, true);
    assert.equal((await check('relay.set_all', { state: 'on' })).body.allowed, true);
    assert.equal((await check('relay.release', { relay: 2 })).body.allowed, true);
  });

  it('a command asked for twice is done once and answered the same', async () => {
    await rig.set(2, { state: 'off' });
    const ask = () =>
      rig.admin.post(
        `/devices/${rig.id}/relays/2`,
        { state: 'on' },
        { 'idempotency-key': 'the-same' },
      );
    const [one, other] = await Promise.all([ask(), ask()]);
    const third = await ask();
    assert.deepEqual([one.status, other.status, third.status], [200, 200, 200]);
    const id = one.body.command.id;
    assert.deepEqual([other.body.command.id, third.body.command.id], [id, id]);
    assert.equal((await rig.act('state')).moves[id], 1);
  });

  it('S-TST-05 without an ack 504; one that comes late is taken over, and nothing moves twice', async () => {
    await rig.set(0, { state: 'off' });
    await rig.act('late_acks', { ms: 1_200, frames: 1 });
    const { status, body } = await rig.set(0, { state: 'on' });
    assert.deepEqual([status, body.error.code, body.error.reason], [504, 'timeout', 'ack_timeout']);
    const { id } = body.error.details.command;
    const late = await until(async () => {
      const { body: row } = await rig.admin.get(`/relay-commands/${id}`);
      return row.status === 'late' ? row : null;
    }, 'the late answer');
    assert.equal(late.relay, 0);
    assert.equal((await rig.states()).split(' ')[0], 'on');
    assert.equal((await rig.act('state')).moves[id], 1);
    const audit = await plant.asOwner<{ action: string }>(
      'select action from audit_log where object_id = $1 order by id',
      [id],
    );
    assert.ok(audit.some(({ action }) => action === 'relay.answer_late'));
  });

  it('a lost ack: the device is asked how it stands, so the state is known all the same', async () => {
    await rig.set(1, { state: 'off' });
    await rig.act('lose_acks', { frames: 1 });
    assert.equal((await rig.set(1, { state: 'on' })).status, 504);
    await until(async () => (await rig.states()).split(' ')[1] === 'on', 'the reported state');
  });

  it('asked again with its key while its outcome is unknown: answered duplicate, done once', async () => {
    await rig.set(2, { state: 'off' });
    await rig.act('lose_acks', { frames: 1 });
    const ask = () =>
      rig.admin.post(
        `/devices/${rig.id}/relays/2`,
        { state: 'on' },
        { 'idempotency-key': 'lost-ack' },
      );
    const first = await ask();
    assert.equal(first.body.error.reason, 'ack_timeout');
    const { id } = first.body.error.details.command;
    const again = await ask();
    assert.deepEqual([again.status, again.body.command.id], [200, id]);
    assert.deepEqual((await rig.act('state')).commands[id], { seen: 2, done: 1 });
  });

  it('a frame that comes after its time is not done', async () => {
    await rig.set(1, { state: 'off' });
    const { ack: acks } = (await rig.act('delay_frames', { ms: 900, frames: 1 })).sent;
    const { status, body } = await rig.set(1, { state: 'on', ttl: 0.5 });
    assert.equal(status, 504);
    const { id } = body.error.details.command;
    const after = await until(async () => {
      const now = await rig.act('state');
      return (now.sent.ack ?? 0) > (acks ?? 0) ? now : null;
    }, 'the ack that says expired');
    assert.deepEqual([after.relays[1], after.moves[id]], [false, undefined]);
  });

  it('S-M2-V3 latency is measured for what was answered and for what was not', async () => {
    const response = await fetch(`${plant.url}/metrics`);
    const text = await response.text();
    for (const outcome of ['ok', 'unconfirmed'])
      assert.match(
        text,
        new RegExp(`device_command_duration_seconds_count\\{outcome="${outcome}"\\} [1-9]`),
      );
  });

  it('S-MET-01 commands are counted by source and result, with the time of their answers', async () => {
    const person = await plant.as('relay_operator');
    const figures = async () => (await (await fetch(`${plant.url}/metrics`)).text()).split('\n');
    const figure = async (name: string) =>
      Number((await figures()).find((line) => line.startsWith(`${name} `))?.split(' ')[1] ?? 0);
    const by = (source: string, result: string) =>
      figure(`relay_commands_total{source="${source}",result="${result}"}`);
    const before = [
      await by('user', 'ok'),
      await by('service', 'ok'),
      await by('user', 'unconfirmed'),
      await figure('relay_command_latency_seconds_count{result="ok"}'),
      await figure('relay_command_latency_seconds_count{result="timeout"}'),
    ];
    const key = { 'idempotency-key': 'counted-once' };
    const path = `/devices/${rig.id}/relays/0`;
    assert.equal((await person.post(path, { state: 'on' }, key)).status, 200);
    assert.equal((await person.post(path, { state: 'on' }, key)).status, 200);
    assert.equal((await rig.set(1, { state: 'on' })).status, 200);
    await rig.act('lose_acks', { frames: 1 });
    assert.equal((await rig.set(2, { state: 'on' }, person)).status, 504);
    const after = [
      await by('user', 'ok'),
      await by('service', 'ok'),
      await by('user', 'unconfirmed'),
      await figure('relay_command_latency_seconds_count{result="ok"}'),
      await figure('relay_command_latency_seconds_count{result="timeout"}'),
    ];
    assert.deepEqual(
      after.map((count, at) => count - (before[at] ?? 0)),
      [1, 1, 1, 2, 1],
    );
  });

  it('S-OP-22 a device that is away gets nothing, also not later', async () => {
    const before = (await rig.act('state')).relays;
    await rig.act('network', { on: false });
    await until(
      async () => !(await rig.admin.get(`/devices/${rig.id}`)).body.online,
      'it to be gone',
    );
    const { status, body } = await rig.set(null, { state: before[0] ? 'off' : 'on' });
    assert.deepEqual([status, body.error.reason], [409, 'device_offline']);
    await rig.act('network', { on: true });
    await rig.online();
    assert.deepEqual((await rig.act('state')).relays, before);
  });

  it('a command whose delivery ended with its process does not stay pending for ever', async () => {
    await rig.set(0, { state: 'on' });
    const [{ id }] = (await plant.asOwner<{ id: string }>(
      `insert into relay_commands (organization_id, device_id, relay, state, owner, priority, source, ttl_ms, expires_at)
       select organization_id, device_id, 0, 'off', 'somebody', 'safety', 'user', 5000, now() - interval '1 minute'
         from relay_commands limit 1 returning id`,
    )) as [{ id: string }];
    assert.equal((await rig.set(0, { state: 'off' })).status, 200);
    const { body } = await rig.admin.get(`/relay-commands/${id}`);
    assert.deepEqual([body.status, body.code], ['unconfirmed', 'forgotten']);
  });

  it('S-M2-06 a device whose line stands open and is silent goes offline', async () => {
    const own = await startPlant({ HEARTBEAT_SEC: '1', OFFLINE_AFTER_SEC: '2' });
    const silent = await startRig(own);
    try {
      await silent.act('answer_pings', { on: false });
      await until(async () => {
        const rows = await own.asOwner<{ name: string }>(
          "select name from outbox where name = 'device.offline'",
        );
        return rows.length > 0;
      }, 'the silence to be noticed');
    } finally {
      await silent.end();
      await own.stop();
    }
  });

  it('S-WS-03 an unknown word is told and the connection stays; another version is closed', async () => {
    await rig.act('send');
    assert.equal((await rig.act('state')).connected, true);
    await rig.act('send_version');
    await until(async () => (await rig.act('state')).last_close === 4400, 'the close');
    await rig.online();
    assert.equal((await rig.set(0, { state: 'on' })).status, 200);
  });
});
