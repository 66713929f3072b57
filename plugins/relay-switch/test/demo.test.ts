import assert from 'node:assert/strict';
import { startTestPlatform, type TestPlatform, until } from '@qoida/core/testing';
import relaySwitch from '../src/index.ts';

describe('the switch of the demo', () => {
  let plant: TestPlatform;
  before(async () => {
    plant = await startTestPlatform({ plugins: [relaySwitch], demo: true });
  });
  after(() => plant?.stop());

  const online = () =>
    until(async () => {
      const { body } = await plant.admin.get('/devices/switch-1');
      return body.online && body.config_acked === body.config_version ? body : null;
    }, 'the switch to be there');

  it('dials in by itself, is switched, and is played by its orders', async () => {
    await online();
    const { body } = await plant.admin.post('/devices/switch-1/relays', { state: 'on' });
    assert.deepEqual(body.states, ['on', 'on', 'on']);
    const order = (what: string, more = {}) =>
      plant.admin.post('/devices/switch-1/simulate', { do: what, ...more });
    assert.deepEqual((await order('state')).body.relays, [true, true, true]);
    assert.equal((await order('press', { input: 1 })).status, 200);
    await until(async () => (await order('state')).body.inputs[1], 'the press');
    await order('release', { input: 1 });
    await until(async () => {
      const { body: now } = await plant.admin.get('/devices/switch-1/relays');
      return now.states[1] === 'off' && now.relays[1].source === 'input';
    }, 'what the press did');
    assert.equal((await order('fly')).body.error.reason, 'simulator_refused');
  });

  it('is played with its new secret when that is changed, and left alone when it is switched off', async () => {
    const changed = await plant.admin.post('/devices/switch-1/secret', {});
    assert.ok([200, 201].includes(changed.status), JSON.stringify(changed.body));
    await online();
    await plant.admin.patch('/devices/switch-1', { active: false });
    await until(
      async () => !(await plant.admin.get('/devices/switch-1')).body.online,
      'it to be gone',
    );
    await plant.admin.patch('/devices/switch-1', { active: true });
    await online();
  });
});
