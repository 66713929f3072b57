import assert from 'node:assert/strict';
import { type Rules, reasonOf, startRules } from './support.ts';
import { CLOSE_MODULE, fillModule } from './trays.ts';

const OWN = `module plant.own

gate never_more
  on tray.fill
  block when input.add_kg > 1 kg
  message "no more than a kilogram"
  release never
`;

interface Imported {
  files: {
    module: string;
    added: boolean;
    changed: boolean;
    version: number;
    earlier: number | null;
  }[];
  modules: { module: string; version: number }[];
  diagnostics: unknown[];
}

describe('rules as files', () => {
  let rules: Rules;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
  });
  afterEach(() => rules.stop());

  const take = (texts: readonly string[], mode: string, more: object = {}) =>
    rules.run<Imported>('rules.import', {
      files: texts.map((text, i) => ({ path: `${i}.qoida`, text })),
      mode,
      ...more,
    });
  const exported = async () => {
    const { files } = await rules.run<{ files: { module: string; text: string }[] }>(
      'rules.export',
      {},
    );
    return files;
  };

  it('of a plant that has modules of its own come back into one that has not', async () => {
    const seen = await take([OWN], 'check');
    assert.deepEqual(
      seen.files.map(({ module, added, changed }) => [module, added, changed]),
      [['plant.own', true, true]],
    );
    assert.deepEqual(seen.diagnostics, []);
    assert.equal((await exported()).length, 2);
    const { modules } = await take([OWN, fillModule('9 kg')], 'publish');
    assert.deepEqual(
      modules.map(({ module, version }) => [module, version]),
      [
        ['plant.own', 2],
        ['trays.fill', 2],
      ],
    );
    assert.equal((await exported()).find(({ module }) => module === 'plant.own')?.text, OWN);
    const tray = await rules.makeTray('T-1');
    const filled = rules.run('tray.fill', { tray_id: tray.id, add_kg: 2 });
    assert.equal(await reasonOf(filled), 'never_more');
    assert.deepEqual((await take([OWN], 'publish')).files[0]?.changed, false);
  });

  it('make no module when anything in them is refused', async () => {
    const faulty = take([OWN, fillModule('9 m')], 'publish');
    assert.equal(await reasonOf(faulty), 'rules_have_errors');
    assert.equal(await reasonOf(rules.run('rules.module', { module: 'plant.own' })), 'not_found');
  });

  it('become drafts of new modules, and bring a removed one back', async () => {
    await take([OWN], 'drafts');
    const { draft, text } = await rules.run<{ draft: { text: string }; text: string }>(
      'rules.module',
      { module: 'plant.own' },
    );
    assert.deepEqual([draft.text, text], [OWN, 'module plant.own\n']);
    await rules.run('rules.discard_draft', { module: 'plant.own' });
    await rules.run('rules.remove_module', { module: 'plant.own' });
    assert.equal((await take([OWN], 'check')).files[0]?.added, true);
    await take([OWN], 'publish');
    assert.equal((await exported()).length, 3);
  });

  it('with a name that no module of a plant can have are refused', async () => {
    for (const name of ['завод.правила', '`a b`', `a${'.b'.repeat(120)}`])
      assert.equal(await reasonOf(take([`module ${name}\n`], 'check')), 'module_name', name);
    assert.equal(await reasonOf(take(['# nothing\n'], 'check')), 'module_unnamed');
    assert.equal(await reasonOf(take([OWN, OWN], 'check')), 'module_twice');
  });

  it('come back byte for byte, with their marks and line ends', async () => {
    for (const text of [
      `\uFEFF${fillModule('9 kg')}`,
      fillModule('9 kg').replaceAll('\n', '\r\n'),
      `${fillModule('9 kg')}\n# 😀 o‘ ʼ\n\n\n`,
    ]) {
      await take([text], 'publish');
      assert.equal((await exported()).find(({ module }) => module === 'trays.fill')?.text, text);
    }
  });

  it('are never put over a draft that somebody has', async () => {
    await rules.run('rules.save_draft', { module: 'trays.fill', text: 'typed', base_version: 1 });
    assert.equal(await reasonOf(take([OWN, fillModule('9 kg')], 'drafts')), 'draft_conflict');
    assert.equal(await reasonOf(rules.run('rules.module', { module: 'plant.own' })), 'not_found');
  });

  it('that were looked at are not put over what came into force since', async () => {
    const text = fillModule('9 kg');
    const [looked] = (await take([OWN, text], 'check')).files.slice(-1);
    assert.deepEqual([looked?.module, looked?.version], ['trays.fill', 1]);
    await take([fillModule('8 kg')], 'publish');
    const files = [{ path: 'a.qoida', text, base_version: 1 }];
    for (const mode of ['drafts', 'publish']) {
      const late = rules.run('rules.import', { files, mode });
      assert.equal(await reasonOf(late), 'version_conflict', mode);
    }
    // A module that somebody else has made meanwhile likewise.
    await take([OWN], 'publish');
    const made = [{ path: 'own.qoida', text: `${OWN}# more\n`, base_version: 0 }];
    const late = rules.run('rules.import', { files: made, mode: 'publish' });
    assert.equal(await reasonOf(late), 'version_conflict');
    await rules.run('rules.import', { files: [{ ...files[0], base_version: 2 }], mode: 'drafts' });
  });

  it('that say what an earlier version said are told as such, and kept as a way back', async () => {
    const [first] = (await exported()).filter(({ module }) => module === 'trays.fill');
    await take([fillModule('9 kg')], 'publish');
    assert.equal((await take([first?.text ?? ''], 'check')).files[0]?.earlier, 1);
    assert.equal((await take([fillModule('8 kg')], 'check')).files[0]?.earlier, null);
    await take([first?.text ?? ''], 'publish', { accepts: ['too_heavy'] });
    const { items } = await rules.run<{ items: { version: number; restored_from: number }[] }>(
      'rules.versions',
      { module: 'trays.fill' },
    );
    assert.deepEqual(
      items.map(({ version, restored_from: from }) => [version, from]),
      [
        [3, 1],
        [2, null],
        [1, null],
      ],
    );
  });

  it('taken by two at once make a module once', async () => {
    const outcomes = await Promise.all([1, 2].map(() => reasonOf(take([OWN], 'publish'))));
    assert.ok(outcomes.includes('done'), outcomes.join());
    const standing = (await exported()).filter(({ module }) => module === 'plant.own');
    assert.deepEqual(
      standing.map(({ text }) => text),
      [OWN],
    );
  });
});
