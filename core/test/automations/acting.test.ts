import assert from 'node:assert/strict';
import pg from 'pg';
import { until } from '../../src/testing/index.ts';
import { bellsWith, keepers, letters } from './bells.ts';
import { type Plant, startPlant } from './plant.ts';

const RULES = new URL('./fixture/bells/acting.qoida', import.meta.url);

describe('actions on their way', () => {
  let plant: Plant;
  beforeEach(async () => {
    plant = await startPlant({ plugins: [bellsWith(RULES)] });
  });
  afterEach(() => plant.stop());

  const pull = async (bell: string, force: number) =>
    assert.equal((await plant.node.admin.post(`/bells/${bell}/pull`, { force })).status, 201);
  const rings = async (word: string) =>
    (await plant.node.admin.get(`/rings?word=${word}&page_size=1`)).body.total as number;
  const count = async (sql: string) =>
    Number((await plant.asOwner<{ count: number }>(`select count(*) from ${sql}`))[0]?.count);

  it('those that wait for ever keep no other from its turn', async () => {
    const answers = Promise.withResolvers<void>();
    keepers.set('far', answers.promise);
    for (let n = 0; n < 60; n += 1) await pull('far', 21);
    await until(async () => (await count(`rule_actions where status = 'running'`)) > 0);
    await pull('close', 22);
    await pull('other', 21);
    await until(async () => (await rings('near')) === 1, 'the one that needs nobody');
    answers.resolve();
    await until(async () => (await count(`rule_actions where status <> 'done'`)) === 0);
    keepers.delete('far');
    assert.equal(letters.filter(({ bell }) => bell === 'far').length, 60);
  });

  it('none is stuck when the database cuts the connections on which they are kept', async () => {
    const cut = () =>
      plant.asOwner(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and usename = 'qoida_app' and query like '%rule_%'`,
      );
    let pulls = 0;
    for (let n = 0; n < 60; n += 1) {
      const answer = await plant.node.admin.post('/bells/cut/pull', { force: 23 });
      if (answer.status === 201) pulls += 1;
      if (n % 5 === 0) await cut();
    }
    await until(
      async () =>
        (await count('outbox where delivered_at is null')) === 0 &&
        (await count(`rule_runs where status = 'running'`)) === 0,
      'all runs to end',
      120_000,
    );
    assert.equal(await count(`rule_actions where status <> 'done'`), 0);
    // An answer that was cut off may have been kept all the same.
    const told = await count(`outbox where name = 'bell.pulled'`);
    assert.ok(told >= pulls);
    assert.deepEqual([await rings('one'), await rings('two')], [told, told]);
  }).timeout(180_000);

  it('what was done before a crash is delivered again, not done again, however long ago', async () => {
    await pull('late', 21);
    await until(async () => (await count(`rule_actions where status = 'done'`)) === 1);
    letters.length = 0;
    await plant.restart(async () => {
      // As the crash left it, between the answer and its delivery; idempotency keys are kept for a day.
      await plant.asOwner(`update rule_actions set status = 'running', finished_at = null`);
      await plant.asOwner(`update rule_runs set status = 'running', finished_at = null`);
      await plant.asOwner('delete from idempotency_keys');
    });
    await until(async () => (await count(`rule_runs where status = 'done'`)) === 1);
    assert.deepEqual(letters, [{ bell: 'late', repeated: true }]);
    assert.equal(await rings('letter'), 1);
  });

  it('a run that a crash left between two groups goes on', async () => {
    await pull('left', 23);
    await until(async () => (await count(`rule_runs where status = 'done'`)) === 1);
    await plant.restart(async () => {
      await plant.asOwner(
        `update rule_actions set status = 'waiting', finished_at = null where group_no = 1`,
      );
      await plant.asOwner(`update rule_runs set status = 'running', finished_at = null`);
    });
    await until(async () => (await count(`rule_runs where status = 'done'`)) === 1);
    assert.deepEqual([await rings('one'), await rings('two')], [1, 2]);
  });

  it('near misses of alerts and schedules are explained too', async () => {
    await pull('soft', 22);
    const explained = async (rule: string) => {
      const trace = await until(async () => {
        const { body } = await plant.node.admin.get(
          `/automations/traces?rule=bells.acting.${rule}&page_size=1`,
        );
        return body.items[0] as { id: string; outcome: string } | undefined;
      }, `a near miss of ${rule}`);
      const answer = await plant.node.admin.get(`/automations/traces/${trace.id}/explain?lang=en`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return { ...answer.body, outcome: trace.outcome };
    };
    const loud = await explained('loud');
    assert.equal(loud.outcome, 'where');
    assert.match(JSON.stringify(loud.explanation.where), /p\.force > 50/);
    assert.match(loud.would_run[0]?.text, /bell\.pulled\.force/);
    const storms = await explained('in_storms');
    assert.equal(storms.outcome, 'if');
    assert.match(JSON.stringify(storms.explanation.if), /storms > 100/);
    assert.deepEqual([storms.rules_lost, storms.would_run], [null, []]);
  });

  it('an action costs no more statements than its operation needs, with what is shared by many', async () => {
    const ACTIONS = 200;
    const statements: string[] = [];
    const real = pg.Client.prototype.query;
    const counting = function (this: pg.Client, ...given: unknown[]) {
      const [text] = given as [string | { text?: string } | undefined];
      statements.push((typeof text === 'string' ? text : text?.text) ?? '');
      return Reflect.apply(real, this, given) as never;
    };
    await plant.asOwner(
      `insert into outbox (organization_id, lane, stream, name, payload, actor)
       select id, 0, 'bell:' || n, 'bell.pulled', jsonb_build_object('bell', 'counted', 'force', 22),
         '{"kind": "system", "name": "test", "roles": []}' from organizations, generate_series(1, $1::int) n`,
      [ACTIONS],
    );
    try {
      pg.Client.prototype.query = counting as never;
      await until(async () => (await rings('near')) === ACTIONS, 'all to be done');
    } finally {
      pg.Client.prototype.query = real;
    }
    const own = statements.filter((text) =>
      /"rings" as this|audit_|savepoint|rule_actions/.test(text),
    );
    const bookkeeping = statements.filter((text) =>
      /rule_actions|rule_runs|idempotency/.test(text),
    );
    assert.ok(
      bookkeeping.length <= 1.5 * ACTIONS,
      `${bookkeeping.length / ACTIONS} statements of bookkeeping for an action`,
    );
    assert.ok(own.length <= 9 * ACTIONS, `${own.length / ACTIONS} statements for an action`);
  });
});
