import assert from 'node:assert/strict';
import { type Rules, reasonOf, startRules } from './support.ts';
import { CLOSE_MODULE, fillModule } from './trays.ts';

const bound = (kg: number) =>
  `language en\nmodule trays.bound bind at start\n\ngate own_limit\n  on tray.fill\n  block when input.add_kg > ${kg} kg\n  message "no"\n  release never\n`;

describe('rules that an object keeps from its beginning, beside a module that is broken', () => {
  let rules: Rules;
  afterEach(() => rules.stop());

  it('points of the broken module stay shut for it, too', async () => {
    rules = await startRules();
    await rules.ship(bound(5), fillModule('10 kg'), CLOSE_MODULE);
    // As after an upgrade of a plugin that no longer has what the plant's rules name.
    await rules.database.asOwner(
      `update rule_versions set text = replace(text, 'tray.load_kg >', 'tray.gone >') where text like '%trays.close%'`,
    );
    await rules.ship(CLOSE_MODULE);
    const tray = await rules.run<{ id: string }>('tray.make', { code: 'T-1' });
    await rules.run('rules.publish', {
      module: 'trays.bound',
      text: bound(6),
      base_version: 1,
      note: 'why',
      accepts: ['own_limit'],
    });
    const fill = (kg: number) => reasonOf(rules.run('tray.fill', { tray_id: tray.id, add_kg: kg }));
    // It is judged by the text of its beginning.
    assert.deepEqual([await fill(5.5), await fill(1)], ['own_limit', 'done']);
    assert.equal(await reasonOf(rules.run('tray.close', { tray_id: tray.id })), 'rules_broken');
  });
});
