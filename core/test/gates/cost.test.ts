import assert from 'node:assert/strict';
import { watchStatements } from '../data/statements.ts';
import { type Rules, startRules } from '../rules/support.ts';
import { fillModule } from '../rules/trays.ts';

describe('what gates cost an operation', () => {
  let rules: Rules;
  before(async () => {
    rules = await startRules();
  });
  after(() => rules.stop());

  it('one statement that keeps the decision, and no round trip', async () => {
    const { id } = await rules.makeTray('T-1', 1);
    const statements = watchStatements();
    const fill = () => rules.run('tray.fill', { tray_id: id, add_kg: 1 });
    try {
      await fill();
      const plain = await statements.during(fill);
      await rules.ship(fillModule('100 kg'));
      await fill();
      const gated = await statements.during(fill);
      assert.deepEqual(
        [gated.sent - plain.sent, gated.waits - plain.waits],
        [1, 0],
        [...plain.texts, '', ...gated.texts].join('\n'),
      );
    } finally {
      statements.stop();
    }
    const [row] = await rules.database.asOwner<{ kept: number; sealed: number }>(
      'select count(*)::int as kept, count(seal)::int as sealed from decisions',
    );
    assert.deepEqual(row, { kept: 2, sealed: 2 });
  });
});
