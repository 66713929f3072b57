import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { forgetOld } from '../../src/alerts/retention.ts';
import { alertRulesOf } from '../../src/alerts/rules.ts';
import { catalogOf } from '../../src/platform/catalog.ts';
import { ORGANIZATION } from '../../src/platform/start.ts';
import { compileSnapshot } from '../../src/rules/snapshot.ts';
import { startTestPlatform, type TestPlatform, until } from '../../src/testing/index.ts';
import { tanks } from './tanks.ts';

const DAY_MS = 86_400_000;

describe('what is kept of alerts', () => {
  let plant: TestPlatform;
  before(async () => {
    plant = await startTestPlatform({ plugins: [tanks] });
    await plant.as('texnolog');
  });
  after(() => plant.stop());

  const overfill = async (code: string) => {
    const { body } = await plant.admin.post('/tanks', { code });
    await plant.admin.post(`/tanks/${body.id}/fill`, { level_kg: 120 });
    const found = await until(async () => {
      const { items } = (await plant.admin.get('/alerts?rule=tanks.watch.overfull')).body;
      return items.find((one: { group: string }) => one.group === body.id);
    }, 'the alert');
    const told = `select 1 from alert_deliveries where alert_id = $1 and status = 'sent'`;
    await until(async () => (await plant.asOwner(told, [found.id])).length > 0, 'its message');
    return found.id as string;
  };
  const forget = (days: number) =>
    forgetOld(
      plant.platform.db,
      ORGANIZATION,
      { alertDays: 365, messageDays: 90 },
      {
        now: new Date(Date.now() + days * DAY_MS),
        mayGoOn: () => true,
        rules: alertRulesOf(compileSnapshot([], catalogOf({ plugins: [tanks], fields: {} }))),
      },
    );
  const of = async (id: string) => {
    const [row] = await plant.asOwner<
      Record<'alerts' | 'history' | 'messages' | 'runs' | 'audit', string>
    >(
      `select (select count(*) from alerts where id = $1) as alerts,
         (select count(*) from alert_history where alert_id = $1) as history,
         (select count(*) from alert_deliveries where alert_id = $1 and status <> 'dead') as messages,
         (select count(*) from audit_log where object_id = $1) as audit`,
      [id],
    );
    return Object.fromEntries(
      Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]),
    );
  };

  it('messages go after theirs, closed alerts after their own time; what stands and audit stay', async () => {
    const standing = await overfill('STANDS');
    const closed = await overfill('CLOSED');
    await plant.admin.post(`/alerts/${closed}/close`, { note: 'emptied' });
    const dead = randomUUID();
    await plant.asOwner(
      `insert into alert_deliveries (id, organization_id, alert_id, reason, channel, recipient, locale, subject, body,
         status, meant_at, next_at, finished_at)
       values ($1, $2, $3, 'opened', 'email', 'somebody', 'en', 's', 'b', 'dead', now(), now(), now())`,
      [dead, ORGANIZATION, standing],
    );
    await forget(89);
    assert.ok(((await of(standing)).messages ?? 0) > 0, 'messages of less than 90 days');
    await forget(91);
    assert.deepEqual(await of(closed), { alerts: 1, history: 3, messages: 0, audit: 1 });
    assert.equal((await plant.admin.get(`/deliveries/${dead}`)).status, 200, 'given up: it waits');
    await forget(366);
    assert.deepEqual(await of(closed), { alerts: 0, history: 0, messages: 0, audit: 1 });
    assert.equal((await of(standing)).alerts, 1);
    assert.equal((await plant.admin.get(`/alerts/${closed}`)).status, 404);
  });

  it('nobody but time takes a line of the history away', async () => {
    const { db } = plant.platform;
    const work = db.transaction(ORGANIZATION, (tx) => tx.sql('delete from alert_history'));
    await assert.rejects(work, /permission denied/);
  });
});
