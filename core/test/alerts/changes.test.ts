import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startTestPlatform, type TestPlatform, until } from '../../src/testing/index.ts';
import { tanks } from './tanks.ts';

const RULES = readFileSync(new URL('./fixture/tanks.qoida', import.meta.url), 'utf8');
const MINUTE = 60_000;

interface Told {
  readonly change: string;
  readonly details: { readonly reasons?: readonly string[]; readonly roles?: readonly string[] };
}

describe('alerts while their rules and the clock change', function () {
  this.timeout(120_000);
  let plant: TestPlatform;
  let ahead = 0;
  before(async () => {
    plant = await startTestPlatform({
      plugins: [tanks],
      settings: { ALERT_LOOK_SEC: '1' },
      now: () => new Date(Date.now() + ahead),
    });
  });
  after(() => plant.stop());

  const publish = async (text: string) => {
    const path = '/rules/modules/tanks.watch';
    const { body } = await plant.admin.get(path);
    const given = { text, base_version: body.published_version ?? body.version, note: 'changed' };
    const { status, body: said } = await plant.admin.post(`${path}/publish`, given);
    assert.equal(status, 200, JSON.stringify(said));
  };
  const detail = async (id: string) => (await plant.admin.get(`/alerts/${id}`)).body;
  const told = async (id: string): Promise<unknown[]> =>
    ((await detail(id)).history as Told[])
      .filter(({ change }) => change === 'told')
      .map(({ details: { reasons, roles } }) => [reasons, roles]);
  const alertOf = (rule: string, group: string) =>
    until(async () => {
      const { items } = (await plant.admin.get(`/alerts?rule=tanks.watch.${rule}&page_size=200`))
        .body;
      return items.find((one: { group: string }) => one.group === group) as
        | { id: string }
        | undefined;
    }, `the alert ${rule} of ${group}`);
  const overfill = async (code: string) => {
    const { body } = await plant.admin.post('/tanks', { code });
    await plant.admin.post(`/tanks/${body.id}/fill`, { level_kg: 120 });
    return alertOf('overfull', body.id);
  };
  const later = RULES.replace('notify direktor via webhook after 2 s', 'notify direktor after 1 h');
  const drained = () =>
    until(async () => {
      const left = await plant.asOwner('select 1 from outbox where delivered_at is null');
      return left.length === 0;
    }, 'all events to be delivered');

  it('whom another text tells is told, and whoever was told is not told again', async () => {
    await publish(later);
    const { id } = await overfill('CHANGED');
    assert.deepEqual(await told(id), [[['opened'], ['texnolog']]]);
    await publish(
      later.replace(
        '  notify texnolog via email',
        '  notify operator\n  notify texnolog via email',
      ),
    );
    await until(async () => (await told(id)).length === 2, 'the operator to be told');
    assert.deepEqual((await told(id))[1], [['escalated'], ['operator']]);
    ahead += 61 * MINUTE;
    await until(async () => (await told(id)).length === 3, 'the director to be told');
    assert.deepEqual((await told(id))[2], [['escalated'], ['direktor']]);
  });

  it('an alert whose rule is gone is silent; once the rule is back it goes on', async () => {
    await publish(later);
    const { id } = await overfill('GONE');
    await publish(later.replace(/alert overfull[\s\S]*?(?=alert many_full)/, ''));
    const timer = `select 1 from alerts where id = $1 and timer_at is null`;
    await until(
      async () => (await plant.asOwner(timer, [id])).length === 1,
      'the alert to be silent',
    );
    ahead += 61 * MINUTE;
    await publish(later);
    await until(async () => (await told(id)).length === 2, 'the director to be told');
    assert.deepEqual((await told(id))[1], [['escalated'], ['direktor']]);
  });

  it('an event that ended an earlier alert does not end the next one when it comes again', async () => {
    const { id } = await overfill('AGAIN');
    const tank = (await detail(id)).group as string;
    await plant.admin.post(`/tanks/${tank}/fill`, { level_kg: 10 });
    await until(async () => (await detail(id)).status === 'closed', 'the alert to be over');
    await plant.admin.post(`/tanks/${tank}/fill`, { level_kg: 130 });
    const next = await until(async () => {
      const found = await alertOf('overfull', tank);
      return found.id === id ? null : found;
    }, 'the next alert');
    await drained();
    await plant.asOwner(
      `update outbox set delivered_at = null, position = null
       where name = 'tank.filled' and payload->>'tank_id' = $1 and (payload->>'level_kg')::float8 = 10`,
      [tank],
    );
    await drained();
    assert.equal((await detail(next.id)).status, 'open');
  });

  it('a silence that lasted while the platform was away is told, also when it is over already', async () => {
    const tank = randomUUID();
    await plant.asOwner(
      `insert into outbox (organization_id, lane, stream, name, payload, actor, trace_id, occurred_at)
       select o.id, 3, 'tank:away', 'tank.filled',
         jsonb_build_object('tank_id', $1::text, 'code', 'AWAY', 'level_kg', 1), '{}', gen_random_uuid(),
         now() - make_interval(secs => s.ago)
       from organizations o, unnest(array[60, 1]) as s (ago)`,
      [tank],
    );
    const { id } = await alertOf('unheard', tank);
    assert.ok(id);
  });

  it('events that raise nothing cost no row each: why not is kept for some of them', async () => {
    const codes = Array.from({ length: 1_000 }, (_, at) => `N${at}`);
    await plant.asOwner(
      `insert into outbox (organization_id, lane, stream, name, payload, actor, trace_id)
       select o.id, c.place % 8, 'tank:' || c.code, 'tank.filled',
         jsonb_build_object('tank_id', gen_random_uuid(), 'code', c.code, 'level_kg', 1), '{}', gen_random_uuid()
       from organizations o, unnest($1::text[]) with ordinality as c (code, place)`,
      [codes],
    );
    await drained();
    const kept = `select count(*) from rule_traces where rule = 'tanks.watch.overfull' and event->>'code' like 'N%'`;
    const [row] = await plant.asOwner<{ count: string }>(kept);
    const notes = Number(row?.count);
    assert.ok(notes > 0 && notes <= 240, `${notes} near misses`);
  });

  it('a clock that is put back keeps nobody from asking how things stand', async () => {
    const status = async () =>
      (await plant.admin.get('/alerts?rule=tanks.watch.many_full&page_size=200')).body.items.map(
        (one: { status: string }) => one.status,
      ) as string[];
    const fill = async (level_kg: number) => {
      const tanks = await plant.asOwner<{ id: string }>('select id from tanks order by id limit 3');
      assert.equal(tanks.length, 3);
      for (const { id } of tanks) await plant.admin.post(`/tanks/${id}/fill`, { level_kg });
    };
    await fill(120);
    await until(async () => (await status()).includes('open'), 'many to be full');
    await plant.asOwner('update tanks set level_kg = 1');
    await until(async () => (await status()).every((one) => one === 'closed'), 'it to be over');
    const before = (await status()).length;
    ahead -= 60 * MINUTE;
    await fill(120);
    await until(async () => (await status()).length > before, 'many to be full again');
  });
});
