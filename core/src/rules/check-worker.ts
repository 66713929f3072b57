/** Checks texts of rules in a thread of its own, one after another. */
import { parentPort } from 'node:worker_threads';
import { type CheckTask, runCheck } from './check-task.ts';

const port = parentPort;
if (port === null) throw new Error('this program runs as a worker of the platform');
port.on('message', ({ id, task }: { id: number; task: CheckTask }) => {
  try {
    // Only what JSON can say crosses the border between threads.
    port.postMessage({ id, answer: JSON.parse(JSON.stringify(runCheck(task))) as unknown });
  } catch (error) {
    port.postMessage({ id, fault: String(error) });
  }
});
