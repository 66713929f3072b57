import assert from 'node:assert/strict';
import { until } from '@qoida/core/testing';
import { type ChildPlatform, childPlatform } from './child-platform.ts';
import { rawDevice } from './raw-device.ts';

describe('a hold with a restart in its middle', function () {
  this.timeout(400_000);
  let platform: ChildPlatform;
  before(async () => {
    platform = await childPlatform({ RELAY_PERSON_HOLD_SEC: '0' });
  });
  after(() => platform?.end());

  it('S-M3-V2 kill -9 while a button is held: everything goes off exactly once', async () => {
    const begun = { admin: await platform.start(), url: platform.url };
    const device = await rawDevice(begun);
    await device.tell('press', 0);
    for (const ms of [1_003, 4_998, 9_470]) await device.tell('hold_repeat', ms);
    await platform.kill();
    await device.closed();
    const admin = await platform.start();
    const back = await rawDevice({ admin, url: platform.url }, { as: device });
    for (const ms of [10_012, 10_498, 11_031]) await back.tell('hold_repeat', ms);
    await back.tell('hold_end', 11_200);
    await until(() => back.relays.every((on) => !on), 'everything to be off');
    // What comes after it in the queue of events is done after it.
    await until(async () => {
      const { body } = await admin.get('/relay-commands');
      return body.items[0]?.status === 'ok';
    }, 'the command to be kept');
    assert.equal(back.frames.filter(({ type }) => type === 'set_all_relays').length, 1);
    const { body } = await admin.get('/relay-commands');
    assert.deepEqual([body.total, body.items[0].state], [1, 'off']);
    const runs = await platform.database.asOwner('select status from rule_runs');
    assert.deepEqual(runs, [{ status: 'done' }]);
    back.socket.close();
  });
});
