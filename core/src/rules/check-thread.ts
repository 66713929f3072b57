import { Worker } from 'node:worker_threads';
import { Refusal } from '../api/errors.ts';
import type { CheckAnswer, CheckTask } from './check-task.ts';

const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './check-worker.ts' : './check-worker.js',
  import.meta.url,
);
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 };
/** Longer than this nobody waits for a check, with everything before it in the queue. */
const USUAL_WAIT_MS = 20_000;
/** Without work the thread is ended after so long: its memory is worth more than the start of the next. */
const IDLE_MS = 60_000;

interface Waiting {
  readonly resolve: (answer: CheckAnswer) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** Checks texts beside the thread that weighs: a long text holds up nobody but whoever asked. */
export interface CheckThread {
  /** @throws Refusal check_too_long when there is no answer in time */
  check(task: CheckTask): Promise<CheckAnswer>;
  stop(): Promise<void>;
}

/** The thread is started by the first check; it never keeps the process alive. */
export function createCheckThread(waitMs = USUAL_WAIT_MS): CheckThread {
  let worker: Worker | undefined;
  let next = 0;
  let idle: NodeJS.Timeout | undefined;
  const waiting = new Map<number, Waiting>();

  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    clearTimeout(found?.timer);
    if (waiting.size === 0) {
      worker?.unref();
      clearTimeout(idle);
      idle = setTimeout(() => void end(() => tooLong('idle')), IDLE_MS).unref();
    }
    return found;
  };
  /** Ends the thread with all that it was asked: the next check gets a new one. */
  const end = (error: (id: number) => unknown) => {
    const ending = worker;
    worker = undefined;
    for (const id of [...waiting.keys()]) settle(id)?.reject(error(id));
    return ending?.terminate();
  };
  const started = (): Worker => {
    // The platform's secrets are in its environment; a check needs none of it.
    const { PATH, NODE_OPTIONS, TZ } = process.env;
    const made = new Worker(ENTRY, {
      env: { PATH, NODE_OPTIONS, TZ },
      resourceLimits: LIMITS,
      name: 'rule-check',
    });
    made.on('message', ({ id, answer, fault }: Partial<Answer> & { id: number }) => {
      const found = settle(id);
      if (answer === undefined) found?.reject(new Error(`the check failed: ${fault}`));
      else found?.resolve(answer);
    });
    const lost = (why: string) => {
      if (worker === made) void end(() => tooLong(why));
    };
    made.on('error', (error) => lost(error.message));
    made.once('exit', (code) => lost(`it ended with ${code}`));
    return made;
  };
  return {
    check(task) {
      clearTimeout(idle);
      worker ??= started();
      const id = next++;
      const { promise, resolve, reject } = Promise.withResolvers<CheckAnswer>();
      const timer = setTimeout(() => void end(() => tooLong(`no answer in ${waitMs} ms`)), waitMs);
      waiting.set(id, { resolve, reject, timer });
      worker.ref();
      worker.postMessage({ id, task });
      return promise;
    },
    async stop() {
      await end(() => tooLong('the platform stops'));
    },
  };
}

interface Answer {
  readonly answer: CheckAnswer;
  readonly fault: string;
}

const tooLong = (why: string) =>
  new Refusal('unavailable', 'check_too_long', `The rules could not be checked: ${why}`, {
    why,
  });
