import assert from 'node:assert/strict';
import { until } from '@qoida/core/testing';
import { plantStanding } from '../src/standing.ts';
import { BY_WEIGHT, Line } from './support/line.ts';
import { expectStatus, Plant } from './support/plant.ts';

interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly status: string;
  readonly severity: string;
  readonly metric_code: string;
  readonly value: number | null;
}

const METRES = { length_mode: 'manual', length_m: 120.5, manual_reason: 'no counter' };

describe('alerts of the plant', () => {
  let plant: Plant;
  let line: Line;
  let ahead = 0;
  const minutes = (count: number) => count * 60_000;

  before(async () => {
    plant = await Plant.start({ ALERT_LOOK_SEC: '1' }, () => new Date(Date.now() + ahead));
    line = await Line.open(plant);
  });
  after(() => plant.stop());

  const alertOf = (rule: string, status: string) =>
    until(async () => {
      // The plant's clock runs fast, so that what stays for a while is soon told.
      if (status === 'open') ahead += 1_000;
      const { body } = await plant.platform.admin.get(`/alerts?rule=factory.alerts.${rule}`);
      return (body.items as Alert[]).find((one) => one.status === status);
    });

  it('how the plant stands can be read by the application’s role', async () => {
    const [organization] = await plant.platform.platform.db.organizations();
    const read = (name: string) => {
      const fact = plantStanding.find((one) => one.name === name);
      assert.ok(fact, name);
      return plant.platform.platform.db.transaction(organization?.id ?? '', (tx) =>
        fact.read({ db: tx, now: new Date(), zone: 'Asia/Tashkent', settings: {} }),
      );
    };
    assert.deepEqual(await read('running_sessions'), []);
    assert.equal(await read('trusted_weighings'), 100);
    assert.equal(await read('transfers_in_dispute'), 0);
    assert.deepEqual(await read('delta_trend'), { recent: null, before: null });
  });

  it('P1 when the scales fall silent while production runs, and over when they speak (F-ALT-01, F-OP-42)', async () => {
    await line.opened('E1', BY_WEIGHT);
    await plant.weigh('scale-E1-pack-01', 20);
    ahead = minutes(5);
    const { id, severity } = await alertOf('ingest_stopped', 'open');
    assert.equal(severity, 'P1');
    const { body } = await plant.platform.admin.get(`/alerts/${id}`);
    assert.ok(body.value > 120 && body.threshold === 2, `${body.value} over ${body.threshold}`);
    assert.ok(body.explanation.when.children.length > 0);
    // No reading is from the future: the clock goes on from where it is.
    await plant.weigh('scale-E1-pack-01', 21);
    const closed = await alertOf('ingest_stopped', 'closed');
    assert.equal(closed.id, id);
  });

  it('P2 for a clock that is ahead, one for each device (F-ALT-07, F-UT-173)', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await plant.ingest('scale-MAIN-01', [{ gross_kg: 5, stable: true, ts_device: tomorrow }]);
    const { id, severity } = await alertOf('clock_skew', 'open');
    assert.equal(severity, 'P2');
    const chief = await plant.as('sex_boshligi');
    assert.equal((await chief.post(`/alerts/${id}/ack`, { note: 'NTP is set' })).status, 200);
  });

  it('P3 seven days before a calibration ends (F-ALT-08)', async () => {
    const { severity } = await alertOf('calibration_due_soon', 'open');
    assert.equal(severity, 'P3');
  });

  it('P2 when a balance differs from its ledger, over when they agree (F-ALT-07, F-ALG-20)', async () => {
    const integrator = await plant.as('integrator');
    const reconcile = async () => {
      const { status, body } = await integrator.post('/stock/reconcile');
      assert.equal(status, 200, JSON.stringify(body));
      return body as { differences: number; items: { booked: number; ledger: number }[] };
    };
    assert.equal((await reconcile()).differences, 0, 'all that was moved is in the ledger');
    const [item] = await plant.platform.asOwner<{ id: string; qty: string }>(
      `update stock_items set qty = qty + 1.5 where id = (select id from stock_items where qty > 0 limit 1)
       returning id, qty`,
    );
    assert.ok(item);
    const { differences, items } = await reconcile();
    assert.equal(differences, 1);
    assert.ok(Math.abs((items[0]?.booked ?? 0) - (items[0]?.ledger ?? 0) - 1.5) < 1e-9);
    const { severity } = await alertOf('reconciliation_diff', 'open');
    assert.equal(severity, 'P2');
    await plant.platform.asOwner('update stock_items set qty = qty - 1.5 where id = $1', [item.id]);
    assert.equal((await reconcile()).differences, 0);
    await alertOf('reconciliation_diff', 'closed');
    assert.equal((await (await plant.as('sex_boshligi')).post('/stock/reconcile')).status, 403);
  });

  it('P2 when too much is weighed by hand, over when a scale has said enough again (F-ALT-03, F-OP-62)', async () => {
    const session = await line.opened('E2', 'POL-10', ['test_operator']);
    const body = { session_id: session.id, sku_id: session.sku_id, device_id: 'scale-MAIN-02' };
    const draft = await line.operator.post('/packages', { ...body, ...METRES });
    const { id } = expectStatus(draft, 202);
    const alert = await alertOf('rs_trusted_low', 'open');
    assert.equal(alert.severity, 'P2');
    assert.ok(Number(alert.value) < 95, String(alert.value));
    expectStatus(await line.chief.post(`/approvals/manual_weight/${id}/reject`), 200);
    assert.equal((await alertOf('rs_trusted_low', 'closed')).metric_code, 'rs_trusted_low');
  });

  it('P3 when Δ comes nearer to its limit than in the week before (F-ALT-06, F-OP-50)', async () => {
    const shares = [
      { days: 10, share: 0.4 },
      { days: 2, share: 0.7 },
    ];
    const [some] = await plant.platform.asOwner<{ id: string }>('select id from sessions limit 1');
    for (const { days, share } of shares)
      await plant.platform.asOwner(
        `with copy as (
           insert into sessions select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
             'status', 'closed', 'started_at', now() - make_interval(days => $2::int, hours => 8),
             'production_ended_at', now() - make_interval(days => $2::int),
             'ended_at', now() - make_interval(days => $2::int)))).*
           from sessions s where s.id = $1 returning id, organization_id)
         insert into session_balances (organization_id, session_id, input_kg, good_kg, wip_kg, scrap_expected_kg,
           unexplained_kg, delta_session_kg, limit_kg, closed, computed_at)
         select organization_id, id, 1000, 990, 0, 10, 0, 5 * $3::numeric, 5, true, now() from copy`,
        [some?.id, days, share],
      );
    const { severity } = await alertOf('delta_trend_up', 'open');
    assert.equal(severity, 'P3');
  });

  it('P2 when actions of automations are given up (F-ALT-04)', async () => {
    await plant.platform.asOwner(
      `with run as (
         insert into rule_runs (id, organization_id, kind, rule, key, at, events, causes, chain, rules_hash, decided_at,
           settings_hash, conditions, trace_id, status)
         select gen_random_uuid(), id, 'automation', 'factory.x.y', '', now(), '[]', '{}', '{}', '', now(), '', '[]',
           gen_random_uuid(), 'failed' from organizations returning id, organization_id)
       insert into rule_actions (organization_id, run_id, phase, group_no, place, action, effect, args, status, meant_at)
       select organization_id, id, 'do', 0, 0, 'relay.set', 'record', '{}', 'dead', now() from run`,
    );
    const { severity } = await alertOf('integration_backlog', 'open');
    assert.equal(severity, 'P2');
  });
});

describe('VT over the recipe’s limit where the plant only wants to be told', () => {
  it('is an alert of its session (F-M4-04, F-GATE-01)', async () => {
    const plant = await Plant.start({ VT_GATE_HARD: 'false', ALERT_LOOK_SEC: '1' });
    try {
      const line = await Line.open(plant);
      const session = await line.opened('E1', 'POL-10');
      const vt = { material_id: 'VT-PE', batch_no: 'VT-BIG' };
      assert.equal((await line.feed(session, 10, vt)).status, 201);
      const found = await until(async () => {
        const { body } = await plant.platform.admin.get(
          '/alerts?rule=factory.alerts.vt_over_limit',
        );
        return (body.items as Alert[])[0];
      }, 'the alert');
      assert.equal(found.severity, 'P2');
    } finally {
      await plant.stop();
    }
  });
});
