import assert from 'node:assert/strict';
import { Refusal } from '@qoida/core';
import pg from 'pg';
import { openDatabase } from '../../src/data/index.ts';
import { ensureAppRole } from '../../src/data/roles.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { records, shelf } from './records.ts';

const fixture = { owner: 'fixture', folder: new URL('./fixture/', import.meta.url) };

describe('tenancy', () => {
  let test: TestDatabase;
  let other: string;
  before(async () => {
    test = await testDatabase({ records, migrations: [fixture] });
    other = await test.addOrganization('other');
  });
  after(() => test.close());

  it('works as a role that is bound by row level security and owns nothing', async () => {
    const { rows } = await test.db.pool.query(
      `select rolname, rolsuper, rolbypassrls,
         (select count(*) from pg_class where relowner = r.oid) as owned
       from pg_roles r where rolname = current_user`,
    );
    assert.deepEqual(rows, [
      { rolname: 'qoida_app', rolsuper: false, rolbypassrls: false, owned: 0 },
    ]);
  });

  it('forces row level security on every table of an organisation that it may touch', async () => {
    const tables = await test.asOwner<{ relname: string; guarded: boolean }>(
      `select c.relname, c.relrowsecurity and c.relforcerowsecurity as guarded from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
       where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
         and has_table_privilege('qoida_app', c.oid, 'select, insert, update, delete')`,
    );
    assert.ok(tables.length >= 7, `saw ${tables.length} tables`);
    assert.deepEqual(
      tables.filter((table) => !table.guarded),
      [],
    );
  });

  it("hides a foreign organisation's row from every kind of statement", async () => {
    const foreign = await test.db.transaction(other, (tx) =>
      tx.of(shelf).insert({ code: 'FOREIGN', title: 'theirs' }),
    );
    await test.db.transaction(test.organizationId, async (tx) => {
      assert.deepEqual(await tx.of(shelf).list({}), []);
      await assert.rejects(tx.of(shelf).get(foreign.id), isRefusal('not_found'));
      await assert.rejects(tx.of(shelf).get('FOREIGN'), isRefusal('not_found'));
      await assert.rejects(
        tx.of(shelf).update(foreign.id, { title: 'ours' }),
        isRefusal('not_found'),
      );
      await assert.rejects(tx.of(shelf).remove(foreign.id), isRefusal('not_found'));
      assert.deepEqual(await tx.sql('update shelves set title = ? returning id', ['ours']), []);
      assert.deepEqual(await tx.sql('select id from organizations where id = ?', [other]), []);
    });
    const kept = await test.db.read(other, (tx) => tx.of(shelf).get('FOREIGN'));
    assert.equal(kept.title, 'theirs');
  });

  it('refuses to write a row into a foreign organisation', async () => {
    const write = test.db.transaction(test.organizationId, (tx) =>
      tx.sql('insert into shelves (organization_id, code, title) values (?, ?, ?)', [
        other,
        'X',
        'x',
      ]),
    );
    await assert.rejects(write, /row-level security/);
  });

  it('shows nothing outside a transaction, also on a connection that has been used', async () => {
    await test.db.transaction(other, (tx) => tx.of(shelf).list({}));
    const { rows } = await test.db.pool.query('select * from shelves');
    assert.deepEqual(rows, []);
    assert.deepEqual(await test.db.knex('shelves').select(), []);
  });

  it('lets two organisations use one code', async () => {
    for (const organization of [test.organizationId, other]) {
      await test.db.transaction(organization, (tx) =>
        tx.of(shelf).insert({ code: 'SAME', title: 't' }),
      );
    }
    const { length } = await test.asOwner("select 1 from shelves where code = 'SAME'");
    assert.equal(length, 2);
  });

  it('keeps partitions of a table out of reach', async () => {
    const direct = test.db.transaction(test.organizationId, (tx) =>
      tx.sql('select * from ticks_default'),
    );
    await assert.rejects(direct, /permission denied/);
  });

  it('refuses a role that would not be bound by row level security', async () => {
    const open = openDatabase({
      ownerDsn: test.ownerDsn,
      appDsn: test.ownerDsn,
      appPassword: '',
      records: [],
      migrations: test.migrations,
      log: test.db.log,
    });
    await assert.rejects(open, /it is a superuser.*it owns tables/);
  });

  it('says what to run when it may not make the role', async () => {
    const [{ name } = { name: '' }] = await test.asOwner<{ name: string }>(
      'select current_database() as name',
    );
    const { host, port } = new pg.Client(test.ownerDsn);
    const login = { host, port, database: name, user: `plain_${name}`, password: 'plain' };
    await test.asOwner(`create role ${login.user} login password 'plain'`);
    const client = new pg.Client(login);
    try {
      await client.connect();
      await assert.rejects(
        ensureAppRole(client, { ...login, user: 'no_such_role' }),
        /let an administrator run: create role no_such_role login nosuperuser nobypassrls/,
      );
    } finally {
      await client.end();
      await test.asOwner(`drop role ${login.user}`);
    }
  });
});

function isRefusal(reason: string) {
  return (error: unknown) => error instanceof Refusal && error.reason === reason;
}
