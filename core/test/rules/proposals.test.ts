import assert from 'node:assert/strict';
import type { Actor } from '../../src/api/operations.ts';
import { type Rules, reasonOf, startRules } from './support.ts';
import { actorOf, CLOSE_MODULE, fillModule } from './trays.ts';

const limits = (name: string) =>
  `language en\nmodule trays.limits\n\nformula ${name}(): kg = 10 kg\n`;

describe('texts of several modules that wait for a second person', () => {
  let rules: Rules;
  let second: Actor;
  beforeEach(async () => {
    rules = await startRules({ RULES_SECOND_PERSON: true });
    await rules.ship(limits('most'), fillModule('most()'), CLOSE_MODULE);
    second = {
      ...actorOf(rules.database.organizationId, 'second', 'texnolog'),
      id: '11111111-1111-4111-8111-111111111111',
    };
  });
  afterEach(() => rules.stop());

  interface Proposals {
    modules: { module: string; hash: string }[];
  }
  /** Neither of the two texts can stand without the other. */
  const propose = () =>
    rules.run<Proposals>('rules.publish_together', {
      note: 'another name',
      modules: [
        { module: 'trays.limits', text: limits('load_limit'), base_version: 1 },
        { module: 'trays.fill', text: fillModule('load_limit()'), base_version: 1 },
      ],
    });
  const states = async () => {
    const { items } = await rules.run<{ items: { module: string; state: string }[] }>(
      'rules.proposals',
      { state: 'all' },
    );
    return items.map(({ module, state }) => `${module} ${state}`).sort();
  };
  const both = (state: string) => [`trays.fill ${state}`, `trays.limits ${state}`];
  const confirm = (proposals: Proposals['modules'], as: Actor) =>
    rules.run<{ modules: { version: number }[] }>(
      'rules.confirm_together',
      { proposals: proposals.map(({ module, hash }) => ({ module, hash })) },
      as,
    );

  it('come into force together, confirmed by another', async () => {
    const { modules } = await propose();
    assert.deepEqual(
      modules.map(({ module }) => module),
      ['trays.fill', 'trays.limits'],
    );
    assert.equal(await reasonOf(confirm(modules, rules.texnolog)), 'own_proposal');
    const done = await confirm(modules, second);
    assert.deepEqual(
      done.modules.map(({ version }) => version),
      [2, 2],
    );
    assert.deepEqual(await states(), both('published'));
  });

  it('are not confirmed one by one', async () => {
    const { modules } = await propose();
    const [{ module, hash } = assert.fail()] = modules;
    const one = rules.run('rules.confirm', { module, hash }, second);
    assert.equal(await reasonOf(one), 'proposal_together');
    assert.equal(await reasonOf(confirm(modules.slice(1), second)), 'proposal_together');
    assert.deepEqual(await states(), both('open'));
  });

  it('are rejected together', async () => {
    const [{ module, hash } = assert.fail()] = (await propose()).modules;
    await rules.run('rules.reject', { module, hash, reason: 'no' }, second);
    assert.deepEqual(await states(), both('rejected'));
  });

  it('end together when one of the texts changes', async () => {
    await propose();
    await rules.run('rules.save_draft', {
      module: 'trays.limits',
      text: limits('other'),
      base_version: 1,
    });
    assert.deepEqual(await states(), both('void'));
  });

  it('are proposed by people: nobody is the second person after his own program', async () => {
    const program: Actor = { ...second, kind: 'service', name: 'a token' };
    const entry = {
      module: 'trays.close',
      text: `${CLOSE_MODULE}\n`,
      base_version: 1,
      note: 'why',
    };
    assert.equal(await reasonOf(rules.run('rules.publish', entry, program)), 'person_proposes');
    const files = [{ path: 'close.qoida', text: `${CLOSE_MODULE}\n` }];
    const imported = rules.run('rules.import', { files, mode: 'publish' }, program);
    assert.equal(await reasonOf(imported), 'person_proposes');
  });

  it('end when a plugin brings a new text, and can be proposed anew', async () => {
    const entry = { module: 'trays.close', text: `${CLOSE_MODULE}\n# a\n`, note: 'why' };
    await rules.run('rules.publish', { ...entry, base_version: 1 });
    await rules.ship(limits('most'), fillModule('most()'), `${CLOSE_MODULE}\n# new\n`);
    assert.deepEqual(await states(), ['trays.close void']);
    await rules.run('rules.publish', { ...entry, base_version: 2 });
  });

  it('end with their module', async () => {
    await rules.run('rules.create_module', { name: 'plant.own' });
    const text = 'module plant.own\n\nformula one(x: number): number = x\n';
    const entry = { module: 'plant.own', text, base_version: 1, note: 'why' };
    const { modules } = await rules.run<Proposals>('rules.publish', entry);
    await rules.run('rules.remove_module', { module: 'plant.own' });
    const { hash } = modules[0] ?? {};
    const late = rules.run('rules.confirm', { module: 'plant.own', hash }, second);
    assert.equal(await reasonOf(late), 'proposal_void');
  });

  it('are not proposed with blocks that would be ignored', async () => {
    const text = `${CLOSE_MODULE}\nentity thing\n  field code: text\n`;
    const entry = { module: 'trays.close', text, base_version: 1, note: 'why' };
    assert.equal(await reasonOf(rules.run('rules.publish', entry)), 'rules_not_run');
  });
});
