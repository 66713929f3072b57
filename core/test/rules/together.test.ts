import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import { type Rules, reasonOf, startRules } from './support.ts';
import { CLOSE_MODULE, fillModule } from './trays.ts';

const limits = (kg: number, name = 'most') =>
  `language en\nmodule trays.limits\n\nformula ${name}(): kg = ${kg} kg\n`;
const TESTED = `
test "a heavy tray is refused"
  given tray = { code: "T", load_kg: 8 kg }
  given input = { add_kg: 5 kg }
  when tray.fill
  expect blocked by too_heavy
`;
const FAILING = `
test "an open tray is let through"
  given tray = { code: "FIRST", load_kg: 0 kg }
  when tray.close
  expect allowed
`;

describe('what publishing one module does to the others', () => {
  let rules: Rules;
  const begin = async (...texts: string[]) => {
    rules = await startRules();
    await rules.ship(...texts);
  };
  afterEach(() => rules.stop());

  const publish = (module: string, text: string, more: object = {}) =>
    rules.run('rules.publish', { module, text, base_version: 1, note: 'why', ...more });
  const together = (texts: readonly (readonly [string, string])[], more: object = {}) =>
    rules.run('rules.publish_together', {
      note: 'why',
      modules: texts.map(([module, text]) => ({ module, text, base_version: 1 })),
      ...more,
    });
  const idOf = async (module: string) => {
    const [row] = await rules.database.asOwner<{ id: string }>(
      'select id from rule_modules where module = $1',
      [module],
    );
    assert.ok(row !== undefined);
    return row.id;
  };

  it('a test of another module that fails because of it refuses it', async () => {
    await begin(limits(10), fillModule('most()', TESTED));
    const accepts = ['too_heavy'];
    const refusal = await publish('trays.limits', limits(100), { accepts }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(refusal instanceof Refusal && refusal.reason === 'rule_tests_failed');
    const { items } = refusal.details.tests as { items: { module: string; title: string }[] };
    assert.deepEqual(
      items.map(({ module, title }) => [module, title]),
      [['trays.fill', 'a heavy tray is refused']],
    );
    await publish('trays.limits', limits(12), { accepts });
  });

  it('a gate of its own may refuse what a test of another module expects to be let through', async () => {
    const lets = TESTED.replace('blocked by too_heavy', 'allowed').replace('8 kg', '1 kg');
    await begin(limits(10), fillModule('most()', lets));
    const gate =
      'gate nothing\n  on tray.fill\n  block when input.add_kg > 0 kg\n  message "no"\n  release never\n';
    await publish('trays.limits', `${limits(10)}\n${gate}`);
    // What another module asks of it still counts.
    const accepts = ['too_heavy', 'nothing'];
    const stricter = publish('trays.limits', limits(2), { accepts, base_version: 2 });
    assert.equal(await reasonOf(stricter), 'rule_tests_failed');
  });

  it('of several texts those that change nothing are no versions, and their drafts are over', async () => {
    await begin(limits(10), fillModule('most()'));
    const draft = { module: 'trays.fill', text: fillModule('most()'), base_version: 1 };
    await rules.run('rules.save_draft', draft);
    const same = ['trays.fill', fillModule('most()')] as const;
    assert.equal(await reasonOf(together([same])), 'text_unchanged');
    const { modules } = await together([['trays.limits', limits(9)], same], {
      accepts: ['too_heavy'],
    });
    assert.deepEqual(
      (modules as { module: string; version: number }[]).map(({ module, version }) => [
        module,
        version,
      ]),
      [['trays.limits', 2]],
    );
    assert.deepEqual((await rules.run('rules.drafts', {})).items, []);
  });

  it('a test that failed before is not its fault', async () => {
    await begin(limits(10), fillModule('most()'), CLOSE_MODULE + FAILING);
    await publish('trays.limits', limits(9));
  });

  it('its own tests are run although another module is broken', async () => {
    await begin(limits(10), CLOSE_MODULE, fillModule('10 kg'));
    await rules.database.asOwner(
      `update rule_versions set text = replace(text, 'tray.load_kg +', 'tray.gone +') where text like '%trays.fill%'`,
    );
    const failing = publish('trays.close', CLOSE_MODULE + FAILING);
    assert.equal(await reasonOf(failing), 'rule_tests_failed');
  });

  it('a module given by its name and by its id is given twice', async () => {
    await begin(fillModule('10 kg'), CLOSE_MODULE);
    const both = together([
      ['trays.fill', fillModule('8 kg')],
      [await idOf('trays.fill'), fillModule('9 m')],
    ]);
    assert.equal(await reasonOf(both), 'module_twice');
    const { version } = await rules.run<{ version: number }>('rules.module', {
      module: 'trays.fill',
    });
    assert.equal(version, 1);
  });

  it('a header that goes on behind the name is another name', async () => {
    await begin(fillModule('10 kg'), CLOSE_MODULE);
    const accepts = ['not_empty', 'never_first'];
    for (const header of ['module trays.close .more', 'module trays.close\n  .more']) {
      const text = CLOSE_MODULE.replace('module trays.close', header) + FAILING;
      assert.equal(await reasonOf(publish('trays.close', text, { accepts })), 'module_renamed');
    }
  });

  it('a limit that becomes another on its way to another module has to be confirmed', async () => {
    await begin(limits(10), fillModule('most()'), 'language en\nmodule trays.other\n');
    const texts = [
      ['trays.limits', 'language en\nmodule trays.limits\n'],
      ['trays.other', 'language en\nmodule trays.other\n\nformula most(): kg = 1000 kg\n'],
    ] as const;
    assert.equal(await reasonOf(together(texts)), 'guards_loosened');
    assert.equal(await reasonOf(together(texts, { accepts: ['too_heavy'] })), 'done');
  });

  it('several are checked together before, also where none can stand by itself', async () => {
    await begin(limits(10), fillModule('most()'));
    const modules = [
      { module: 'trays.limits', text: limits(12, 'load_limit') },
      { module: 'trays.fill', text: fillModule('load_limit()') },
    ];
    const check = (given: object[]) =>
      rules.run<{
        diagnostics: unknown[];
        modules: { module: string; loosened: unknown[]; before: string }[];
      }>('rules.check_together', { modules: given });
    const { diagnostics, modules: told } = await check(modules);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      told.map(({ module, loosened }) => [module, loosened]),
      [
        ['trays.limits', []],
        ['trays.fill', [{ guard: 'too_heavy', how: 'unclear' }]],
      ],
    );
    assert.equal(told[0]?.before, limits(10));
    assert.notDeepEqual((await check(modules.slice(1))).diagnostics, []);
  });

  it('a name that is another in all modules loosens nothing', async () => {
    await begin(limits(10), fillModule('most()'));
    await together([
      ['trays.limits', limits(10, 'load_limit')],
      ['trays.fill', fillModule('load_limit()')],
    ]);
  });
});
