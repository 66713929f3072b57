import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { STATUS_OF } from '../api/errors.ts';
import type { Meters } from '../api/meters.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 1, 1.5, 3, 10];

/** The platform's measurements in the Prometheus text form (F-TEL-01…03; plugins add their own). */
export interface Metrics extends Meters {
  readonly requests: Histogram<'route' | 'method' | 'status'>;
  readonly ingested: Counter<'device_id' | 'status'>;
  readonly gateHits: Counter<'gate_type'>;
  /** Commands to devices, by outcome (S-M2-05): also those that nobody answered. */
  readonly commands: Histogram<'outcome'>;
  /** Refusals and errors that callers were told, over HTTP and the WebSocket, by general code (S-MET-03). */
  readonly errors: Counter<'code'>;
  /**
   * A gauge that is read whenever the measurements are asked for; what can't be read then is not a number.
   * @param read figures by the value of the one label, or one figure without a label
   */
  watch(name: string, help: string, read: () => Promise<number>): void;
  watch(
    name: string,
    help: string,
    read: () => Promise<Readonly<Record<string, number>>>,
    label: string,
  ): void;
  /** The gauge of this name, made at the first call. */
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  histogram(name: string, help: string, labels?: readonly string[]): Histogram;
  render(): Promise<{ contentType: string; text: string }>;
}

/** The measurements are asked for most when something stands still: none of them waits for it. */
const tooLate = () => sleep(READ_MS, Number.NaN, { ref: false });
const READ_MS = 2_000;

/** A registry of its own, so that two platforms in one process don't mix. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const errors = new Counter({
    name: 'api_errors_total',
    help: 'Refusals and errors that callers were told, by code',
    labelNames: ['code'],
    registers,
  });
  // A code that was never told is 0, so that its first time is seen as an increase.
  for (const code of Object.keys(STATUS_OF)) errors.inc({ code }, 0);
  return {
    requests: new Histogram({
      name: 'api_http_request_duration_seconds',
      help: 'Duration of HTTP requests by route template',
      labelNames: ['route', 'method', 'status'],
      buckets: SECONDS,
      registers,
    }),
    ingested: new Counter({
      name: 'ingest_events_total',
      help: 'Scale events by device and outcome (accepted, duplicate, late)',
      labelNames: ['device_id', 'status'],
      registers,
    }),
    gateHits: new Counter({
      name: 'gate_hits_total',
      help: 'Refusals by gate',
      labelNames: ['gate_type'],
      registers,
    }),
    commands: new Histogram({
      name: 'device_command_duration_seconds',
      help: 'From sending a command to the answer of the device, by outcome',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    }),
    errors,
    watch(
      name: string,
      help: string,
      read: () => Promise<number | Readonly<Record<string, number>>>,
      label?: string,
    ) {
      new Gauge({
        name,
        help,
        labelNames: label === undefined ? [] : [label],
        registers,
        async collect() {
          this.reset();
          const figures = await Promise.race([read(), tooLate()]).catch(() => Number.NaN);
          if (typeof figures === 'number') return void (label === undefined && this.set(figures));
          for (const [value, figure] of Object.entries(figures))
            this.set({ [label ?? '']: value }, figure);
        },
      });
    },
    gauge: (name, help, labels = []) =>
      (registry.getSingleMetric(name) as Gauge | undefined) ??
      new Gauge({ name, help, labelNames: [...labels], registers }),
    counter: (name, help, labels = []) =>
      (registry.getSingleMetric(name) as Counter | undefined) ??
      new Counter({ name, help, labelNames: [...labels], registers }),
    histogram: (name, help, labels = []) =>
      (registry.getSingleMetric(name) as Histogram | undefined) ??
      new Histogram({ name, help, labelNames: [...labels], buckets: SECONDS, registers }),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
