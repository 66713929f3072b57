/** Runs one driver in a thread of its own: what it says goes to the platform in bounded batches. */
import { parentPort, workerData } from 'node:worker_threads';
import type {
  DeviceHealth,
  DrivenBus,
  Driver,
  DriverHost,
  DriverReading,
  LiveReading,
} from '../../api/devices.ts';
import type { CommandAnswer, DeviceCommand } from '../../api/links.ts';
import { whyNotSent } from '../links/why-not-sent.ts';
import { BoundedReadings } from './bounded-readings.ts';
import type { FromWorker, LogLevel, ToWorker, WorkerTask } from './messages.ts';
import { Questions } from './questions.ts';

const FLUSH_MS = 25;
/** At most this many readings leave in one batch: some thousands a second, far over what a line carries. */
const MAX_READINGS = 200;
const MAX_CODES = 256;
const LOGS_PER_SECOND = 20;
const REPORTS_PER_SECOND = 200;

const port = parentPort;
if (port === null) throw new Error('this program runs as a worker of the platform');
const task = workerData as WorkerTask;
const send = (message: FromWorker) => port.postMessage(message);

const readings = new BoundedReadings<DriverReading>(MAX_READINGS);
const live = new Map<string, LiveReading>();
const health = new Map<string, DeviceHealth>();
const questions = new Questions((call) => send({ kind: 'ask', call }));
let underWay = false;
let logs = 0;
let reports = 0;

const keepLatest = <T extends { readonly code: string }>(map: Map<string, T>, value: T) => {
  if (map.size < MAX_CODES || map.has(value.code)) map.set(value.code, value);
};

const host: DriverHost = {
  now: () => Date.now(),
  reading: (reading) => readings.push(reading),
  live: (reading) => keepLatest(live, reading),
  health: (state) => keepLatest(health, state),
  report(report) {
    reports += 1;
    if (reports <= REPORTS_PER_SECOND) send({ kind: 'report', report });
    else if (reports === REPORTS_PER_SECOND + 1)
      host.log('error', 'the driver reports more than can be kept', { code: report.code });
  },
  whyNotSent: (command) => whyNotSent(command, Date.now),
  log(level: LogLevel, message, fields = {}) {
    logs += 1;
    if (logs > LOGS_PER_SECOND) return;
    send({ kind: 'log', level, message: String(message).slice(0, 2000), fields: plain(fields) });
  },
};

/** Only what JSON can say crosses the border between threads. */
function plain(fields: Record<string, unknown>): Record<string, unknown> {
  try {
    const text = JSON.stringify(fields);
    return text.length <= 4000 ? (JSON.parse(text) as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function flush(): void {
  if (underWay || (readings.size === 0 && live.size === 0 && health.size === 0)) return;
  underWay = true;
  const batch: FromWorker = {
    kind: 'batch',
    readings: readings.takeAll(),
    live: [...live.values()],
    health: [...health.values()],
    dropped: readings.takeDropped(),
  };
  live.clear();
  health.clear();
  send(batch);
}

const { default: driver } = (await import(task.driver)) as { default: Driver };
setInterval(() => send({ kind: 'beat' }), task.beatMs);
setInterval(flush, FLUSH_MS);
setInterval(() => {
  logs = 0;
  reports = 0;
}, 1000);

const running = driver(task.config, host);
port.on('message', async (message: ToWorker) => {
  if (message.kind === 'ack') {
    underWay = false;
    return;
  }
  if (message.kind === 'told') {
    questions.tell(message);
    return;
  }
  const driven = await running;
  if (message.kind === 'command') {
    await take(driven, message);
    return;
  }
  await driven.stop();
  underWay = false;
  flush();
  send({ kind: 'stopped' });
});

type Commanded = Extract<ToWorker, { kind: 'command' }>;

async function take(
  bus: DrivenBus,
  { call, code, command: plain, asks }: Commanded,
): Promise<void> {
  const begun = performance.now();
  const latency = () => performance.now() - begun;
  const command: DeviceCommand = asks
    ? { ...plain, stillWanted: () => questions.ask(call) }
    : plain;
  try {
    const answer = await bus.command?.(code, command);
    const none: CommandAnswer = { status: 'rejected', code: 'unsupported', latency_ms: 0 };
    send({ kind: 'answered', call, answer: answer ?? none });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({
      kind: 'answered',
      call,
      answer: { status: 'unconfirmed', message, latency_ms: latency() },
    });
  }
}

const bus = await running;
send({ kind: 'started', commands: bus.command !== undefined });
