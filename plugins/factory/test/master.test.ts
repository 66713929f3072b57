import assert from 'node:assert/strict';
import type { TestClient } from '@qoida/core/testing';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

describe('F-API-136 master data', () => {
  let plant: Plant;
  let integrator: TestClient;

  before(async () => {
    plant = await Plant.start();
    integrator = await plant.as('integrator');
  });
  after(() => plant.stop());

  it('F-API-008 F-OP-38 references are given by code, and the code reads the row', async () => {
    const made = await integrator.post('/master/skus', {
      code: 'VT-2',
      name: 'VT 2',
      category: 'vt',
      uom_default: 'kg',
      vt_material_id: 'VT-PE',
    });
    const vt = expectStatus(await integrator.get('/master/materials/VT-PE'), 200);
    assert.equal(expectStatus(made, 201).vt_material_id, vt.id);
    assert.equal(expectStatus(await integrator.get('/master/skus/VT-2'), 200).name, 'VT 2');
  });

  it('a change keeps what it doesn’t name', async () => {
    const changed = expectStatus(
      await integrator.patch('/master/skus/SET-05', { kg_per_m: 0.35 }),
      200,
    );
    assert.deepEqual(
      [changed.kg_per_m, changed.tolerance_weight_pct, changed.category],
      [0.35, 3, 'setka'],
    );
  });

  it('a code can’t be taken twice, and only VT products name a VT material', async () => {
    const again = { code: 'PVD-PE', name: 'Again', category: 'perv' };
    expectRefusal(
      await integrator.post('/master/materials', again),
      409,
      'business_conflict',
      'already_exists',
    );
    const odd = {
      code: 'ODD',
      name: 'Odd',
      category: 'setka',
      uom_default: 'm',
      vt_material_id: 'VT-PE',
    };
    expectRefusal(
      await integrator.post('/master/skus', odd),
      422,
      'validation_error',
      'check_failed',
    );
  });

  it('F-OP-37 FG may have zones, known by their code', async () => {
    const zone = { code: 'FG-ZONE-A', kind: 'FG', name: 'Zone A', zone: 'A' };
    expectStatus(await integrator.post('/master/locations', zone), 201);
    const found = expectStatus(await integrator.get('/stock/locations/FG-ZONE-A'), 200);
    assert.equal(found.zone, 'A');
  });

  it('F-RBAC-23 operators read and don’t write', async () => {
    const operator = await plant.as('operator');
    expectStatus(await operator.get('/master/skus'), 200);
    assert.equal(
      (await operator.post('/master/materials', { code: 'X', name: 'X', category: 'perv' })).status,
      403,
    );
  });

  it('F-SM-14 publishing supersedes, and a published recipe doesn’t change', async () => {
    const tex = await plant.as('texnolog');
    const lines = [{ material_id: 'PVD-PE', ratio_pct: 100 }];
    const draft = expectStatus(await tex.post('/master/recipes', { sku_id: 'POL-10', lines }), 201);
    assert.equal(draft.version, 2);
    expectStatus(await tex.post(`/master/recipes/${draft.id}/publish`), 200);
    const change = await tex.patch(`/master/recipes/${draft.id}`, { vt_limit_pct: 5 });
    expectRefusal(change, 409, 'business_conflict', 'recipe_published');
    const { items } = expectStatus(await tex.get('/master/recipes?sku_id=POL-10'), 200);
    const current = items.filter(
      (item: { superseded_at: string | null }) => item.superseded_at === null,
    );
    assert.deepEqual(
      current.map((item: { version: number }) => item.version),
      [2],
    );
  });
});
