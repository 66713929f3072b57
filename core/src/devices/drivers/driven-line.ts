import type { DriverReading, DriverReport, LiveReading } from '../../api/devices.ts';
import { Refusal } from '../../api/errors.ts';
import type { DeviceCommand } from '../../api/links.ts';
import type { DataLog } from '../../data/index.ts';
import type { Ingest } from '../ingest.ts';
import type { Links } from '../links/links.ts';
import { deviceActor, type RunAs } from '../links/run-as.ts';
import { type LiveStream, liveTopic } from '../live.ts';
import { Delivery } from './delivery.ts';
import type { HealthBook } from './health-book.ts';
import { type DriverTiming, type LineWorker, startLineWorker } from './line-worker.ts';
import type { Line } from './lines.ts';
import type { FromWorker } from './messages.ts';

export interface DrivenLineParts {
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly health: HealthBook;
  readonly stream?: LiveStream;
  readonly log: DataLog;
  readonly now: () => Date;
  readonly organizationId: string;
  readonly nextSeq: (deviceId: string) => number;
  readonly links: Links;
  /** Runs an operation as a device. */
  readonly run: RunAs;
  readonly timing?: DriverTiming;
}

/** One line at work: its worker, the way of its readings into the store, its devices' health. */
export interface DrivenLine {
  readonly line: Line;
  stop(): Promise<void>;
}

export function driveLine(line: Line, parts: DrivenLineParts): DrivenLine {
  const { health, log, now } = parts;
  const ids = new Map(line.devices.map(({ code, id }) => [code, id]));
  const codes = [...ids.keys()];
  const delivery = new Delivery({
    ...parts,
    lost: ({ unstable, stable, rejected }) => {
      if (stable > 0) log.error({ line: codes, stable }, 'stable readings had to be dropped');
      const counts = { dropped_unstable: unstable, dropped_stable: stable, rejected };
      for (const code of codes) health.count(code, counts);
    },
  });
  for (const code of codes) health.change(code, 'starting', now());
  let leave: (() => void)[] = [];
  /** What devices tell is kept in the order in which they told it. */
  let turn = Promise.resolve();
  const keep = (report: DriverReport) => {
    turn = turn.then(() => keepReport(report, ids, parts));
    return turn;
  };
  const command = async (code: string, { kept, ...plain }: DeviceCommand) => {
    const answer = await worker.command(code, plain);
    // What was told before the answer is kept before it, and what is told after it comes after it.
    const before = turn;
    turn = turn.then(async () => void (await kept));
    await before;
    return answer;
  };
  /** A device that takes commands is gone with its driver; a driver that has lost its wire tells it itself. */
  const disconnect = async () => {
    if (leave.length === 0) return;
    for (const end of leave) end();
    leave = [];
    const gone = codes.map((code) => ({
      code,
      operation: 'device.go_offline',
      input: { device_id: code },
    }));
    await Promise.all(gone.map(keep));
  };
  const worker: LineWorker = startLineWorker(
    line,
    {
      batch: (batch) => take(batch, ids, delivery, parts),
      report: (report) => void keep(report),
      started(commands) {
        log.info({ line: codes, driver: line.model.model }, 'device driver started');
        if (!commands) return;
        leave = [...ids].map(([code, id]) =>
          parts.links.connect(id, (given) => command(code, given)),
        );
      },
      down(reason, retryMs) {
        void disconnect();
        for (const code of codes) {
          health.change(
            code,
            'reconnecting',
            now(),
            `driver: ${reason}; again in ${Math.ceil(retryMs / 1000)} s`,
          );
          health.count(code, { driver_restarts: 1 });
          showNothing(code, parts);
        }
      },
    },
    log,
    parts.timing,
  );
  return {
    line,
    async stop() {
      const told = disconnect();
      await worker.stop();
      await Promise.all([told, turn]);
      await delivery.stop();
      for (const code of codes) {
        health.change(code, 'stopped', now());
        showNothing(code, parts);
      }
    },
  };
}

/** What a device tells of itself, down the one road; a refusal is for whoever mends the driver. */
async function keepReport(
  { code, operation, input }: DriverReport,
  ids: ReadonlyMap<string, string>,
  { run, log, organizationId }: DrivenLineParts,
): Promise<void> {
  const id = ids.get(code);
  if (id === undefined) return;
  try {
    await run({ operation, input, actor: deviceActor({ id, code, organizationId }) });
  } catch (error) {
    // It was removed: nobody asks any more how it is.
    if (error instanceof Refusal && error.code === 'not_found') return;
    log.error({ err: error, device: code, operation }, 'a report was not kept');
  }
}

type Batch = Extract<FromWorker, { kind: 'batch' }>;

/** A driver speaks for the devices of its line and for no other. */
function take(
  batch: Batch,
  ids: ReadonlyMap<string, string>,
  delivery: Delivery,
  parts: DrivenLineParts,
): void {
  for (const reading of batch.readings) {
    const id = ids.get(reading.code);
    if (id !== undefined) delivery.push(id, reading satisfies DriverReading);
  }
  for (const live of batch.live) if (ids.has(live.code)) show(live, parts);
  for (const health of batch.health) if (ids.has(health.code)) parts.health.set(health);
  const { unstable, stable } = batch.dropped;
  if (unstable + stable === 0) return;
  for (const code of ids.keys())
    parts.health.count(code, { dropped_unstable: unstable, dropped_stable: stable });
  if (stable > 0)
    parts.log.error({ line: [...ids.keys()], stable }, 'a driver sends more than can be taken');
}

function show(live: LiveReading, { stream, organizationId }: DrivenLineParts): void {
  stream?.publish(liveTopic(live.code), live, { organizationId, retain: true });
}

/** A weight of a driver that is gone must not stay on a screen. */
function showNothing(code: string, parts: DrivenLineParts): void {
  show({ code, ts: parts.now(), kg: null, stable: false, overload: false, negative: false }, parts);
}
