import assert from 'node:assert/strict';
import { openReader } from '../../src/rehearsal/reader.ts';
import { rehearse } from '../../src/rehearsal/rehearse.ts';
import { sourcesOf } from '../../src/rehearsal/sources.ts';
import type { RehearsalItem, RehearsalTask } from '../../src/rehearsal/task.ts';
import { until } from '../../src/testing/index.ts';
import { batch, workModule } from './batches.ts';
import { openShop, type Shop } from './support.ts';

describe('a rehearsal is the same to the byte', () => {
  let shop: Shop;
  let task: RehearsalTask;
  before(async () => {
    shop = await openShop();
    for (let no = 0; no < 8; no += 1) await shop.finish(90 + 5 * no, no, no % 2 ? 'aziz' : 'botir');
    await until(async () => {
      const rows = await shop.plant.asOwner(`select 1 from rule_runs where status = 'done'`);
      return rows.length === 4 ? rows : null;
    }, 'the runs');
    const { body: catalog } = await shop.admin.get('/rules/catalog');
    const published = [{ module: 'batches.work', text: workModule() }];
    const text = workModule({ scrap: '2 kg', big: '100.5 kg', rate: '77.7' });
    task = {
      organizationId: '00000000-0000-4000-8000-000000000001',
      from: shop.from,
      to: new Date().toISOString(),
      draft: [{ module: 'batches.work', text }],
      published,
      catalog,
      settings: {},
      zone: 'Asia/Tashkent',
      accepting: [],
      records: sourcesOf([batch]),
      longLived: { records: [], facts: {} },
      keptSince: '2020-01-01T00:00:00.000Z',
      askedAt: new Date().toISOString(),
      lookFreshMs: 150_000,
      pageSize: 1000,
    };
  });
  after(() => shop.plant.stop());

  async function once(
    pageSize: number,
    more: Partial<RehearsalTask> = {},
  ): Promise<{ result: string; items: RehearsalItem[] }> {
    const { host, port, database, user, password } = shop.plant.platform.db.pool.options;
    const access = { host, port, database, user, password };
    const { reader, close } = await openReader(access, task.organizationId);
    const items: RehearsalItem[] = [];
    try {
      const result = await rehearse({ ...task, pageSize, ...more }, reader, {
        items: async (found) => void items.push(...found),
        progress: () => undefined,
      });
      return { result, items };
    } finally {
      await close();
    }
  }

  it('whatever the size of the pages and the zone of the machine', async () => {
    const zone = process.env.TZ;
    try {
      const first = await once(1000);
      assert.ok(first.items.length > 5, String(first.items.length));
      for (const [size, tz] of [
        [1, 'UTC'],
        [3, 'Pacific/Auckland'],
        [7, 'America/New_York'],
      ] as const) {
        process.env.TZ = tz;
        const other = await once(size);
        assert.equal(other.result, first.result);
        assert.deepEqual(other.items, first.items);
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('of a time whose events or runs are gone nothing is held against them', async () => {
    const { result } = await once(10, { keptSince: new Date(Date.now() + 60_000).toISOString() });
    const { asked, figures, undecidable } = JSON.parse(result);
    assert.deepEqual([asked.events, asked.runs, figures.would_not_run], [0, 0, 0]);
    assert.deepEqual(undecidable, [{ of: '*', reason: 'events_not_kept', names: [], count: 1 }]);
    assert.ok(asked.decisions > 0);
  });

  it('its reader can’t write', async () => {
    const { host, port, database, user, password } = shop.plant.platform.db.pool.options;
    const access = { host, port, database, user, password };
    const { reader, close } = await openReader(access, task.organizationId);
    try {
      await assert.rejects(reader.rows('delete from rehearsals'), /read-only/);
    } finally {
      await close();
    }
  });
});
