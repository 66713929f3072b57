/**
 * Runs the embedded server for one test run, in a process of its own: it lives as long as the pipe on
 * its standard input, so the tests need no hook to end it, however they end.
 */
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../postgres/index.ts';

const dataDir = await mkdtemp(join(await quickFolder(), 'qoida-test-'));
// Tests need no durability; those of durability bring their own server.
const server = await startPostgres({ dataDir, settings: { fsync: 'off', max_connections: '200' } });
process.stdout.write(`${server.superuserDsn}\n`);
process.stdin.resume();
process.stdin.once('end', async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});
// The pipe says when to end; a Ctrl-C in the terminal reaches the tests, and they close it.
process.on('SIGINT', () => {});

/** Memory where there is plenty: a new database is some hundred files, and tests make one each. */
async function quickFolder(): Promise<string> {
  const memory = '/dev/shm';
  const space = await statfs(memory).catch(() => null);
  return space !== null && space.bavail * space.bsize > 2 ** 31 ? memory : tmpdir();
}
