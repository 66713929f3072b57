import assert from 'node:assert/strict';
import { until } from '@qoida/core/testing';
import { rawBench, told } from './raw-bench.ts';

describe('what a device answers', () => {
  const { plant, dial, states, stand, set, command } = rawBench();

  it('an answer for a command of another device changes neither of them', async () => {
    const [one, other] = [
      await dial({ obeys: false, relays: [false, false, false] }),
      await dial({ relays: [false, false, false] }),
    ];
    await stand(one.id, 'off off off');
    await stand(other.id, 'off off off');
    const asked = set(one.id, 0, { state: 'on' });
    const { id } = await one.hear(told(1), 'the command');
    other.send('ack', { status: 'ok', state: [true, true, true] }, { corr: id });
    await other.tell('click', 10);
    const { status, body } = await asked;
    assert.deepEqual([status, body.error.reason], [504, 'ack_timeout']);
    assert.deepEqual(
      [await states(one.id), await states(other.id)],
      ['off off off', 'off off off'],
    );
  });

  it('an answer that is given twice, and one to a command that never was, change nothing more', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    const asked = set(device.id, 0, { state: 'on' });
    const { id } = await device.hear(told(1), 'the command');
    device.send('ack', { status: 'ok', state: [true, false, false] }, { corr: id });
    assert.equal((await asked).status, 200);
    device.send('ack', { status: 'ok', state: [false, true, true] }, { corr: id });
    for (const corr of ['00000000-0000-4000-8000-000000000000', 'nonsense', 'x'.repeat(3000)])
      device.send('ack', { status: 'ok', state: [false, true, true] }, { corr });
    await device.tell('click', 10);
    assert.equal(await states(device.id), 'on off off');
    assert.equal((await command(id)).status, 'ok');
  });

  it('S-TST-05 a late "no" is known as well: the command was not done', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    const asked = set(device.id, 0, { state: 'on' });
    const { id } = await device.hear(told(1), 'the command');
    assert.equal((await asked).status, 504);
    device.send(
      'ack',
      { status: 'rejected', code: 'interlock', state: [false, false, false] },
      { corr: id },
    );
    const row = await until(async () => {
      const now = await command(id);
      return now.status === 'unconfirmed' ? null : now;
    }, 'the late answer');
    assert.deepEqual([row.status, row.code], ['rejected', 'interlock']);
  });

  it('S-M2-05 an answer that has come is not late because the platform was busy with what came before it', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device.id, 'off off off');
    const asked = set(device.id, 0, { state: 'on' });
    const { id } = await device.hear(told(1), 'the command');
    const busy = plant().asOwner(
      `begin; select 1 from devices where id = '${device.id}' for update; select pg_sleep(3); commit`,
    );
    await until(
      async () =>
        (
          await plant().asOwner(
            "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()",
          )
        ).length > 0,
      'the device to be locked',
    );
    device.report([false, false, true]);
    device.send('ack', { status: 'ok', state: [true, false, true] }, { corr: id });
    const { status, body } = await asked;
    await busy;
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.states, ['on', 'off', 'on']);
  });

  it('what has not been answered holds its relay, also when its time is over or its answer never came', async () => {
    const device = await dial({ obeys: false, relays: [true, true, true] });
    await stand(device.id, 'on on on');
    const safety = await plant().as('relay_safety');
    const off = { state: 'off', priority: 'safety', ttl: 0.5 };
    const asked = safety.post(`/devices/${device.id}/relays/0`, off);
    const { id } = await device.hear(told(1), 'the command');
    const { expires_at } = await command(id);
    await until(() => Date.now() > Date.parse(expires_at), 'its time to be over');
    const during = await set(device.id, 0, { state: 'on' });
    assert.equal(during.body.error?.reason, 'relay_held', JSON.stringify(during.body));
    assert.equal((await asked).body.error.reason, 'ack_timeout');
    const after = await set(device.id, 0, { state: 'on' });
    assert.equal(after.body.error?.reason, 'relay_held', JSON.stringify(after.body));
    assert.equal((await safety.delete(`/devices/${device.id}/relays/0/hold`)).status, 200);
    assert.equal(device.frames.filter(told(1)).length, 1);
  });

  it('a toggle while another command is on its way turns round what that one wants', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device.id, 'off off off');
    const first = set(device.id, 0, { state: 'toggle' });
    const one = await device.hear(told(1), 'the first command');
    const second = set(device.id, 0, { state: 'toggle' });
    await until(async () => {
      const { body } = await plant().admin.get(`/relay-commands?device_id=${device.id}`);
      return body.total === 2;
    }, 'the second command to be kept');
    device.send('ack', { status: 'ok', state: [true, false, false] }, { corr: one.id });
    const other = await device.hear(
      (frame) => told(1)(frame) && frame.id !== one.id,
      'the second command',
    );
    device.send('ack', { status: 'ok', state: [false, false, false] }, { corr: other.id });
    assert.deepEqual(
      [one.data.on, other.data.on, (await first).status, (await second).status],
      [true, false, 200, 200],
    );
  });

  it('people, programs and safety at once: whoever is highest has the last word, and nothing is left open', async () => {
    const device = await dial({ relays: [true, true, true] });
    await stand(device.id, 'on on on');
    const safety = await plant().as('relay_safety');
    const person = await plant().as('relay_operator');
    const path = `/devices/${device.id}/relays`;
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all([
        ...Array.from({ length: 6 }, (_, at) =>
          plant().admin.post(`${path}/${at % 3}`, { state: 'on' }),
        ),
        ...Array.from({ length: 6 }, (_, at) =>
          person.post(`${path}/${at % 3}`, { state: at % 2 ? 'on' : 'off', hold_for: 60 }),
        ),
        safety.post(path, { state: 'off', priority: 'safety' }),
        person.post(path, { state: 'on' }),
      ]);
      const all = answers.at(-2);
      assert.equal(all?.status, 200, JSON.stringify(all?.body));
      for (const { status, body } of answers)
        assert.ok(
          status === 200 || ['relay_held', 'command_overtaken'].includes(body.error.reason),
          JSON.stringify(body),
        );
      assert.deepEqual(device.relays, [false, false, false], `round ${round}`);
      assert.equal(await states(device.id), 'off off off');
      const { body } = await plant().admin.get(`/relays?device_id=${device.id}`);
      for (const { held_priority } of body.items) assert.equal(held_priority, 'safety');
      for (const relay of [0, 1, 2]) await safety.delete(`${path}/${relay}/hold`);
    }
    const { body } = await plant().admin.get(
      `/relay-commands?device_id=${device.id}&status=pending`,
    );
    assert.equal(body.total, 0);
  });

  it('relays that can’t be are refused before anything is kept', async () => {
    const device = await dial();
    for (const relay of ['-1', '99999999999999999999', '1.5', 'NaN', 'null', '3', '%00']) {
      const { status, body } = await plant().admin.post(`/devices/${device.id}/relays/${relay}`, {
        state: 'on',
      });
      assert.ok([404, 422, 400].includes(status), `${relay}: ${status} ${JSON.stringify(body)}`);
    }
    for (const body of [
      { state: true },
      { state: 'on', ttl: -1 },
      { state: 'on', ttl: 1e9 },
      { state: 'on', hold_for: -5 },
      { state: 'on', priority: 'god' },
      {},
      [],
    ])
      assert.ok([400, 422].includes((await set(device.id, 0, body)).status), JSON.stringify(body));
    const { body } = await plant().admin.get(`/relay-commands?device_id=${device.id}`);
    assert.equal(body.total, 0);
  });

  it('what safety came after is not sent again, though its time lasts and its outcome is unknown', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device.id, 'off off off');
    const safety = await plant().as('relay_safety');
    const person = await plant().as('relay_operator');
    const path = `/devices/${device.id}/relays/0`;
    const key = { 'idempotency-key': `overtaken ${device.id}` };
    const ask = () => person.post(path, { state: 'on', ttl: 30 }, key);
    assert.equal((await ask()).body.error?.reason, 'ack_timeout');
    const off = safety.post(path, { state: 'off', priority: 'safety' });
    const sent = await device.hear((frame) => told(1)(frame) && !frame.data.on, 'the last word');
    device.send('ack', { status: 'ok', state: [false, false, false] }, { corr: sent.id });
    assert.equal((await off).status, 200);
    assert.notEqual((await ask()).status, 200);
    assert.equal(device.frames.filter((frame) => told(1)(frame) && frame.data.on).length, 1);
  });

  it('a safety command waits for no lower one: what has not been sent is not sent any more', async () => {
    const device = await dial({ obeys: false, relays: [false, false, false] });
    await stand(device.id, 'off off off');
    const safety = await plant().as('relay_safety');
    const person = await plant().as('relay_operator');
    const by = (client: typeof person, body: object) =>
      client.post(`/devices/${device.id}/relays/0`, body);
    const first = by(person, { state: 'on' });
    await device.hear(told(1), 'the first command');
    const waiting = [by(person, { state: 'on' }), by(person, { state: 'on' })];
    await until(
      async () =>
        (
          await plant().asOwner(
            "select 1 from relay_commands where device_id = $1 and status = 'pending'",
            [device.id],
          )
        ).length === 3,
      'three commands to be on their way',
    );
    const off = by(safety, { state: 'off', priority: 'safety' });
    for (const one of await Promise.all(waiting))
      assert.deepEqual([one.status, one.body.error.reason], [409, 'command_overtaken']);
    assert.equal((await first).body.error.reason, 'ack_timeout');
    const sent = await device.hear(
      (frame) => told(1)(frame) && frame.data.on === false,
      'the safety command',
    );
    device.send('ack', { status: 'ok', state: [false, false, false] }, { corr: sent.id });
    assert.equal((await off).status, 200);
    assert.equal(device.frames.filter(told(1)).length, 2);
  });
});
