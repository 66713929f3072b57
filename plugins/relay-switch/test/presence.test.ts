import assert from 'node:assert/strict';
import { type TestPlatform, until } from '@qoida/core/testing';
import { rawDevice } from './raw-device.ts';
import { startPlant } from './support.ts';

describe('a device that comes and goes', () => {
  let plant: TestPlatform;
  /** The platform's clock goes so far ahead of this machine's. */
  let aheadMs = 0;
  before(async () => {
    plant = await startPlant(
      { PRESENCE_MIN_SEC: '60' },
      { now: () => new Date(Date.now() + aheadMs) },
    );
  });
  after(() => plant?.stop());

  const told = async (id: string) =>
    (
      await plant.asOwner<{ name: string }>(
        "select name from outbox where name in ('device.online', 'device.offline') and payload ->> 'device_id' = $1 order by seq",
        [id],
      )
    ).map(({ name }) => name.replace('device.', ''));
  const seen = async (id: string) =>
    (
      await plant.asOwner<{ online: boolean }>(
        "select (payload ->> 'online')::boolean as online from outbox where name = 'device.connection' and payload ->> 'device_id' = $1 order by seq",
        [id],
      )
    ).map(({ online }) => online);
  const isOnline = async (id: string) =>
    (await plant.admin.get(`/devices/${id}`)).body.online as boolean;
  const is = (id: string, online: boolean) =>
    until(async () => (await isOnline(id)) === online, online ? 'it to be there' : 'it to be gone');

  it('S-OP-14 rules hear of it at most once a minute, and of how it stands in the end; screens each time', async () => {
    const first = await rawDevice(plant);
    const { id } = first;
    await is(id, true);
    let now = first;
    for (let flap = 0; flap < 3; flap += 1) {
      now.socket.terminate();
      await is(id, false);
      now = await rawDevice(plant, { as: first });
      await is(id, true);
    }
    assert.deepEqual(await told(id), ['online']);
    assert.deepEqual(await seen(id), [true, false, true, false, true, false, true]);
    // It is as it was told: after the minute there is nothing to tell.
    aheadMs += 61_000;
    now.socket.terminate();
    await until(async () => (await told(id)).length === 2, 'its going to be told');
    assert.deepEqual(await told(id), ['online', 'offline']);

    now = await rawDevice(plant, { as: first });
    await is(id, true);
    assert.deepEqual(await told(id), ['online', 'offline']);
    aheadMs += 30_000;
    assert.equal((await told(id)).length, 2);
    aheadMs += 31_000;
    await until(async () => (await told(id)).length === 3, 'its coming to be told late');
    assert.deepEqual(await told(id), ['online', 'offline', 'online']);
    now.socket.close();
  });
});
