import assert from 'node:assert/strict';
import { type Answer, type TestClient, until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type Plant, startPlant } from './plant.ts';

const RULES = new URL('./fixture/bells/again.qoida', import.meta.url);
const MODULE = 'bells.again';

type Body = Answer['body'];

describe('what rules did after a failure, and what nearly ran, is taken again later', () => {
  let plant: Plant;
  let admin: TestClient;
  // In the zone of the plant it is 08:30.
  const clock = { at: new Date('2026-03-10T03:30:00Z') };
  const later = (ms: number) => {
    clock.at = new Date(clock.at.getTime() + ms);
  };
  before(async () => {
    plant = await startPlant({ plugins: [bellsWith(RULES)], now: () => clock.at });
    admin = plant.node.admin;
    await pull('east', 7);
    await failed(1);
    await pull('north', 9);
    await pull('north', 9);
    await pull('west', 1);
    await admin.post('/bells/west/let-go');
    await admin.post('/bells/tell', { story: 'long', type: 'tale' });
    await missed('cooldown', 1);
    await missed('where', 1, 'quick');
    // All silences are over; of one bell only a weak pull was heard, and `if` does not hold.
    later(150_000);
    await missed('if', 1, 'silent');
    // Nine o'clock is due, ten was slept through and eleven comes in time.
    later(28 * 60_000);
    await missed('if', 1, 'hourly');
    await plant.restart(() => later(2 * 3_600_000));
    admin = plant.node.admin;
    await missed('missed', 1);
  });
  after(() => plant.stop());

  const pull = async (bell: string, force: number) =>
    assert.equal((await admin.post(`/bells/${bell}/pull`, { force })).status, 201);
  const failed = (count: number) =>
    until(async () => {
      const { body } = await admin.get(`/automations/runs?rule=${MODULE}.calls_help&status=failed`);
      return body.items.length === count ? body.items : null;
    }, `${count} failed runs`);
  const missed = (outcome: string, least: number, rule?: string) =>
    until(async () => {
      const which = rule === undefined ? '' : `&rule=${MODULE}.${rule}`;
      const { body } = await admin.get(`/automations/traces?outcome=${outcome}${which}`);
      return body.total >= least ? (body.items as Body[]) : null;
    }, `near misses by ${outcome}`);
  const verify = async (of: 'runs' | 'misses'): Promise<Body> => {
    const path = `/rules/decisions/verify?since=2020-01-01T00:00:00Z&of=${of}`;
    const { status, body } = await admin.get(path);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const found = async (of: 'runs' | 'misses') =>
    (await verify(of)).differing.map(({ kind, of: rule, reason, differences }: Body) => [
      ...[kind, rule, reason],
      ...differences.map(({ what, name }: Body) => `${what} ${name}`),
    ]);
  /** Does it, looks, and takes it back. */
  const meanwhile = async (
    table: string,
    set: string,
    where: string,
    look: () => Promise<void>,
  ) => {
    const [kept] = await plant.asOwner<{ id: string }>(`select id from ${table} where ${where}`);
    assert.ok(kept, where);
    await plant.asOwner(`create table kept_row as select * from ${table} where id = $1`, [kept.id]);
    const column = set.slice(0, set.indexOf(' '));
    await plant.asOwner(`update ${table} set ${set} where id = $1`, [kept.id]);
    await look();
    await plant.asOwner(
      `update ${table} t set ${column} = k.${column} from kept_row k where k.id = t.id`,
    );
    await plant.asOwner('drop table kept_row');
  };

  it('comes out the same, of every kind, by the standing facts of then', async () => {
    const [runs, misses] = [await verify('runs'), await verify('misses')];
    assert.deepEqual([runs.differing, runs.not_taken], [[], []]);
    assert.deepEqual([misses.differing, misses.not_taken, misses.untold], [[], [], []]);
    assert.ok(misses.checked >= 8, String(misses.checked));
    const rows = await plant.asOwner<{ word: string }>(
      `select word from rings where bell = 'east' and word in ('calm', 'storm')`,
    );
    assert.deepEqual(rows, [{ word: 'calm' }]);
  });

  it('also by rules that stand no more', async () => {
    const { body } = await admin.get(`/rules/modules/${MODULE}`);
    const text = body.text.replaceAll(/>= 9|> 1$/gm, '> 99').replace('"calm"', '"still"');
    const published = await admin.post(`/rules/modules/${MODULE}/publish`, {
      text,
      base_version: body.version,
      note: 'others',
    });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    assert.deepEqual([await found('runs'), await found('misses')], [[], []]);
  });

  it('an action after a failure that was altered, added or taken away is named', async () => {
    const named = [['run', `${MODULE}.calls_help`, 'differs', 'action bell.ring']];
    const after = `phase = 'on_failure'`;
    const look = async () => assert.deepEqual(await found('runs'), named);
    await meanwhile('rule_actions', `args = args || '{"bell": "west"}'`, after, look);
    await meanwhile('rule_actions', `phase = 'do', group_no = 9`, after, async () =>
      assert.deepEqual(
        (await found('runs')).map(([, rule, , ...parts]: string[]) => [rule, parts.length]),
        [[`${MODULE}.calls_help`, 2]],
      ),
    );
    await plant.asOwner(`update rule_actions set group_no = 0 where group_no = 9`);
    assert.deepEqual(await found('runs'), []);
  });

  it('a near miss whose conditions, event or outcome were altered is named', async () => {
    const at = (rule: string, outcome: string) =>
      `rule = '${MODULE}.${rule}' and outcome = '${outcome}'`;
    const held = `conditions = jsonb_set(conditions, '{0,value}', 'true')`;
    const cases = [
      [held, at('hard_pull', 'where'), 'condition'],
      [held, at('quick', 'where'), 'condition'],
      [held, at('silent', 'if'), 'condition'],
      [held, at('hourly', 'if'), 'condition'],
      [`event = event || '{"force": 99}'`, at('hard_pull', 'where'), 'outcome'],
      [`outcome = 'if'`, at('hard_pull', 'cooldown'), 'outcome'],
      [`rule = '${MODULE}.nobody'`, at('sagas', 'where'), 'outcome'],
    ] as const;
    for (const [set, where, what] of cases)
      await meanwhile('rule_traces', set, where, async () => {
        const [[kind, , reason, ...parts] = [], ...more] = await found('misses');
        assert.deepEqual([kind, reason, more], ['near_miss', 'differs', []], where);
        assert.ok(
          parts.some((part: string) => part.startsWith(what)),
          `${where}: ${parts}`,
        );
      });
    assert.deepEqual(await found('misses'), []);
  });

  it('one whose settings are gone says so', async () => {
    await meanwhile('rule_traces', `settings_hash = 'gone'`, `outcome = 'cooldown'`, async () =>
      assert.deepEqual(await found('misses'), [
        ['near_miss', `${MODULE}.hard_pull`, 'settings_missing'],
      ]),
    );
  });

  it('pages are told with a cursor, and together they are all', async () => {
    const all = (await verify('misses')).checked;
    let checked = 0;
    for (let after: string | null = ''; after !== null; ) {
      const query = new URLSearchParams({
        since: '2020-01-01T00:00:00Z',
        of: 'misses',
        limit: '3',
      });
      if (after !== '') query.set('after', after);
      const { body }: Answer = await admin.get(`/rules/decisions/verify?${query}`);
      checked += body.checked;
      after = body.next;
    }
    assert.equal(checked, all);
  });

  it('the data of an event may have a field `type`: it is explained with it', async () => {
    const [miss] = await missed('where', 1, 'sagas');
    const { body } = await admin.get(`/automations/traces/${miss.id}/explain?lang=en`);
    assert.match(JSON.stringify(body.explanation), /tale/);
  });

  it('what was kept by an earlier version is counted, not taken again', async () => {
    await plant.asOwner(`update rule_traces set asked_on = null where outcome = 'cooldown'`);
    await plant.asOwner('update rule_runs set failure_rules_hash = null');
    const [runs, misses] = [await verify('runs'), await verify('misses')];
    assert.deepEqual([runs.differing, misses.differing], [[], []]);
    assert.deepEqual(runs.not_taken, [{ what: 'actions_after_failure', count: 1 }]);
    assert.deepEqual(misses.not_taken, [{ what: 'near_misses', count: 1 }]);
  });
});
