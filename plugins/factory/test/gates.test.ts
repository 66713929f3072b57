import assert from 'node:assert/strict';
import type { TestClient } from '@qoida/core/testing';
import { Line } from './support/line.ts';
import { expectGates, expectRefusal, expectStatus, Plant } from './support/plant.ts';

/** F-M13-07, without those of modules that come later (rework, finished goods, KPI, payroll). */
const POINTS = [
  'stock.transfer.send',
  'stock.transfer.receive',
  'stock.snapshot',
  'stock.adjust',
  'session.start',
  'session.operators',
  'session.feed',
  'session.recipe_change',
  'session.resume',
  'session.close',
  'session.reopen',
  'package.create',
  'package.review',
  'qc.decide',
  'rework.dispose',
];
/** F-M13-01, likewise. */
const GATES = [
  'vt_limit',
  'degaz_gate',
  'calibration_expired',
  'gt_2_extruder',
  'e3_qualification',
];
const VT = { material_id: 'VT-PE', batch_no: 'VT-BIG' };

interface Gate {
  readonly id: string;
  readonly gate: string;
  readonly session_id: string | null;
  readonly released_at: string | null;
}

describe('F-M13-01 gates of the plant', () => {
  let plant: Plant;
  let line: Line;
  let integrator: TestClient;
  before(async () => {
    plant = await Plant.start();
    line = await Line.open(plant);
    integrator = await plant.as('integrator');
  });
  after(() => plant.stop());

  const open = async (query = '', as: TestClient = line.operator): Promise<Gate[]> =>
    expectStatus(await as.get(`/gates?page_size=200${query}`), 200).items;
  const release = (id: string, as: TestClient) =>
    as.post(`/gates/${id}/release`, { note: 'looked at' });

  it('are rules that the technologist sees and changes', async () => {
    const { items } = expectStatus(await line.tex.get('/rules/modules'), 200);
    const known = items.flatMap((module: { blocks: { kind: string; name: string }[] }) =>
      module.blocks.filter(({ kind }) => kind === 'gate').map(({ name }) => name),
    );
    for (const gate of GATES) assert.ok(known.includes(gate), gate);
  });

  for (const point of POINTS) {
    it(`F-M13-07 a gate and an approval may stand at ${point}`, async () => {
      const text = `language en
module factory.stock
requires factory

gate never_on_sunday
  on ${point}
  block when weekday(today) = sunday
  message "Not on a Sunday"
  release never

approval somebody
  on ${point}
  steps direktor
  message "Somebody looks at it"
`;
      const path = '/rules/modules/factory.stock/check';
      const { diagnostics } = expectStatus(await line.tex.post(path, { text }), 200);
      const errors = diagnostics.filter((one: { severity: string }) => one.severity === 'error');
      assert.deepEqual(errors, []);
      const missing = text.replaceAll(point, `${point}ed`);
      const other = expectStatus(await line.tex.post(path, { text: missing }), 200).diagnostics;
      assert.ok(other.some((one: { severity: string }) => one.severity === 'error'));
    });
  }

  it('F-M13-03 F-GATE-01 open ones are told to everybody, all or of a session, and released by the role of each', async () => {
    const session = await line.opened('E1', 'POL-10');
    expectStatus(await line.feed(session, 100), 201);
    expectStatus(await line.feed(session, 200, VT), 201);
    const stajor = await plant.as('operator', { username: 'stajor', grade: 'stajor' });
    expectStatus(await stajor.get('/me'), 200);
    expectGates(await line.start('E3', 'POL-10', ['stajor']), ['e3_qualification']);

    const of = await open(`&session_id=${session.id}`);
    assert.deepEqual(
      of.map(({ gate, session_id }) => [gate, session_id]),
      [['vt_limit', session.id]],
    );
    const all = await open();
    assert.deepEqual(all.map(({ gate }) => gate).sort(), ['e3_qualification', 'vt_limit']);
    const [vt, e3] = ['vt_limit', 'e3_qualification'].map((name) =>
      all.find(({ gate }) => gate === name),
    ) as [Gate, Gate];
    expectRefusal(await release(vt.id, line.operator), 403, 'forbidden', 'role_required');
    expectRefusal(await release(vt.id, integrator), 403, 'forbidden', 'role_required');
    expectRefusal(await release(e3.id, line.tex), 409, 'business_conflict', 'not_releasable');
    assert.equal((await line.tex.post(`/gates/${vt.id}/release`, { note: ' ' })).status, 422);
    const released = expectStatus(await release(vt.id, line.tex), 200);
    assert.ok(released.released_at !== null);
    expectRefusal(await release(vt.id, line.tex), 409, 'business_conflict', 'already_released');
    assert.deepEqual(await open(`&session_id=${session.id}`), []);
    expectRefusal(await line.tex.get('/gates?session_id=unknown'), 404, 'not_found', 'not_found');
    assert.deepEqual(
      await open(`&session_id=${vt.id}`),
      [],
      'an id that names nothing finds nothing',
    );
    const past = await open(`&session_id=${session.id}&state=released`);
    assert.deepEqual(
      past.map(({ id }) => id),
      [vt.id],
    );
  });

  it('F-UT-156 F-GATE-03 the calibration’s gate is not released while there is no valid calibration', async () => {
    const main = await plant.as('main_ombor');
    const send = async () =>
      main.post('/stock/transfers/main-to-shop', {
        lines: [
          {
            material_id: 'PVD-PE',
            batch_no: 'PVD-2508-01',
            device_id: await plant.weigh('scale-MAIN-OLD', 10),
          },
        ],
      });
    expectGates(await send(), ['calibration_expired']);
    const [gate] = await open('&gate=calibration_expired');
    assert.ok(gate);
    expectRefusal(await release(gate.id, line.tex), 403, 'forbidden', 'role_required');
    expectRefusal(
      await release(gate.id, integrator),
      409,
      'business_conflict',
      'condition_still_true',
    );
    const calibrated = await integrator.patch('/devices/scale-MAIN-OLD/calibration', {
      performed_at: new Date(Date.now() - 1_000).toISOString(),
      valid_until: new Date(Date.now() + 86_400_000).toISOString(),
      certificate_no: 'CAL-NEW',
    });
    expectStatus(calibrated, 200);
    assert.deepEqual(await open('&gate=calibration_expired'), [], 'F-API-021 released with it');
    expectStatus(await send(), 201);
    const { items } = expectStatus(
      await integrator.get(`/audit?object_type=gate_log&object_id=${gate.id}`),
      200,
    );
    const [last] = items;
    assert.ok(last.old_new_diff_json.old.released_at === null, 'F-M13-02 open → released');
    assert.ok(last.old_new_diff_json.new.released_at !== null);
  });
});
