import assert from 'node:assert/strict';
import { platformStanding } from '../../src/alerts/index.ts';
import { ORGANIZATION } from '../../src/platform/start.ts';
import { startTestPlatform, type TestPlatform } from '../../src/testing/index.ts';
import { tanks } from './tanks.ts';

describe('standing facts of the platform', () => {
  let plant: TestPlatform;
  before(async () => {
    plant = await startTestPlatform({ plugins: [tanks] });
  });
  after(() => plant.stop());

  const read = (name: string, now = new Date()) => {
    const fact = platformStanding.find((one) => one.name === name);
    assert.ok(fact, name);
    const { db } = plant.platform;
    return db.transaction(ORGANIZATION, (tx) =>
      fact.read({ db: tx, now, zone: 'Asia/Tashkent', settings: {} }),
    );
  };

  it('can each be read by the application’s role, also where nothing is there yet', async () => {
    assert.equal(await read('silent_for'), 0);
    assert.deepEqual(await read('calibrations_due'), []);
    assert.deepEqual(await read('devices_unheard'), []);
    assert.equal(await read('partitions_missing'), 0);
    const nextYear = new Date(Date.now() + 365 * 86_400_000);
    assert.ok(Number(await read('partitions_missing', nextYear)) > 0);
    assert.equal(await read('messages_given_up'), 0);
    assert.equal(await read('events_waiting'), 0);
    assert.equal(await read('actions_given_up'), 0);
    assert.equal(await read('schedule_lag'), 0);
    assert.equal(platformStanding.length, 8);
  });

  it('a scale that was never read is silent since it is there; one whose calibration ends is named', async () => {
    const made = await plant.admin.post('/devices', { code: 'scale-1', device_type: 'scale' });
    assert.equal(made.status, 201);
    const day = 86_400_000;
    await plant.admin.patch('/devices/scale-1/calibration', {
      performed_at: new Date(Date.now() - day).toISOString(),
      valid_until: new Date(Date.now() + 5 * day).toISOString(),
    });
    const later = new Date(Date.now() + 600_000);
    assert.ok(Number(await read('silent_for', later)) >= 600);
    assert.deepEqual(await read('calibrations_due'), [{ code: 'scale-1', days_left: 4 }]);
  });
});
