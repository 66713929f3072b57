import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import { makeCheckpoint, verifyCheckpoints } from '../../src/data/index.ts';
import { type Rules, SERVER_SECRET, startRules } from './support.ts';
import { actorOf, CLOSE_MODULE, fillModule } from './trays.ts';

interface Page {
  readonly checked: number;
  readonly untold: string[];
  readonly next: string | null;
  readonly differing: {
    readonly id: string;
    readonly of: string;
    readonly reason: string;
    readonly differences: { readonly what: string; readonly name: string }[];
  }[];
}

const PUMPED = `language en
module trays.close
requires trays

gate too_full
  on tray.close
  pause tray when tray.load_kg > settings.tray_limit_kg
  message "{tray.code} holds {tray.load_kg}"
  release by texnolog until tray.load_kg > released.load_kg
`;

/** What these texts loosen. */
const ACCEPTS = ['too_heavy', 'too_full', 'not_empty', 'never_first'];

describe('decisions verified later', () => {
  let rules: Rules;
  let trayId: string;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    trayId = (await rules.makeTray('T-1', 8)).id;
  });
  afterEach(() => rules.stop());

  const integrator = () => actorOf(rules.database.organizationId, 'integrator', 'integrator');
  const verify = (more: object = {}) =>
    rules.run<Page>('decisions.verify', { since: '2020-01-01T00:00:00Z', ...more }, integrator());
  const fill = (kg: number) =>
    rules.run('tray.fill', { tray_id: trayId, add_kg: kg }).catch((error: unknown) => {
      assert.ok(error instanceof Refusal, String(error));
    });
  const publish = (module: string, text: string, base_version = 1) =>
    rules.run('rules.publish', { module, text, base_version, note: 'why', accepts: ACCEPTS });
  const tamper = (statement: string, values: readonly unknown[] = []) =>
    rules.database.asOwner(statement, values);
  const reasons = async () =>
    (await verify()).differing.map(({ reason, differences }) => [
      reason,
      ...differences.map(({ what, name }) => `${what} ${name}`),
    ]);

  it('come out as they were kept, also by rules that stand no more', async () => {
    await fill(1);
    await fill(5);
    await publish('trays.fill', fillModule('20 kg'));
    await fill(5);
    const page = await verify();
    assert.deepEqual([page.checked, page.differing, page.next], [3, [], null]);
  });

  it('are explained by their own rules, not by those of today', async () => {
    await fill(5);
    await publish('trays.fill', fillModule('20 kg'));
    const [row] = await tamper('select id from decisions');
    const explained = await rules.run<{
      same_rules: boolean;
      rules_lost: string | null;
      gates: { verdict: string; failures: { message: string }[] }[];
    }>('decision.explain', { id: row?.id });
    assert.deepEqual(
      [explained.same_rules, explained.rules_lost, explained.gates[0]?.verdict],
      [false, null, 'fail'],
    );
    assert.equal(explained.gates[0]?.failures[0]?.message, 'T-1 takes at most 10 kg');
  });

  it('one that was altered is named, with what differs', async () => {
    await fill(5);
    await tamper(`update decisions set verdict = 'allowed'`);
    assert.deepEqual(await reasons(), [['altered', 'verdict verdict']]);
    await tamper(`update decisions set verdict = 'refused', failed = '{}'`);
    assert.deepEqual(await reasons(), [['altered', 'gate failed']]);
    await tamper(
      `update decisions set failed = '{too_heavy}', facts = jsonb_set(facts, '{tray,load_kg}', '1')`,
    );
    const [[reason, ...what] = []] = await reasons();
    assert.equal(reason, 'altered');
    assert.ok(what.includes('verdict verdict') && what.includes('gate too_heavy'), String(what));
  });

  it('also where everything was altered so that it fits', async () => {
    await fill(1);
    const forge = async (set: string) => {
      await tamper(`update decisions set ${set}`);
      assert.deepEqual(await reasons(), [['altered']], set);
    };
    await forge(`actor = 'somebody else'`);
    await forge(`facts = jsonb_set(facts, '{input,add_kg}', '1.5')`);
    await forge(`decided_at = decided_at - interval '1 hour'`);
    await forge(`trace_id = gen_random_uuid()`);
  });

  it('one that was made past the platform, and one of another organisation, are named', async () => {
    await fill(1);
    const columns = `point, verdict, failed, facts, rules_hash, settings_hash, decided_at, outcome, cut, actor,
      trace_id, organization_id`;
    await tamper(`insert into decisions (${columns}, seal) select ${columns}, seal from decisions`);
    assert.deepEqual(await reasons(), [['altered']]);
  });

  const checkpoint = () =>
    rules.database.db.transaction(rules.database.organizationId, (tx) =>
      makeCheckpoint(tx, { serverSecret: SERVER_SECRET, now: new Date() }),
    );

  it('one that was taken away is named by the checkpoint that it was under', async () => {
    await fill(1);
    await fill(5);
    const made = await checkpoint();
    assert.deepEqual([made.checkpoint?.decisions, made.unsigned], [2, []]);
    await fill(1);
    const gone = await tamper(`delete from decisions where verdict = 'refused' returning id`);
    const page = await verify();
    assert.deepEqual(
      [page.checked, page.differing.map(({ id, reason }) => [id, reason])],
      [2, [[gone[0]?.id, 'deleted']]],
    );
    // Whoever takes its name off the list too is found by the checkpoint.
    await tamper('delete from audit_checkpoint_decisions where decision_id = $1', [gone[0]?.id]);
    assert.deepEqual(await reasons(), []);
    const { faults } = await rules.database.db.read(rules.database.organizationId, (tx) =>
      verifyCheckpoints(tx, { serverSecret: SERVER_SECRET }),
    );
    assert.deepEqual(faults, [{ checkpoint: 1, kind: 'list_altered' }]);
  });

  it('a forged one is not signed, and one whose seal was taken off is named', async () => {
    await fill(1);
    await fill(1);
    await checkpoint();
    await fill(5);
    await tamper(`update decisions set verdict = 'allowed', seal = null where verdict = 'refused'`);
    assert.deepEqual((await reasons())[0]?.[0], 'unsealed');
    const made = await checkpoint();
    assert.equal(made.checkpoint, null);
    assert.equal(made.unsigned.length, 1);
  });

  it('those of before there were seals come under the first checkpoint, and hold from then on', async () => {
    await fill(1);
    await tamper('update decisions set seal = null');
    assert.deepEqual(await reasons(), []);
    assert.equal((await checkpoint()).checkpoint?.decisions, 1);
    assert.deepEqual(await reasons(), []);
    assert.equal((await checkpoint()).checkpoint, null, 'each comes once');
    await tamper(`update decisions set actor = 'somebody else'`);
    assert.deepEqual(await reasons(), [['altered']]);
  });

  it('rules, texts, catalogs and settings that were taken away or altered are told', async () => {
    await fill(5);
    await publish('trays.fill', fillModule('20 kg'));
    await tamper(`update rule_versions set text = replace(text, '10 kg', '90 kg')`);
    assert.deepEqual(await reasons(), [['rule_text_altered']]);
    await tamper(`update rule_versions set text = replace(text, '90 kg', '10 kg')`);
    assert.deepEqual(await reasons(), []);
    await tamper(`update rule_settings set settings = '{"tray_limit_kg": 99}'`);
    assert.deepEqual(await reasons(), [['settings_altered']]);
    await tamper('delete from rule_settings');
    assert.deepEqual(await reasons(), [['settings_missing']]);
  });

  it('a rule set that is gone is told', async () => {
    await fill(5);
    await publish('trays.fill', fillModule('20 kg'));
    await tamper(`delete from rule_catalogs`);
    assert.deepEqual(await reasons(), [['catalog_missing']]);
    await tamper('delete from rule_sets');
    assert.deepEqual(await reasons(), [['rule_set_missing']]);
  });

  it('what an earlier release let through is verified with that release', async () => {
    await publish('trays.close', PUMPED);
    const { id } = await rules.makeTray('T-2', 12);
    const close = () => rules.run('tray.close', { tray_id: id });
    await assert.rejects(close(), Refusal);
    const [gate] = await tamper(`select id from gate_log where gate = 'too_full'`);
    await rules.run('gate.release', { gate_id: gate?.id, note: 'seen' });
    await close();
    assert.deepEqual(await reasons(), []);
    const kept = await tamper('select verdict, outcome from decisions order by created_at');
    assert.deepEqual(
      kept.map(({ verdict, outcome }) => [verdict, (outcome as { effect: string }[])[0]?.effect]),
      [
        ['refused', 'refuses'],
        ['allowed', 'released'],
      ],
    );
    await tamper(
      `update decisions set outcome = jsonb_set(outcome, '{0,released,load_kg}', '1') where verdict = 'allowed'`,
    );
    const [[reason, ...what] = []] = await reasons();
    assert.equal(reason, 'altered');
    assert.ok(what.includes('verdict verdict'), String(what));
  });

  it('many come in pages, each once', async () => {
    for (let turn = 0; turn < 5; turn += 1) await fill(5);
    const sizes: number[] = [];
    let after: string | null = null;
    do {
      const page: Page = await verify({ limit: 2, ...(after === null ? {} : { after }) });
      sizes.push(page.checked);
      after = page.next;
    } while (after !== null);
    assert.deepEqual(sizes, [2, 2, 1]);
  });

  it('only who answers for the installation may ask', async () => {
    const asked = rules.run('decisions.verify', { since: '2020-01-01T00:00:00Z' });
    await assert.rejects(asked, (error: unknown) => {
      assert.ok(error instanceof Refusal);
      return error.reason === 'role_required';
    });
  });
});
