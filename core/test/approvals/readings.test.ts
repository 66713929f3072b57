import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { TestClient } from '../../src/testing/index.ts';
import { expectStatus, openYard, reasonOf, type Yard } from './support.ts';

const SCALE = 'scale-yard';

describe('weights of operations that wait', () => {
  let yard: Yard;
  let secret: string;
  let seq = 0;
  before(async () => {
    yard = await openYard();
    const device = { code: SCALE, device_type: 'scale' };
    secret = expectStatus(await yard.plant.admin.post('/devices', device), 201).secret;
  });
  after(() => yard.plant.stop());

  async function load(kg: number): Promise<void> {
    const events = [0, kg].map((gross_kg) => {
      seq += 1;
      const at = new Date(Date.now() + yard.clock.offset).toISOString();
      return { seq, ts_device: at, gross_kg, stable: gross_kg > 0 };
    });
    const body = JSON.stringify({ events });
    const response = await fetch(`${yard.plant.url}/api/v1/ingest/scale-events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-device-id': SCALE,
        'x-signature': createHmac('sha256', secret).update(body).digest('hex'),
      },
      body,
    });
    assert.equal(response.status, 201, await response.text());
  }
  const weigh = (crate: string, as: TestClient = yard.operator) =>
    as.post(`/crates/${crate}/weigh`, { device_id: SCALE });
  const loadOf = async (crate: string) => (await yard.crateOf(crate)).load_kg;

  it('the reading is kept for the request: nobody else binds it, and it is bound when all agree', async () => {
    const crate = await yard.newCrate(5);
    await load(77.5);
    const { approval_id } = expectStatus(await weigh(crate), 202);
    assert.equal(await loadOf(crate), 5);
    const other = await weigh(await yard.newCrate(5));
    assert.equal(reasonOf(other), 'reading_already_used');
    // It grows older than any window while people think about it, and others weigh meanwhile.
    yard.clock.offset += 3_600_000;
    await load(12);
    expectStatus(await yard.approve(yard.chief, approval_id), 200);
    assert.equal((await yard.ended(approval_id)).outcome, 'done');
    assert.equal(await loadOf(crate), 77.5);
    const [bound] = await yard.plant.asOwner<{ bound: object }>(
      `select bind_ref as bound from scale_events where gross_kg = 77.5`,
    );
    assert.deepEqual(bound?.bound, { crate_id: crate });
  });

  it('a request that ends without agreement lets its reading go', async () => {
    const crate = await yard.newCrate(5);
    for (const [kg, end] of [
      [31, 'withdraw'],
      [32, 'reject'],
    ] as const) {
      await load(kg);
      const { approval_id } = expectStatus(await weigh(crate), 202);
      const who = end === 'withdraw' ? yard.operator : yard.chief;
      expectStatus(await who.post(`/approvals/${approval_id}/${end}`), 200);
      const [row] = await yard.plant.asOwner<{ bind_ref: object | null }>(
        'select bind_ref from scale_events where gross_kg = $1',
        [kg],
      );
      assert.equal(row?.bind_ref, null, end);
    }
  });

  it('one or two others: either way; a step on a condition is asked where it holds', async () => {
    const inspector = await yard.as('otk');
    const light = await yard.newCrate(5);
    await load(41);
    const first = expectStatus(await weigh(light), 202);
    assert.match(first.needed, /Chief or 2 of \(Technologist, Director, Inspector\)/);
    expectStatus(await yard.approve(yard.texnolog, first.approval_id), 200);
    expectStatus(await yard.approve(inspector, first.approval_id), 200);
    assert.equal((await yard.ended(first.approval_id)).outcome, 'done');

    const heavy = await yard.newCrate(950);
    await load(42);
    const second = expectStatus(await weigh(heavy), 202);
    assert.equal(second.steps.length, 2);
    expectStatus(await yard.approve(yard.chief, second.approval_id), 200);
    assert.equal(await loadOf(heavy), 950);
    expectStatus(await yard.approve(yard.direktor, second.approval_id), 200);
    assert.equal((await yard.ended(second.approval_id)).outcome, 'done');
    assert.equal(await loadOf(heavy), 42);
  });
});
