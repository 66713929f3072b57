import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { hashText } from '../../src/rules/store.ts';
import { type Rules, reasonOf, startRules } from './support.ts';
import { CLOSE_MODULE, fillModule } from './trays.ts';

const MODULE = 'trays.fill';
const TESTED = `
test "a heavy tray is refused"
  given tray = { code: "T", load_kg: 8 kg }
  given input = { add_kg: 5 kg }
  when tray.fill
  expect blocked by too_heavy
`;

interface Version {
  readonly rehearsal: string | null;
  readonly loosened: unknown;
  readonly changes: { text: string; effect: string }[];
  readonly tests: {
    passed: number;
    failed: number;
    coverage: { rule: string; conditions: { seenTrue: boolean; seenFalse: boolean }[] }[];
  };
}

describe('what a version keeps', () => {
  let rules: Rules;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
  });
  afterEach(() => rules.stop());

  const publish = (text: string, more: object = {}) =>
    rules.run('rules.publish', { module: MODULE, text, base_version: 1, note: 'why', ...more });
  const versions = async () =>
    (await rules.run<{ items: Version[] }>('rules.versions', { module: MODULE })).items;
  /** As if a text had been rehearsed. @returns the id */
  const rehearsed = async (text: string, state = 'done') => {
    const { db, organizationId } = rules.database;
    const [row] = await db.transaction(organizationId, (tx) =>
      tx.sql<{ id: string }>(
        `insert into rehearsals (asked_by_name, from_at, to_at, modules, asked, state)
         values ('somebody', now() - interval '1 day', now(), ?::jsonb, '{}', ?) returning id`,
        [JSON.stringify([{ module: MODULE, hash: hashText(text) }]), state],
      ),
    );
    return row?.id ?? '';
  };

  it('G-POL-04 a version keeps its tests with their coverage, its meaning and its rehearsal', async () => {
    const text = fillModule('9 kg', TESTED);
    const rehearsal = await rehearsed(text);
    await publish(text, { rehearsal });
    const [version] = await versions();
    assert.deepEqual(
      [version?.tests.passed, version?.tests.failed, version?.rehearsal, version?.loosened],
      [1, 0, rehearsal, []],
    );
    const seen = version?.tests.coverage.find(({ rule }) => rule.endsWith('too_heavy'));
    assert.deepEqual(
      seen?.conditions.map(({ seenTrue, seenFalse }) => [seenTrue, seenFalse]),
      [[true, false]],
    );
    assert.deepEqual(version?.changes.map(({ text, effect }) => [text, effect]).slice(0, 2), [
      ['new: test «a heavy tray is refused»', 'same'],
      ['limit of gate too_heavy (tray.load_kg + input.add_kg) 10 kg → 9 kg', 'stricter'],
    ]);
  });

  it('G-POL-04 no version says that a rehearsal of another text was looked at', async () => {
    const text = fillModule('9 kg', TESTED);
    const other = await rehearsed(fillModule('8 kg'));
    const running = await rehearsed(text, 'running');
    for (const rehearsal of [other, running, 'none', randomUUID()]) {
      const refused = publish(text, { rehearsal });
      assert.equal(await reasonOf(refused), 'rehearsal_of_another', rehearsal);
    }
    assert.equal((await versions()).length, 1);
  });

  it('a version says why: a note of blanks is none', async () => {
    for (const note of ['', ' ', '\n\t'])
      assert.equal(await reasonOf(publish(fillModule('9 kg'), { note })), 'invalid_input');
  });
});
