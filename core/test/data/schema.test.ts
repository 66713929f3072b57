import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { computed, integer, oneOf, quantity, type RecordDef, record, ref, text } from '@qoida/core';
import pg from 'pg';
import {
  checkDrift,
  draftMigration,
  migrateDown,
  migrateUp,
  migrationStatus,
  readSchema,
} from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { box, records, shelf, tick } from './records.ts';

const folder = new URL('./fixture/', import.meta.url);
const fixture = { owner: 'fixture', folder };

describe('migrations and schema', () => {
  let test: TestDatabase;
  let owner: pg.Client;
  beforeEach(async () => {
    test = await testDatabase({ records, migrations: [fixture] });
    owner = new pg.Client(test.ownerDsn);
    await owner.connect();
  });
  afterEach(async () => {
    await owner.end();
    await test.close();
  });

  const objects = async () => {
    const { rows } = await owner.query<{ object: string }>(
      `select 'table ' || relname as object from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname not like 'qoida_migrations%'
       union select 'function ' || proname from pg_proc where pronamespace = 'public'::regnamespace
       order by 1`,
    );
    return rows.map((row) => row.object);
  };
  const options = () => ({ ownerDsn: test.ownerDsn, migrations: test.migrations });
  const drift = async (changed: readonly RecordDef[] = records): Promise<string> => {
    try {
      await checkDrift(owner, changed);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('run up once, all the way down and up again', async () => {
    const full = await objects();
    const { done, waiting } = await migrationStatus(options());
    assert.deepEqual(waiting, []);
    assert.equal(done[0], 'core/202611210100_foundation');
    assert.equal(done.at(-1), 'fixture/202611220100_shelves');
    assert.deepEqual(await migrateUp(options()), []);
    assert.deepEqual(await migrateDown(options()), ['fixture/202611220100_shelves']);
    assert.equal((await objects()).includes('table shelves'), false);
    assert.equal((await migrateDown({ ...options(), all: true })).length, done.length - 1);
    assert.deepEqual(await objects(), []);
    assert.deepEqual(await migrateUp(options()), done);
    assert.deepEqual(await objects(), full);
    assert.equal(await drift(), '');
  });

  it('leave nothing behind when one of them fails, and say which', async () => {
    const bad = await mkdtemp(join(tmpdir(), 'qoida-migrations-'));
    try {
      await writeFile(
        join(bad, '202701010000_good.sql'),
        '-- up\ncreate table good (id int);\n-- down\ndrop table good;\n',
      );
      await writeFile(
        join(bad, '202701010001_bad.sql'),
        "-- up\n-- who? what?\nselect '{}'::jsonb ? 'a';\nselect 1/0;\n-- down\nselect 1;\n",
      );
      const migrations = [...test.migrations, { owner: 'bad', folder: pathToFileURL(bad) }];
      await assert.rejects(
        migrateUp({ ownerDsn: test.ownerDsn, migrations }),
        /migration bad\/202701010001_bad \(migrate\): division by zero/,
      );
      assert.equal((await objects()).includes('table good'), false);
      await writeFile(join(bad, 'wrong-name.sql'), '');
      await assert.rejects(
        migrateUp({ ownerDsn: test.ownerDsn, migrations }),
        /bad\/wrong-name must be named/,
      );
    } finally {
      await rm(bad, { recursive: true });
    }
  });

  it('refuse a database that a newer program has migrated, but not one of a plugin taken out', async () => {
    const [core] = test.migrations;
    assert.ok(core);
    assert.deepEqual(await migrateUp({ ownerDsn: test.ownerDsn, migrations: [core] }), []);
    await owner.query(
      "insert into qoida_migrations (name, batch) values ('core/209901010000_future', 9)",
    );
    await assert.rejects(
      migrateUp(options()),
      /newer than this program.*core\/209901010000_future/,
    );
  });

  it('lets several processes start at once', async () => {
    await migrateDown({ ...options(), all: true });
    const runs = await Promise.all([1, 2, 3].map(() => migrateUp(options())));
    assert.deepEqual(runs.filter((names) => names.length > 0).length, 1);
  });

  it('names every difference between records and schema', async () => {
    await owner.query(`
      alter table shelves drop column title, alter capacity_kg type numeric(14,2), add column must integer not null,
        drop constraint shelves_state_values, add constraint shelves_state_values check (state in ('open', 'shut')),
        drop constraint shelves_capacity_kg_max;
      drop index shelves_code_key;
      alter table boxes alter fragile drop not null, alter pieces set not null, drop constraint boxes_shelf_id_fkey,
        drop constraint boxes_fragile_light, no force row level security;
      drop index boxes_shelf_id_packed_on_idx;
      drop table ticks;`);
    const message = await drift();
    for (const difference of [
      'shelves.title is missing',
      'shelves.capacity_kg is numeric(14,2), its record says numeric(14,3)',
      'shelves.must is required, but no field of record "shelf"',
      'shelves.state allows open, shut; its record says open, closed',
      'shelves.capacity_kg lacks the check "capacity_kg" <= 5000',
      'shelves has no unique key shelves_code_key',
      'boxes.fragile may be null, its record says it is required',
      'boxes.pieces is required, its record says it is optional',
      'boxes.shelf_id has no reference to shelves',
      'boxes lacks the check boxes_fragile_light',
      'boxes has no forced row level security',
      'boxes has no index boxes_shelf_id_packed_on_idx',
      'table ticks (record "tick") is missing',
    ]) {
      assert.ok(message.includes(`\n  - ${difference}`), `${difference}\nnot in\n${message}`);
    }
    assert.equal(message.split('\n').length, 1 + 13 + 1);
    assert.match(message, /\n`npx qoida migrate draft PLUGIN` prints what a plugin lacks\.$/);
    await assert.rejects(test.openAgain(), /the database doesn't match the records/);
  });

  it('tolerates columns that no record knows when they stop no insert', async () => {
    await owner.query(
      'alter table shelves add column old_note text, add column counter int not null default 0',
    );
    assert.equal(await drift(), '');
  });

  it('drafts the migration of the fixture word for word', async () => {
    const [file] = await readdir(folder);
    assert.equal(
      draftMigration(records, new Map()),
      await readFile(new URL(file as string, folder), 'utf8'),
    );
    assert.equal(draftMigration(records, await readSchema(owner)), null);
  });

  it('drafts what was added to a record, up and down', async () => {
    const wider = record(
      'shelf',
      'shelves',
      {
        ...shelf.shape,
        state: oneOf('open', 'closed', 'locked').default('open'),
        row: integer({ min: 1, max: 99 }).optional(),
        zone: text({ unique: true, maxLength: 10 }).default('Z'),
        parent_id: ref('shelf').optional(),
      },
      { ...shelf.options, checks: { shelves_row_zone: "row is null or zone <> ''" } },
    );
    const room = record('room', 'rooms', {
      warden_id: ref('warden').optional(),
      size: quantity('m').default(1.5),
    });
    const warden = record('warden', 'wardens', { room_id: ref('room') });
    const next = [wider, box, tick, room, warden];
    const before = await readSchema(owner);
    const [up = '', down = ''] = (draftMigration(next, before) ?? '').split('\n-- down\n');
    await owner.query(up);
    assert.equal(await drift(next), '');
    assert.equal(draftMigration(next, await readSchema(owner)), null);
    await owner.query(down);
    assert.deepEqual(await readSchema(owner), before);
  });

  it('refuses to draft what could destroy data', async () => {
    const { title: _title, ...rest } = shelf.shape;
    const narrower = record('shelf', 'shelves', {
      ...rest,
      title: integer(),
      state: oneOf('open').default('open'),
      must: text(),
    });
    const schema = await readSchema(owner);
    assert.throws(
      () => draftMigration([narrower], schema),
      (error: Error) => {
        assert.match(error.message, /shelves\.title is text, its record says bigint/);
        assert.match(error.message, /shelves\.state allows open, closed; its record says open/);
        assert.match(error.message, /shelves\.must is missing; a required column can't be added/);
        return true;
      },
    );
  });

  it('refuses records that PostgreSQL could not keep', () => {
    const stray = record('stray', 'strays', { to: ref('nobody') });
    assert.throws(
      () => draftMigration([stray], new Map()),
      /stray\.to refers to the unknown record "nobody"/,
    );
    const ticked = record('ticked', 'ticked', { tick_id: ref('tick') });
    assert.throws(
      () => draftMigration([ticked], new Map(), records),
      /partitioned record "tick"; use id\('tick'\)/,
    );
    const keyed = record(
      'keyed',
      'keyed',
      { at: text(), code: text({ unique: true }) },
      { partition: { by: 'at', every: 'day' } },
    );
    assert.throws(
      () => draftMigration([keyed], new Map()),
      /unique key keyed_code_key .* must contain at/,
    );
    const odd = record('odd', 'odds', { a: text() }, { computed: { n: computed(integer(), '1') } });
    assert.match(draftMigration([odd], new Map()) ?? '', /create table "odds"/);
  });
});
