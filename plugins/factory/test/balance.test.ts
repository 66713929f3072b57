import assert from 'node:assert/strict';
import type { Session } from './support/line.ts';
import { BY_WEIGHT, expectFigures, Line, STORE } from './support/line.ts';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

describe('M7 mass balance', () => {
  let plant: Plant;
  let line: Line;

  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
  });
  after(() => plant.stop());
  afterEach(() => line.freeMachines());

  const good = async (session: Session, kg: number) =>
    line.decided(await line.packed(session, kg), 'ok');
  const rejected = async (session: Session, kg: number) =>
    line.decided(await line.packed(session, kg), 'reject');
  const wip = async (session: Session, kg: number) =>
    expectStatus(
      await line.snapshot([
        { ...STORE, session_id: session.id, device_id: await plant.weigh('scale-SHOP-01', kg) },
      ]),
      201,
    );
  const lot = async (session: Session, kg: number) =>
    expectStatus(
      await line.operator.post(`/sessions/${session.id}/scrap`, {
        device_id: await plant.weigh('scale-SHOP-01', kg),
      }),
      201,
    );
  const dispose = async (session: Session, kg: number) =>
    expectStatus(
      await line.chief.post('/rework/dispose', {
        session_id: session.id,
        device_id: await plant.weigh('scale-SHOP-01', kg),
        reason: "laminat zar qog'oz",
      }),
      201,
    );

  it('F-EX-01 F-UT-077 a normal close', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 600), 201);
    await good(session, 553.74);
    await rejected(session, 20.31);
    const parted = await line.packed(session, 20.5);
    const device_id = await plant.weigh('scale-E1-pack-01', 12.3);
    expectStatus(
      await line.decide(parted, 'partial', { photos: ['cut.jpg'], split: { device_id } }),
      200,
    );
    await wip(session, 4.2);
    const figures = {
      input_kg: 600,
      good_kg: 566.04,
      wip_kg: 4.2,
      scrap_expected_kg: 29.76,
      outstanding_kg: 28.51,
      rework_in_linked_kg: 0,
      disposed_linked_kg: 0,
      delta_session_kg: 1.25,
      limit_kg: 5,
    };
    const preview = await line.preview(session);
    expectFigures(preview, { ...figures, gate_ok: true });
    const closed = expectStatus(await line.close(session), 200);
    assert.equal(closed.status, 'closed');
    expectFigures(closed.balance, figures);
    expectRefusal(await line.close(session), 409, 'business_conflict', 'already_closed');
  });

  it('F-EX-02 F-UT-079 the first close attempt is off by 37.100 with a limit of 5.000', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 800), 201);
    await good(session, 742.5);
    await rejected(session, 6.1);
    await wip(session, 12.3);
    await dispose(session, 2);
    expectFigures(await line.preview(session), {
      input_kg: 800,
      good_kg: 742.5,
      wip_kg: 12.3,
      scrap_expected_kg: 45.2,
      rework_in_linked_kg: 0,
      disposed_linked_kg: 2,
      outstanding_kg: 6.1,
      delta_session_kg: 37.1,
      limit_kg: 5,
      gate_ok: false,
    });
    const details = expectRefusal(
      await line.close(session),
      409,
      'business_conflict',
      'delta_exceeded',
    );
    assert.deepEqual([details.delta_kg, details.limit_kg], [37.1, 5]);
    const [gate] = details.gates as [{ would_pass: { change: { path: string; by: number }[] }[] }];
    const ways = gate.would_pass.map(({ change }) => change.map(({ path, by }) => [path, by]));
    assert.ok(
      ways.some(([way]) => String(way) === 'session.disposed_linked_kg,32.1'),
      `${ways}`,
    );

    const after = await line.read(session);
    assert.equal(after.status, 'opened');
    assert.notEqual(after.production_ended_at, null, 'a refused close ends production (F-OP-11)');
    await line.opened('E1', BY_WEIGHT);

    await lot(session, 36.4);
    const closed = expectStatus(await line.close(session), 200);
    expectFigures(closed.balance, { outstanding_kg: 42.5, delta_session_kg: 0.7 });
  });

  for (const [kg, closes] of [
    [297, true],
    [296.999, false],
  ] as const) {
    it(`F-UT-083 F-UT-084 F-EX-06 input 300, good ${kg}: ${closes ? 'closes' : 'refused'}`, async () => {
      const session = await line.opened('E1', BY_WEIGHT);
      expectStatus(await line.feed(session, 300), 201);
      await good(session, kg);
      const answer = await line.close(session);
      if (closes) expectStatus(answer, 200);
      else expectRefusal(answer, 409, 'business_conflict', 'delta_exceeded');
    });
  }

  it('F-UT-085 an empty session closes; a package without input keeps it open', async () => {
    const empty = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.close(empty), 200);
    const odd = await line.opened('E1', BY_WEIGHT);
    await good(odd, 1);
    const details = expectRefusal(
      await line.close(odd),
      409,
      'business_conflict',
      'delta_exceeded',
    );
    assert.deepEqual([details.delta_kg, details.limit_kg], [1, 0]);
  });

  it('F-UT-086 more out than in, inside the limit, closes with a warning', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 500), 201);
    await good(session, 500.3);
    const closed = expectStatus(await line.close(session), 200);
    assert.equal(closed.balance.unexplained_kg, -0.3);
    assert.equal(closed.balance.delta_session_kg, 0.3);
    assert.ok(closed.warnings.includes('negative_scrap'));
  });

  it('F-UT-087 a package that waits for OTK keeps the session open', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 20), 201);
    const waiting = await line.packed(session, 20);
    expectRefusal(await line.close(session), 409, 'business_conflict', 'packages_pending');
    await line.decided(waiting, 'ok');
    expectStatus(await line.close(session), 200);
  });

  it('F-UT-088 an open VT gate keeps the session open', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    const vt = { material_id: 'VT-PE', batch_no: 'VT-BIG' };
    const fed = expectStatus(await line.feed(session, 20, vt), 201);
    const made = await line.close(session);
    assert.equal(made.status, 409);
    const gates = made.body.error.details.gates.map((gate: { gate: string }) => gate.gate);
    assert.ok(gates.includes('gate_open'), JSON.stringify(made.body));
    expectStatus(
      await line.tex.post(`/gates/${fed.warnings[0].gate_id}/release`, { note: 'seen' }),
      200,
    );
    await lot(session, 20);
    expectStatus(await line.close(session), 200);
  });

  it('F-UT-089 investigate lists inputs, packages, snapshots, lots, disposals and readings', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 100), 201);
    await good(session, 50);
    await wip(session, 4);
    await lot(session, 30);
    await dispose(session, 2);
    const found = expectStatus(await line.tex.get(`/sessions/${session.id}/investigate`), 200);
    const counts = Object.fromEntries(
      ['inputs', 'packages', 'snapshots', 'lots', 'disposed', 'rework_links', 'rs_events'].map(
        (name) => [name, found[name].length],
      ),
    );
    assert.deepEqual(counts, {
      inputs: 1,
      packages: 1,
      snapshots: 1,
      lots: 1,
      disposed: 1,
      rework_links: 0,
      rs_events: 5,
    });
  });

  it('F-UT-090 F-M7-09 the database itself refuses a closed balance over the limit', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 300), 201);
    await good(session, 298);
    expectStatus(await line.close(session), 200);
    const tamper = plant.platform.asOwner(
      'update session_balances set delta_session_kg = 3.001 where session_id = $1',
      [session.id],
    );
    await assert.rejects(tamper, /session_delta_check/);
  });

  it('F-UT-091 of two closes at once one wins', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    const answers = await Promise.all([line.close(session), line.close(session)]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409]);
    const late = answers.find((answer) => answer.status === 409);
    assert.equal(late?.body.error.reason, 'already_closed');
  });

  it('F-UT-092 a preview writes nothing', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    const rows = async () => {
      const [counts] = await plant.platform.asOwner(
        `select (select count(*) from audit_log) as audit, (select count(*) from outbox) as events,
                (select count(*) from session_balances) as balances`,
      );
      return counts;
    };
    const before = await rows();
    await line.preview(session);
    assert.deepEqual(await rows(), before);
  });

  it('F-UT-110 disposal out of a lot moves mass, and Δ stays', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 100), 201);
    const { id } = await lot(session, 10);
    const before = await line.preview(session);
    const out = await line.chief.post('/rework/dispose', {
      scrap_lot_id: id,
      qty_kg: 4,
      reason: 'foil',
    });
    expectStatus(out, 201);
    const after = await line.preview(session);
    expectFigures(after, {
      disposed_linked_kg: 4,
      outstanding_kg: 6,
      delta_session_kg: before.delta_session_kg,
    });
    const more = await line.chief.post('/rework/dispose', {
      scrap_lot_id: id,
      qty_kg: 6.001,
      reason: 'foil',
    });
    expectRefusal(more, 409, 'business_conflict', 'lot_insufficient');
  });

  it('F-OP-15 a typed weight without a lot can’t be disposed of', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    const typed = await line.chief.post('/rework/dispose', {
      session_id: session.id,
      qty_kg: 3,
      reason: 'foil',
    });
    expectRefusal(typed, 409, 'business_conflict', 'typed_weight');
  });

  it('F-OP-01 a closed session takes no new scrap', async () => {
    const session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.close(session), 200);
    const device_id = await plant.weigh('scale-SHOP-01', 3);
    const late = await line.operator.post(`/sessions/${session.id}/scrap`, { device_id });
    expectRefusal(late, 409, 'business_conflict', 'session_closed');
  });
});
