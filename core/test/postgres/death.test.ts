import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverIn } from '../../src/postgres/claim.ts';
import { goneWithin, isAlive } from '../../src/postgres/processes.ts';
import { hold, kill, letGo, query, temporaryFolder, tidyUp } from './support.ts';

describe('embedded PostgreSQL and the death of its parent', () => {
  after(tidyUp);

  it('ends within two seconds of a kill -9, keeps what was committed, and starts again', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const first = await hold(dataDir);
    await query(first.superuserDsn, 'create table kept as select 42 as weight');
    await kill(first);
    assert.ok(await goneWithin(first.pid, 2_000), 'postgres outlived its parent');
    const second = await hold(dataDir);
    assert.deepEqual(await query(second.superuserDsn, 'select weight from kept'), [{ weight: 42 }]);
    await letGo(second);
    assert.equal(isAlive(second.pid), false);
  });

  it('starts at once after a kill -9, while the old server is still going down', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    await kill(await hold(dataDir));
    const second = await hold(dataDir);
    assert.deepEqual(await query(second.superuserDsn, 'select 1 as one'), [{ one: 1 }]);
    await letGo(second);
  });

  it('stops a server whose keeper was killed together with the parent', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const first = await hold(dataDir);
    process.kill(parentOf(first.pid), 'SIGKILL');
    await kill(first);
    assert.equal(isAlive(first.pid), true, 'nothing was left to tell the server to stop');
    const second = await hold(dataDir);
    assert.equal(isAlive(first.pid), false);
    assert.ok(second.steps.includes('stopping_orphan'));
    await letGo(second);
  });

  it('still stops the server when only its keeper was killed', async () => {
    const first = await hold(join(temporaryFolder(), 'data'));
    process.kill(parentOf(first.pid), 'SIGKILL');
    await letGo(first);
    assert.equal(isAlive(first.pid), false);
  });

  it("isn't held up by a lock file whose process id now belongs to another program", async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const first = await hold(dataDir);
    const lock = join(dataDir, 'pg', 'postmaster.pid');
    const text = readFileSync(lock, 'utf8');
    await letGo(first);
    writeFileSync(lock, text.replace(/^\d+/, String(process.pid)));
    assert.equal(serverIn(join(dataDir, 'pg')), undefined);
    const second = await hold(dataDir);
    assert.equal(second.fault, undefined);
    await letGo(second);
  });
});

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
