/** Runs one rehearsal in a thread of its own: it can read the database, and do nothing else. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, WorkerTask } from './protocol.ts';
import { openReader } from './reader.ts';
import { rehearse } from './rehearse.ts';

const PROGRESS_MS = 100;

const port = parentPort;
if (port === null) throw new Error('this program runs as a worker of the platform');
const { task, access } = workerData as WorkerTask;
const send = (message: FromWorker) => port.postMessage(message);

const { reader, close } = await openReader(access, task.organizationId);
let toldAt = 0;
let keeping: Promise<unknown> = Promise.resolve();
try {
  const result = await rehearse(task, reader, {
    // While some are being kept the next are found; more than that does not pile up.
    async items(items) {
      await keeping;
      keeping = once(port, 'message');
      send({ kind: 'items', items });
    },
    progress(progress) {
      const now = performance.now();
      if (now - toldAt < PROGRESS_MS && progress.phase !== 'done') return;
      toldAt = now;
      send({ kind: 'progress', progress });
    },
  });
  await keeping;
  send({ kind: 'result', result });
} finally {
  await close();
  port.close();
}
