import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Progress, progressLine, startPostgres } from '../../src/postgres/index.ts';
import { query, temporaryFolder, tidyUp } from './support.ts';

describe('embedded PostgreSQL', () => {
  after(tidyUp);

  it('makes the database at the first start and finds it at the second', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const steps: Progress[] = [];
    const first = await startPostgres({ dataDir, onProgress: (step) => steps.push(step) });
    await query(first.superuserDsn, "create table plant as select 'Toshkent' as city");
    await first.stop();
    const second = await startPostgres({ dataDir, onProgress: (step) => steps.push(step) });
    const rows = await query(second.superuserDsn, 'select city from plant');
    await second.stop();
    assert.deepEqual(rows, [{ city: 'Toshkent' }]);
    const named = steps.map(({ step }) => step).filter((step) => step !== 'copying_binaries');
    assert.deepEqual(named, ['creating', 'starting', 'starting']);
    for (const language of ['uz', 'ru', 'en'] as const) {
      for (const step of steps) assert.doesNotMatch(progressLine(step, language), /[{}]|undefined/);
    }
  });

  it('is durable, unreachable over the network and knows Cyrillic letters', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const server = await startPostgres({ dataDir, settings: { work_mem: '8MB' } });
    const [row] = await query(
      server.superuserDsn,
      `select current_setting('listen_addresses') as listen, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit, current_setting('work_mem') as work,
        current_setting('server_encoding') as encoding, lower('ҒИШТ') as lower`,
    );
    const socket = statSync(server.socketDir);
    await server.stop();
    assert.deepEqual(row, {
      listen: '',
      fsync: 'on',
      commit: 'on',
      work: '8MB',
      encoding: 'UTF8',
      lower: 'ғишт',
    });
    assert.equal(socket.mode & 0o777, 0o700);
  });

  it('puts the socket into the temporary folder when the data path is too long', async () => {
    const dataDir = join(temporaryFolder(), 'x'.repeat(60), 'y'.repeat(60), 'data');
    const server = await startPostgres({ dataDir });
    const rows = await query(server.superuserDsn, 'select 1 as one');
    await server.stop();
    assert.deepEqual(rows, [{ one: 1 }]);
    assert.ok(Buffer.byteLength(`${server.socketDir}/.s.PGSQL.5432`) <= 103);
  });

  it('takes a data folder with spaces, commas and quotes in its name', async () => {
    const dataDir = join(temporaryFolder(), `Sex 1, "asosiy" bo'lim`);
    mkdirSync(dataDir);
    const server = await startPostgres({ dataDir });
    assert.deepEqual(await query(server.superuserDsn, 'select 1 as one'), [{ one: 1 }]);
    await server.stop();
  });

  it('tells of a crash through `exited`, and `stop` may be called again and again', async () => {
    const server = await startPostgres({ dataDir: join(temporaryFolder(), 'data') });
    process.kill(server.pid, 'SIGQUIT');
    await server.exited;
    await Promise.all([server.stop(), server.stop()]);
  });
});
