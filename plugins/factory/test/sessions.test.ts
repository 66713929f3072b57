import assert from 'node:assert/strict';
import { Line } from './support/line.ts';
import { expectGates, expectRefusal, expectStatus, Plant } from './support/plant.ts';

describe('M3 sessions', () => {
  let plant: Plant;
  let line: Line;

  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
    await plant.as('operator', { username: 'trainee', grade: 'stajor' });
    await plant.as('operator', { username: 'starshiy', grade: 'starshiy' });
    await plant.as('operator', { username: 'ungraded' });
  });
  after(() => plant.stop());

  afterEach(() => line.freeMachines());

  it('F-UT-022 opens with the published recipe frozen into it', async () => {
    const session = expectStatus(await line.start('E1', 'POL-10'), 201);
    assert.equal(session.status, 'opened');
    const { sku, version, vt_limit_pct, lines } = session.recipe_snapshot;
    assert.deepEqual(
      { sku, version, vt_limit_pct },
      { sku: 'POL-10', version: 1, vt_limit_pct: 35 },
    );
    assert.deepEqual(
      lines.map((row: { material: string; ratio_pct: number }) => [row.material, row.ratio_pct]),
      [
        ['PVD-PE', 60],
        ['VT-PE', 30],
        ['MB-RED', 5],
        ['TALK', 5],
      ],
    );
  });

  it('F-UT-023 a later recipe doesn’t reach the running session', async () => {
    const lines = [{ material_id: 'PVD-PE', ratio_pct: 100 }];
    const running = await line.opened('E1', 'POL-D1');
    const next = expectStatus(
      await line.tex.post('/master/recipes', { sku_id: 'POL-D1', vt_limit_pct: 20, lines }),
      201,
    );
    expectStatus(await line.tex.post(`/master/recipes/${next.id}/publish`), 200);
    assert.equal((await line.read(running)).recipe_snapshot.vt_limit_pct, 35);
  });

  it('F-OP-28 a recipe is published only when its shares sum to 100', async () => {
    const lines = [{ material_id: 'PVD-PE', ratio_pct: 99.9 }];
    const draft = expectStatus(
      await line.tex.post('/master/recipes', { sku_id: 'LAM-F', lines }),
      201,
    );
    const refused = await line.tex.post(`/master/recipes/${draft.id}/publish`);
    assert.equal(expectRefusal(refused, 422, 'validation_error', 'recipe_ratio_sum').sum_pct, 99.9);
  });

  it('F-UT-024 without a published recipe there is no session', async () => {
    expectRefusal(await line.start('E1', 'SET-05'), 409, 'business_conflict', 'recipe_missing');
  });

  it('F-UT-025 at most two operators, and not the same one twice', async () => {
    const three = await line.start('E1', 'POL-10', ['test_operator', 'starshiy', 'ungraded']);
    expectRefusal(three, 422, 'validation_error', 'invalid_input');
    const twice = await line.start('E1', 'POL-10', ['test_operator', 'test_operator']);
    expectRefusal(twice, 422, 'validation_error', 'operator_twice');
  });

  const openHits = async (gate: string): Promise<readonly { session_id: string | null }[]> =>
    expectStatus(await line.chief.get(`/gates?gate=${gate}&page_size=200`), 200).items;

  it('F-GATE-04 F-UT-026 F-UT-027 F-TST-14 an experienced operator serves two extruders and never a third', async () => {
    expectStatus(
      await line.tex.post('/master/qualifications', { user_id: 'test_operator', code: 'E3' }),
      201,
    );
    await line.opened('E1', 'POL-10');
    await line.opened('E2', 'POL-10');
    const details = expectGates(await line.start('E3', 'POL-10'), ['gt_2_extruder']);
    assert.equal(details.gates[0].releasable, false);
  });

  it('F-UT-028 a trainee and one without a grade serve one extruder', async () => {
    await line.opened('E1', 'POL-10', ['trainee', 'ungraded']);
    expectGates(await line.start('E2', 'POL-10', ['trainee']), ['gt_2_extruder']);
    expectGates(await line.start('E2', 'POL-10', ['ungraded']), ['gt_2_extruder']);
  });

  it('F-GATE-05 F-UT-029 F-UT-030 F-UT-031 every operator on E3 needs a qualification that holds today', async () => {
    const session = () => line.start('E3', 'POL-10', ['starshiy']);
    const grant = (more: object) =>
      line.tex.post('/master/qualifications', { user_id: 'starshiy', code: 'E3', ...more });
    expectGates(await session(), ['e3_qualification']);
    expectStatus(await grant({ valid_until: '2025-01-01T00:00:00Z' }), 201);
    expectGates(await session(), ['e3_qualification']);
    assert.equal((await openHits('e3_qualification')).length, 1, 'what is over helps nobody');
    expectStatus(await grant({}), 201);
    assert.deepEqual(await openHits('e3_qualification'), [], 'cleared by the qualification');
    expectStatus(await session(), 201);
  });

  it('F-UT-157 two failing gates are both reported', async () => {
    await line.opened('E1', 'POL-10', ['trainee']);
    expectGates(await line.start('E3', 'POL-10', ['trainee']), [
      'gt_2_extruder',
      'e3_qualification',
    ]);
  });

  it('F-API-122 F-M3-03 the same gates stand before a change of operators', async () => {
    const first = await line.opened('E1', 'POL-10', ['starshiy']);
    await line.opened('E2', 'POL-10', ['trainee']);
    const change = (operators: string[]) =>
      line.chief.patch(`/sessions/${first.id}/operators`, { operators });
    expectGates(await change(['trainee']), ['gt_2_extruder']);
    const hits = await openHits('gt_2_extruder');
    assert.ok(hits.some(({ session_id }) => session_id === first.id));
    expectStatus(await change(['test_operator']), 200);
    assert.deepEqual(
      (await openHits('gt_2_extruder')).filter(({ session_id }) => session_id === first.id),
      [],
      'cleared by the other assignment (F-GATE-04)',
    );
    assert.equal((await line.read(first)).people[0].username, 'test_operator');
  });

  it('F-UT-032 one running session per work centre', async () => {
    await line.opened('E1', 'POL-10');
    const details = expectRefusal(
      await line.start('E1', 'POL-10', ['starshiy']),
      409,
      'business_conflict',
      'workcenter_busy',
    );
    assert.equal(details.workcenter, 'E1');
  });

  it('F-UT-033 pause and resume, each only where it makes sense', async () => {
    const session = await line.opened('E1', 'POL-10');
    const patch = (verb: string, body: object = {}) =>
      line.chief.patch(`/sessions/${session.id}/${verb}`, body);
    expectRefusal(await patch('resume'), 409, 'business_conflict', 'session_not_paused');
    expectStatus(await patch('pause', { reason: 'tech' }), 200);
    expectRefusal(
      await patch('pause', { reason: 'tech' }),
      409,
      'business_conflict',
      'session_not_open',
    );
    assert.equal((await line.read(session)).pause_reason, 'tech');
    expectStatus(await patch('resume'), 200);
    assert.equal((await line.read(session)).status, 'opened');
    assert.equal((await line.operator.patch(`/sessions/${session.id}/resume`)).status, 403);
  });

  it('F-UT-034 the end of the shift frees the work centre, and a resume needs it free again', async () => {
    const session = await line.opened('E1', 'POL-10');
    expectStatus(
      await line.chief.patch(`/sessions/${session.id}/pause`, { reason: 'shift_end' }),
      200,
    );
    const next = await line.opened('E1', 'POL-10', ['starshiy']);
    const resume = () => line.chief.patch(`/sessions/${session.id}/resume`);
    expectRefusal(await resume(), 409, 'business_conflict', 'workcenter_busy');
    expectStatus(
      await line.chief.patch(`/sessions/${next.id}/pause`, { reason: 'shift_end' }),
      200,
    );
    expectStatus(await resume(), 200);
    assert.equal((await line.read(session)).production_ended_at, null);
  });

  it('F-UT-036 F-INV-02 feeding by scale: input grows, the shop falls', async () => {
    const session = await line.opened('E1', 'POL-10');
    const before = await plant.stock('SHOP', 'PVD-PE', 'PVD-BIG');
    const fed = expectStatus(await line.feed(session, 360), 201);
    assert.equal(fed.lines[0].qty_kg, 360);
    assert.equal(fed.vt_ratio, 0);
    assert.equal(await plant.stock('SHOP', 'PVD-PE', 'PVD-BIG'), before - 360);
    assert.equal((await line.preview(session)).input_kg, 360);
  });

  it('F-UT-038 F-UT-039 F-UT-040 over the VT limit the masses stay and the session pauses', async () => {
    const session = await line.opened('E1', 'POL-10');
    const vt = { material_id: 'VT-PE', batch_no: 'VT-BIG' };
    expectStatus(await line.feed(session, 65), 201);
    assert.equal(expectStatus(await line.feed(session, 35, vt), 201).vt_ratio, 35);
    assert.equal((await line.read(session)).status, 'opened');
    const over = expectStatus(await line.feed(session, 0.001, vt), 201);
    assert.equal(over.warnings[0].gate, 'vt_limit');
    assert.equal((await line.preview(session)).input_kg, 100.001);
    const paused = await line.read(session);
    assert.deepEqual(
      [paused.status, paused.pause_reason, paused.open_vt_gates],
      ['paused', 'vt_limit', 1],
    );
    expectRefusal(await line.pack(session, 20), 409, 'business_conflict', 'session_not_open');
    const resumed = await line.chief.patch(`/sessions/${session.id}/resume`);
    expectRefusal(resumed, 409, 'business_conflict', 'gate_open');
  });

  it('F-UT-041 the technologist releases the VT gate, nobody else', async () => {
    const session = await line.opened('E1', 'POL-10');
    const vt = { material_id: 'VT-PE', batch_no: 'VT-BIG' };
    const fed = expectStatus(await line.feed(session, 1, vt), 201);
    const release = `/gates/${fed.warnings[0].gate_id}/release`;
    assert.equal((await line.operator.post(release, { note: 'let me' })).status, 403);
    expectStatus(await line.tex.post(release, { note: 'looked into it' }), 200);
    expectStatus(await line.chief.patch(`/sessions/${session.id}/resume`), 200);
  });

  it('F-API-107 the live panel of a work centre', async () => {
    const session = await line.opened('E2', 'POL-10');
    expectStatus(await line.feed(session, 12), 201);
    const panel = expectStatus(await line.tex.get('/dash/session-live?workcenter_id=E2'), 200);
    assert.deepEqual([panel.session.id, panel.input, panel.scrap_expected], [session.id, 12, 12]);
  });
});
