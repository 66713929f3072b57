import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverReading } from '../../api/devices.ts';
import { Refusal } from '../../api/errors.ts';
import type { DataLog } from '../../data/index.ts';
import { checkEvent, type ScaleEvent } from '../event-check.ts';
import type { Ingest } from '../ingest.ts';
import { BoundedReadings } from './bounded-readings.ts';
import type { Dropped } from './messages.ts';

/** A reading with its place in the device's order, waiting to be durable. */
interface Waiting {
  readonly deviceId: string;
  readonly stable: boolean;
  readonly event: ScaleEvent;
}

export interface DeliveryOptions {
  readonly ingest: Pick<Ingest, 'submit'>;
  readonly organizationId: string;
  readonly now: () => Date;
  readonly log: DataLog;
  /** The next number of a device. */
  readonly nextSeq: (deviceId: string) => number;
  /** Tells what had to be left out, or could not be a reading. */
  readonly lost: (lost: Dropped & { readonly rejected: number }) => void;
  readonly limit?: number;
  readonly retryMs?: { readonly first: number; readonly most: number };
}

const LIMIT = 20_000;
const AT_ONCE = 500;
const STOP_MS = 5_000;

/** Brings the readings of one line into the store, again and again until they are durable. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #waiting: BoundedReadings<Waiting>;
  #running: Promise<void> | null = null;
  readonly #stop = new AbortController();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#waiting = new BoundedReadings(options.limit ?? LIMIT);
  }

  push(deviceId: string, reading: DriverReading): void {
    const seq = this.#options.nextSeq(deviceId);
    const { ts, gross_kg, stable, raw } = reading;
    const event = checkEvent(
      { seq, ts_device: ts, gross_kg, stable, raw: String(raw).slice(0, 2000) },
      'scale',
    );
    if (typeof event === 'string') {
      this.#options.lost({ unstable: 0, stable: 0, rejected: 1 });
      return;
    }
    this.#waiting.push({ deviceId, stable, event });
    const dropped = this.#waiting.takeDropped();
    if (dropped.unstable + dropped.stable > 0) this.#options.lost({ ...dropped, rejected: 0 });
    this.#running ??= this.#run();
  }

  /** Waits a little for what is left; what a stopped database doesn't take is lost and counted. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), STOP_MS);
    await this.#running;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const { first, most } = this.#options.retryMs ?? { first: 250, most: 5_000 };
    let wait = first;
    while (this.#waiting.size > 0 && !this.#stop.signal.aborted) {
      const batch = this.#waiting.peek(AT_ONCE);
      if (await this.#store(batch)) {
        this.#waiting.remove(batch);
        wait = first;
      } else {
        await sleep(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        wait = Math.min(wait * 2, most);
      }
    }
    this.#running = null;
    this.#countLeft();
  }

  #countLeft(): void {
    const left = this.#waiting.takeAll();
    if (left.length === 0) return;
    const stable = left.filter((reading) => reading.stable).length;
    this.#options.log.error(
      { stable, unstable: left.length - stable },
      'readings could not be stored before the stop',
    );
    this.#options.lost({ stable, unstable: left.length - stable, rejected: 0 });
  }

  /** @returns false when it should be tried again; a repeated part is a duplicate and harmless */
  async #store(batch: readonly Waiting[]): Promise<boolean> {
    const { ingest, organizationId, now, log, lost } = this.#options;
    for (const [deviceId, readings] of Map.groupBy(batch, (reading) => reading.deviceId)) {
      try {
        const events = readings.map(({ event }) => event);
        await ingest.submit(deviceId, organizationId, events, { receivedAt: now() });
      } catch (error) {
        if (error instanceof Refusal && error.code === 'unavailable') return false;
        log.error(
          { err: error, device_id: deviceId, readings: readings.length },
          'readings were refused by the store',
        );
        lost({ stable: 0, unstable: 0, rejected: readings.length });
      }
    }
    return true;
  }
}
