import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, signIn, startTestPlatform, type TestPlatform } from '@qoida/core/testing';
import factory from '../src/index.ts';

describe('F-UAT the demo plant', () => {
  let platform: TestPlatform;
  before(async () => {
    platform = await startTestPlatform({ plugins: [factory], demo: true });
  });
  after(() => platform.stop());

  const list = async (path: string): Promise<Answer['body'][]> => {
    const answer = await platform.admin.get(path);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.items;
  };
  const codes = async (path: string) => (await list(path)).map((item) => item.code).sort();

  it('F-UAT-01…08 has the products, materials and work centres', async () => {
    assert.deepEqual(await codes('/master/skus'), [
      'LAM-F',
      'POL-10',
      'POL-D1',
      'SET-05',
      'VT-PE-SKU',
    ]);
    assert.deepEqual(await codes('/master/materials'), ['MB-RED', 'PVD-PE', 'TALK', 'VT-PE']);
    assert.deepEqual(await codes('/master/workcenters'), ['E1', 'E2', 'E3', 'RW-HARD', 'RW-SOFT']);
    for (const sku of ['POL-10', 'POL-D1']) {
      const [recipe] = await list(`/master/recipes?sku_id=${sku}&status=published`);
      assert.equal(recipe?.vt_limit_pct, 35, sku);
    }
  });

  it('F-UAT-09 has the devices, one of them with its calibration over', async () => {
    const devices = await list('/devices?page_size=200');
    const expired = devices.filter((device) => new Date(device.calibration_due_at) < new Date());
    assert.deepEqual(
      expired.map((device) => device.code),
      ['scale-MAIN-OLD'],
    );
    const pack = devices.find((device) => device.code === 'scale-E1-pack-01');
    const [e1] = (await list('/master/workcenters')).filter((item) => item.code === 'E1');
    assert.equal(pack.workcenter_id, e1.id);
    assert.equal(pack.driver_model, null, 'its protocol is of a plugin that is not loaded');
  });

  it('opens a session as the chief of the demo, on E3 with the qualified operator', async () => {
    const demo = JSON.parse(readFileSync(join(platform.dataDir, 'demo.json'), 'utf8'));
    const { username, password } = demo.users.sex_boshligi;
    const chief = await signIn(platform.url, username, password);
    const opened = await chief.post('/sessions', {
      workcenter_id: 'E3',
      sku_id: 'POL-10',
      partiya_no: 'DEMO-1',
      shift: 'day',
      operators: ['operator'],
    });
    assert.equal(opened.status, 201, JSON.stringify(opened.body));
    assert.ok(demo.devices['scale-E1-pack-01'].secret);
  });
});
