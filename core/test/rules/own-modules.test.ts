import assert from 'node:assert/strict';
import { type Rules, reasonOf, startRules } from './support.ts';
import { CLOSE_MODULE, fillModule } from './trays.ts';

const GATE = `module plant.own

gate never_more
  on tray.fill
  block when input.add_kg > 1 kg
  message "no more than a kilogram"
  release never
`;

describe('modules that the plant makes itself', () => {
  let rules: Rules;
  let trayId: string;
  beforeEach(async () => {
    rules = await startRules();
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    trayId = (await rules.makeTray('T-1', 0)).id;
  });
  afterEach(() => rules.stop());

  const create = (name = 'plant.own') => rules.run('rules.create_module', { name });
  const remove = (module = 'plant.own') => rules.run('rules.remove_module', { module });
  const publish = (text: string, base_version: number) =>
    rules.run('rules.publish', {
      module: 'plant.own',
      text,
      base_version,
      note: 'why',
      accepts: ['never_more'],
    });
  const fill = (kg: number) => rules.run('tray.fill', { tray_id: trayId, add_kg: kg });
  const listed = async () => {
    const { items } = await rules.run<{ items: { module: string; edited: boolean }[] }>(
      'rules.modules',
      {},
    );
    return items.map(({ module, edited }) => [module, edited]);
  };

  it('begin empty, are published like the others, and count from then on', async () => {
    assert.equal((await create()).version, 1);
    assert.deepEqual((await listed()).at(0), ['plant.own', false]);
    await fill(2);
    await publish(GATE, 1);
    assert.equal(await reasonOf(fill(2)), 'never_more');
  });

  it('have a name of their own, which the language can read', async () => {
    await create();
    assert.equal(await reasonOf(create()), 'module_exists');
    assert.equal(await reasonOf(create('trays.fill')), 'module_exists');
    assert.equal(await reasonOf(create('two words')), 'invalid_input');
    assert.equal((await listed()).length, 3);
  });

  it('go out of sight once they are empty, and can be made again', async () => {
    await create();
    await publish(GATE, 1);
    assert.equal(await reasonOf(remove()), 'module_not_empty');
    await publish('module plant.own\n', 2);
    await remove();
    assert.equal((await listed()).length, 2);
    assert.equal((await create()).version, 4);
  });

  it('have no rules while nobody sees them', async () => {
    await create();
    await publish(GATE, 1);
    await publish('module plant.own\n', 2);
    await remove();
    const draft = { module: 'plant.own', text: GATE, base_version: 3 };
    assert.equal(await reasonOf(rules.run('rules.save_draft', draft)), 'module_removed');
    assert.equal(await reasonOf(publish(GATE, 3)), 'module_removed');
    const back = { module: 'plant.own', version: 2, note: 'back' };
    assert.equal(await reasonOf(rules.run('rules.rollback', back)), 'module_removed');
    await fill(2);
    await create();
    await rules.run('rules.rollback', back);
    assert.equal(await reasonOf(fill(2)), 'never_more');
  });

  it('leave what somebody had noted in a draft to be read', async () => {
    await create();
    const text = 'module plant.own\n# what we agreed on\n';
    await rules.run('rules.save_draft', { module: 'plant.own', text, base_version: 1 });
    await remove();
    await create();
    const { items } = await rules.run<{ items: { text: string }[] }>('rules.draft_texts', {
      module: 'plant.own',
    });
    assert.deepEqual(
      items.map((item) => item.text),
      [text],
    );
  });

  it('go with their rules when a note says why: a version like any other, which can be brought back', async () => {
    await create();
    await publish(GATE, 1);
    const away = { module: 'plant.own', note: 'nobody needs it', base_version: 2 };
    const draft = { module: 'plant.own', text: `${GATE}# more\n`, base_version: 2 };
    await rules.run('rules.save_draft', draft);
    assert.equal(await reasonOf(rules.run('rules.remove_module', away)), 'guards_loosened');
    const stale = { ...away, accepts: ['never_more'], base_version: 1 };
    assert.equal(await reasonOf(rules.run('rules.remove_module', stale)), 'version_conflict');
    assert.equal(await reasonOf(fill(2)), 'never_more');

    const gone = await rules.run('rules.remove_module', { ...away, accepts: ['never_more'] });
    assert.deepEqual([gone.removed, gone.version], [true, 3]);
    assert.equal((await listed()).length, 2);
    await fill(2);
    await create();
    const { items } = await rules.run<{ items: Record<string, unknown>[] }>('rules.versions', {
      module: 'plant.own',
    });
    const [, removal] = items;
    assert.deepEqual(
      [removal?.version, removal?.note, removal?.loosened],
      [3, 'nobody needs it', [{ guard: 'never_more', how: 'removed' }]],
    );
    await rules.run('rules.rollback', { module: 'plant.own', version: 2, note: 'back' });
    assert.equal(await reasonOf(fill(2)), 'never_more');

    const emptied = { module: 'plant.own', text: 'module plant.own\n', base_version: 5 };
    await rules.run('rules.save_draft', emptied);
    const again = { module: 'plant.own', note: 'nobody needs it', accepts: ['never_more'] };
    assert.equal((await rules.run('rules.remove_module', again)).removed, true);
  });

  it('wait for a second person where the house wants one: then they have no rules, and go', async () => {
    await rules.stop();
    rules = await startRules({ RULES_SECOND_PERSON: true });
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    const id = '11111111-1111-4111-8111-111111111111';
    const second = { ...rules.texnolog, id, name: 'second' };
    const confirmed = async (work: Promise<Record<string, unknown>>) => {
      const { pending_confirmation, modules } = await work;
      assert.equal(pending_confirmation, true);
      const hash = (modules as { hash: string }[])[0]?.hash;
      return rules.run('rules.confirm', { module: 'plant.own', hash }, second);
    };
    await create();
    await confirmed(publish(GATE, 1));
    const away = { module: 'plant.own', note: 'nobody needs it', accepts: ['never_more'] };
    const asked = await rules.run('rules.remove_module', away);
    assert.equal((await listed()).length, 3);
    await confirmed(Promise.resolve(asked));
    assert.equal((await listed()).length, 3);
    await remove();
    assert.equal((await listed()).length, 2);
  });

  it('stay where another module needs what they say', async () => {
    await create();
    const text = 'module plant.own\n\nformula most(): kg = 10 kg\n';
    await publish(text, 1);
    const other = { module: 'trays.fill', text: fillModule('most()'), base_version: 1 };
    await rules.run('rules.publish', { ...other, note: 'why', accepts: ['too_heavy'] });
    const away = { module: 'plant.own', note: 'nobody needs it' };
    assert.equal(await reasonOf(rules.run('rules.remove_module', away)), 'rules_have_errors');
    assert.equal((await listed()).length, 3);
  });

  it('those of plugins stay', async () => {
    assert.equal(await reasonOf(remove('trays.fill')), 'module_shipped');
  });

  it('keep their text when a plugin ships a module of that name', async () => {
    await create();
    await publish(GATE, 1);
    const shipped = 'module plant.own\n\nformula one(x: number): number = x\n';
    assert.deepEqual(await rules.ship(fillModule('10 kg'), CLOSE_MODULE, shipped), ['plant.own']);
    assert.equal(await reasonOf(fill(2)), 'never_more');
  });
});
