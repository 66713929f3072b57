import assert from 'node:assert/strict';
import { type Answer, type TestPlatform, until } from '@qoida/core/testing';
import { register, startPlant } from './support.ts';

const MODULE = 'relays.evening';
const DAY_MS = 86_400_000;

describe('schedules and automations of switches, from the first to the last version', function () {
  this.timeout(60_000);
  let plant: TestPlatform;
  let code: string;
  let version = 0;
  before(async () => {
    plant = await startPlant();
    ({ code } = await register(plant.admin));
    const made = await plant.admin.post('/rules/modules', { name: MODULE });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    version = made.body.version;
  });
  after(() => plant?.stop());

  const publish = async (rules: string): Promise<Answer> => {
    const answer = await plant.admin.post(`/rules/modules/${MODULE}/publish`, {
      text: `language en\nmodule ${MODULE}\nrequires relay_switch\n\n${rules}`,
      base_version: version,
      note: 'for a test',
    });
    if (answer.status === 200) version = answer.body.version;
    return answer;
  };
  const published = async (rules: string) => {
    const { status, body } = await publish(rules);
    assert.equal(status, 200, JSON.stringify(body));
  };
  const listed = async (kind: string) => {
    const { body } = await plant.admin.get(`/automations?kind=${kind}&search=${MODULE}`);
    return body.items.map(({ rule, id }: { rule?: string; id?: string }) => rule ?? id);
  };
  const upcoming = async (name: string, days = 5): Promise<string[]> =>
    (
      await plant.admin.get(`/schedules/upcoming?days=${days}&rule=${MODULE}.${name}`)
    ).body.items.map(({ at }: { at: string }) => at);
  const set = (state = 'on') => `relay.set(device_id: "${code}", relay: 0, state: \`${state}\`)`;
  const setAll = (state = 'off') => `relay.set_all(device_id: "${code}", state: \`${state}\`)`;

  it('S-M3-01 a schedule of one relay and one of all is made, read, changed, switched off and taken away', async () => {
    const porch = (time: string) => `schedule porch\n  every day at ${time}\n  do ${set()}\n`;
    const night = `schedule night\n  every day at 23:00\n  do ${setAll()}\n`;
    await published(porch('18:00') + night);
    assert.deepEqual((await listed('schedule')).sort(), [`${MODULE}.night`, `${MODULE}.porch`]);
    const [first] = await upcoming('porch');
    await published(porch('19:30') + night);
    const [later] = await upcoming('porch');
    assert.equal(
      (Date.parse(String(later)) - Date.parse(String(first)) + DAY_MS) % DAY_MS,
      5_400_000,
    );

    const path = `/automations/rules/${MODULE}.porch/switch`;
    const off = await plant.admin.post(path, { on: false, reason: 'the lamp is broken' });
    assert.equal(off.status, 200, JSON.stringify(off.body));
    const { body: still } = await plant.admin.get(`/automations?state=off&search=${MODULE}`);
    assert.equal(still.total, 1);
    assert.equal((await plant.admin.post(path, { on: true, reason: 'mended' })).status, 200);

    await published(night);
    assert.deepEqual(await listed('schedule'), [`${MODULE}.night`]);
    assert.equal((await plant.admin.get(`/automations/rules/${MODULE}.porch`)).status, 404);
  });

  it('S-M3-02 S-OP-12 a cron text of five fields says when it comes next; any other is refused at its place', async () => {
    const at = (cron: string) =>
      `schedule weekly\n  cron "${cron}"\n  zone "Asia/Tashkent"\n  do ${setAll()}\n`;
    await published(at('30 6 * * 1-5'));
    const moments = await upcoming('weekly', 14);
    assert.equal(moments.length, 10, 'workdays of two weeks');
    for (const moment of moments) {
      assert.match(moment, /T01:30:00/, 'half past six in Tashkent');
      assert.ok(![0, 6].includes(new Date(moment).getUTCDay()), moment);
    }
    for (const wrong of ['0 30 6 * * 1-5', '61 6 * * *', '* * *', '30 6 31 2 *', 'noon']) {
      const { status, body } = await publish(at(wrong));
      assert.equal(status, 422, `${wrong}: ${JSON.stringify(body).slice(0, 300)}`);
      assert.match(JSON.stringify(body), /Q\d{4}/, wrong);
    }
    assert.equal((await upcoming('weekly', 14)).length, 10, 'what was in force stays');
  });

  it('S-M3-03 S-M3-08 what is due is done in its window, and the run is kept with it', async () => {
    await published(`schedule tick\n  every 2 s\n  do ${setAll()}\n`);
    const runs = async () =>
      (await plant.admin.get(`/automations/rules/${MODULE}.tick/runs`)).body.items as {
        at: string;
        created_at?: string;
      }[];
    await until(async () => (await runs()).length >= 2, 'two runs');
    for (const { at } of await runs()) assert.equal(Date.parse(at) % 2_000, 0, at);
    const rows = await plant.asOwner<{ lag: number }>(
      'select extract(epoch from created_at - at)::float as lag from rule_runs where rule = $1',
      [`${MODULE}.tick`],
    );
    for (const { lag } of rows) assert.ok(lag >= 0 && lag <= 10, `${lag} s after its time`);
    assert.equal(new Set((await runs()).map(({ at }) => at)).size, (await runs()).length);
    await published('');
  });

  it('S-M3-04 an automation has a trigger, a condition and an action, and is changed like any rule', async () => {
    const rule = (held: string) =>
      `automation stairs\n  when relay.input as i\n    where i.kind = \`press\` and i.held <= ${held}\n  do ${set()}\n`;
    await published(rule('1 s'));
    assert.deepEqual(await listed('automation'), [`${MODULE}.stairs`]);
    const { body } = await plant.admin.get(
      `/rules/modules/${MODULE}/compare?from=${version - 1}&to=${version}`,
    );
    assert.match(JSON.stringify(body), /stairs/);
    await published(rule('2 s'));
    const unknown = await publish(`automation odd\n  when relay.inputs as i\n  do ${set()}\n`);
    assert.equal(unknown.status, 422);
    assert.match(JSON.stringify(unknown.body), /relay\.input\b/, 'did you mean');
    await published('');
    assert.deepEqual(await listed('automation'), []);
    assert.equal((await plant.admin.delete(`/rules/modules/${MODULE}`)).status, 200);
  });
});
