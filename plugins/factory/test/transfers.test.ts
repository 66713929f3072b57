import assert from 'node:assert/strict';
import type { TestClient } from '@qoida/core/testing';
import { expectGates, expectRefusal, expectStatus, Plant } from './support/plant.ts';

describe('M1 Main → Shop transfer', () => {
  let plant: Plant;
  let main: TestClient;
  let shop: TestClient;

  before(async () => {
    plant = await Plant.start();
    main = await plant.as('main_ombor');
    shop = await plant.as('shop_op');
  });
  after(() => plant.stop());

  const PVD = { material_id: 'PVD-PE', batch_no: 'PVD-2508-01' };
  const send = (lines: readonly object[]) => main.post('/stock/transfers/main-to-shop', { lines });
  const receive = (id: string, lines: readonly object[]) =>
    shop.post(`/stock/transfers/${id}/receive`, { lines });
  const sendOne = async (kg: number, line: object = PVD) =>
    expectStatus(await send([{ ...line, device_id: await plant.weigh('scale-MAIN-01', kg) }]), 201);
  const receiveOne = async (id: string, kg: number, line: object = PVD) =>
    receive(id, [{ ...line, device_id: await plant.weigh('scale-SHOP-01', kg) }]);

  it('F-UT-001 F-UT-010 MAIN falls at sending, SHOP rises at receiving, both by their own scale', async () => {
    const [mainBefore, shopBefore] = [
      await plant.stock('MAIN', 'PVD-PE', 'PVD-2508-01'),
      await plant.stock('SHOP', 'PVD-PE', 'PVD-2508-01'),
    ];
    const sent = await sendOne(151.2);
    assert.equal(sent.status, 'in_transit');
    assert.equal(sent.lines[0].qty_kg, 151.2);
    assert.match(sent.lines[0].scale_event_id, /^[0-9a-f-]{36}$/);
    assert.equal(await plant.stock('MAIN', 'PVD-PE', 'PVD-2508-01'), mainBefore - 151.2);
    assert.equal(await plant.stock('SHOP', 'PVD-PE', 'PVD-2508-01'), shopBefore);

    const received = expectStatus(await receiveOne(sent.transfer_id, 150.9), 200);
    assert.equal(received.status, 'completed');
    assert.equal(received.lines[0].diff_kg, 0.3);
    assert.equal(await plant.stock('SHOP', 'PVD-PE', 'PVD-2508-01'), shopBefore + 150.9);
  });

  it('F-UT-002 two lines on two scales are bound to their own readings', async () => {
    const sent = expectStatus(
      await send([
        { ...PVD, device_id: await plant.weigh('scale-MAIN-01', 100) },
        {
          material_id: 'TALK',
          batch_no: 'TK-2508-03',
          device_id: await plant.weigh('scale-MAIN-02', 30),
        },
      ]),
      201,
    );
    assert.deepEqual(
      sent.lines.map((line: { qty_kg: number }) => line.qty_kg),
      [100, 30],
    );
    assert.notEqual(sent.lines[0].scale_event_id, sent.lines[1].scale_event_id);
  });

  it('F-UT-003 two lines on one scale by captures; one device_id twice is refused', async () => {
    const capture = async (kg: number) => {
      const device_id = await plant.weigh('scale-MAIN-01', kg);
      return expectStatus(await main.post('/rs/captures', { device_id, purpose: 'transfer' }), 201);
    };
    const [first, second] = [await capture(40), await capture(50)];
    const sent = expectStatus(
      await send([
        { ...PVD, capture_id: first.capture_id },
        { material_id: 'TALK', batch_no: 'TK-2508-03', capture_id: second.capture_id },
      ]),
      201,
    );
    assert.deepEqual(
      sent.lines.map((line: { qty_kg: number }) => line.qty_kg),
      [40, 50],
    );
    const device_id = await plant.weigh('scale-MAIN-01', 60);
    const twice = await send([
      { ...PVD, device_id },
      { material_id: 'TALK', batch_no: 'TK-2508-03', device_id },
    ]);
    expectRefusal(twice, 422, 'validation_error', 'weighing_twice');
  });

  it('F-UT-004 there is no field for a typed weight', async () => {
    const device_id = await plant.weigh('scale-MAIN-01', 10);
    const typed = await send([{ ...PVD, device_id, qty_kg: 10 }]);
    expectRefusal(typed, 422, 'validation_error', 'invalid_input');
  });

  it('F-UT-005 F-TST-05 an expired scale blocks, nothing is posted, the gate is kept', async () => {
    const before = await plant.stock('MAIN', 'PVD-PE', 'PVD-2508-01');
    const device_id = await plant.weigh('scale-MAIN-OLD', 10);
    const details = expectGates(await send([{ ...PVD, device_id }]), ['calibration_expired']);
    assert.match(details.gates[0].message, /scale-MAIN-OLD/);
    assert.deepEqual(details.gates[0].release_roles, ['integrator']);
    const ways = details.gates[0].would_pass as { change: { path: string }[]; text: string }[];
    const paths = ways.flatMap(({ change }) => change.map(({ path }) => path));
    assert.deepEqual(paths, ['lines[0].device.calibration_due_at']);
    assert.equal(ways.at(-1)?.text, 'Integrator (IT) ruxsati, sabab bartaraf etilgach');
    assert.equal(await plant.stock('MAIN', 'PVD-PE', 'PVD-2508-01'), before);
    const open = expectStatus(await main.get('/gates'), 200);
    assert.ok(open.items.some((gate: { gate: string }) => gate.gate === 'calibration_expired'));
  });

  it('F-TST-16 the gate stands at the receiving scale too', async () => {
    await plant.addScale('scale-SHOP-OLD', 'shop', { calibrated_days: -1 });
    const sent = await sendOne(10);
    const device_id = await plant.weigh('scale-SHOP-OLD', 10);
    expectGates(await receive(sent.transfer_id, [{ ...PVD, device_id }]), ['calibration_expired']);
  });

  it('F-UT-006 a scale that said nothing lately has nothing to bind', async () => {
    await plant.addScale('scale-MAIN-03', 'main');
    const silent = await send([{ ...PVD, device_id: 'scale-MAIN-03' }]);
    expectRefusal(silent, 409, 'business_conflict', 'rs_not_found_in_window');
  });

  it('F-UT-007 F-M1-12 the book can’t become negative', async () => {
    const device_id = await plant.weigh('scale-MAIN-01', 99_000);
    const details = expectRefusal(
      await send([{ ...PVD, device_id }]),
      409,
      'business_conflict',
      'insufficient_stock',
    );
    assert.equal(details.book_kg, await plant.stock('MAIN', 'PVD-PE', 'PVD-2508-01'));
  });

  it('F-UT-008 the proposal takes the oldest batch first', async () => {
    const proposal = expectStatus(
      await main.get('/stock/proposal?material_id=PVD-PE&qty_kg=1900'),
      200,
    );
    assert.equal(proposal.batches[0].batch_no, 'PVD-2507-09');
    assert.equal(proposal.batches[0].qty_kg, 1800);
    assert.equal(proposal.batches[1].qty_kg, 100);
  });

  it('batch_unknown, line_unknown, line_received and already_completed', async () => {
    const unknown = await send([{ ...PVD, batch_no: 'NOPE', device_id: 'scale-MAIN-01' }]);
    expectRefusal(unknown, 409, 'business_conflict', 'batch_unknown');

    const sent = expectStatus(
      await send([
        { ...PVD, device_id: await plant.weigh('scale-MAIN-01', 20) },
        {
          material_id: 'TALK',
          batch_no: 'TK-2508-03',
          device_id: await plant.weigh('scale-MAIN-02', 20),
        },
      ]),
      201,
    );
    const stranger = await receiveOne(sent.transfer_id, 5, {
      material_id: 'MB-RED',
      batch_no: 'MB-2508-02',
    });
    expectRefusal(stranger, 409, 'business_conflict', 'line_unknown');

    assert.equal(expectStatus(await receiveOne(sent.transfer_id, 20), 200).status, 'in_transit');
    const again = await receiveOne(sent.transfer_id, 20);
    expectRefusal(again, 409, 'business_conflict', 'line_received');

    const rest = { material_id: 'TALK', batch_no: 'TK-2508-03' };
    assert.equal(
      expectStatus(await receiveOne(sent.transfer_id, 20, rest), 200).status,
      'completed',
    );
    const late = await receiveOne(sent.transfer_id, 20, rest);
    expectRefusal(late, 409, 'business_conflict', 'already_completed');
  });

  it('F-UT-011 beyond tolerance it is a discrepancy that the chief accepts with a reason', async () => {
    const within = await sendOne(151.2);
    assert.equal(
      expectStatus(await receiveOne(within.transfer_id, 150.444), 200).status,
      'completed',
    );
    const beyond = await sendOne(151.2);
    assert.equal(
      expectStatus(await receiveOne(beyond.transfer_id, 150.2), 200).status,
      'discrepancy',
    );
    const accept = `/stock/transfers/${beyond.transfer_id}/accept-discrepancy`;
    assert.equal((await shop.post(accept, { reason: 'spilled' })).status, 403);
    const chief = await plant.as('sex_boshligi');
    assert.equal(
      expectStatus(await chief.post(accept, { reason: 'spilled' }), 200).status,
      'completed',
    );
  });

  it('F-UT-012 a transfer on its way is cancelled by a weighing back at MAIN', async () => {
    const before = await plant.stock('MAIN', 'PVD-PE', 'PVD-2508-01');
    const sent = await sendOne(30);
    const cancel = async (kg: number) =>
      main.post(`/stock/transfers/${sent.transfer_id}/cancel`, {
        lines: [{ ...PVD, device_id: await plant.weigh('scale-MAIN-01', kg) }],
      });
    assert.equal(expectStatus(await cancel(29.98), 200).status, 'cancelled');
    assert.equal(
      await plant.stock('MAIN', 'PVD-PE', 'PVD-2508-01'),
      Math.round((before - 0.02) * 1000) / 1000,
    );
    expectRefusal(await cancel(30), 409, 'business_conflict', 'already_completed');
  });

  it('F-UT-020 F-M2-04 surplus goes back the same way, each end with its own storekeeper', async () => {
    const device_id = await plant.weigh('scale-SHOP-01', 15);
    const wrongEnd = await main.post('/stock/transfers/shop-to-main', {
      lines: [{ ...PVD, device_id }],
    });
    assert.equal(wrongEnd.status, 403);
    const sent = expectStatus(
      await shop.post('/stock/transfers/shop-to-main', { lines: [{ ...PVD, device_id }] }),
      201,
    );
    const back = await main.post(`/stock/transfers/${sent.transfer_id}/receive`, {
      lines: [{ ...PVD, device_id: await plant.weigh('scale-MAIN-01', 15) }],
    });
    assert.equal(expectStatus(back, 200).status, 'completed');
  });

  it('F-TST-18 who has no part in it may not send', async () => {
    const operator = await plant.as('operator');
    assert.equal((await operator.post('/stock/transfers/main-to-shop', { lines: [] })).status, 403);
  });

  it('F-M1-01 a request names the materials of the recipe and is fulfilled by a transfer', async () => {
    const chief = await plant.as('sex_boshligi');
    const request = expectStatus(await chief.post('/stock/requests', { sku_id: 'POL-10' }), 201);
    assert.equal(request.lines.length, 4);
    const device_id = await plant.weigh('scale-MAIN-01', 12);
    const body = { lines: [{ ...PVD, device_id }], request_id: request.id };
    expectStatus(await main.post('/stock/transfers/main-to-shop', body), 201);
    const kept = expectStatus(await main.get(`/stock/requests/${request.id}`), 200);
    assert.equal(kept.status, 'fulfilled');
  });
});
