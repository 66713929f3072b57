import assert from 'node:assert/strict';
import { bellsWith } from './bells.ts';
import { type Plant, startPlant } from './plant.ts';

const RULES = new URL('./fixture/bells/often.qoida', import.meta.url);

interface Coming {
  readonly rule: string;
  readonly at: string;
  readonly more: boolean;
}

describe('the coming runs of schedules', function () {
  this.timeout(120_000);
  let plant: Plant;
  before(async () => {
    plant = await startPlant({
      plugins: [bellsWith(RULES)],
      now: () => new Date('2026-10-10T12:00:30Z'),
      settings: { PLANT_TZ: 'Europe/Berlin' },
    });
  });
  after(() => plant.stop());

  const comingOf = async (query: string): Promise<Map<string, Coming[]>> => {
    const { status, body } = await plant.node.admin.get(`/schedules/upcoming?${query}`);
    assert.equal(status, 200);
    return Map.groupBy(body.items as Coming[], ({ rule }) => rule.replace('bells.often.', ''));
  };

  it('one that runs all the time hides no other: of each day its first run, and that there are more', async () => {
    const coming = await comingOf('days=30');
    const nightly = coming.get('nightly') ?? [];
    assert.equal(nightly.length, 30);
    // The clocks of Berlin are put back on the 25th.
    assert.equal(
      nightly.find(({ at }) => at.startsWith('2026-10-24'))?.at,
      '2026-10-24T01:30:00.000Z',
    );
    assert.equal(
      nightly.find(({ at }) => at.startsWith('2026-10-25'))?.at,
      '2026-10-25T02:30:00.000Z',
    );
    assert.ok(nightly.every(({ more }) => !more));
    for (const [rule, first] of [
      ['seconds', '2026-10-10T12:00:30.000Z'],
      ['minutes', '2026-10-10T12:01:00.000Z'],
    ] as const) {
      const found = coming.get(rule) ?? [];
      assert.equal(found.length, 31, 'what is left of today, and the days to the same time');
      assert.ok(found.every(({ more }) => more));
      assert.deepEqual(
        found.slice(0, 2).map(({ at }) => at),
        [first, '2026-10-10T22:00:00.000Z'],
      );
      assert.equal(
        found.find(({ at }) => at.startsWith('2026-10-25'))?.at,
        '2026-10-25T23:00:00.000Z',
      );
    }
    // The day on which an hour comes twice has 25 of them.
    const hourly = Map.groupBy(coming.get('hours') ?? [], ({ more }) => more);
    assert.equal(hourly.get(false)?.length, 30 * 24 - 25);
    assert.deepEqual(
      hourly.get(true)?.map(({ at }) => at),
      ['2026-10-24T22:00:00.000Z'],
    );
  });

  it('one that a person has switched off is not coming', async () => {
    const place = '/automations/rules/bells.often.nightly/switch';
    const { admin } = plant.node;
    const off = await admin.post(place, { on: false, reason: 'the bell is being mended' });
    assert.equal(off.status, 200);
    assert.equal((await comingOf('days=30')).has('nightly'), false);
    assert.equal((await comingOf('days=30&rule=bells.often.nightly')).size, 0);
    await admin.post(place, { on: true, reason: 'it is mended' });
    assert.equal((await comingOf('days=2')).get('nightly')?.length, 2);
  });
});
