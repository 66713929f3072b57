import assert from 'node:assert/strict';
import type { Session } from './support/line.ts';
import { Line } from './support/line.ts';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

const METRES = { length_mode: 'manual', length_m: 120.5, manual_reason: 'no counter' };

describe('M6 quality', () => {
  let plant: Plant;
  let line: Line;
  let session: Session;

  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
    session = await line.opened('E1', 'POL-10');
    expectStatus(await line.feed(session, 1000), 201);
  });
  after(() => plant.stop());

  /** A package as the chief let its typed length pass. */
  async function measured(kg: number, length_m = METRES.length_m) {
    const made = await line.packed(session, kg, { ...METRES, length_m });
    expectStatus(await line.chief.post(`/approvals/manual_length/${made.id}/approve`), 200);
    return made;
  }

  it('F-UT-065 F-UT-067 a stamped decision stands, a second is refused', async () => {
    const made = await measured(20.45);
    assert.equal(expectStatus(await line.decide(made, 'ok'), 200).status, 'qc_ok');
    expectRefusal(await line.decide(made, 'reject'), 409, 'business_conflict', 'already_decided');
  });

  it('F-UT-066 a wrong stamp stores nothing', async () => {
    const made = await measured(20.46);
    const wrong = await line.otk.post('/qc/decide', {
      package_id: made.id,
      decision: 'ok',
      e_pechat: '0'.repeat(64),
    });
    expectRefusal(wrong, 403, 'forbidden', 'e_pechat_invalid');
    assert.equal(
      expectStatus(await line.otk.get(`/packages/${made.id}`), 200).status,
      'awaiting_qc',
    );
  });

  it('F-UT-069 F-TST-15 OTK changes nothing of a package, others only its comment', async () => {
    const made = await measured(20.44);
    const path = `/packages/${made.id}`;
    assert.equal((await line.otk.patch(path, { weight_kg: 25 })).status, 403);
    assert.equal((await line.operator.patch(path, { weight_kg: 25 })).status, 422);
    const noted = expectStatus(await line.operator.patch(path, { comment: 'torn film' }), 200);
    assert.deepEqual([noted.comment, noted.weight_kg], ['torn film', 20.44]);
  });

  it('F-UT-070 an operator can’t decide', async () => {
    const made = await measured(20.47);
    const body = { package_id: made.id, decision: 'ok', e_pechat: '0'.repeat(64) };
    assert.equal((await line.operator.post('/qc/decide', body)).status, 403);
  });

  it('F-UT-071 F-INV-07 a part read again on the scale: both parts are trusted and sum to the whole', async () => {
    const made = await measured(20.5);
    const device_id = await plant.weigh('scale-E1-pack-01', 12.3);
    const split = await line.decide(made, 'partial', {
      photos: ['cut.jpg'],
      split: { device_id, weighed: 'ok' },
    });
    const { status, children } = expectStatus(split, 200);
    assert.equal(status, 'qc_partial');
    assert.deepEqual(
      children.map((child: { status: string; weight_kg: number; weight_trusted: boolean }) => [
        child.status,
        child.weight_kg,
        child.weight_trusted,
      ]),
      [
        ['qc_ok', 12.3, true],
        ['qc_reject', 8.2, true],
      ],
    );
  });

  it('F-UT-072 F-EX-06 a part by its length is derived and untrusted; nothing or all is no part', async () => {
    const made = await measured(20.5, 120);
    const split = (ok_length_m: number) =>
      line.decide(made, 'partial', { photos: ['cut.jpg'], split: { ok_length_m } });
    for (const metres of [0, 120]) {
      expectRefusal(await split(metres), 422, 'validation_error', 'split_out_of_range');
    }
    const { children } = expectStatus(await split(72), 200);
    assert.deepEqual(
      children.map((child: { weight_kg: number; weight_trusted: boolean }) => [
        child.weight_kg,
        child.weight_trusted,
      ]),
      [
        [12.3, false],
        [8.2, false],
      ],
    );
  });

  it('F-UT-073 a partial decision needs a photo', async () => {
    const made = await measured(20.48);
    const bare = await line.decide(made, 'partial', { split: { ok_length_m: 60 } });
    expectRefusal(bare, 422, 'validation_error', 'photo_missing');
  });

  it('F-UT-074 F-M6-09 a rejected package is a scrap lot with its weight', async () => {
    const made = await measured(20.31);
    await line.decided(made, 'reject');
    const { items } = expectStatus(
      await line.chief.get(`/rework/lots?session_id=${session.id}&source=qc_reject`),
      200,
    );
    const lot = items.find((item: { package_id: string }) => item.package_id === made.id);
    assert.deepEqual([lot.qty_kg, lot.remaining_kg], [20.31, 20.31]);
  });
});
