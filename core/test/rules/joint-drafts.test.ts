import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import type { Actor } from '../../src/api/operations.ts';
import { type Rules, reasonOf, startRules } from './support.ts';
import { actorOf, CLOSE_MODULE, fillModule } from './trays.ts';

const limits = (name: string) =>
  `language en\nmodule trays.limits\n\nformula ${name}(): kg = 10 kg\n`;

interface Draft {
  readonly module: string;
  readonly text: string;
  readonly revision: number;
  readonly bundle: string | null;
  readonly bundle_note: string | null;
}

describe('drafts of several modules that are one change', () => {
  let rules: Rules;
  let second: Actor;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(limits('most'), fillModule('most()'), CLOSE_MODULE);
    second = actorOf(rules.database.organizationId, 'second', 'texnolog');
  });
  afterEach(() => rules.stop());

  const drafts = async () => (await rules.run<{ items: Draft[] }>('rules.drafts', {})).items;
  const draftOf = async (module: string) => {
    const found = (await drafts()).find((draft) => draft.module === module);
    assert.ok(found !== undefined, module);
    return found;
  };
  const entry = async (module: string, text: string) => {
    const revision = (await drafts()).find((draft) => draft.module === module)?.revision;
    return { module, text, base_version: 1, revision };
  };
  const save = (entries: readonly object[], together: string, as?: Actor) =>
    rules.run<{ bundle: string }>('rules.save_drafts', { drafts: entries, together }, as);
  const rename = async () =>
    save(
      [
        await entry('trays.limits', limits('load_limit')),
        await entry('trays.fill', fillModule('load_limit()')),
      ],
      'most → load_limit',
    );
  const discard = (looked: readonly Draft[]) =>
    rules.run('rules.discard_drafts', {
      drafts: looked.map(({ module, revision }) => ({ module, revision })),
    });

  it('are seen as such, and stay so while somebody types on in one of them', async () => {
    const { bundle } = await rename();
    const { revision } = await draftOf('trays.fill');
    await rules.run('rules.save_draft', {
      module: 'trays.fill',
      text: `${fillModule('load_limit()')}# more\n`,
      base_version: 1,
      revision,
    });
    assert.deepEqual(
      (await drafts()).map((draft) => [draft.module, draft.bundle, draft.bundle_note]),
      [
        ['trays.fill', bundle, 'most → load_limit'],
        ['trays.limits', bundle, 'most → load_limit'],
      ],
    );
    const { items } = await rules.run<{ items: Draft[] }>('rules.modules', {});
    assert.deepEqual(
      items.map((item) => [item.module, item.bundle]),
      [
        ['trays.close', null],
        ['trays.fill', bundle],
        ['trays.limits', bundle],
      ],
    );
    const { draft } = await rules.run<{ draft: Draft }>('rules.module', { module: 'trays.fill' });
    assert.equal(draft.bundle, bundle);
  });

  it('are published together, and are drafts no more', async () => {
    await rename();
    const modules = (await drafts()).map(({ module, text }) => ({ module, text, base_version: 1 }));
    assert.equal(
      await reasonOf(rules.run('rules.publish', { ...modules[1], note: 'one of them' })),
      'rules_have_errors',
    );
    await rules.run('rules.publish_together', { note: 'another name', modules });
    assert.deepEqual(await drafts(), []);
  });

  it('are all kept or none, and none is tied where one was changed meanwhile', async () => {
    const mine = [
      await entry('trays.limits', limits('load_limit')),
      await entry('trays.fill', fillModule('load_limit()')),
    ];
    const his = await entry('trays.fill', `${fillModule('most()')}# his\n`);
    await rules.run('rules.save_draft', his, second);
    const error = await save(mine, 'most → load_limit').then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Refusal && error.reason === 'drafts_conflict', String(error));
    assert.equal(error.details.modules, 'trays.fill (second)');
    assert.deepEqual(
      (await drafts()).map(({ module, text, bundle }) => [module, text, bundle]),
      [['trays.fill', his.text, null]],
    );
  });

  it('are thrown away together, unless one was changed since they were looked at', async () => {
    await rename();
    const looked = await drafts();
    await rules.run('rules.save_draft', await entry('trays.fill', fillModule('9 kg')), second);
    assert.equal(await reasonOf(discard(looked)), 'drafts_conflict');
    assert.equal((await drafts()).length, 2);
    await discard(await drafts());
    assert.deepEqual(await drafts(), []);
    const { items } = await rules.run<{ items: { text: string }[] }>('rules.draft_texts', {
      module: 'trays.limits',
    });
    assert.deepEqual(
      items.map(({ text }) => text),
      [limits('load_limit')],
    );
    assert.equal(await reasonOf(discard(looked)), 'drafts_conflict');
  });

  it('bring along the change that one of them is part of already', async () => {
    await rename();
    const close = await entry('trays.close', `${CLOSE_MODULE}# more\n`);
    const fill = await entry('trays.fill', `${fillModule('load_limit()')}# more\n`);
    const { bundle } = await save([close, fill], 'a word more');
    assert.deepEqual(
      (await drafts()).map((draft) => [draft.module, draft.bundle, draft.bundle_note]),
      ['trays.close', 'trays.fill', 'trays.limits'].map((module) => [
        module,
        bundle,
        'most → load_limit; a word more',
      ]),
    );
  });

  it('of two who tie crossing modules at once none waits for ever, and each module has one change', async () => {
    await rename();
    const fill = await entry('trays.fill', `${fillModule('load_limit()')}# one\n`);
    const close = await entry('trays.close', `${CLOSE_MODULE}# two\n`);
    const limit = await entry('trays.limits', `${limits('load_limit')}# two\n`);
    const outcomes = await Promise.all([
      reasonOf(save([fill], 'one')),
      reasonOf(save([close, limit], 'two', second)),
    ]);
    assert.ok(outcomes.includes('done'), outcomes.join());
    assert.ok(outcomes.every((outcome) => ['done', 'drafts_conflict'].includes(outcome)));
    const tied = (await drafts()).filter(({ bundle }) => bundle !== null);
    assert.equal(new Set(tied.map(({ bundle }) => bundle)).size, 1);
    assert.ok(tied.length >= 2);
  });

  it('are none where a module was removed meanwhile, or the person may not write rules', async () => {
    const module = 'plant.own';
    const { id } = await rules.run<{ id: string }>('rules.create_module', { name: module });
    const both = [
      await entry('trays.limits', limits('load_limit')),
      await entry(module, `module ${module}\n# more\n`),
    ];
    const operator = actorOf(rules.database.organizationId, 'operator', 'operator');
    assert.equal(await reasonOf(save(both, 'a word', operator)), 'role_required');
    await rules.run('rules.remove_module', { module: id });
    assert.equal(await reasonOf(save(both, 'a word')), 'module_removed');
    assert.deepEqual(await drafts(), []);
  });

  it('say what they are one change for', async () => {
    assert.equal(await reasonOf(save([await entry('trays.close', 'x')], ' ')), 'invalid_input');
  });
});
