import assert from 'node:assert/strict';
import { type TestPlatform, until } from '@qoida/core/testing';
import { type Rig, startPlant, startRig } from './support.ts';
import { openWebClient, signedIn, type WebClient } from './web-client.ts';

describe('the WebSocket of web clients', () => {
  let plant: TestPlatform;
  let rig: Rig;
  const open: WebClient[] = [];
  const enter = async (token = plant.admin.token) => {
    const client = await signedIn(plant.url, token);
    open.push(client);
    return client;
  };
  before(async () => {
    plant = await startPlant();
    rig = await startRig(plant);
    await rig.set(null, { state: 'off' });
  });
  after(async () => {
    for (const client of open) client.close();
    await rig?.end();
    await plant?.stop();
  });

  it('S-WS-01 S-M2-02 the first message signs in: a wrong token, none, or another word is closed with 4401', async () => {
    const wrong = await openWebClient(plant.url);
    const refused = await wrong.ask('auth', { token: 'nonsense' });
    assert.deepEqual([refused.ok, refused.error.code], [false, 'unauthorized']);
    assert.equal((await wrong.closed()).code, 4401);
    const hasty = await openWebClient(plant.url);
    const { error } = await hasty.ask('set_relay', { device_id: rig.id, relay: 0, state: 'on' });
    assert.equal(error.reason, 'not_signed_in');
    assert.equal((await hasty.closed()).code, 4401);
    assert.equal(await rig.states(), 'off off off');
  });

  it('S-M2-03 set_relay is answered with ack and states, and is kept like any command', async () => {
    const client = await enter();
    const ack = await client.ask('set_relay', { device_id: rig.id, relay: 2, state: 'on' });
    assert.deepEqual([ack.type, ack.ok, ack.states], ['ack', true, ['off', 'off', 'on']]);
    assert.deepEqual((await rig.act('state')).relays, [false, false, true]);
    const all = await client.ask('set_all_relays', { device_id: rig.id, state: 'off' });
    assert.deepEqual(all.states, ['off', 'off', 'off']);
    const { body } = await rig.admin.get(`/relay-commands/${ack.command.id}`);
    assert.equal(body.status, 'ok');
    const audit = await plant.asOwner<{ action: string }>(
      'select action from audit_log where object_id = $1',
      [ack.command.id],
    );
    assert.deepEqual(audit.map(({ action }) => action).sort(), ['relay.set', 'relay.settle']);
  });

  it('S-OP-09 cmd and cmd_ack are the same in other words', async () => {
    const client = await enter();
    const args = { device_id: rig.code, relay: 1, state: 'on' };
    const ack = await client.ask('cmd', { name: 'set_relay', args });
    assert.deepEqual([ack.type, ack.ok, ack.states], ['cmd_ack', true, ['off', 'on', 'off']]);
    const off = await client.ask('cmd', { name: 'relay.set', args: { ...args, state: 'off' } });
    assert.equal(off.ok, true);
    const state = await client.ask('get_state', { device_id: rig.id });
    assert.deepEqual([state.online, state.states.join()], [true, 'off,off,off']);
  });

  it('a frame that is told twice on one connection is one command with one answer; another connection counts anew', async () => {
    const commands = async () =>
      (await rig.admin.get(`/relay-commands?device_id=${rig.id}`)).body.total as number;
    const before = await commands();
    const frame = { v: 1, type: 'set_relay', id: 'twice', device_id: rig.id, relay: 0 };
    const told = async (client: WebClient, state: string, count: number) => {
      client.send({ ...frame, state });
      const answers = () => client.heard.filter(({ corr }) => corr === 'twice');
      await until(() => answers().length === count, `answer ${count}`);
      return answers().at(-1);
    };
    const client = await enter();
    const first = await told(client, 'toggle', 1);
    const second = await told(client, 'toggle', 2);
    assert.deepEqual([first.ok, second], [true, first]);
    assert.equal((await commands()) - before, 1);
    const other = await told(client, 'off', 3);
    assert.equal(other.error?.reason, 'idempotency_mismatch', JSON.stringify(other));
    assert.equal((await told(await enter(), 'off', 1)).ok, true);
    assert.equal((await commands()) - before, 2);
  });

  it('who may not is told so, with code, sentence and figures, and stays connected', async () => {
    const person = await plant.as('relay_operator');
    const client = await enter(person.token);
    const args = { device_id: rig.id, mode: 'on' };
    const { error } = await client.ask('cmd', { name: 'relay.power_restore_mode', args });
    assert.equal(error.reason, 'role_required');
    assert.match(error.message, /needs one of the roles/);
    const missing = await client.ask('get_state', {});
    assert.equal(missing.error.code, 'validation_error');
    assert.equal((await client.ask('ping')).type, 'pong');
  });

  it('a text that can’t be kept is refused by its id, in a value, a key or a name, and the line stays', async () => {
    const client = await enter();
    const rename = (name: string) => ({
      name: 'relay.rename',
      args: { device_id: rig.id, relay: 0, name },
    });
    const args = { device_id: rig.id, relay: 0, state: 'off' };
    for (const [type, more] of [
      ['cmd', rename('a\0b')],
      ['cmd', rename('half \ud83d')],
      ['set_relay', { ...args, 'k\0': 1 }],
      ['set_relay', { ...args, idempotency_key: 'k\0' }],
      ['get_state', { device_id: '\udc00' }],
    ] as const) {
      const { ok, error } = await client.ask(type, more);
      assert.deepEqual(
        [ok, error.code, error.reason],
        [false, 'bad_request', 'forbidden_character'],
      );
      assert.match(error.message, /NUL/);
    }
    const twice = `{"v":1,"type":"set_relay","id":"twice","relay":0,"relay":1,"state":"off","device_id":"${rig.id}"}`;
    client.send(twice);
    const { error } = await client.hear(({ corr }) => corr === 'twice', 'an answer');
    assert.equal(error.reason, 'duplicate_key');
    assert.equal((await client.ask('cmd', rename('Zal 😀'))).ok, true);
    const long = await client.ask('set_relay', { ...args, idempotency_key: 'k'.repeat(4000) });
    assert.equal(long.error.reason, 'idempotency_key_invalid');
  });

  it('events come in order with the position of the stream, and a client goes on where it was', async () => {
    const client = await enter();
    await client.ask('subscribe', { topics: ['event.relay.*', 'event.device.*'] });
    await client.hear(({ type }) => type === 'position', 'where the stream stands');
    await rig.set(0, { state: 'on' });
    const told = await client.hear(({ topic }) => topic === 'event.relay.changed', 'the change');
    assert.deepEqual([told.data.payload.relay, told.data.payload.state], [0, 'on']);
    client.close();
    await rig.set(0, { state: 'off' });
    const later = await enter();
    await later.ask('subscribe', { topics: 'event.relay.changed', since: told.position });
    const missed = await later.hear(
      ({ topic }) => topic === 'event.relay.changed',
      'what was missed',
    );
    assert.equal(missed.data.payload.state, 'off');
    assert.ok(missed.position > told.position);
    const bad = await later.ask('subscribe', { topics: ['not a topic'] });
    assert.equal(bad.error.reason, 'bad_topics');
  });

  it('S-M2-02 who has signed out, was disabled or has lost the role switches nothing, however open the line', async () => {
    await rig.set(null, { state: 'off' });
    const ask = { device_id: rig.id, relay: 0, state: 'on' };
    const leaver = await plant.as('relay_operator', { username: 'leaver' });
    const left = await enter(leaver.token);
    await leaver.post('/auth/logout');
    assert.equal((await left.ask('set_relay', ask)).error.code, 'unauthorized');
    assert.equal((await left.closed()).code, 4401);

    const member = await plant.as('integrator', { username: 'mover' });
    const moved = await enter(member.token);
    const [{ id }] = (await plant.asOwner<{ id: string }>(
      "select id from users where username = 'mover'",
    )) as [{ id: string }];
    const changed = await plant.admin.patch(`/users/${id}`, { position: 'relay_operator' });
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    // An identity is believed for two seconds.
    const mode = { mode: 'last' };
    await until(
      async () =>
        (await member.patch(`/devices/${rig.id}/power-restore-mode`, mode)).status === 403,
      'the role to be gone',
    );
    const args = { device_id: rig.id, ...mode };
    const { error } = await moved.ask('cmd', { name: 'relay.power_restore_mode', args });
    assert.equal(error.reason, 'role_required');

    await plant.admin.patch(`/users/${id}`, { status: 'disabled' });
    await until(async () => (await member.get('/relays')).status === 401, 'it to be signed out');
    assert.equal((await moved.ask('set_relay', ask)).error.code, 'unauthorized');
    assert.equal((await moved.closed()).code, 4401);
    assert.equal(await rig.states(), 'off off off');
  });

  it('S-WS-03 an unknown word is told and the connection stays; another version and garbage are closed', async () => {
    const client = await enter();
    const { type, code } = await client.ask('sing');
    assert.deepEqual([type, code], ['error', 'unsupported']);
    assert.equal((await client.ask('ping')).type, 'pong');
    client.send({ v: 2, type: 'ping', id: 'x' });
    assert.deepEqual(await client.closed(), { code: 4400, reason: 'unsupported_version' });
    for (const garbage of ['{', '[]', '{"v":1}', Buffer.from([1, 2])]) {
      const other = await enter();
      other.send(garbage);
      assert.equal((await other.closed()).code, 4400);
    }
  });

  it('a flood of frames is closed with 4429, a frame that is too long as well', async () => {
    const client = await enter();
    for (let at = 0; at < 400; at += 1) client.send({ v: 1, type: 'ping', id: `p-${at}` });
    assert.equal((await client.closed()).code, 4429);
    const long = await enter();
    long.send(JSON.stringify({ v: 1, type: 'ping', id: 'x', data: { text: 'a'.repeat(20_000) } }));
    assert.equal((await long.closed()).code, 1009);
  });

  it('S-API-03 what the device did not answer is ack_timeout here too, and the same key is done once', async () => {
    const client = await enter();
    await rig.act('lose_acks', { frames: 1 });
    const lost = await client.ask('set_relay', { device_id: rig.id, relay: 1, state: 'on' });
    assert.deepEqual([lost.error.code, lost.error.reason], ['timeout', 'ack_timeout']);
    await until(async () => (await rig.states()).split(' ')[1] === 'on', 'the reported state');
    const ask = { device_id: rig.id, relay: 1, state: 'toggle', idempotency_key: 'one-toggle' };
    const once = await client.ask('set_relay', ask);
    const again = await client.ask('set_relay', ask);
    assert.equal(again.command.id, once.command.id);
    assert.equal((await rig.act('state')).moves[once.command.id], 1);
  });
});
