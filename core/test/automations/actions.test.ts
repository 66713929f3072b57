import assert from 'node:assert/strict';
import { forgetOld } from '../../src/automations/retention.ts';
import { ORGANIZATION } from '../../src/platform/start.ts';
import { signIn, type TestClient, until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type Plant, startPlant } from './plant.ts';

const RULES = new URL('./fixture/bells/triggers.qoida', import.meta.url);
const RULE = 'bells.triggers';

interface Action {
  readonly id: string;
  readonly run_id: string;
  readonly action: string;
  readonly phase: string;
  readonly args: { bell: string };
  readonly status: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly next_at: string;
}

describe('actions of automations', () => {
  let plant: Plant;
  let admin: TestClient;
  const clock = { at: new Date('2026-03-10T10:00:00Z') };
  const later = (ms: number) => {
    clock.at = new Date(clock.at.getTime() + ms);
  };
  before(async () => {
    plant = await startPlant({ plugins: [bellsWith(RULES)], now: () => clock.at });
    admin = plant.node.admin;
  });
  after(() => plant.stop());

  const runsOf = async (rule: string) =>
    (await admin.get(`/automations/runs?rule=${RULE}.${rule}`)).body.items as {
      id: string;
      status: string;
    }[];
  const actionsOf = async (run: string) =>
    (await admin.get(`/automations/actions?run_id=${run}&sort=created_at`)).body.items as Action[];
  const ended = (rule: string, status: string, count = 1) =>
    until(async () => {
      const runs = (await runsOf(rule)).filter((run) => run.status === status);
      return runs.length >= count ? runs : null;
    }, `${count} ${status} runs of ${rule}`);
  const stateOf = (actions: readonly Action[]) =>
    Object.fromEntries(actions.map(({ args, status, reason }) => [args.bell, [status, reason]]));

  it('what passes by itself is tried again, later each time, also after a restart', async () => {
    await admin.post('/bells/sticky/stick', { times: 2 });
    await admin.post('/bells/sticky/pull', { force: 9 });
    const tries = (attempts: number) =>
      until(async () => {
        const [run] = await runsOf('hard_pull');
        const [action] = run === undefined ? [] : await actionsOf(run.id);
        return action?.attempts === attempts && action.status !== 'running' ? action : null;
      }, `attempt ${attempts}`);
    const first = await tries(1);
    assert.deepEqual([first.status, first.reason], ['ready', 'rope_stuck']);
    assert.equal(new Date(first.next_at).getTime(), clock.at.getTime() + 1_000);
    await plant.restart(() => later(1_000));
    admin = plant.node.admin;
    const second = await tries(2);
    assert.equal(new Date(second.next_at).getTime(), clock.at.getTime() + 2_000);
    later(2_000);
    assert.equal((await tries(3)).status, 'done');
    assert.equal((await ended('hard_pull', 'done')).length, 1);
  });

  it('each thing has its result; what follows is left out, and the rule does what it says on failure', async () => {
    await admin.post('/bells/any/pull', { force: 7 });
    const [run] = await ended('both', 'failed');
    const actions = await actionsOf(run?.id ?? '');
    assert.deepEqual(stateOf(actions), {
      cracked: ['dead', 'bell_cracked'],
      north: ['done', null],
      south: ['skipped', 'earlier_failed'],
      help: ['done', null],
    });
    const dead = (await admin.get('/automations/dead')).body;
    assert.equal(dead.total, 1);
    assert.deepEqual([dead.items[0].rule, dead.items[0].passed_over], [`${RULE}.both`, 1]);
  });

  it('tried again in vain it is dead again, and help is called for once', async () => {
    const [dead] = (await admin.get('/automations/dead')).body.items as Action[];
    assert.equal((await admin.post(`/automations/actions/${dead?.id}/retry`)).status, 200);
    await until(async () => {
      const [again] = (await admin.get('/automations/dead')).body.items as Action[];
      return again?.attempts === 1 && again.status !== 'ready' ? again : null;
    }, 'it to be dead again');
    const actions = await actionsOf(dead?.run_id ?? '');
    assert.equal(actions.filter(({ phase }) => phase === 'on_failure').length, 1);
    assert.equal((await ended('both', 'failed')).length, 1);
  });

  it('put aside as done by hand, what comes after it is done; put aside twice is refused', async () => {
    const [dead] = (await admin.get('/automations/dead')).body.items as Action[];
    const place = `/automations/actions/${dead?.id}/dismiss`;
    const empty = await admin.post(place, { note: ' ' });
    assert.equal(empty.status, 422);
    assert.equal((await admin.post(place, { note: 'rung by hand', go_on: true })).status, 200);
    const [run] = await ended('both', 'done');
    const actions = await actionsOf(run?.id ?? '');
    assert.deepEqual(stateOf(actions).south, ['done', null]);
    assert.deepEqual(stateOf(actions).cracked, ['dismissed', 'bell_cracked']);
    const twice = await admin.post(place, { note: 'again' });
    assert.deepEqual([twice.status, twice.body.error.reason], [409, 'action_not_dead']);
  });

  it('put aside without going on, the rest stays left out and the run failed', async () => {
    await admin.post('/bells/any/pull', { force: 7 });
    const [run] = await ended('both', 'failed');
    const [dead] = (await admin.get('/automations/dead')).body.items as Action[];
    await admin.post(`/automations/actions/${dead?.id}/dismiss`, { note: 'not needed' });
    assert.equal((await admin.get('/automations/dead')).body.total, 0);
    assert.deepEqual(stateOf(await actionsOf(run?.id ?? '')).south, ['skipped', 'earlier_failed']);
    assert.equal((await ended('both', 'failed')).length, 1);
  });

  it('a device that did not answer is not asked again by an automation (S-OP-10)', async () => {
    await admin.post('/bells/any/pull', { force: 8 });
    const [run] = await ended('far', 'failed');
    const [action] = await actionsOf(run?.id ?? '');
    assert.deepEqual([action?.reason, action?.attempts], ['ack_timeout', 1]);
    await admin.post(`/automations/actions/${action?.id}/dismiss`, { note: 'it is deaf' });
  });

  it('a run is explained by the rules of then, with every condition', async () => {
    const [run] = await runsOf('hard_pull');
    const { body } = await admin.get(`/automations/runs/${run?.id}/explain?lang=en`);
    assert.deepEqual(Object.keys(body.explanation), ['where', 'if']);
    assert.match(JSON.stringify(body.explanation.where), /p\.force >= 9/);
  });

  it('a rule is switched off with a reason, forgets what it waited for, and begins anew', async () => {
    const rule = `${RULE}.silent`;
    const place = `/automations/rules/${rule}/switch`;
    await admin.post('/bells/muted/pull', {});
    const timers = async () =>
      (await admin.get(`/automations/timers?rule=${rule}`)).body.items.filter(
        ({ key }: { key: string }) => key === 'muted',
      ).length as number;
    await until(async () => (await timers()) === 1, 'the timer');
    const answer = await admin.post(place, { on: false, reason: 'the bells are cast anew' });
    assert.equal(answer.status, 200);
    const twice = await admin.post(place, { on: false, reason: 'again' });
    assert.deepEqual([twice.status, twice.body.error.reason], [409, 'rule_is_so']);
    const unknown = await admin.post('/automations/rules/no.such/switch', {
      on: false,
      reason: 'x',
    });
    assert.equal(unknown.status, 404);
    await admin.post('/bells/muted/pull', {});
    await plant.restart(() => later(180_000));
    admin = plant.node.admin;
    const view = await admin.get(`/automations?state=off`);
    assert.deepEqual(
      view.body.items.map((item: { rule: string; off_reason: string }) => [
        item.rule,
        item.off_reason,
      ]),
      [[rule, 'the bells are cast anew']],
    );
    assert.equal((await admin.get('/rings?bell=muted')).body.total, 0);
    assert.equal(await timers(), 0);
    assert.equal((await admin.post(place, { on: true, reason: 'they hang' })).status, 200);
    await admin.post('/bells/muted/pull', {});
    await until(async () => (await timers()) === 1, 'the timer after it was switched on');
    const [audit] = await plant.asOwner<{ count: string }>(
      `select count(*) from audit_log where action = 'automations.switch' and result = 'done'`,
    );
    assert.equal(Number(audit?.count), 2);
  });

  it('who only watches may neither switch, retry nor put aside', async () => {
    const password = 'Correct-Horse-42';
    const person = { username: 'chief', full_name: 'Chief', position: 'ringer', password };
    const made = await admin.post('/users', person);
    assert.equal(made.status, 201);
    const chief = await signIn(plant.node.platform.url, 'chief', password);
    const no = await chief.post(`/automations/rules/${RULE}.silent/switch`, {
      on: false,
      reason: 'x',
    });
    assert.equal(no.status, 403);
    assert.equal((await chief.get('/automations/dead')).status, 403);
  });

  it('the list has pages and is searched', async () => {
    const first = await admin.get('/automations?page_size=2');
    assert.equal(first.body.items.length, 2);
    const all = first.body.total as number;
    assert.ok(all > 5);
    const found = await admin.get('/automations?search=STORM');
    assert.equal(found.body.total, 3);
    const schedules = await admin.get('/automations?kind=schedule');
    assert.equal(schedules.body.total, 0);
  });

  it('old runs and near misses are forgotten, those of dead actions never', async () => {
    await admin.post('/bells/any/pull', { force: 7 });
    await until(async () => {
      const [latest] = await runsOf('both');
      return latest?.status === 'failed' && (await admin.get('/automations/dead')).body.total === 1;
    }, 'a dead one');
    await plant.asOwner(
      `insert into rule_traces (organization_id, rule, key, at, outcome, conditions)
       select $1, 'some.rule', n::text, now(), 'where', '[]' from generate_series(1, 30) n`,
      [ORGANIZATION],
    );
    const { db } = plant.node.platform;
    const limits = { runDays: 1, traceDays: 14, tracesOfRule: 10 };
    const now = new Date(clock.at.getTime() + 2 * 86_400_000);
    await forgetOld(db, ORGANIZATION, limits, { now, mayGoOn: () => true, memories: [] });
    const runs = (await admin.get('/automations/runs')).body.items as { status: string }[];
    assert.deepEqual(
      runs.map(({ status }) => status),
      ['failed'],
    );
    const kept = await admin.get('/automations/traces?rule=some.rule');
    assert.equal(kept.body.total, 10);
  });
});
