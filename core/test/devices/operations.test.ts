import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DeviceModel } from '../../src/api/devices.ts';
import { Refusal } from '../../src/api/errors.ts';
import { unseal } from '../../src/devices/sealing.ts';
import { type Roads, roadOf } from './road-support.ts';
import { type Bench, openBench, refusedAs, SERVER_SECRET, T0 } from './support.ts';

const modelOf = (model: string, type: DeviceModel['type']): DeviceModel => ({
  vendor: 'Acme',
  model,
  title: { uz: model, ru: model, en: model },
  type,
  transports: ['tcp'],
  settings: {},
});
const later = (ms: number) => new Date(T0.getTime() + ms);

describe('operations of devices', () => {
  let bench: Bench;
  let road: Roads;
  before(async () => {
    bench = await openBench();
    road = roadOf(bench);
  });
  after(() => bench.close());
  const newCode = () => `scale-${randomUUID().slice(0, 8)}`;
  const rowOf = async (id: unknown) =>
    (
      await bench.asOwner<Record<string, unknown>>('select * from devices where id = $1', [id])
    )[0] ?? {};
  const events = (id: unknown) =>
    bench.asOwner<{ name: string }>(
      `select name from outbox where payload->>'device_id' = $1 order by seq`,
      [id],
    );

  it('F-M15-07 device.create tells the secret once and keeps it sealed', async () => {
    const code = newCode();
    const made = await road.as('integrator', 'device.create', {
      code,
      purpose: 'pack',
      division_kg: 0.005,
    });
    const secret = String(made.secret);
    assert.equal(Buffer.from(secret, 'base64url').length, 32);
    assert.ok(!('secret_ref' in made) && !('line' in made));
    const row = await rowOf(made.id);
    assert.deepEqual(
      [row.code, row.device_type, row.purpose, row.active],
      [code, 'scale', 'pack', true],
    );
    assert.ok(!String(row.secret_ref).includes(secret));
    assert.equal(unseal(String(row.secret_ref), String(made.id), SERVER_SECRET).current, secret);
    const [kept] = await bench.asOwner<{ text: string }>(
      'select old_new_diff_json::text as text from audit_log where object_id = $1',
      [made.id],
    );
    assert.ok(kept !== undefined && !kept.text.includes(secret));
    assert.deepEqual(
      (await events(made.id)).map(({ name }) => name),
      ['device.created'],
    );
  });

  it('refuses who may not, a second device of the code, and wrong fields', async () => {
    const code = newCode();
    await assert.rejects(
      road.as('operator', 'device.create', { code }),
      refusedAs('role_required'),
    );
    await road.as('admin', 'device.create', { code });
    await assert.rejects(road.as('admin', 'device.create', { code }), refusedAs('already_exists'));
    const wrong = (more: object) => road.as('admin', 'device.create', { code: newCode(), ...more });
    await assert.rejects(wrong({ ip_allow: ['10.0.0.0/33'] }), refusedAs('ip_allow_invalid'));
    await assert.rejects(wrong({ line: [1] }), refusedAs('line_invalid'));
    await assert.rejects(wrong({ purpose: 'other' }), refusedAs('invalid_input'));
  });

  it('refuses a model that no loaded plugin has, and one of another kind of device, naming the known', async () => {
    const models = [modelOf('acme-scale', 'scale'), modelOf('acme-relays', 'relay_switch')];
    const { as } = roadOf(bench, models);
    const refused = (reason: string, known: string) => (error: unknown) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.reason, error.details.known], [reason, known]);
      return true;
    };
    const create = (driver_model: string, device_type = 'scale') =>
      as('admin', 'device.create', { code: newCode(), device_type, driver_model });
    await assert.rejects(create('acme-scael'), refused('model_unknown', 'acme-scale'));
    await assert.rejects(create('acme-scael', 'length_counter'), refused('model_unknown', '–'));
    await assert.rejects(create('acme-relays'), refused('model_of_another_type', 'acme-scale'));
    const { id } = await create('acme-scale');
    const change = (more: object) => as('admin', 'device.update', { id, ...more });
    await assert.rejects(change({ driver_model: 'x' }), refused('model_unknown', 'acme-scale'));
    await bench.asOwner("update devices set driver_model = 'gone' where id = $1", [id]);
    await change({ serial_no: 'A2' });
    assert.equal((await rowOf(id)).driver_model, 'gone', 'what it was stays until somebody says');
  });

  it('device.update changes what is given, empties what is named, and switches off', async () => {
    const made = await road.as('integrator', 'device.create', {
      code: newCode(),
      serial_no: 'A1',
      purpose: 'main',
    });
    await road.as('integrator', 'device.update', {
      id: made.code,
      active: false,
      clear: ['serial_no'],
    });
    const row = await rowOf(made.id);
    assert.deepEqual([row.active, row.serial_no, row.purpose], [false, null, 'main']);
  });

  it('F-M15-07 device.rotate_secret keeps the old secret for 24 h, or ends it at once', async () => {
    const made = await road.as('integrator', 'device.create', { code: newCode() });
    const first = await road.as('integrator', 'device.rotate_secret', { id: made.id });
    assert.notEqual(first.secret, made.secret);
    const kept = unseal(String((await rowOf(made.id)).secret_ref), String(made.id), SERVER_SECRET);
    assert.deepEqual([kept.current, kept.previous], [first.secret, made.secret]);
    assert.equal(kept.previousUntil, T0.getTime() + 86_400_000);
    await road.as('integrator', 'device.rotate_secret', { id: made.id, at_once: true });
    const ended = unseal(String((await rowOf(made.id)).secret_ref), String(made.id), SERVER_SECRET);
    assert.equal(ended.previousUntil, T0.getTime());
  });

  const openGate = async (device: unknown, gate = 'calibration_expired') => {
    const [row] = await bench.asOwner<{ id: string }>(
      `insert into gate_log (organization_id, gate, module, point, mode, object_ref, message, hit_by)
       values ($1, $2, 'm', $4, 'block', jsonb_build_object('device', $3::text), 'x', 'y') returning id`,
      [bench.organizationId, gate, device, randomUUID()],
    );
    return row?.id;
  };
  const releasedAt = async (gate: unknown) =>
    (
      await bench.asOwner<{ released_at: Date | null }>(
        'select released_at from gate_log where id = $1',
        [gate],
      )
    )[0]?.released_at;

  it('F-API-021 device.calibrate sets the term, keeps the record and releases that device’s open gates', async () => {
    const [made, other] = await Promise.all(
      [1, 2].map(() => road.as('integrator', 'device.create', { code: newCode() })),
    );
    const gates = await Promise.all([
      openGate(made?.id),
      openGate(other?.id),
      openGate(made?.id, 'vt_limit'),
    ]);
    const valid_until = later(86_400_000);
    const shown = await road.as('integrator', 'device.calibrate', {
      id: made?.code,
      performed_at: later(-1000).toISOString(),
      valid_until: valid_until.toISOString(),
      certificate_no: 'C-1',
    });
    assert.deepEqual(shown.calibration_due_at, valid_until);
    assert.deepEqual(await Promise.all(gates.map(releasedAt)), [T0, null, null]);
    const rows = await bench.asOwner<Record<string, unknown>>(
      'select * from calibrations where device_id = $1',
      [made?.id],
    );
    assert.deepEqual(
      rows.map((row) => row.certificate_no),
      ['C-1'],
    );
    assert.ok((await events(made?.id)).some(({ name }) => name === 'device.calibrated'));
  });

  it('F-M13-02 F-GATE-03 what a calibration releases is audited like a release by a person: open → released', async () => {
    const made = await road.as('integrator', 'device.create', { code: newCode() });
    const gates = [await openGate(made.id), await openGate(made.id)];
    await road.as('integrator', 'device.calibrate', {
      id: made.id,
      performed_at: later(-1000).toISOString(),
      valid_until: later(86_400_000).toISOString(),
      certificate_no: 'C-2',
    });
    const audited = await bench.asOwner<Record<string, unknown>>(
      `select object_id, action, old_new_diff_json->'old'->'released_at' as old,
              old_new_diff_json->'new'->'released_at' as new, old_new_diff_json->'new'->'note' as note
         from audit_log where object_type = 'gate_log' and object_id = any($1::uuid[])`,
      [gates],
    );
    assert.deepEqual(audited.map((row) => row.object_id).sort(), gates.map(String).sort());
    for (const { action, old, new: at, note } of audited)
      assert.deepEqual(
        [action, old, at, note],
        ['device.calibrate', null, T0.toISOString(), 'calibrated, C-2'],
      );
  });

  it('F-API-021 refuses valid_until ≤ performed_at and a calibration of tomorrow', async () => {
    const { id } = await road.as('integrator', 'device.create', { code: newCode() });
    const at = (performed: number, until: number) =>
      road.as('integrator', 'device.calibrate', {
        id,
        performed_at: later(performed).toISOString(),
        valid_until: later(until).toISOString(),
      });
    await assert.rejects(at(-1000, -1000), refusedAs('calibration_order'));
    await assert.rejects(at(1000, 2000), refusedAs('calibration_in_future'));
    assert.equal((await rowOf(id)).calibration_due_at, null);
  });

  it('F-OP-21 an old certificate entered later neither shortens the term nor opens a gate', async () => {
    const { id } = await road.as('integrator', 'device.create', { code: newCode() });
    const at = (performed: number, until: number) =>
      road.as('integrator', 'device.calibrate', {
        id,
        performed_at: later(performed).toISOString(),
        valid_until: later(until).toISOString(),
      });
    const gate = await openGate(id);
    await at(-10_000, -5_000);
    assert.equal(await releasedAt(gate), null);
    await at(-2_000, 50_000);
    assert.deepEqual(await releasedAt(gate), T0);
    await at(-20_000, -15_000);
    assert.deepEqual((await rowOf(id)).calibration_due_at, later(50_000));
  });

  it('device.simulate says that a real device is none', async () => {
    const { id } = await road.as('integrator', 'device.create', { code: newCode() });
    await assert.rejects(
      road.as('operator', 'device.simulate', { id, do: 'put', kg: 1 }),
      refusedAs('not_simulated'),
    );
  });
});
