import assert from 'node:assert/strict';
import { until } from '@qoida/core/testing';
import type { Session } from './support/line.ts';
import { BY_WEIGHT, Line } from './support/line.ts';
import { expectGates, expectRefusal, expectStatus, Plant } from './support/plant.ts';

const METRES = { length_mode: 'manual', length_m: 120.5, manual_reason: 'no counter' };

describe('F-APR-10 a package that is none any more', () => {
  let plant: Plant;
  let line: Line;
  let session: Session;
  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
    session = await line.opened('E1', BY_WEIGHT);
    expectStatus(await line.feed(session, 100), 201);
  });
  after(() => plant.stop());

  const ask = (id: string, reason = 'torn, packed anew') =>
    line.operator.post(`/packages/${id}/void`, { reason });
  const decide = (verdict: 'approve' | 'reject', id: string, as = line.chief) =>
    as.post(`/approvals/void_package/${id}/${verdict}`);
  const statusOf = async (id: string) =>
    expectStatus(await line.operator.get(`/packages/${id}`), 200).status;

  it('waits for the chief; then it is void, and its mass counts as nothing', async () => {
    const made = await line.packed(session, 20);
    expectStatus(await ask(made.id), 202);
    expectRefusal(await decide('approve', made.id, line.operator), 403, 'forbidden', 'own_request');
    expectStatus(await decide('approve', made.id), 200);
    await until(async () => (await statusOf(made.id)) === 'void', 'the package to be void');
    const preview = await line.preview(session);
    assert.deepEqual([preview.good_kg, preview.outstanding_kg], [0, 0]);
    const decided = await line.decide(made, 'ok');
    expectRefusal(decided, 409, 'business_conflict', 'not_awaiting_qc');
  });

  it('rejected it stays what it was', async () => {
    const made = await line.packed(session, 21);
    expectStatus(await ask(made.id), 202);
    expectStatus(await decide('reject', made.id), 200);
    assert.equal(await statusOf(made.id), 'awaiting_qc');
    await line.decided(made, 'ok');
  });

  it('what OTK has decided meanwhile is not void: the request ends with the reason', async () => {
    const made = await line.packed(session, 22);
    const { approval_id } = expectStatus(await ask(made.id), 202);
    await line.decided(made, 'ok');
    expectStatus(await decide('approve', made.id), 200);
    await until(async () => {
      const { body } = await line.operator.get(`/approvals/${approval_id}`);
      return body.outcome === 'refused' && body.outcome_reason === 'package_decided';
    }, 'the request to be refused after all');
    assert.equal(await statusOf(made.id), 'qc_ok');
    expectRefusal(await ask(made.id), 409, 'business_conflict', 'package_decided');
  });

  it('what waits keeps its session open, what is void does not', async () => {
    const made = await line.packed(session, 23);
    const close = () => line.close(session);
    expectRefusal(await close(), 409, 'business_conflict', 'packages_pending');
    expectStatus(await ask(made.id), 202);
    expectStatus(await decide('approve', made.id), 200);
    await until(async () => (await statusOf(made.id)) === 'void', 'the package to be void');
    // 100 kg went in, 43 kg are good: what is left nobody has weighed.
    expectRefusal(await close(), 409, 'business_conflict', 'delta_exceeded');
  });
});

describe('F-GATE-02 F-SM-13 degassing', () => {
  for (const hard of [false, true]) {
    it(`F-UT-076 OTK is ${hard ? 'stopped where the plant says so (DEGAZ_GATE_QC)' : 'told, and may decide'}`, async () => {
      const plant = await Plant.start({ DEGAZ_GATE_QC: String(hard) });
      try {
        const line = await Line.open(plant);
        const session = await degassedSession(plant, line);
        const made = await measured(line, session);
        assert.equal(made.degaz_status, 'pending');
        const first = await line.decide(made, 'ok');
        if (hard) {
          expectGates(first, ['degaz_gate']);
          const open = () => line.chief.get('/gates?gate=degaz_gate');
          const [gate] = expectStatus(await open(), 200).items;
          const release = await line.tex.post(`/gates/${gate.id}/release`, { note: 'please' });
          expectRefusal(release, 409, 'business_conflict', 'not_releasable');
          expectStatus(await line.tex.post(`/packages/${made.id}/degaz/done`), 200);
          await line.decided(made, 'ok');
          assert.deepEqual(expectStatus(await open(), 200).items, [], 'closed with its cause');
        } else {
          const { warnings, status } = expectStatus(first, 200);
          assert.equal(status, 'qc_ok');
          assert.deepEqual(
            warnings.map((one: { gate: string }) => one.gate),
            ['degaz_notice'],
          );
        }
      } finally {
        await plant.stop();
      }
    });
  }

  it('pending becomes done once, by the chief or the technologist, one package or a whole session', async () => {
    const plant = await Plant.start();
    try {
      const line = await Line.open(plant);
      const session = await degassedSession(plant, line);
      const [one, two, three] = [
        await measured(line, session),
        await measured(line, session, 20.3),
        await measured(line, session, 20.4),
      ];
      const done = (id: string, as = line.chief) => as.post(`/packages/${id}/degaz/done`);
      expectRefusal(await done(one.id, line.operator), 403, 'forbidden', 'role_required');
      assert.equal(expectStatus(await done(one.id), 200).degaz_status, 'done');
      expectRefusal(await done(one.id), 409, 'business_conflict', 'degaz_not_pending');
      const all = () => line.tex.post(`/sessions/${session.id}/degaz/done`);
      assert.equal(expectStatus(await all(), 200).done, 2);
      assert.equal(expectStatus(await all(), 200).done, 0);
      for (const { id } of [two, three]) {
        const { body } = await line.otk.get(`/packages/${id}`);
        assert.equal(body.degaz_status, 'done');
      }
    } finally {
      await plant.stop();
    }
  });

  it('a product that needs none waits for none', async () => {
    const plant = await Plant.start();
    try {
      const line = await Line.open(plant);
      const session = await line.opened('E1', BY_WEIGHT);
      expectStatus(await line.feed(session, 100), 201);
      const made = await line.packed(session, 20);
      assert.equal(made.degaz_status, null);
      const answer = await line.chief.post(`/packages/${made.id}/degaz/done`);
      expectRefusal(answer, 409, 'business_conflict', 'degaz_not_pending');
    } finally {
      await plant.stop();
    }
  });

  /** POL-D1 of the data set gives off gas first. */
  async function degassedSession(plant: Plant, line: Line): Promise<Session> {
    for (const [entity, csv] of [
      [
        'recipe_lines',
        'sku_code,version,material_code,comp_type,ratio_pct\nPOL-D1,1,PVD-PE,perv,100\n',
      ],
      ['recipes', 'sku_code,version,vt_limit_pct,status\nPOL-D1,1,35,published\n'],
    ] as const) {
      const done = await plant.platform.admin.post(`/import/${entity}`, { csv });
      assert.ok(done.status === 200, JSON.stringify(done.body));
    }
    const session = await line.opened('E1', 'POL-D1');
    expectStatus(await line.feed(session, 100), 201);
    return session;
  }

  async function measured(line: Line, session: Session, kg = 20.244) {
    const made = await line.packed(session, kg, METRES);
    expectStatus(await line.chief.post(`/approvals/manual_length/${made.id}/approve`), 200);
    return expectStatus(await line.otk.get(`/packages/${made.id}`), 200);
  }
});
