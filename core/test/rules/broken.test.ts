import assert from 'node:assert/strict';
import { type Rules, startRules } from './support.ts';
import { CLOSE_MODULE, fillModule } from './trays.ts';

describe('a rule module that no longer compiles', () => {
  let rules: Rules;
  let trayId: string;
  before(async () => {
    rules = await startRules();
    await rules.ship(fillModule('10 kg'), CLOSE_MODULE);
    trayId = (await rules.makeTray('T-1')).id;
    // As after an upgrade of a plugin that no longer has what the plant's rules name.
    await rules.database.asOwner(
      `update rule_versions set text = replace(text, 'tray.load_kg +', 'tray.gone +') where text like 'language en%trays.fill%'`,
    );
    await rules.ship(CLOSE_MODULE);
  });
  after(() => rules.stop());

  it('keeps its points shut: what can’t be decided is refused', async () => {
    await assert.rejects(rules.run('tray.fill', { tray_id: trayId, add_kg: 1 }), {
      code: 'gate_blocked',
      reason: 'rules_broken',
      details: { module: 'trays.fill', point: 'tray.fill' },
    });
  });

  it('a dry run says so too', async () => {
    const asked = rules.road.check({
      operation: 'tray.fill',
      input: { tray_id: trayId, add_kg: 1 },
      actor: rules.texnolog,
    });
    await assert.rejects(asked, { reason: 'rules_broken' });
  });

  it('the other modules go on working', async () => {
    assert.equal((await rules.run('tray.close', { tray_id: trayId })).state, 'closed');
  });

  it('the list of modules shows which one it is', async () => {
    const { items } = await rules.run<{ items: { module: string; broken: boolean }[] }>(
      'rules.modules',
      {},
    );
    assert.deepEqual(
      items.map((item) => [item.module, item.broken]),
      [
        ['trays.close', false],
        ['trays.fill', true],
      ],
    );
  });

  it('a technologist can mend it by publishing', async () => {
    await rules.run('rules.publish', {
      module: 'trays.fill',
      text: fillModule('10 kg'),
      base_version: 1,
      note: 'mended',
      accepts: ['too_heavy'],
    });
    assert.equal((await rules.run('tray.fill', { tray_id: trayId, add_kg: 1 })).load_kg, 1);
  });
});
