import assert from 'node:assert/strict';
import { type TestClient, until } from '@qoida/core/testing';
import { expectGates, expectRefusal, expectStatus, Plant } from './support/plant.ts';

const PVD = { material_id: 'PVD-PE', batch_no: 'PVD-2508-01' };

describe('F-APR-09 a stock is corrected by weighing it', () => {
  let plant: Plant;
  let main: TestClient;
  let shop: TestClient;
  let chief: TestClient;
  let direktor: TestClient;
  before(async () => {
    plant = await Plant.start();
    main = await plant.as('main_ombor');
    shop = await plant.as('shop_op');
    chief = await plant.as('sex_boshligi');
    direktor = await plant.as('direktor');
  });
  after(() => plant.stop());

  async function count(kg: number, more: object = {}, as = shop) {
    const device_id = await plant.weigh('scale-SHOP-01', kg);
    const body = { location: 'SHOP', ...PVD, device_id, reason: 'counted', ...more };
    return as.post('/stock/adjust', body);
  }
  const approve = (as: TestClient, id: string) => as.post(`/approvals/${id}/approve`);
  const book = () => plant.stock('SHOP', 'PVD-PE', 'PVD-2508-01');
  const booked = (kg: number) => until(async () => (await book()) === kg, `${kg} kg in the book`);

  it('F-OP-12 waits for the chief, then the book has what was weighed, and the ledger says so', async () => {
    const asked = expectStatus(await count(390.5), 202);
    assert.deepEqual(asked.waiting_for, ['sex_boshligi']);
    assert.match(asked.message, /400 kg.*390[.,]5 kg.*counted/);
    assert.equal(await book(), 400);
    expectRefusal(await approve(shop, asked.approval_id), 403, 'forbidden', 'own_request');
    expectStatus(await approve(chief, asked.approval_id), 200);
    await booked(390.5);
    const { items } = expectStatus(await chief.get('/stock/txn?type=ADJUST'), 200);
    assert.deepEqual([items.length, items[0].qty, items[0].to_location_id], [1, 9.5, null]);
    assert.ok(items[0].scale_event_id);
  });

  it('above 50 kg the director agrees as well, upwards too', async () => {
    const asked = expectStatus(await count(440.501), 202);
    expectStatus(await approve(chief, asked.approval_id), 200);
    assert.equal(await book(), 390.5, 'one of two has agreed');
    expectStatus(await approve(direktor, asked.approval_id), 200);
    await booked(440.501);
  });

  it('rejected, nothing is posted', async () => {
    const { approval_id } = expectStatus(await count(430), 202);
    expectStatus(
      await chief.post(`/approvals/${approval_id}/reject`, { comment: 'weigh again' }),
      200,
    );
    assert.equal(await book(), 440.501);
  });

  it('what moved after the count is not overwritten: it has to be counted anew', async () => {
    const { approval_id } = expectStatus(await count(430), 202);
    const sent = await shop.post('/stock/transfers/shop-to-main', {
      lines: [{ ...PVD, device_id: await plant.weigh('scale-SHOP-01', 40) }],
    });
    expectStatus(sent, 201);
    await approve(chief, approval_id);
    await until(async () => {
      const { outcome } = (await shop.get(`/approvals/${approval_id}`)).body;
      return outcome === 'refused';
    }, 'the request to be refused after all');
    assert.equal(await book(), 400.501);
  });

  it('refuses at once what makes no sense, and keeps nothing', async () => {
    expectRefusal(await count(400.501), 409, 'business_conflict', 'stock_agrees');
    const foreign = await count(10, { location: 'MAIN' });
    expectRefusal(foreign, 403, 'forbidden', 'role_required');
    const unknown = await count(10, { batch_no: 'NO-SUCH' });
    expectRefusal(unknown, 409, 'business_conflict', 'batch_unknown');
    assert.equal((await count(10, { qty_kg: 12 })).status, 422, 'there is no typed weight');
    assert.equal((await count(10, { location: 'FG' })).status, 422);
    const old = { location: 'MAIN', device_id: await plant.weigh('scale-MAIN-OLD', 10) };
    expectGates(await main.post('/stock/adjust', { ...PVD, ...old, reason: 'counted' }), [
      'calibration_expired',
    ]);
    assert.equal(await book(), 400.501);
  });

  it('F-ALG-20 the book is still the sum of its ledger', async () => {
    const { differences } = expectStatus(await direktor.post('/stock/reconcile'), 200);
    assert.equal(differences, 0);
  });
});
