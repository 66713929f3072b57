import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../../src/testing/index.ts';
import { bellsWith } from './bells.ts';
import { type Plant, startPlant } from './plant.ts';

const textWith = (at: string, word: string) => `module bells.shipped

schedule made_up
  every day at ${at}
  do bell.ring(bell: "noon", word: "made up ${word}")
  missed run once

schedule skipped
  every day at ${at}
  do bell.ring(bell: "noon", word: "skipped ${word}")
`;

/** As when a plugin is brought up to date while the platform is stopped. */
describe('a schedule that reads otherwise when the platform comes back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qoida-shipped-'));
  const file = join(folder, 'shipped.qoida');
  let plant: Plant;
  // In the zone of the plant it is 11:00.
  const clock = { at: new Date('2026-03-10T06:00:00Z') };
  before(async () => {
    writeFileSync(file, textWith('12:00', 'first'));
    plant = await startPlant({ plugins: [bellsWith(pathToFileURL(file))], now: () => clock.at });
    await looked();
  });
  after(async () => {
    await plant.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const looked = () =>
    until(async () => {
      const rows = await plant.asOwner<{ up: string }>(
        `select (state->>'upTo')::bigint as up from rule_states where rule like 'bells.shipped.%'`,
      );
      return rows.length === 2 && rows.every(({ up }) => Number(up) >= clock.at.getTime());
    }, 'a look at both schedules');
  const comesBack = async (at: string, text: string) => {
    await plant.restart(() => {
      clock.at = new Date(at);
      writeFileSync(file, text);
    });
    await looked();
  };
  const moments = async (rule: string) =>
    (
      await plant.asOwner<{ at: Date }>('select at from rule_runs where rule = $1 order by at', [
        `bells.shipped.${rule}`,
      ])
    ).map(({ at }) => at.toISOString());
  const missed = async () =>
    (await plant.node.admin.get('/automations/traces?outcome=missed&rule=bells.shipped.skipped'))
      .body.total as number;
  const rung = (word: string) =>
    until(
      async () => (await plant.asOwner('select 1 from rings where word = $1', [word])).length === 1,
      `${word} to be rung`,
    );

  it('runs what was due by the text of then, as it says now, within the grace', async () => {
    await comesBack('2026-03-10T07:00:30Z', textWith('12:00', 'second'));
    for (const rule of ['made_up', 'skipped']) {
      await rung(`${rule.replace('_', ' ')} second`);
      assert.deepEqual(await moments(rule), ['2026-03-10T07:00:00.000Z']);
    }
  });

  it('later it makes up for it, or tells that it was missed (S-OP-12)', async () => {
    await comesBack('2026-03-11T07:30:00Z', textWith('12:00', 'third'));
    await rung('made up third');
    assert.equal((await moments('made_up')).at(-1), '2026-03-11T07:00:00.000Z');
    assert.deepEqual([(await moments('skipped')).length, await missed()], [1, 1]);
  });

  it('a time that is new counts from now on: what it would have been before is not run', async () => {
    await comesBack('2026-03-11T09:00:00Z', textWith('13:45', 'fourth'));
    assert.deepEqual(
      [(await moments('made_up')).length, (await moments('skipped')).length, await missed()],
      [2, 1, 1],
    );
    clock.at = new Date('2026-03-12T08:45:01Z');
    await rung('made up fourth');
    await rung('skipped fourth');
    assert.equal((await moments('skipped')).at(-1), '2026-03-12T08:45:00.000Z');
  });
});
