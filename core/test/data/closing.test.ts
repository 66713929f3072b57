import assert from 'node:assert/strict';
import { openDatabase } from '../../src/data/index.ts';
import { APP_PASSWORD, type TestDatabase, testDatabase } from '../../src/testing/index.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const CONNECTIONS = 10;

describe('a database that is closed', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());

  const connections = async () => {
    const rows = await database.asOwner(
      `select pid from pg_stat_activity
        where datname = current_database() and application_name = 'qoida'`,
    );
    return rows.length;
  };

  it('has no connection left: whoever stops the server then cuts nobody off', async () => {
    const { ownerDsn, migrations } = database;
    const standing = await connections();
    for (let round = 0; round < 5; round += 1) {
      const db = await openDatabase({
        ...{ ownerDsn, migrations, appPassword: APP_PASSWORD, records: [], log: SILENT },
        poolSize: CONNECTIONS,
      });
      const busy = () => db.pool.query('select pg_sleep(0.05)');
      await Promise.all(Array.from({ length: CONNECTIONS }, busy));
      assert.equal(await connections(), standing + CONNECTIONS);
      await db.close();
      assert.equal(await connections(), standing);
    }
  });
});
