import assert from 'node:assert/strict';
import {
  startTestPlatform,
  type TestClient,
  type TestPlatform,
  until,
} from '../../src/testing/index.ts';
import { lamps } from './lamps.ts';

interface Run {
  readonly id: string;
  readonly rule: string;
  readonly status: string;
  readonly chain: string[];
}
interface Action {
  readonly id: string;
  readonly action: string;
  readonly status: string;
  readonly reason: string | null;
}

describe('automations on the running platform', () => {
  let plant: TestPlatform;
  let admin: TestClient;
  before(async () => {
    plant = await startTestPlatform({ plugins: [lamps] });
    admin = plant.admin;
  });
  after(() => plant.stop());

  let lampNo = 0;
  const newLamp = async () => {
    lampNo += 1;
    const { body } = await admin.post('/lamps', { code: `lamp-${lampNo}` });
    return body.id as string;
  };
  const lampOf = async (lamp: string) =>
    (await admin.get(`/lamps/${lamp}`)).body as { lit: boolean; switched: number };
  const runsOf = (rule: string, lamp: string) =>
    plant.asOwner<Run>(
      `select id, rule, status, chain from rule_runs where rule = $1 and events @> $2 order by created_at`,
      [rule, JSON.stringify([{ lamp_id: lamp }])],
    );
  const actionsOf = (run: string) =>
    plant.asOwner<Action>(
      'select id, action, status, reason from rule_actions where run_id = $1 order by seq',
      [run],
    );
  const settled = (rule: string, lamp: string, count = 1) =>
    until(async () => {
      const runs = await runsOf(rule, lamp);
      return runs.length >= count && runs.every(({ status }) => status !== 'running') ? runs : null;
    }, `${count} runs of ${rule}`);

  it('does what an event calls for, under its own name in the audit (S-M3-05, S-M3-08, S-M3-V3)', async () => {
    const lamp = await newLamp();
    await admin.post(`/lamps/${lamp}/press`, { kind: 'click' });
    const [run] = await settled('lamps.lights.light_on_press', lamp);
    assert.equal(run?.status, 'done');
    assert.equal((await lampOf(lamp)).lit, true);
    const [row] = await plant.asOwner<{ role: string }>(
      `select role from audit_log where action = 'lamp.switch' and object_id = $1`,
      [lamp],
    );
    assert.equal(row?.role, 'automation:lamps.lights.light_on_press');
  });

  it('fires once for a hold of 10 s, and not again while it cools down (S-M3-06, S-M3-V2)', async () => {
    const lamp = await newLamp();
    await admin.post(`/lamps/${lamp}/press`, { kind: 'hold', held: 9.9 });
    await admin.post(`/lamps/${lamp}/press`, { kind: 'hold', held: 10 });
    await admin.post(`/lamps/${lamp}/press`, { kind: 'hold', held: 12 });
    await settled('lamps.lights.all_off_on_hold', lamp);
    const traces = await until(async () => {
      const { body } = await admin.get('/automations/traces?rule=lamps.lights.all_off_on_hold');
      const mine = body.items.filter(
        (item: { event: { lamp_id?: string } }) => item.event?.lamp_id === lamp,
      );
      return mine.length >= 2 ? mine : null;
    }, 'both near misses');
    assert.deepEqual(traces.map((item: { outcome: string }) => item.outcome).sort(), [
      'cooldown',
      'where',
    ]);
    const where = traces.find((item: { outcome: string }) => item.outcome === 'where');
    assert.deepEqual(
      where.conditions.map((part: { text: string; value: boolean }) => [part.text, part.value]),
      [
        ['p.kind = `hold`', true],
        ['p.held >= 10 s', false],
      ],
    );
    assert.equal((await runsOf('lamps.lights.all_off_on_hold', lamp)).length, 1);
    const asked = await admin.get(`/automations/traces/${where.id}/explain?lang=ru`);
    const { outcome, would_run } = asked.body as { outcome: string; would_run: { text: string }[] };
    assert.equal(outcome, 'where');
    // It has run meanwhile and cools down: the change alone is not enough.
    assert.match(
      would_run[0]?.text ?? '',
      /^на 0\.1 s больше: lamp\.pressed\.held \(10 s вместо 9\.9 s\) и через [\d.]+ s$/,
    );
  });

  it('an event that is delivered again changes nothing', async () => {
    const lamp = await newLamp();
    await admin.post(`/lamps/${lamp}/press`, { kind: 'click' });
    await settled('lamps.lights.light_on_press', lamp);
    await plant.asOwner(
      `update outbox set delivered_at = null where name = 'lamp.pressed' and payload->>'lamp_id' = $1`,
      [lamp],
    );
    await until(async () => {
      const [row] = await plant.asOwner<{ left: number }>(
        'select count(*)::int as left from outbox where delivered_at is null',
      );
      return row?.left === 0;
    }, 'the second delivery');
    assert.equal((await runsOf('lamps.lights.light_on_press', lamp)).length, 1);
  });

  it('a silence fires by its timer, once', async () => {
    const lamp = await newLamp();
    await admin.post(`/lamps/${lamp}/press`, { kind: 'click' });
    const runs = await settled('lamps.lights.off_after_quiet', lamp);
    assert.equal(runs.length, 1);
    await until(async () => !(await lampOf(lamp)).lit, 'the lamp to be off');
    const [row] = await plant.asOwner<{ timer_at: Date | null }>(
      `select timer_at from rule_states where rule = 'lamps.lights.off_after_quiet' and key = $1`,
      [lamp],
    );
    assert.equal(row?.timer_at, null);
  });

  it('a chain carries its cause, and one that comes back is stopped with a reason', async () => {
    const lamp = await newLamp();
    await admin.post(`/lamps/${lamp}/press`, { kind: 'click' });
    const chased = await until(async () => {
      const { body } = await admin.get('/automations/traces?rule=lamps.lights.chases_itself');
      return body.items.some(
        (item: { outcome: string; event: { lamp_id?: string } }) =>
          item.outcome === 'loop' && item.event?.lamp_id === lamp,
      );
    }, 'the loop to be stopped');
    assert.ok(chased);
    const runs = await settled('lamps.lights.chases_itself', lamp, 3);
    assert.deepEqual(runs[2]?.chain, [
      'lamps.lights.light_on_press',
      'lamps.lights.echo_of_switching',
      'lamps.lights.chases_itself',
      'lamps.lights.chases_itself',
      'lamps.lights.chases_itself',
    ]);
    assert.equal(runs.length, 3);
  });

  it('what is refused for good is a dead letter that a person sees and tries again', async () => {
    const lamp = await newLamp();
    await admin.post(`/lamps/${lamp}/break`, { broken: true });
    await admin.post(`/lamps/${lamp}/press`, { kind: 'click' });
    const [run] = await settled('lamps.lights.light_on_press', lamp);
    assert.equal(run?.status, 'failed');
    const [action] = await actionsOf(run?.id ?? '');
    assert.deepEqual([action?.status, action?.reason], ['dead', 'lamp_broken']);
    const { body } = await admin.get(`/automations/actions?status=dead&run_id=${run?.id}`);
    assert.equal(body.total, 1);

    const operator = await plant.as('operator');
    const refused = await operator.post(`/automations/actions/${action?.id}/retry`);
    assert.equal(refused.status, 403);
    await admin.post(`/lamps/${lamp}/break`, { broken: false });
    assert.equal((await admin.post(`/automations/actions/${action?.id}/retry`)).status, 200);
    const [again] = await settled('lamps.lights.light_on_press', lamp);
    assert.equal(again?.status, 'done');
    const twice = await admin.post(`/automations/actions/${action?.id}/retry`);
    assert.deepEqual([twice.status, twice.body.error.reason], [409, 'action_not_dead']);
  });

  it('counts runs by their result (S-MET-02)', async () => {
    const text = await (await fetch(`${plant.url}/metrics`)).text();
    assert.match(text, /automation_runs_total\{result="done"\} \d+/);
    assert.match(text, /automation_runs_total\{result="failed"\} 1/);
    assert.match(text, /schedule_lag_seconds/);
  });

  it('lists what acts by itself, with its last run', async () => {
    const { body } = await admin.get('/automations');
    const found = body.items.find(
      ({ rule }: { rule: string }) => rule === 'lamps.lights.light_on_press',
    );
    assert.equal(found.kind, 'automation');
    assert.deepEqual(found.trigger.events, ['lamp.pressed']);
    assert.ok(found.last_run_at);
  });
});
