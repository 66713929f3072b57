import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresError, startPostgres } from '../../src/postgres/index.ts';
import { hold, letGo, ordinaryUser, query, temporaryFolder, tidyUp } from './support.ts';

/** The fault of a start that must fail, after its sentences were looked at. */
async function faultOf(dataDir: string): Promise<PostgresError> {
  const error = await startPostgres({ dataDir }).then(
    (server) => server.stop().then(() => undefined),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PostgresError, `expected a refusal, got ${String(error)}`);
  for (const language of ['uz', 'ru', 'en'] as const) {
    assert.match(error.sentence(language), /\S/);
    assert.doesNotMatch(error.sentence(language), /[{}]|undefined/);
  }
  return error;
}

describe('embedded PostgreSQL refuses', () => {
  after(tidyUp);

  it('a second start on the same folder, naming the process that has it', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const first = await hold(dataDir);
    const second = await hold(dataDir);
    assert.equal(second.fault, 'already_running');
    assert.equal(second.details?.pid, first.process.pid);
    assert.deepEqual(await query(first.superuserDsn, 'select 1 as one'), [{ one: 1 }]);
    await letGo(first);
  });

  it('one of two starts in the same instant', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    await letGo(await hold(dataDir));
    const both = await Promise.all([hold(dataDir), hold(dataDir)]);
    const served = both.filter(({ fault }) => fault === undefined);
    assert.equal(served.length, 1);
    const [loser] = both.filter(({ fault }) => fault !== undefined);
    assert.equal(loser?.fault, 'already_running');
    await Promise.all(served.map(letGo));
  });

  it('a folder of another major version, with the way out', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'pg'));
    own(join(dataDir, 'pg'));
    writeFileSync(join(dataDir, 'pg', 'PG_VERSION'), '16\n');
    const error = await faultOf(dataDir);
    assert.equal(error.code, 'other_major');
    assert.deepEqual([error.details.found, error.details.expected], ['16', '18']);
    assert.match(error.message, /DB_DSN/);
  });

  it('a link to a disk that is not mounted', async () => {
    const dataDir = temporaryFolder();
    symlinkSync('/nowhere/pg', join(dataDir, 'pg'));
    assert.equal((await faultOf(dataDir)).code, 'data_not_writable');
  });

  it('a broken cluster, with the reason the server gives', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    await letGo(await hold(dataDir));
    writeFileSync(join(dataDir, 'pg', 'postgresql.conf'), 'no_such_setting = 1\n');
    const error = await faultOf(dataDir);
    assert.equal(error.code, 'start_failed');
    assert.match(String(error.details.reason), /configuration file/);
  });

  it('a data folder in a place where nothing can be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    assert.equal((await faultOf(join(file, 'data'))).code, 'data_is_file');
  });
});

describe('embedded PostgreSQL started by root', () => {
  const nobody = ordinaryUser();
  before(function () {
    if (nobody === undefined) this.skip(); // switching users takes root
  });
  after(tidyUp);

  it('runs for an ordinary user, and root can take the same folder over', async () => {
    const folder = temporaryFolder();
    chownSync(folder, nobody?.uid ?? 0, nobody?.gid ?? 0);
    const dataDir = join(folder, 'data');
    const theirs = await hold(dataDir, { user: nobody });
    assert.equal(theirs.fault, undefined);
    await letGo(theirs);
    const ours = await hold(dataDir);
    assert.equal(ours.fault, undefined);
    await letGo(ours);
  });

  it("refuses an ordinary user a database that isn't theirs", async () => {
    const dataDir = join(temporaryFolder(), 'data');
    mkdirSync(join(dataDir, 'pg'), { recursive: true });
    const held = await hold(dataDir, { user: nobody });
    assert.equal(held.fault, 'data_foreign_owner');
    assert.deepEqual([held.details?.owner, held.details?.user], ['root', 'nobody']);
  });

  it('refuses a database that belongs to root', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'pg'));
    const error = await faultOf(dataDir);
    assert.equal(error.code, 'data_owned_by_root');
    assert.match(error.message, /chown -R/);
  });

  it('names the folder that keeps the server out', async () => {
    const closed = temporaryFolder();
    chmodSync(closed, 0o700);
    const error = await faultOf(join(closed, 'data'));
    assert.equal(error.code, 'data_unreachable');
    assert.equal(error.details.blockedBy, closed);
  });

  it('opens its own data folder, and nothing above it, to the server', async () => {
    const dataDir = temporaryFolder();
    chmodSync(dataDir, 0o700);
    const held = await hold(dataDir);
    assert.equal(held.fault, undefined);
    await letGo(held);
  });
});

/** Gives a folder made by root to a user that the server may run as. */
function own(folder: string): void {
  const nobody = ordinaryUser();
  if (nobody !== undefined) chownSync(folder, nobody.uid, nobody.gid);
}
