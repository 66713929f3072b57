import assert from 'node:assert/strict';
import { until } from '@qoida/core/testing';
import type { Session } from './support/line.ts';
import { Line } from './support/line.ts';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

const METRES = { length_mode: 'manual', length_m: 120.5, manual_reason: 'no counter' };

describe('M5 packages', () => {
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

  const approve = async (type: 'manual_length' | 'manual_weight', id: string, body: object = {}) =>
    line.chief.post(`/approvals/${type}/${id}/approve`, body);
  /** A package as the chief let its typed length pass. */
  async function measured(kg: number) {
    const made = await line.packed(session, kg, METRES);
    expectStatus(await approve('manual_length', made.id), 200);
    return made;
  }
  const queue = async (): Promise<string[]> =>
    expectStatus(await line.otk.get('/qc/queue?page_size=200'), 200).items.map(
      (item: { id: string }) => item.id,
    );

  it('F-UT-045 the weight is the scale’s, the code is of the day', async () => {
    const made = await line.packed(session, 20.52, METRES);
    assert.match(made.qr_code, /^FG-\d{4}-\d{2}-\d{2}-\d{6}$/);
    assert.deepEqual(
      [
        made.weight_kg,
        made.weight_trusted,
        made.status,
        made.tolerance_status,
        made.norm_kg,
        made.diff_pct,
      ],
      [20.52, true, 'awaiting_qc', 'ok', 20.244, 1.363],
    );
  });

  for (const [kg, status] of [
    [20.648, 'ok'],
    [20.649, 'review'],
    [19.84, 'ok'],
    [19.839, 'review'],
  ] as const) {
    it(`F-UT-046 F-UT-047 F-EX-06 ${kg} kg of 20.244 is ${status}`, async () => {
      assert.equal((await line.packed(session, kg, METRES)).tolerance_status, status);
    });
  }

  it('F-UT-048 F-M5-06 no reading makes a draft that waits for the chief', async () => {
    await plant.addScale('scale-silent', 'pack');
    const draft = expectStatus(
      await line.operator.post('/packages', {
        session_id: session.id,
        sku_id: 'POL-10',
        device_id: 'scale-silent',
        ...METRES,
      }),
      202,
    );
    assert.deepEqual(
      [draft.status, draft.pending_approval, draft.weight_kg],
      ['draft_manual', true, null],
    );
    assert.match(draft.approval_id, /^[0-9a-f-]{36}$/);

    const unweighed = await approve('manual_weight', draft.id);
    expectRefusal(unweighed, 422, 'validation_error', 'weight_missing');
    const { result: approved } = expectStatus(
      await approve('manual_weight', draft.id, { weight_kg: 20.3 }),
      200,
    );
    assert.deepEqual(
      [approved.status, approved.weight_kg, approved.weight_trusted, approved.weight_source],
      ['awaiting_qc', 20.3, false, 'manual'],
    );
    const again = await approve('manual_weight', draft.id, { weight_kg: 21 });
    expectRefusal(again, 409, 'business_conflict', 'approval_closed');
  });

  it('F-UT-058 a rejected draft is void; F-UT-151 nobody decides his own', async () => {
    const draft = async (who: typeof line.operator) =>
      expectStatus(
        await who.post('/packages', {
          session_id: session.id,
          sku_id: 'POL-10',
          device_id: 'scale-silent',
          ...METRES,
        }),
        202,
      );
    const rejected = await draft(line.operator);
    const answer = await line.chief.post(`/approvals/manual_weight/${rejected.id}/reject`, {
      comment: 'weigh it',
    });
    assert.equal(expectStatus(answer, 200).result.status, 'void');
    const own = await draft(line.chief);
    expectRefusal(
      await approve('manual_weight', own.id, { weight_kg: 20 }),
      403,
      'forbidden',
      'own_request',
    );
    const second = await plant.as('sex_boshligi', { username: 'second_chief' });
    expectStatus(await second.post(`/approvals/manual_weight/${own.id}/reject`), 200);
  });

  it('F-M12-06 a request whose time is over is asked for again', async () => {
    const draft = expectStatus(
      await line.operator.post('/packages', {
        session_id: session.id,
        sku_id: 'POL-10',
        device_id: 'scale-silent',
        ...METRES,
      }),
      202,
    );
    const again = () => line.operator.post(`/packages/${draft.id}/approval`);
    expectRefusal(await again(), 409, 'business_conflict', 'approval_pending');
    await plant.platform.asOwner(
      `update approval_requests set requested_at = now() - interval '25 h', expires_at = now() - interval '1 h' where object_id = $1`,
      [draft.id],
    );
    await until(async () => {
      const { body } = await line.operator.get(`/approvals/${draft.approval_id}`);
      return body.state === 'expired';
    }, 'the end of its time');
    expectRefusal(
      await approve('manual_weight', draft.id, { weight_kg: 20 }),
      409,
      'business_conflict',
      'approval_expired',
    );
    const { approvals } = expectStatus(await again(), 202);
    assert.deepEqual(
      approvals.map(({ type }: { type: string }) => type),
      ['manual_weight', 'manual_length'],
    );
    expectStatus(await approve('manual_weight', draft.id, { weight_kg: 20.3 }), 200);
  });

  it('F-OP-15 a typed weight is refused in strict mode', async () => {
    const typed = await line.pack(session, 20.5, { ...METRES, weight_kg: 20.5 });
    expectRefusal(typed, 409, 'business_conflict', 'typed_weight');
  });

  it('F-UT-051 one reading makes one package', async () => {
    await line.packed(session, 20.4, METRES);
    const again = await line.operator.post('/packages', {
      session_id: session.id,
      sku_id: 'POL-10',
      device_id: 'scale-E1-pack-01',
      ...METRES,
    });
    expectRefusal(again, 409, 'business_conflict', 'reading_already_used');
  });

  it('F-UT-052 a load that stayed on the scale makes no second package', async () => {
    await line.packed(session, 20.3, METRES);
    await plant.ingest('scale-E1-pack-01', [{ gross_kg: 20.305, stable: true }]);
    const again = await line.operator.post('/packages', {
      session_id: session.id,
      sku_id: 'POL-10',
      device_id: 'scale-E1-pack-01',
      ...METRES,
    });
    expectRefusal(again, 409, 'business_conflict', 'reading_already_used');
  });

  it('F-OP-40 a call repeated with its key gives the first answer and makes no second package', async () => {
    const device_id = await plant.weigh('scale-E1-pack-01', 20.35);
    const body = { session_id: session.id, sku_id: 'POL-10', device_id, ...METRES };
    const key = { 'idempotency-key': 'pack-1' };
    const first = expectStatus(await line.operator.post('/packages', body, key), 201);
    const again = expectStatus(await line.operator.post('/packages', body, key), 201);
    assert.equal(again.qr_code, first.qr_code);
    const other = await line.operator.post('/packages', { ...body, length_m: 100 }, key);
    assert.equal(other.status, 409);
  });

  it('F-UT-053 F-UT-054 a manual length needs its metres, a reason and the chief', async () => {
    const bare = await line.pack(session, 20.4, { length_mode: 'manual' });
    expectRefusal(bare, 422, 'validation_error', 'length_missing');
    const silent = await line.pack(session, 20.4, { length_mode: 'manual', length_m: 120.5 });
    expectRefusal(silent, 422, 'validation_error', 'length_reason_missing');

    const made = await line.packed(session, 20.4, METRES);
    assert.deepEqual([made.length_trusted, made.length_state], [false, 'pending']);
    assert.ok(!(await queue()).includes(made.id));
    expectRefusal(await line.decide(made, 'ok'), 409, 'business_conflict', 'review_open');
    expectStatus(await approve('manual_length', made.id), 200);
    assert.ok((await queue()).includes(made.id));
  });

  it('F-APR-02 a rejected length is measured again', async () => {
    const made = await line.packed(session, 20.4, METRES);
    expectStatus(await line.chief.post(`/approvals/manual_length/${made.id}/reject`), 200);
    assert.ok(!(await queue()).includes(made.id));
    const again = expectStatus(
      await line.operator.post(`/packages/${made.id}/length`, { ...METRES, length_m: 121 }),
      200,
    );
    assert.deepEqual([again.length_m, again.length_state], [121, 'pending']);
    expectStatus(await approve('manual_length', made.id), 200);
    assert.ok((await queue()).includes(made.id));
  });

  it('F-UT-055 F-TST-06 a review is submitted, approved, and then OTK decides', async () => {
    const made = await measured(21.5);
    assert.equal(made.tolerance_status, 'review');
    assert.ok(!(await queue()).includes(made.id));
    expectRefusal(await line.decide(made, 'ok'), 409, 'business_conflict', 'review_open');
    const review = (verb: string, body: object = {}) =>
      (verb === 'submit' ? line.operator : line.chief).post(
        `/packages/${made.id}/review/${verb}`,
        body,
      );
    expectRefusal(await review('approve'), 409, 'business_conflict', 'not_in_review');
    expectStatus(await review('submit', { reason: 'thick edge', images: ['edge.jpg'] }), 200);
    expectRefusal(
      await review('submit', { reason: 'again' }),
      409,
      'business_conflict',
      'not_in_review',
    );
    const { items } = expectStatus(await line.chief.get('/approvals?mine=true&page_size=200'), 200);
    const waiting = items.find((one: { object_id: string }) => one.object_id === made.id);
    assert.deepEqual(
      [waiting.type, waiting.payload.reason, waiting.payload.images],
      ['review_tolerance', 'thick edge', ['edge.jpg']],
    );
    expectStatus(await review('approve', { comment: 'fine' }), 200);
    const after = expectStatus(await line.chief.get(`/approvals/${waiting.approval_id}`), 200);
    assert.deepEqual([after.state, after.votes[0].comment], ['approved', 'fine']);
    assert.ok((await queue()).includes(made.id));
    await line.decided(made, 'ok');
  });

  it('F-UT-056 a rejected review becomes a scrap lot, or the package is packed anew', async () => {
    for (const [outcome, status, lots] of [
      ['scrap', 'qc_reject', 1],
      ['repack', 'void', 0],
    ] as const) {
      const made = await measured(22);
      expectStatus(
        await line.operator.post(`/packages/${made.id}/review/submit`, { reason: 'torn' }),
        200,
      );
      const rejected = await line.chief.post(`/packages/${made.id}/review/reject`, {
        outcome,
        comment: 'no',
      });
      assert.equal(expectStatus(rejected, 200).status, status);
      const found = expectStatus(
        await line.chief.get(`/rework/lots?session_id=${session.id}&source=review_reject`),
        200,
      );
      assert.equal(
        found.items.filter((lot: { package_id: string }) => lot.package_id === made.id).length,
        lots,
      );
    }
  });

  it('F-OP-18 an automatic length is what the counter ran since the last package', async () => {
    await plant.addScale('len-E1-01', 'length', {
      device_type: 'length_counter',
      workcenter_id: 'E1',
    });
    const count = (length_m: number) => plant.ingest('len-E1-01', [{ length_m, stable: true }]);
    const auto = { length_mode: 'auto', length_device_id: 'len-E1-01' };
    await count(1000);
    await line.packed(session, 20.4, auto);
    await count(1120.5);
    const second = await line.packed(session, 20.52, auto);
    assert.deepEqual(
      [second.length_m, second.length_trusted, second.length_state],
      [120.5, true, 'none'],
    );
    assert.equal(second.tolerance_status, 'ok');
    await count(119);
    assert.equal((await line.packed(session, 20.4, auto)).length_m, 119, 'the counter began anew');
    await count(239);
    const typed = await line.packed(session, 21, { ...METRES, length_m: 125 });
    assert.equal(typed.tolerance_reason, 'length_tolerance', 'the counter says something else');
  });

  it('F-UT-059 the package’s product is the session’s', async () => {
    const other = await line.pack(session, 20.4, { ...METRES, sku_id: 'SET-05' });
    expectRefusal(other, 409, 'business_conflict', 'sku_mismatch');
  });

  it('F-UT-061 a net without conversion goes to review', async () => {
    const lines = [{ material_id: 'PVD-PE', ratio_pct: 100 }];
    const draft = expectStatus(
      await line.tex.post('/master/recipes', { sku_id: 'SET-05', lines }),
      201,
    );
    expectStatus(await line.tex.post(`/master/recipes/${draft.id}/publish`), 200);
    const net = await line.opened('E2', 'SET-05');
    const made = await line.packed(net, 14, METRES);
    assert.deepEqual([made.tolerance_status, made.tolerance_reason], ['review', 'uom_missing']);
  });

  it('F-UT-062 twenty at once have twenty codes and twenty readings', async () => {
    const scales = Array.from({ length: 20 }, (_, index) => `scale-pack-${index}`);
    for (const code of scales) await plant.addScale(code, 'pack');
    await Promise.all(scales.map((code, index) => plant.weigh(code, 20 + index / 100)));
    const made = await Promise.all(
      scales.map((device_id) =>
        line.operator.post('/packages', {
          session_id: session.id,
          sku_id: 'POL-10',
          device_id,
          ...METRES,
        }),
      ),
    );
    const bodies = made.map((answer) => expectStatus(answer, 201));
    assert.equal(new Set(bodies.map((body) => body.qr_code)).size, 20);
    assert.equal(new Set(bodies.map((body) => body.scale_event_id)).size, 20);
  });
});
