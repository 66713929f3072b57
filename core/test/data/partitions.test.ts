import assert from 'node:assert/strict';
import { ensurePartitions } from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { records, tick } from './records.ts';

const fixture = { owner: 'fixture', folder: new URL('./fixture/', import.meta.url) };
const DAY_MS = 86_400_000;

describe('partitions', () => {
  let test: TestDatabase;
  before(async () => {
    test = await testDatabase({ records, migrations: [fixture] });
  });
  after(() => test.close());

  const partitionsOf = async (table: string) => {
    const rows = await test.asOwner<{ name: string }>(
      'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1',
      [table],
    );
    return rows.map((row) => row.name);
  };
  const dayName = (at: Date) => `ticks_${at.toISOString().slice(0, 10).replaceAll('-', '_')}`;

  it('are there seven days or two months ahead from the migration on', async () => {
    const today = Date.now();
    const days = Array.from({ length: 8 }, (_, day) => dayName(new Date(today + day * DAY_MS)));
    assert.deepEqual(await partitionsOf('ticks'), [...days, 'ticks_default'].sort());
    assert.equal((await partitionsOf('audit_log')).length, 4);
  });

  it('are made ahead of time by the application itself, once', async () => {
    const later = new Date(Date.now() + 30 * DAY_MS);
    const made = await ensurePartitions(test.db, later);
    const days = made.filter((one) => one.table === 'ticks').map((one) => one.partition);
    assert.deepEqual(
      days,
      Array.from({ length: 8 }, (_, day) => dayName(new Date(later.getTime() + day * DAY_MS))),
    );
    assert.deepEqual([...new Set(made.map((one) => one.moved))], [0]);
    assert.deepEqual(await ensurePartitions(test.db, later), []);
    const [bounds] = await test.asOwner<{ bounds: string }>(
      'select pg_get_expr(relpartbound, oid) as bounds from pg_class where relname = $1',
      [days[0]],
    );
    const midnight = (at: Date) => `${at.toISOString().slice(0, 10)} 00:00:00+00`;
    const next = new Date(later.getTime() + DAY_MS);
    assert.equal(bounds?.bounds, `FOR VALUES FROM ('${midnight(later)}') TO ('${midnight(next)}')`);
  });

  it('lose nothing when one is missing: the row waits in the default one and moves later', async () => {
    const at = new Date('2020-02-29T23:59:59.999Z');
    const row = await test.db.transaction(test.organizationId, (tx) =>
      tx.of(tick).insert({ at, value: 1.5 }),
    );
    const placeOf = async () =>
      (
        await test.asOwner<{ place: string }>(
          'select tableoid::regclass::text as place from ticks where id = $1',
          [row.id],
        )
      )[0]?.place;
    assert.equal(await placeOf(), 'ticks_default');
    const made = await ensurePartitions(test.db);
    assert.deepEqual(
      made.filter((one) => one.moved > 0),
      [{ table: 'ticks', partition: 'ticks_2020_02_29', moved: 1 }],
    );
    assert.equal(await placeOf(), 'ticks_2020_02_29');
    const read = await test.db.read(test.organizationId, (tx) => tx.of(tick).get(row.id));
    assert.deepEqual(read, row);
  });

  it('are made by one of several that try at once', async () => {
    const later = new Date(Date.now() + 90 * DAY_MS);
    const made = await Promise.all(
      Array.from({ length: 4 }, () => ensurePartitions(test.db, later)),
    );
    const days = made
      .flat()
      .filter((one) => one.table === 'ticks')
      .map((one) => one.partition);
    assert.equal(days.length, 8);
    assert.equal(new Set(days).size, 8);
  });
});
