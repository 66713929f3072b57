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
    const shown = async (as = line.operator, path = `/packages?qr_code=${made.qr_code}`) => {
      const [{ void_asked, workcenter, sku, partiya_no }] = expectStatus(
        await as.get(path),
        200,
      ).items;
      return [void_asked, workcenter, sku, partiya_no];
    };
    assert.deepEqual(await shown(), [false, 'E1', BY_WEIGHT, session.partiya_no]);
    expectStatus(await ask(made.id), 202);
    assert.deepEqual(await shown(), [true, 'E1', BY_WEIGHT, session.partiya_no]);
    assert.equal((await shown(line.otk, '/qc/queue'))[0], true, 'OTK is told as well');
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
        const session = await degassedSession(line);
        const made = await measured(line, session);
        assert.equal(made.degaz_status, 'pending');
        const first = await line.decide(made, 'ok');
        if (hard) {
          expectGates(first, ['degaz_gate']);
          const [gate] = await gatesOf(line, 'degaz_gate');
          const release = await line.tex.post(`/gates/${gate?.id}/release`, { note: 'please' });
          expectRefusal(release, 409, 'business_conflict', 'not_releasable');
          expectStatus(await line.tex.post(`/packages/${made.id}/degaz/done`), 200);
          assert.deepEqual(await gatesOf(line, 'degaz_gate'), [], 'closed with its cause');
          await line.decided(made, 'ok');
        } else {
          const { warnings, status } = expectStatus(first, 200);
          assert.equal(status, 'qc_ok');
          assert.deepEqual(
            warnings.map((one: { gate: string }) => one.gate),
            ['degaz_notice'],
          );
          assert.equal((await gatesOf(line, 'degaz_notice')).length, 1);
          expectStatus(await line.tex.post(`/packages/${made.id}/degaz/done`), 200);
          assert.deepEqual(await gatesOf(line, 'degaz_notice'), []);
          const [closed] = await gatesOf(line, 'degaz_notice', 'released');
          const { user } = expectStatus(await line.tex.get('/me'), 200);
          assert.deepEqual([closed?.released_by, closed?.note], [user.id, 'degassed']);
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
      const session = await degassedSession(line);
      const [one, two, three] = [
        await measured(line, session),
        await measured(line, session, 20.3),
        await measured(line, session, 20.4),
      ];
      const done = (id: string, as = line.chief) => as.post(`/packages/${id}/degaz/done`);
      expectRefusal(await done(one.id, line.operator), 403, 'forbidden', 'role_required');
      assert.equal(expectStatus(await done(one.id), 200).degaz_status, 'done');
      expectRefusal(await done(one.id), 409, 'business_conflict', 'degaz_not_pending');
      const queue = async () => expectStatus(await line.operator.get('/degaz/queue'), 200);
      const { items, total } = await queue();
      assert.deepEqual(
        items.map((row: { id: string }) => row.id),
        [two.id, three.id],
        'the oldest first',
      );
      const { workcenter, sku, session_packages, session_kg, session_since } = items[1];
      assert.deepEqual([total, workcenter, sku, session_packages], [2, 'E1', 'POL-D1', 2]);
      assert.deepEqual([session_kg, session_since], [40.7, two.created_at]);
      const behind = await line.operator.get('/degaz/queue?page=3&page_size=1');
      assert.equal(expectStatus(behind, 200).total, 2, 'also on a page behind the last');
      const pending = '/packages?degaz_status=pending';
      assert.equal(expectStatus(await line.operator.get(pending), 200).total, 2);
      const all = () => line.tex.post(`/sessions/${session.id}/degaz/done`);
      assert.equal(expectStatus(await all(), 200).done, 2);
      assert.equal(expectStatus(await all(), 200).done, 0);
      assert.equal((await queue()).total, 0);
      for (const { id } of [two, three]) {
        const { body } = await line.otk.get(`/packages/${id}`);
        assert.equal(body.degaz_status, 'done');
      }
    } finally {
      await plant.stop();
    }
  });

  it('F-API-128 of a whole session at once its gates close, those of others stay (F-M13-02)', async () => {
    const plant = await Plant.start();
    try {
      const line = await Line.open(plant);
      const session = await degassedSession(line);
      const [one, two] = [await measured(line, session), await measured(line, session, 20.3)];
      for (const made of [one, two]) expectStatus(await line.decide(made, 'ok'), 200);
      const late = await measured(line, session, 20.4);
      expectStatus(await line.tex.post(`/packages/${one.id}/degaz/done`), 200);
      const open = async () =>
        (await gatesOf(line, 'degaz_notice')).map((gate) => gate.object_ref.package);
      assert.deepEqual(await open(), [two.id]);
      expectStatus(await line.tex.post(`/sessions/${session.id}/degaz/done`), 200);
      assert.deepEqual(await open(), []);
      const { warnings } = expectStatus(await line.decide(late, 'ok'), 200);
      assert.deepEqual(warnings ?? [], []);
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

  const gatesOf = async (line: Line, gate: string, state = 'open') =>
    expectStatus(await line.tex.get(`/gates?gate=${gate}&state=${state}`), 200).items as {
      readonly id: string;
      readonly object_ref: { readonly package: string };
      readonly released_by: string | null;
      readonly note: string | null;
    }[];

  /** POL-D1 of the data set gives off gas first. */
  async function degassedSession(line: Line): Promise<Session> {
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
