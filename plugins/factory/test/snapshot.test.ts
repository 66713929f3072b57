import assert from 'node:assert/strict';
import type { Session } from './support/line.ts';
import { Line } from './support/line.ts';
import { expectGates, expectRefusal, expectStatus, Plant } from './support/plant.ts';

describe('M2 shop snapshot', () => {
  let plant: Plant;
  let line: Line;
  let made = 0;
  let batchNo = '';

  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
  });
  after(() => plant.stop());
  afterEach(() => line.freeMachines());

  /** A batch of its own in the shop, all of it but `left` fed to the sessions in the given parts. */
  async function batchWith(left: number, fed: readonly [Session, number][]) {
    made += 1;
    batchNo = `PVD-SNAP-${made}`;
    const total = fed.reduce((sum, [, kg]) => sum + kg, left);
    const csv = `location,item_type,code,batch_no,qty,uom\nSHOP,material,PVD-PE,${batchNo},${total},kg\n`;
    expectStatus(await plant.platform.admin.post('/import/opening_stock', { csv }), 200);
    const batch = { material_id: 'PVD-PE', batch_no: batchNo };
    for (const [session, kg] of fed) expectStatus(await line.feed(session, kg, batch), 201);
    return batch;
  }
  const weighed = async (batch: object, kg: number, more: object = {}) =>
    line.snapshot([{ ...batch, device_id: await plant.weigh('scale-SHOP-01', kg), ...more }]);
  const book = () => plant.stock('SHOP', 'PVD-PE', batchNo);

  it('F-UT-013 a line that names a session is its WIP, and back in the shop’s book', async () => {
    const session = await line.opened('E1', 'POL-10');
    const batch = await batchWith(40, [[session, 100]]);
    const taken = expectStatus(await weighed(batch, 4.2, { session_id: session.id }), 201);
    assert.deepEqual([taken.lines[0].wip_kg, taken.lines[0].variance_kg], [4.2, 0]);
    assert.equal(await book(), 44.2);
    assert.equal((await line.preview(session)).wip_kg, 4.2);
  });

  it('F-UT-014 F-EX-06 book 40, measured 43.5: 3.5 kg is WIP of the one session', async () => {
    const session = await line.opened('E1', 'POL-10');
    const batch = await batchWith(40, [[session, 100]]);
    const { lines } = expectStatus(await weighed(batch, 43.5), 201);
    assert.deepEqual(
      [lines[0].book_kg, lines[0].measured_kg, lines[0].wip_kg, lines[0].variance_kg],
      [40, 43.5, 3.5, 0],
    );
    assert.equal(await book(), 43.5);
    assert.equal((await line.preview(session)).wip_kg, 3.5);
  });

  it('F-UT-015 F-EX-06 two sessions with 200 and 100 share 4 and 2', async () => {
    const first = await line.opened('E1', 'POL-10');
    const second = await line.opened('E2', 'POL-10');
    const batch = await batchWith(40, [
      [first, 200],
      [second, 100],
    ]);
    expectStatus(await weighed(batch, 46), 201);
    assert.equal((await line.preview(first)).wip_kg, 4);
    assert.equal((await line.preview(second)).wip_kg, 2);
  });

  it('F-UT-016 F-UT-017 below the book is variance; nothing left is a line of 0.000', async () => {
    const session = await line.opened('E1', 'POL-10');
    const batch = await batchWith(40, [[session, 100]]);
    const low = expectStatus(await weighed(batch, 39.2), 201).lines[0];
    assert.deepEqual([low.wip_kg, low.variance_kg], [0, -0.8]);
    await plant.ingest('scale-SHOP-01', [
      { gross_kg: 5, stable: false },
      { gross_kg: 0, stable: true },
    ]);
    const none = expectStatus(await line.snapshot([{ ...batch, device_id: 'scale-SHOP-01' }]), 201)
      .lines[0];
    assert.deepEqual([none.measured_kg, none.variance_kg], [0, -40]);
    assert.equal(await book(), 0);
  });

  it('F-UT-018 F-M2-08 a second snapshot takes the place of the first', async () => {
    const session = await line.opened('E1', 'POL-10');
    const batch = await batchWith(40, [[session, 100]]);
    expectStatus(await weighed(batch, 43.5), 201);
    const level = expectStatus(await weighed(batch, 43), 201).lines[0];
    assert.deepEqual([level.book_kg, level.wip_kg, level.variance_kg], [40, 3, 0]);
    assert.equal(await book(), 43);
    assert.equal((await line.preview(session)).wip_kg, 3);

    expectStatus(await weighed(batch, 4.2, { session_id: session.id }), 201);
    expectStatus(await weighed(batch, 5, { session_id: session.id }), 201);
    assert.equal((await line.preview(session)).wip_kg, 5);
    assert.equal(await book(), 45);
  });

  it('F-UT-019 the scale’s calibration is judged here too', async () => {
    const session = await line.opened('E1', 'POL-10');
    const batch = await batchWith(40, [[session, 100]]);
    const device_id = await plant.weigh('scale-MAIN-OLD', 40);
    expectGates(await line.snapshot([{ ...batch, device_id }]), ['calibration_expired']);
  });

  it('F-INV-01 the book is the sum of the ledger, snapshots and reversals included', async () => {
    const session = await line.opened('E1', 'POL-10');
    const batch = await batchWith(40, [[session, 100]]);
    for (const kg of [43.5, 43, 41.25]) expectStatus(await weighed(batch, kg), 201);
    expectStatus(await weighed(batch, 4.2, { session_id: session.id }), 201);
    const [ledger] = await plant.platform.asOwner<{ book: number }>(
      `select sum(coalesce((ref_doc->>'effect_kg')::numeric, qty)
                  * case when to_location_id is null then -1 else 1 end) as book
       from stock_txn where batch_no = $1`,
      [batchNo],
    );
    assert.equal(ledger?.book, await book());
  });

  it('F-API-032 a closed session gets no more WIP', async () => {
    const session = await line.opened('E1', 'POL-10');
    const batch = await batchWith(40, []);
    expectStatus(await line.close(session), 200);
    const late = await weighed(batch, 4, { session_id: session.id });
    expectRefusal(late, 409, 'business_conflict', 'session_closed');
  });
});
