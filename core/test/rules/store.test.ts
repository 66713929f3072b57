import assert from 'node:assert/strict';
import { syncShipped } from '../../src/rules/index.ts';
import { type Rules, startRules } from './support.ts';
import { CLOSE_MODULE, fillModule } from './trays.ts';

const MODULE = 'trays.fill';
const CLOSE_NAME = 'trays.close';

describe('rule modules that a plugin ships', () => {
  let rules: Rules;
  beforeEach(async () => {
    rules = await startRules();
  });
  afterEach(() => rules.stop());

  const published = async () => {
    const { version, text } = await rules.run<{ version: number; text: string }>('rules.module', {
      module: MODULE,
    });
    return { version, text };
  };
  const publish = (text: string, base_version: number) =>
    rules.run('rules.publish', {
      module: MODULE,
      text,
      base_version,
      note: 'a test',
      accepts: ['too_heavy'],
    });

  it('the first start takes them as version 1', async () => {
    assert.deepEqual(await rules.ship(fillModule('10 kg'), CLOSE_MODULE), []);
    assert.deepEqual(await published(), { version: 1, text: fillModule('10 kg') });
  });

  it('the same text again changes nothing', async () => {
    await rules.ship(fillModule('10 kg'));
    await rules.ship(fillModule('10 kg'));
    assert.equal((await published()).version, 1);
  });

  it('a module that nobody edited follows the plugin’s new text', async () => {
    await rules.ship(fillModule('10 kg'));
    assert.deepEqual(await rules.ship(fillModule('12 kg')), []);
    assert.deepEqual(await published(), { version: 2, text: fillModule('12 kg') });
  });

  it('an edited module stays, and is named so that a person looks at it', async () => {
    await rules.ship(fillModule('10 kg'));
    await publish(fillModule('8 kg'), 1);
    assert.deepEqual(await rules.ship(fillModule('12 kg')), [MODULE]);
    assert.deepEqual(await published(), { version: 2, text: fillModule('8 kg') });
  });

  it('an edited module is named once, not at every start', async () => {
    await rules.ship(fillModule('10 kg'));
    await publish(fillModule('8 kg'), 1);
    await rules.ship(fillModule('12 kg'));
    assert.deepEqual(await rules.ship(fillModule('12 kg')), []);
    assert.equal((await published()).text, fillModule('8 kg'));
  });

  it('a plant that has the new text already is not disturbed', async () => {
    await rules.ship(fillModule('10 kg'));
    await publish(fillModule('12 kg'), 1);
    assert.deepEqual(await rules.ship(fillModule('12 kg')), []);
    assert.equal((await published()).version, 2);
    await rules.ship(fillModule('14 kg'));
    assert.deepEqual(await published(), { version: 3, text: fillModule('14 kg') });
  });

  it('a new module that does not compile stops the start: it would guard nothing', async () => {
    await assert.rejects(
      rules.ship(fillModule('10 m')),
      /trays\.fill of the plugin trays don't compile/,
    );
    const modules = await rules.run<{ items: unknown[] }>('rules.modules', {});
    assert.deepEqual(modules.items, []);
  });

  it('a new text that does not compile is not taken, and the old one goes on guarding', async () => {
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    const emptier = CLOSE_MODULE.replace('> 0 kg', '> 1 kg');
    assert.deepEqual(await rules.ship(fillModule('10 m'), emptier), [
      `${MODULE} broken`,
      `${CLOSE_NAME} broken`,
    ]);
    assert.deepEqual(await published(), { version: 1, text: fillModule('10 kg') });
    const { id } = await rules.makeTray('T-1', 8);
    await assert.rejects(rules.run('tray.fill', { tray_id: id, add_kg: 500 }), {
      reason: 'too_heavy',
    });
  });

  it('one that another plugin brought stays, whatever a plugin ships under its name', async () => {
    await rules.ship(fillModule('10 kg'));
    const { db, organizationId } = rules.database;
    const other = { plugin: 'crates', module: MODULE, text: `module ${MODULE}\n` };
    const taken = await db.transaction(organizationId, (tx) =>
      syncShipped(tx, [other], rules.runtime),
    );
    assert.deepEqual(taken, [{ module: MODULE, why: 'edited', faults: [] }]);
    assert.equal((await published()).text, fillModule('10 kg'));
  });

  it('a draft of a module survives the plugin’s new text', async () => {
    await rules.ship(fillModule('10 kg'));
    await rules.run('rules.save_draft', {
      module: MODULE,
      text: 'half a thought',
      base_version: 1,
    });
    await rules.ship(fillModule('12 kg'));
    const { draft } = await rules.run<{ draft: { text: string; base_version: number } }>(
      'rules.module',
      { module: MODULE },
    );
    assert.deepEqual([draft.text, draft.base_version], ['half a thought', 1]);
  });
});
