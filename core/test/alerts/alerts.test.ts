import assert from 'node:assert/strict';
import {
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { tanks } from './tanks.ts';

interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly group: string;
  readonly status: string;
  readonly count: number;
}

describe('alerts on the running platform', () => {
  let plant: TestPlatform;
  let admin: TestClient;
  let texnolog: TestClient;
  before(async () => {
    plant = await startTestPlatform({ plugins: [tanks], settings: { ALERT_LOOK_SEC: '1' } });
    admin = plant.admin;
    texnolog = await plant.as('texnolog');
  });
  after(() => plant.stop());

  let tankNo = 0;
  const newTank = async () => {
    tankNo += 1;
    const { body } = await admin.post('/tanks', { code: `T-${tankNo}` });
    return body.id as string;
  };
  const fill = (tank: string, level_kg: number) => admin.post(`/tanks/${tank}/fill`, { level_kg });
  const alertsOf = async (query: string): Promise<Alert[]> =>
    (await admin.get(`/alerts?${query}&page_size=200`)).body.items;
  const alertOf = (rule: string, group: string, fits: (one: Alert) => boolean = () => true) =>
    until(async () => {
      const all = await alertsOf(`rule=tanks.watch.${rule}`);
      return all.find((one) => one.group === group && fits(one)) ?? null;
    }, `the alert ${rule} of ${group}`);

  it('opens, is acknowledged and closed by people (F-M13-05, F-SM-11, F-UT-159, F-API-106)', async () => {
    const tank = await newTank();
    await fill(tank, 120.5);
    const { id } = await alertOf('overfull', tank);
    const { body } = await texnolog.get(`/alerts/${id}`);
    assert.deepEqual(
      [body.severity, body.status, body.value, body.threshold, body.unit, body.message],
      ['P1', 'open', 120.5, 100, 'kg', 'T-1 bakda 120.5 kg'],
    );
    assert.deepEqual(
      body.history.map((entry: { change: string }) => entry.change),
      ['opened', 'told'],
    );
    assert.equal(body.explanation.where.value, 'ha');
    assert.ok(body.would_close.length > 0, 'what would close it');
    const acked = await texnolog.post(`/alerts/${id}/ack`, { note: 'I go there' });
    assert.deepEqual([acked.status, acked.body.status], [200, 'ack']);
    assert.equal((await texnolog.post(`/alerts/${id}/ack`)).body.error.reason, 'alert_wrong_state');
    const closed = await texnolog.post(`/alerts/${id}/close`, { note: 'emptied' });
    assert.deepEqual([closed.status, closed.body.status], [200, 'closed']);
    const twice = await texnolog.post(`/alerts/${id}/close`);
    assert.deepEqual([twice.status, twice.body.error.reason], [409, 'alert_wrong_state']);
    const rows = await plant.asOwner<{ action: string }>(
      `select action from audit_log where object_id = $1 order by ts`,
      [id],
    );
    assert.deepEqual(
      rows.map(({ action }) => action),
      ['alerts.ack', 'alerts.close'],
    );
  });

  it('raised again while it stands it only counts; after closing it opens anew (F-UT-160, F-OP-50)', async () => {
    const tank = await newTank();
    await fill(tank, 110);
    await fill(tank, 115);
    await fill(tank, 130);
    const { id } = await alertOf('overfull', tank, ({ count }) => count === 3);
    await admin.post(`/alerts/${id}/close`);
    await fill(tank, 140);
    const next = await alertOf('overfull', tank, ({ status }) => status === 'open');
    assert.notEqual(next.id, id);
    assert.equal(next.count, 1);
  });

  it('is over when its own condition says so', async () => {
    const tank = await newTank();
    await fill(tank, 110);
    const { id } = await alertOf('overfull', tank);
    await fill(tank, 80);
    await alertOf('overfull', tank, ({ status }) => status === 'closed');
    const { body } = await admin.get(`/alerts/${id}`);
    assert.equal(body.closed_by, null);
    assert.equal(body.history.at(-1).change, 'closed');
  });

  it('stands on what no event tells: facts are asked from time to time', async () => {
    const full = await Promise.all([newTank(), newTank(), newTank()]);
    for (const tank of full) await admin.post(`/tanks/${tank}/set`, { level_kg: 60 });
    const { id } = await alertOf('many_full', '', ({ status }) => status === 'open');
    const { body } = await admin.get(`/alerts/${id}`);
    assert.ok(body.value >= 3);
    for (const tank of full) await admin.post(`/tanks/${tank}/set`, { level_kg: 0 });
    const { items } = (await admin.get('/tanks?page_size=200')).body;
    for (const { id: tank } of items) await admin.post(`/tanks/${tank}/set`, { level_kg: 0 });
    await alertOf('many_full', '', ({ status }) => status === 'closed');
  });

  it('a silence raises it once its time has come', async () => {
    const tank = await newTank();
    await fill(tank, 1);
    const { count } = await alertOf('unheard', tank);
    assert.equal(count, 1);
  });

  it('shows each his own: those who see all, and those to whom it was routed (F-API-105, F-RBAC-21)', async () => {
    const operator = await plant.as('operator');
    const moliya = await plant.as('moliya');
    const tank = await newTank();
    await fill(tank, 111);
    const overfull = await alertOf('overfull', tank);
    const unheard = await alertOf('unheard', tank);
    assert.equal(
      (await operator.get(`/alerts/${overfull.id}`)).body.error.reason,
      'alert_not_yours',
    );
    assert.equal((await operator.get(`/alerts/${unheard.id}`)).status, 200);
    assert.equal((await moliya.post(`/alerts/${unheard.id}/ack`)).status, 403);
    const { body } = await moliya.get('/alerts');
    assert.equal(body.total, 0);
    assert.equal((await operator.post(`/alerts/${unheard.id}/ack`)).status, 200);
    const counted = (await texnolog.get('/alerts/count')).body;
    assert.ok(counted.open_p1 >= 1);
  });

  it('whoever only receives it reads its message, and no more of the facts than he may (F-API-106)', async () => {
    // Long enough to stand in no id by chance.
    const PRICE = 7_003_211;
    const operator = await plant.as('operator');
    const tank = await newTank();
    await fill(tank, 1);
    assert.equal((await admin.post(`/tanks/${tank}/price`, { price: PRICE })).status, 201);
    const { id } = await alertOf('dear', tank);
    const { body } = await operator.get(`/alerts/${id}`);
    assert.match(body.message, /is dear/);
    assert.deepEqual([body.hidden, body.events, body.explanation], [true, [], null]);
    assert.ok(!JSON.stringify(body).includes(String(PRICE)));
    const whole = (await texnolog.get(`/alerts/${id}`)).body;
    assert.deepEqual([whole.hidden, whole.events[0].price], [false, PRICE]);
    const heard = await alertOf('unheard', tank);
    assert.equal((await operator.get(`/alerts/${heard.id}`)).body.hidden, false);
    const own = body.deliveries as { recipient: string }[];
    assert.ok(own.every(({ recipient }) => recipient === 'test_operator'));
  });

  it('of an alert with very many receivers the latest messages are shown, and how many there are', async () => {
    const tank = await newTank();
    await fill(tank, 130);
    const { id } = await alertOf('overfull', tank);
    await plant.asOwner(
      `insert into alert_deliveries (organization_id, alert_id, reason, channel, recipient, locale, subject, body,
         status, meant_at, next_at, finished_at)
       select a.organization_id, a.id, 'opened', 'email', 'person ' || n, 'en', 's', 'b',
         case n when 1 then 'dead' else 'sent' end, now(), now(), now()
       from alerts a, generate_series(1, 1000) as n where a.id = $1`,
      [id],
    );
    const { deliveries, deliveries_total } = (await admin.get(`/alerts/${id}`)).body;
    assert.ok(deliveries_total >= 1_000 && deliveries.length <= 200);
    assert.equal(deliveries[0].recipient, 'person 1', 'what did not arrive comes first');
  });

  it('two people acknowledge at once: one does, the other is told', async () => {
    const tank = await newTank();
    await fill(tank, 111);
    const { id } = await alertOf('overfull', tank);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => texnolog.post(`/alerts/${id}/ack`)),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409]);
  });

  it('an event delivered again counts once, and tells nobody again', async () => {
    const tank = await newTank();
    await fill(tank, 150);
    const { id } = await alertOf('overfull', tank);
    const told = async () =>
      (await admin.get(`/alerts/${id}`)).body.deliveries.filter(
        ({ reason }: { reason: string }) => reason === 'opened',
      ).length;
    const before = await told();
    const again = await plant.asOwner(
      `update outbox set delivered_at = null where name = 'tank.filled' and payload ->> 'tank_id' = $1 returning id`,
      [tank],
    );
    assert.equal(again.length, 1);
    await until(async () => {
      const left = await plant.asOwner(`select 1 from outbox where delivered_at is null`);
      return left.length === 0 ? true : null;
    }, 'the second delivery');
    const { body } = await admin.get(`/alerts/${id}`);
    assert.deepEqual([body.count, body.status, await told()], [1, 'open', before]);
  });

  it('whoever holds the work may die: another takes it over, and each alert is raised once', async () => {
    const some = await Promise.all(Array.from({ length: 5 }, newTank));
    await Promise.all(some.map((tank) => fill(tank, 10)));
    // Silences of two seconds are pending now; the connection that holds the work is cut.
    await plant.asOwner(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
         and pid <> pg_backend_pid()`,
    );
    for (const tank of some) await alertOf('unheard', tank);
    const all = await alertsOf('rule=tanks.watch.unheard');
    for (const tank of some) {
      const mine = all.filter(({ group }) => group === tank);
      assert.deepEqual(
        mine.map(({ count }) => count),
        [1],
      );
    }
  });

  it('each firing is kept as a run, asked again it comes out the same, and a changed one is named', async () => {
    const tank = await newTank();
    await fill(tank, 125);
    await alertOf('overfull', tank);
    const { items } = (await admin.get('/automations/runs?kind=alert&page_size=200')).body;
    assert.ok(items.every((run: { status: string }) => run.status === 'done'));
    const verify = async () => {
      const query = 'since=2020-01-01T00:00:00Z&of=runs';
      const found = await admin.get(`/rules/decisions/verify?${query}`);
      return found.body.differing as { id: string; differences: { name: string }[] }[];
    };
    assert.deepEqual(await verify(), []);
    const { id } = items.find((run: { rule: string }) => run.rule.endsWith('overfull'));
    await plant.asOwner(
      `update rule_runs set events = jsonb_set(events, '{0,level_kg}', '999') where id = $1`,
      [id],
    );
    const [changed] = await verify();
    assert.equal(changed?.id, id);
    assert.deepEqual(
      changed?.differences.map(({ name }) => name),
      ['overfull.value', 'overfull.message'],
    );
  });
});
