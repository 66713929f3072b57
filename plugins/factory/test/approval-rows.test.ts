import assert from 'node:assert/strict';
import type { TestClient } from '@qoida/core/testing';
import type { Session } from './support/line.ts';
import { BY_WEIGHT, Line } from './support/line.ts';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

const METRES = { length_mode: 'manual', length_m: 120.5, manual_reason: 'no counter' };

interface Waiting {
  readonly type: string;
  readonly object_id: string;
  readonly approval_id: string;
}

describe('F-M12-02 what waits for whom at the plant', () => {
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

  async function draft(): Promise<Waiting> {
    const body = { session_id: session.id, sku_id: session.sku_id, device_id: 'scale-MAIN-01' };
    const made = expectStatus(await line.operator.post('/packages', { ...body, ...METRES }), 202);
    return waitingFor('manual_weight', made.id);
  }
  async function length(): Promise<Waiting> {
    const made = await line.packed(session, 20.3, METRES);
    return waitingFor('manual_length', made.id);
  }
  async function review(): Promise<Waiting> {
    const made = await line.packed(session, 25, METRES);
    expectStatus(await line.chief.post(`/approvals/manual_length/${made.id}/approve`), 200);
    const reason = { reason: 'a thick roll' };
    expectStatus(await line.operator.post(`/packages/${made.id}/review/submit`, reason), 200);
    return waitingFor('review_tolerance', made.id);
  }
  async function recipe(): Promise<Waiting> {
    const lines = [{ material_id: 'PVD-PE', ratio_pct: 100 }];
    const path = `/sessions/${session.id}/recipe-change`;
    expectStatus(await line.chief.post(path, { lines, reason: 'VT is used up' }), 202);
    return waitingFor('live_recipe_change', session.id);
  }
  async function reopening(): Promise<Waiting> {
    const closed = await line.opened('E2', BY_WEIGHT, ['test_operator']);
    expectStatus(await line.close(closed), 200);
    const reason = { reason: 'a lot was forgotten' };
    expectStatus(await line.otk.post(`/sessions/${closed.id}/reopen`, reason), 202);
    return waitingFor('reopen_session', closed.id);
  }
  async function voiding(): Promise<Waiting> {
    const made = await line.packed(session, 20.4, METRES);
    expectStatus(await line.operator.post(`/packages/${made.id}/void`, { reason: 'torn' }), 202);
    return waitingFor('void_package', made.id);
  }

  async function waitingFor(type: string, object_id: string): Promise<Waiting> {
    const { items } = expectStatus(
      await plant.platform.admin.get('/approvals?state=pending&page_size=200'),
      200,
    );
    const found = items.find((one: Waiting) => one.type === type && one.object_id === object_id);
    assert.ok(
      found,
      `${type} of ${object_id} in ${JSON.stringify(items.map((one: Waiting) => one.type))}`,
    );
    return found;
  }

  const CASES: readonly (readonly [string, string, string, () => Promise<Waiting>])[] = [
    ['F-APR-01', 'manual_weight', 'sex_boshligi', draft],
    ['F-APR-02', 'manual_length', 'sex_boshligi', length],
    ['F-APR-03', 'review_tolerance', 'sex_boshligi', review],
    ['F-APR-04', 'live_recipe_change', 'texnolog', recipe],
    ['F-APR-05', 'reopen_session', 'sex_boshligi', reopening],
    ['F-APR-10', 'void_package', 'sex_boshligi', voiding],
  ];
  const deciders: Readonly<Record<string, () => TestClient>> = {
    sex_boshligi: () => line.chief,
    texnolog: () => line.tex,
  };

  for (const [id, type, role, ask] of CASES) {
    it(`F-M12-04 ${id} ${type}: a row of approval and one of the audit, for asking as for agreeing`, async () => {
      const { approval_id } = await ask();
      const read = async () =>
        expectStatus(await plant.platform.admin.get(`/approvals/${approval_id}`), 200);
      const asked = await read();
      assert.deepEqual([asked.state, asked.waiting_for], ['pending', [role]]);
      const stranger = await plant.as('fg_ombor');
      const verdict = await stranger.post(`/approvals/${approval_id}/approve`);
      assert.equal(verdict.status, 403, JSON.stringify(verdict.body));

      const weight = type === 'manual_weight' ? { weight_kg: 20.3 } : {};
      const decide = () =>
        (deciders[role] as () => TestClient)().post(`/approvals/${approval_id}/approve`, weight);
      expectStatus(await decide(), 200);
      const decided = await read();
      if (type === 'reopen_session')
        assert.equal(decided.state, 'pending', 'two more have to agree');
      else assert.equal(decided.state, 'approved');
      assert.equal(decided.votes.at(-1).verdict, 'approve');

      const { items } = expectStatus(
        await plant.platform.admin.get(
          `/audit?object_type=approval_request&object_id=${approval_id}&page_size=200`,
        ),
        200,
      );
      assert.ok(items.length >= 2, 'asked and decided');
      for (const row of items) assert.match(row.sig_hash, /^[0-9a-f]{64}$/);
      if (type !== 'reopen_session')
        expectRefusal(await decide(), 409, 'business_conflict', 'approval_closed');
    });
  }

  it('F-M12-06 each can be decided by its kind and object as well as by its id', async () => {
    const one = await length();
    expectStatus(await line.chief.post(`/approvals/manual_length/${one.object_id}/reject`), 200);
    const other = await voiding();
    expectStatus(await line.chief.post(`/approvals/${other.approval_id}/reject`), 200);
  });

  it('F-M12-05 the log of it all holds together', async () => {
    const verified = expectStatus(await (await plant.as('integrator')).get('/audit/verify'), 200);
    assert.deepEqual([verified.faults, verified.checkpoints.faults], [[], []]);
    assert.ok(verified.checked > 20, `${verified.checked} rows`);
  });

  it('what the rules asked, and where the votes brought it, comes out the same later', async () => {
    const since = encodeURIComponent('2020-01-01T00:00:00Z');
    for (const kind of ['decisions', 'requests']) {
      const path = `/rules/decisions/verify?since=${since}&limit=2000&of=${kind}`;
      const page = expectStatus(await plant.platform.admin.get(path), 200);
      assert.ok(page.checked > 5, kind);
      assert.deepEqual([page.differing, page.untold], [[], []], kind);
    }
  });
});
