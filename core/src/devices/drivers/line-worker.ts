import { Worker } from 'node:worker_threads';
import type { DriverReport } from '../../api/devices.ts';
import type { CommandAnswer, DeviceCommand } from '../../api/links.ts';
import type { DataLog } from '../../data/index.ts';
import { Calls } from './calls.ts';
import type { Line } from './lines.ts';
import type { FromWorker, ToWorker, WorkerTask } from './messages.ts';

export interface DriverTiming {
  readonly beatMs: number;
  /** A worker that shows no life for so long is stuck, and ended. */
  readonly stuckMs: number;
  /** How long loading and starting a driver may take. */
  readonly startMs: number;
  readonly backoffMs: { readonly first: number; readonly most: number };
  /** After running so long a worker's earlier failures are forgotten. */
  readonly calmMs: number;
  readonly stopMs: number;
}

export const USUAL_TIMING: DriverTiming = {
  beatMs: 500,
  stuckMs: 5_000,
  startMs: 20_000,
  backoffMs: { first: 500, most: 30_000 },
  calmMs: 60_000,
  stopMs: 3_000,
};

export interface LineEvents {
  batch(batch: Extract<FromWorker, { kind: 'batch' }>): void;
  report(report: DriverReport): void;
  /** `commands`: it also takes commands, until it is down. */
  started(commands: boolean): void;
  /** The worker is gone and comes back in `retryMs`. */
  down(reason: string, retryMs: number): void;
}

const LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
const CONSOLE_LINES_PER_MINUTE = 60;
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
);

export interface LineWorker {
  /** @throws Error when the driver ends before it has answered */
  command(code: string, command: DeviceCommand): Promise<CommandAnswer>;
  stop(): Promise<void>;
}

/**
 * Keeps a line's driver running: a worker that throws, exits, runs out of memory or hangs is
 * replaced after a pause that grows with each failure.
 */
export function startLineWorker(
  line: Line,
  events: LineEvents,
  log: DataLog,
  timing: DriverTiming = USUAL_TIMING,
): LineWorker {
  const fields = {
    line: line.devices.map(({ code }) => code).join(', '),
    driver: line.model.model,
  };
  let failures = 0;
  let stopping = false;
  let pause: NodeJS.Timeout | undefined;
  let current: OneRun;

  const begin = () => {
    const startedAt = performance.now();
    current = runOnce(line, events, { log, fields, timing });
    void current.ended.then((reason) => {
      if (stopping) return;
      failures = performance.now() - startedAt > timing.calmMs ? 1 : failures + 1;
      const retryMs = Math.min(timing.backoffMs.first * 2 ** (failures - 1), timing.backoffMs.most);
      log.warn({ ...fields, reason, retry_ms: retryMs }, 'a device driver ended; it starts again');
      events.down(reason, retryMs);
      pause = setTimeout(begin, retryMs);
    });
  };
  begin();
  return {
    command: (code, command) => current.command(code, command),
    async stop() {
      stopping = true;
      clearTimeout(pause);
      await current.stop();
    },
  };
}

interface OneRun {
  /** Resolves with the reason when the worker is gone. */
  readonly ended: Promise<string>;
  readonly command: LineWorker['command'];
  stop(): Promise<void>;
}

function runOnce(
  line: Line,
  events: LineEvents,
  { log, fields, timing }: { log: DataLog; fields: object; timing: DriverTiming },
): OneRun {
  const task: WorkerTask = {
    driver: line.driver.href,
    config: line.config,
    beatMs: timing.beatMs,
  };
  // The platform's secrets are in its environment; a driver gets none of it.
  const { PATH, NODE_OPTIONS, TZ } = process.env;
  const worker = new Worker(ENTRY, {
    workerData: task,
    env: { PATH, NODE_OPTIONS, TZ },
    resourceLimits: LIMITS,
    stdout: true,
    stderr: true,
    name: `driver ${line.devices[0]?.code ?? ''}`.slice(0, 60),
  });
  keepConsoleShort(worker, log, fields);
  let reason: string | undefined;
  const post = (message: ToWorker) => worker.postMessage(message);
  const watchdog = watch(timing, () => {
    reason = 'the driver hangs';
    void worker.terminate();
  });
  const stopped = Promise.withResolvers<void>();
  const calls = new Calls();
  worker.on('message', (message: FromWorker) => {
    watchdog.sign();
    if (message.kind === 'batch') {
      events.batch(message);
      post({ kind: 'ack' });
    } else if (message.kind === 'started') {
      events.started(message.commands);
    } else if (message.kind === 'report') {
      events.report(message.report);
    } else if (message.kind === 'answered') {
      calls.answer(message.call, message.answer);
    } else if (message.kind === 'ask') {
      void calls.ask(message.call).then(post);
    } else if (message.kind === 'log') {
      log[message.level]({ ...fields, ...message.fields }, message.message);
    } else if (message.kind === 'stopped') {
      stopped.resolve();
    }
  });
  worker.on('error', (error: unknown) => {
    reason ??= error instanceof Error ? error.message : String(error);
  });
  worker.on('messageerror', (error) => {
    reason ??= `the driver said something unreadable: ${error.message}`;
    void worker.terminate();
  });
  const ended = new Promise<string>((resolve) => {
    worker.once('exit', (code) => {
      watchdog.end();
      calls.end();
      stopped.resolve();
      resolve(reason ?? `the driver exited with code ${code}`);
    });
  });
  return {
    ended,
    command(code, { kept: _, stillWanted, ...command }) {
      const { call, answer } = calls.open(stillWanted);
      post({ kind: 'command', call, code, command, asks: stillWanted !== undefined });
      return answer;
    },
    async stop() {
      post({ kind: 'stop' });
      const late = setTimeout(() => stopped.resolve(), timing.stopMs);
      await stopped.promise;
      clearTimeout(late);
      await worker.terminate();
    },
  };
}

/** Calls `stuck` when no sign of life came for too long, unless it was this thread that had no time. */
function watch(timing: DriverTiming, stuck: () => void) {
  let allowedUntil = performance.now() + timing.startMs;
  let lookedAt = performance.now();
  const period = Math.max(10, timing.beatMs / 2);
  const timer = setInterval(() => {
    const now = performance.now();
    const own = now - lookedAt - period;
    lookedAt = now;
    if (own > period) allowedUntil += own;
    if (now > allowedUntil) {
      clearInterval(timer);
      stuck();
    }
  }, period);
  return {
    sign() {
      allowedUntil = performance.now() + timing.stuckMs;
    },
    end: () => clearInterval(timer),
  };
}

/** A driver's console goes to the log, and only so much of it. */
function keepConsoleShort(worker: Worker, log: DataLog, fields: object): void {
  let lines = 0;
  const timer = setInterval(() => {
    lines = 0;
  }, 60_000).unref();
  worker.once('exit', () => clearInterval(timer));
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      lines += 1;
      if (lines <= CONSOLE_LINES_PER_MINUTE)
        log.debug({ ...fields, text: String(chunk).slice(0, 500) }, 'driver console');
    });
  }
}
