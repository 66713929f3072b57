import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerTask } from './protocol.ts';
import type { Sink } from './task.ts';

const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
);
const LIMITS = { maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 64 };

/** A rehearsal that runs in a thread of its own. */
export interface Running {
  /** The result as canonical JSON. @throws Error when the thread ends without one */
  readonly result: Promise<string>;
  stop(): Promise<void>;
}

/** Starts the thread. Whoever weighs meanwhile is not held up, and nothing can leave it. */
export function startThread(task: WorkerTask, sink: Sink): Running {
  // The platform's secrets are in its environment; a rehearsal needs none of it.
  const { PATH, NODE_OPTIONS, TZ } = process.env;
  const worker = new Worker(ENTRY, {
    workerData: task,
    env: { PATH, NODE_OPTIONS, TZ },
    resourceLimits: LIMITS,
    name: 'rehearsal',
  });
  const done = Promise.withResolvers<string>();
  const fail = (error: unknown) => {
    done.reject(error instanceof Error ? error : new Error(String(error)));
    void worker.terminate();
  };
  const kept = () => worker.postMessage({ kind: 'kept' } satisfies ToWorker);
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'progress') sink.progress(message.progress);
    else if (message.kind === 'items') sink.items(message.items).then(kept, fail);
    else done.resolve(message.result);
  });
  worker.on('error', fail);
  worker.once('exit', (code) =>
    done.reject(new Error(`the rehearsal ended without a result (${code})`)),
  );
  return {
    result: done.promise,
    async stop() {
      await worker.terminate();
    },
  };
}
