import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import { type Rules, startRules } from './support.ts';
import { actorOf, CLOSE_MODULE, fillModule } from './trays.ts';

const MODULE = 'trays.fill';
const PASSING = `
test "a heavy tray is refused"
  given tray = { code: "T", load_kg: 8 kg }
  given input = { add_kg: 5 kg }
  when tray.fill
  expect blocked by too_heavy
`;

/** The refusal that the work ends with. */
async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Refusal, `expected a refusal, got ${error}`);
  return error;
}

describe('publishing rules', () => {
  let rules: Rules;
  let trayId: string;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    trayId = (await rules.makeTray('T-1', 8)).id;
  });
  afterEach(() => rules.stop());

  const publish = (text: string, base_version = 1) =>
    rules.run<{ version: number }>('rules.publish', {
      module: MODULE,
      text,
      base_version,
      note: 'why',
      accepts: ['too_heavy'],
    });
  const fill = (kg: number) => rules.run('tray.fill', { tray_id: trayId, add_kg: kg });

  it('changes the next decision, without a restart', async () => {
    assert.equal((await refusalOf(fill(5))).reason, 'too_heavy');
    assert.equal((await publish(fillModule('15 kg'))).version, 2);
    assert.equal((await fill(5)).load_kg, 13);
  });

  it('two modules published at once: what is in force is what is published of both', async () => {
    const marked = (text: string, name: string) =>
      `${text}\nformula ${name}(x: number): number = x\n`;
    for (const base_version of [1, 2, 3]) {
      await Promise.all([
        publish(marked(fillModule('10 kg'), `fill_${base_version}`), base_version),
        rules.run('rules.publish', {
          module: 'trays.close',
          text: marked(CLOSE_MODULE, `close_${base_version}`),
          base_version,
          note: 'why',
        }),
      ]);
      const inForce = [...rules.runtime.snapshot(rules.database.organizationId).formulas.keys()];
      assert.deepEqual(inForce.sort(), [
        `trays.close.close_${base_version}`,
        `trays.fill.fill_${base_version}`,
      ]);
    }
  });

  it('a text that is in force already is no version; one that was in force before is', async () => {
    const unchanged = await refusalOf(publish(fillModule('10 kg')));
    assert.deepEqual(
      [unchanged.status, unchanged.reason, unchanged.details],
      [409, 'text_unchanged', { modules: MODULE, version: 1 }],
    );
    await publish(fillModule('15 kg'));
    const back = { module: MODULE, version: 1, note: 'back', accepts: ['too_heavy'] };
    assert.equal((await rules.run('rules.rollback', back)).version, 3);
    assert.equal((await refusalOf(rules.run('rules.rollback', back))).reason, 'text_unchanged');
    assert.equal((await publish(fillModule('15 kg'), 3)).version, 4);
    // Whoever publishes what another has published meanwhile has nothing to join.
    assert.equal((await refusalOf(publish(fillModule('15 kg'), 3))).reason, 'text_unchanged');
  });

  it('a version that somebody else has published meanwhile is not written over', async () => {
    await publish(fillModule('15 kg'));
    const refusal = await refusalOf(publish(fillModule('20 kg')));
    assert.deepEqual(
      [refusal.status, refusal.reason, refusal.details.published_version],
      [409, 'version_conflict', 2],
    );
    assert.equal((await refusalOf(fill(8))).reason, 'too_heavy');
  });

  it('a text with errors is refused with its diagnostics, and nothing changes', async () => {
    const refusal = await refusalOf(publish(fillModule('10 m')));
    assert.deepEqual([refusal.status, refusal.reason], [422, 'rules_have_errors']);
    assert.ok(
      (refusal.details.diagnostics as { code: string }[]).every((item) => /^Q\d+$/.test(item.code)),
    );
    assert.equal((await refusalOf(fill(5))).reason, 'too_heavy');
  });

  it('a text whose own tests fail is refused, one whose tests pass is published', async () => {
    const refusal = await refusalOf(publish(fillModule('20 kg', PASSING)));
    assert.deepEqual([refusal.status, refusal.reason], [422, 'rule_tests_failed']);
    assert.equal((await publish(fillModule('12 kg', PASSING))).version, 2);
  });

  it('a block the platform would silently ignore is not published', async () => {
    const entity = '\nentity visitor\n  title "Visitor"\n  field name: text\n';
    const refusal = await refusalOf(publish(fillModule('12 kg', entity)));
    assert.deepEqual([refusal.status, refusal.reason], [422, 'rules_not_run']);
    assert.deepEqual(refusal.details.blocks, ['entity visitor']);
  });

  it('a text may not rename its module', async () => {
    const refusal = await refusalOf(publish(CLOSE_MODULE));
    assert.deepEqual([refusal.status, refusal.reason], [422, 'module_renamed']);
  });

  it('needs the role of a technologist', async () => {
    const operator = actorOf(rules.database.organizationId, 'operator', 'operator');
    const given = { module: MODULE, text: fillModule('15 kg'), base_version: 1, note: 'why' };
    assert.equal(
      (await refusalOf(rules.run('rules.publish', given, operator))).reason,
      'role_required',
    );
  });

  it('a rollback is a new version with the old text', async () => {
    await publish(fillModule('15 kg'));
    await rules.run('rules.rollback', { module: MODULE, version: 1, note: 'too generous' });
    assert.equal((await refusalOf(fill(5))).reason, 'too_heavy');
    const { items } = await rules.run<{ items: { version: number; note: string }[] }>(
      'rules.versions',
      { module: MODULE },
    );
    assert.deepEqual(
      items.map((item) => [item.version, item.note]),
      [
        [3, 'too generous'],
        [2, 'why'],
        [1, 'shipped with the plugin'],
      ],
    );
  });

  it('publishing ends the draft', async () => {
    await rules.run('rules.save_draft', {
      module: MODULE,
      text: fillModule('15 kg'),
      base_version: 1,
    });
    await publish(fillModule('15 kg'));
    assert.equal((await rules.run('rules.module', { module: MODULE })).draft, null);
  });

  it('two people’s drafts are a conflict that shows the other’s text', async () => {
    const save = (text: string, revision?: number) =>
      rules.run<{ revision: number }>('rules.save_draft', {
        module: MODULE,
        text,
        base_version: 1,
        revision,
      });
    const first = (await save('one')).revision;
    const { revision } = await save('two', first);
    const refusal = await refusalOf(save('three', first));
    assert.deepEqual(
      [refusal.reason, refusal.details.text, refusal.details.revision],
      ['draft_conflict', 'two', revision],
    );
  });

  it('a check tells what a publication would, and changes nothing', async () => {
    const wrong = await rules.run<{ diagnostics: unknown[] }>('rules.check', {
      module: MODULE,
      text: fillModule('10 m'),
    });
    assert.notDeepEqual(wrong.diagnostics, []);
    const right = await rules.run<{
      diagnostics: unknown[];
      tests: { passed: number; failed: number };
    }>('rules.check', {
      module: MODULE,
      text: fillModule('12 kg', PASSING),
    });
    assert.deepEqual([right.diagnostics, right.tests.passed, right.tests.failed], [[], 1, 0]);
    assert.equal((await rules.run('rules.module', { module: MODULE })).version, 1);
  });

  it('every decision keeps its facts and the rules it was made by', async () => {
    await refusalOf(fill(5));
    const [decision] = await rules.database.asOwner<Record<string, unknown>>(
      `select id, verdict, failed, rules_hash, facts from decisions where point = 'tray.fill'`,
    );
    assert.deepEqual([decision?.verdict, decision?.failed], ['refused', ['too_heavy']]);
    const told = await rules.run<{
      gates: { failures: { would_pass: { text: string }[] }[] }[];
    }>('decision.explain', { id: decision?.id });
    const ways = told.gates.flatMap(({ failures }) => failures.flatMap((f) => f.would_pass));
    assert.deepEqual(
      ways.map(({ text }) => text),
      [
        '3 kg less tray.load_kg (5 kg instead of 8 kg)',
        '3 kg less input.add_kg (2 kg instead of 5 kg)',
      ],
    );
    const facts = decision?.facts as { tray: { load_kg: number }; input: { add_kg: number } };
    assert.deepEqual([facts.tray.load_kg, facts.input.add_kg], [8, 5]);
    await publish(fillModule('15 kg'));
    const explained = await rules.run('decision.explain', { id: decision?.id });
    assert.equal(explained.same_rules, false);
  });
});
