// A process of its own that holds a server until it is told to stop or is killed: the tests end it
// in every way a process can end. Usage: holder.ts DATA_FOLDER
import { PostgresError, startPostgres } from '../../src/postgres/index.ts';

const [dataDir = ''] = process.argv.slice(2);
const steps: string[] = [];

try {
  const onProgress = ({ step }: { step: string }) => steps.push(step);
  const server = await startPostgres({ dataDir, onProgress });
  const { pid, socketDir, superuserDsn } = server;
  process.stdout.write(`${JSON.stringify({ pid, socketDir, superuserDsn, steps })}\n`);
  process.stdin.once('end', () => void server.stop()).resume();
} catch (error) {
  if (!(error instanceof PostgresError)) throw error;
  process.stdout.write(`${JSON.stringify({ fault: error.code, details: error.details, steps })}\n`);
}
