import assert from 'node:assert/strict';
import type { TestPlatform } from '@qoida/core/testing';
import { type Rig, startPlant, startRig } from './support.ts';

describe('relays in the audit log', () => {
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

  const latest = async () => {
    const { body } = await rig.admin.get('/audit?object_type=relay&page_size=1');
    return body.items[0].object_code;
  };

  it('S-M3-08 are called by their switch, and by their name or number', async () => {
    assert.equal((await rig.set(1, { state: 'on' })).status, 200);
    assert.equal(await latest(), `${rig.code} · 2`);
    await rig.admin.patch(`/devices/${rig.id}/relays/1`, { name: 'Hall' });
    assert.equal(await latest(), `${rig.code} · Hall`);
  });
});
