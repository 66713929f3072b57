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
