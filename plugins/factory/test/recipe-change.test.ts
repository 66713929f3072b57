import assert from 'node:assert/strict';
import { type TestClient, until } from '@qoida/core/testing';
import type { Session } from './support/line.ts';
import { Line } from './support/line.ts';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

const VT = { material_id: 'VT-PE', batch_no: 'VT-BIG' };
const RECIPE = [
  { material_id: 'PVD-PE', ratio_pct: 80 },
  { material_id: 'VT-PE', ratio_pct: 20 },
];

describe('F-APR-04 another recipe for a session that runs', () => {
  let plant: Plant;
  let line: Line;
  let session: Session;
  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
    session = await line.opened('E1', 'POL-10');
  });
  after(() => plant.stop());

  const change = (body: object, as: TestClient = line.chief) =>
    as.post(`/sessions/${session.id}/recipe-change`, {
      lines: RECIPE,
      reason: 'PVD is short',
      ...body,
    });
  const decide = (verdict: 'approve' | 'reject', as: TestClient, comment = '') =>
    as.post(`/approvals/live_recipe_change/${session.id}/${verdict}`, { comment });
  const recipe = async () => (await line.read(session)).recipe_snapshot;
  const changed = (revision: number) =>
    until(async () => (await recipe()).revision === revision, `revision ${revision} of the recipe`);

  it('F-UT-035 waits for the technologist, and leaves the published recipe as it is', async () => {
    const before = await recipe();
    const asked = expectStatus(await change({}), 202);
    assert.deepEqual([asked.type, asked.waiting_for], ['live_recipe_change', ['texnolog']]);
    assert.deepEqual(await recipe(), before, 'nothing has changed yet');
    expectRefusal(await decide('approve', line.chief), 403, 'forbidden', 'own_request');
    expectRefusal(await decide('approve', line.otk), 403, 'forbidden', 'role_required');

    expectStatus(await decide('approve', line.tex), 200);
    await changed(1);
    const { lines, version, vt_limit_pct } = await recipe();
    assert.deepEqual(
      lines.map((one: { material: string; ratio_pct: number }) => [one.material, one.ratio_pct]),
      [
        ['PVD-PE', 80],
        ['VT-PE', 20],
      ],
    );
    assert.deepEqual([version, vt_limit_pct], [before.version, before.vt_limit_pct]);
    const next = await line.opened('E2', 'POL-10', ['test_operator']);
    const { recipe_snapshot } = await line.read(next);
    assert.deepEqual(recipe_snapshot, before, 'the next session begins with the published one');
  });

  it('F-UT-035 rejected, nothing changes', async () => {
    const before = await recipe();
    expectStatus(await change({ vt_limit_pct: 40 }), 202);
    expectStatus(await decide('reject', line.tex, 'not this one'), 200);
    assert.deepEqual(await recipe(), before);
    expectRefusal(await decide('approve', line.tex), 409, 'business_conflict', 'approval_closed');
  });

  it('refuses at once what is no recipe', async () => {
    const half = [{ material_id: 'PVD-PE', ratio_pct: 50 }];
    const twice = [...half, ...half];
    const both = [{ material_id: 'PVD-PE', ratio_pct: 100, ratio_per_kg: 1 }];
    for (const [lines, reason] of [
      [half, 'recipe_ratio_sum'],
      [twice, 'recipe_line_twice'],
      [both, 'recipe_line_ratio'],
    ] as const) {
      expectRefusal(await change({ lines }), 422, 'validation_error', reason);
    }
    assert.equal((await change({ lines: [] })).status, 422);
    assert.equal((await change({ reason: ' ' })).status, 422);
  });

  it('F-GATE-01 the VT gate judges what was fed by the new limit: over it the session pauses', async () => {
    expectStatus(await line.feed(session, 70), 201);
    expectStatus(await line.feed(session, 30, VT), 201);
    expectStatus(await change({ vt_limit_pct: 25 }), 202);
    expectStatus(await decide('approve', line.tex), 200);
    await changed(2);
    const paused = await line.read(session);
    assert.deepEqual([paused.status, paused.pause_reason], ['paused', 'vt_limit']);
    assert.equal(paused.recipe_snapshot.vt_limit_pct, 25);
    const { items } = expectStatus(await line.tex.get(`/gates?session_id=${session.id}`), 200);
    assert.deepEqual(
      items.map((gate: { gate: string; point: string }) => [gate.gate, gate.point]),
      [['vt_limit', 'session.recipe_change']],
    );
    expectRefusal(
      await line.chief.patch(`/sessions/${session.id}/resume`),
      409,
      'business_conflict',
      'gate_open',
    );
    expectStatus(await line.tex.post(`/gates/${items[0].id}/release`, { note: 'looked at' }), 200);
    expectStatus(await line.chief.patch(`/sessions/${session.id}/resume`), 200);
  });

  it('a closed session keeps its recipe', async () => {
    await line.freeMachines();
    const empty = await line.opened('E1', 'POL-10');
    expectStatus(await line.close(empty), 200);
    const answer = await line.chief.post(`/sessions/${empty.id}/recipe-change`, {
      lines: RECIPE,
      reason: 'too late',
    });
    expectRefusal(answer, 409, 'business_conflict', 'session_closed');
  });
});
