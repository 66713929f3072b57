import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import type { Actor } from '../../src/api/operations.ts';
import { type Rules, startRules } from './support.ts';
import { actorOf, CLOSE_MODULE, fillModule } from './trays.ts';

const MODULE = 'trays.fill';
interface Version {
  readonly version: number;
  readonly author: string;
  readonly proposed_by: string | null;
  readonly restored_from: number | null;
  readonly rehearsal: string | null;
  readonly loosened: unknown;
  readonly changes: { text: string; effect: string }[];
  readonly tests: {
    passed: number;
    failed: number;
    coverage: { rule: string; conditions: { seenTrue: boolean; seenFalse: boolean }[] }[];
  };
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Refusal, `expected a refusal, got ${error}`);
  return error;
}

describe('versions of rules', () => {
  let rules: Rules;
  let second: Actor;
  let trayId: string;
  const begin = async (settings: Record<string, unknown> = {}) => {
    rules = await startRules(settings);
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    trayId = (await rules.makeTray('T-1', 8)).id;
    second = { ...actorOf(rules.database.organizationId, 'second', 'texnolog'), id: SECOND };
  };
  afterEach(() => rules.stop());

  const publish = (text: string, more: object = {}, as?: Actor) =>
    rules.run<Record<string, unknown>>(
      'rules.publish',
      { module: MODULE, text, base_version: 1, note: 'why', ...more },
      as,
    );
  const versions = async () =>
    (await rules.run<{ items: Version[] }>('rules.versions', { module: MODULE })).items;
  const fill = (kg: number) => rules.run('tray.fill', { tray_id: trayId, add_kg: kg });

  it('a gate is removed or loosened only by whoever names it', async () => {
    await begin();
    const refusal = await refusalOf(publish(fillModule('15 kg')));
    assert.deepEqual(
      [refusal.status, refusal.reason, refusal.details.loosened],
      [409, 'guards_loosened', [{ guard: 'too_heavy', how: 'looser' }]],
    );
    const without = `language en\nmodule ${MODULE}\nrequires trays\n`;
    assert.deepEqual((await refusalOf(publish(without))).details.loosened, [
      { guard: 'too_heavy', how: 'removed' },
    ]);
    assert.equal((await refusalOf(fill(5))).reason, 'too_heavy');
    await publish(fillModule('15 kg'), { accepts: ['too_heavy'] });
    await fill(5);
  });

  it('what was removed or loosened is in the audit and in the event', async () => {
    await begin();
    await publish(fillModule('15 kg'), { accepts: ['too_heavy'] });
    const [event] = await rules.database.asOwner<{ payload: Record<string, unknown> }>(
      `select payload from outbox where name = 'rules.published' order by id desc limit 1`,
    );
    assert.ok(event !== undefined);
    const { loosened, changes } = event.payload;
    assert.deepEqual(loosened, ['too_heavy']);
    assert.match(String((changes as string[])[0]), /10 kg → 15 kg$/);
    const audit = await rules.database.asOwner(
      `select * from audit_log where object_type = 'rule_version' order by ts desc limit 1`,
    );
    assert.match(JSON.stringify(audit), /"guard":\s*"too_heavy"/);
  });

  it('any two versions, and the draft, are compared by meaning beside their texts', async () => {
    await begin();
    await publish(fillModule('9 kg'));
    await publish(fillModule('8 kg'), { base_version: 2 });
    const compare = (from: number, to?: number, lang = 'ru') =>
      rules.run<{ changes: { text: string }[]; before: string; after: string }>('rules.compare', {
        module: MODULE,
        from,
        to,
        lang,
      });
    const found = await compare(1, 3);
    assert.equal(found.after, fillModule('8 kg'));
    assert.match(found.changes[0]?.text ?? '', /^предел, запрет too_heavy .*: 10 kg → 8 kg$/);
    await rules.run('rules.save_draft', {
      module: MODULE,
      text: fillModule('7 kg'),
      base_version: 3,
    });
    assert.match((await compare(3, undefined, 'en')).changes[0]?.text ?? '', /8 kg → 7 kg$/);
    assert.deepEqual((await compare(2, 2)).changes, []);
    assert.equal((await refusalOf(compare(9, 1))).status, 404);
  });

  it('G-POL-09 a rollback is a new version that says which text it brought back', async () => {
    await begin();
    await publish(fillModule('9 kg'));
    const back = { module: MODULE, version: 1, note: 'too strict' };
    const refusal = await refusalOf(rules.run('rules.rollback', back));
    assert.equal(refusal.reason, 'guards_loosened');
    await rules.run('rules.rollback', { ...back, accepts: ['too_heavy'] });
    const [version] = await versions();
    assert.deepEqual([version?.version, version?.restored_from], [3, 1]);
    const stale = { ...back, version: 2, base_version: 2 };
    assert.equal((await refusalOf(rules.run('rules.rollback', stale))).reason, 'version_conflict');
  });

  it('several modules are published together or not at all', async () => {
    await begin();
    const both = (limit: string, close = CLOSE_MODULE) => ({
      note: 'together',
      modules: [
        { module: MODULE, text: fillModule(limit), base_version: 1 },
        { module: 'trays.close', text: `${close}\n`, base_version: 1 },
      ],
    });
    const faulty = both('9 kg', CLOSE_MODULE.replace('> 0 kg', '> 0 m'));
    assert.equal(
      (await refusalOf(rules.run('rules.publish_together', faulty))).reason,
      'rules_have_errors',
    );
    assert.equal((await versions())[0]?.version, 1);
    const { modules } = await rules.run<{ modules: { version: number }[] }>(
      'rules.publish_together',
      both('9 kg'),
    );
    assert.deepEqual(
      modules.map(({ version }) => version),
      [2, 2],
    );
    const twice = { ...both('9 kg'), modules: [both('8 kg').modules[0], both('7 kg').modules[0]] };
    assert.equal(
      (await refusalOf(rules.run('rules.publish_together', twice))).reason,
      'module_twice',
    );
  });

  it('what one person wrote over another’s draft is kept', async () => {
    await begin();
    const save = (text: string, as: Actor, revision?: number) =>
      rules.run<{ revision: number }>(
        'rules.save_draft',
        { module: MODULE, text, base_version: 1, revision },
        as,
      );
    const { revision } = await save('mine', rules.texnolog);
    assert.equal((await refusalOf(save('his', second))).reason, 'draft_conflict');
    await save('his', second, revision);
    await rules.run('rules.discard_draft', { module: MODULE });
    const { items } = await rules.run<{ items: { text: string; replaced_by: string }[] }>(
      'rules.draft_texts',
      { module: MODULE },
    );
    assert.deepEqual(
      items.map(({ text, replaced_by }) => [text, replaced_by]),
      [
        ['his', 'texnolog'],
        ['mine', 'second'],
      ],
    );
  });

  describe('with a second person', () => {
    beforeEach(() => begin({ RULES_SECOND_PERSON: true }));
    const decide = (action: 'confirm' | 'reject', hash: unknown, as: Actor, more: object = {}) =>
      rules.run<Record<string, unknown>>(`rules.${action}`, { module: MODULE, hash, ...more }, as);
    const propose = async (text: string) => {
      const answer = await publish(text, { accepts: ['too_heavy'] });
      return (answer.modules as { hash: string }[])[0]?.hash;
    };

    it('a text is proposed by one and put into force by another', async () => {
      const hash = await propose(fillModule('15 kg'));
      assert.equal((await refusalOf(fill(5))).reason, 'too_heavy');
      assert.equal(
        (await refusalOf(decide('confirm', hash, rules.texnolog))).reason,
        'own_proposal',
      );
      await decide('confirm', hash, second);
      await fill(5);
      const [version] = await versions();
      assert.deepEqual([version?.author, version?.proposed_by], ['second', 'texnolog']);
      assert.equal((await refusalOf(decide('confirm', hash, second))).reason, 'proposal_void');
    });

    it('is not proposed what could not be published', async () => {
      assert.equal((await refusalOf(publish(fillModule('15 kg')))).reason, 'guards_loosened');
      assert.equal((await refusalOf(publish(fillModule('10 m')))).reason, 'rules_have_errors');
      await propose(fillModule('15 kg'));
      assert.equal(
        (await refusalOf(publish(fillModule('9 kg'), {}, second))).reason,
        'proposal_open',
      );
    });

    it('a text that changed since makes the proposal void', async () => {
      const hash = await propose(fillModule('15 kg'));
      const draft = { module: MODULE, text: fillModule('16 kg'), base_version: 1 };
      await rules.run('rules.save_draft', draft);
      assert.equal((await refusalOf(decide('confirm', hash, second))).reason, 'proposal_void');
      const { items } = await rules.run<{ items: { state: string; reason: string }[] }>(
        'rules.proposals',
        { state: 'all' },
      );
      assert.deepEqual(
        items.map(({ state, reason }) => [state, reason]),
        [['void', 'text_changed']],
      );
    });

    it('another hash than the one that was looked at is not confirmed', async () => {
      await propose(fillModule('15 kg'));
      assert.equal(
        (await refusalOf(decide('confirm', '0'.repeat(64), second))).reason,
        'proposal_void',
      );
    });

    it('is rejected by another, withdrawn by whoever proposed it', async () => {
      const first = await propose(fillModule('15 kg'));
      const no = { reason: 'not now' };
      assert.equal((await decide('reject', first, second, no)).state, 'rejected');
      const next = await propose(fillModule('15 kg'));
      assert.equal((await decide('reject', next, rules.texnolog, no)).state, 'withdrawn');
      assert.equal((await versions())[0]?.version, 1);
    });

    it('of two who confirm at once one does, and there is one version', async () => {
      const hash = await propose(fillModule('15 kg'));
      const third = { ...second, id: THIRD, name: 'third' };
      const outcomes = await Promise.allSettled([
        decide('confirm', hash, second),
        decide('confirm', hash, third),
      ]);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.equal((await versions()).length, 2);
    });
  });

  it('two who publish and roll back at once lose no update', async function () {
    const rounds = Number(process.env.QOIDA_ROUNDS ?? 25);
    this.timeout(60_000 + rounds * 2_000);
    await begin();
    let done = 0;
    const one = async (as: Actor, offset: number) => {
      for (let i = 0; i < rounds; i++) {
        const { version } = await rules.run<{ version: number }>('rules.module', {
          module: MODULE,
        });
        const given = { note: `${as.name} ${i}`, accepts: ['too_heavy'], base_version: version };
        const work =
          i % 3 === 2
            ? rules.run('rules.rollback', { module: MODULE, version: 1, ...given }, as)
            : publish(fillModule(`${offset + i} kg`), given, as);
        const outcome = await work.then(
          () => 'done',
          (error: unknown) => (error instanceof Refusal ? error.reason : String(error)),
        );
        // Of two who go back to the same text one does.
        assert.ok(['done', 'version_conflict', 'text_unchanged'].includes(outcome), outcome);
        if (outcome === 'done') done += 1;
      }
    };
    await Promise.all([one(rules.texnolog, 11), one(second, 1000)]);
    const rows = await rules.database.asOwner<{ version: number; text: string }>(
      `select v.version::int as version, v.text from rule_versions v join rule_modules m on m.id = v.module_id
        where m.module = '${MODULE}' order by v.version`,
    );
    assert.deepEqual(
      rows.map(({ version }) => version),
      Array.from({ length: done + 1 }, (_, i) => i + 1),
    );
    const standing = rules.runtime.snapshot(rules.database.organizationId);
    assert.equal(standing.modules.find(({ module }) => module === MODULE)?.text, rows.at(-1)?.text);
  });
});

const SECOND = '11111111-1111-4111-8111-111111111111';
const THIRD = '22222222-2222-4222-8222-222222222222';
