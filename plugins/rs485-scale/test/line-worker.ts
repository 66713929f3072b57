import { parentPort, workerData } from 'node:worker_threads';
import runScale from '../src/driver.ts';

/** Runs a line in a worker thread, as the platform does, and passes on what the driver tells. */
const tell = (kind: string) => (message: unknown) => parentPort?.postMessage({ kind, message });
const driver = await runScale(workerData, {
  now: Date.now,
  reading: tell('reading'),
  live: tell('live'),
  health: tell('health'),
  report: tell('report'),
  log: () => undefined,
  whyNotSent: async () => null,
});
parentPort?.once('message', async () => {
  await driver.stop();
  parentPort?.close();
});
