import { randomUUID } from 'node:crypto';
import { Refusal } from '../api/errors.ts';
import type { Database, DataLog } from '../data/index.ts';
import { SecretReplaced } from '../operations/proof.ts';
import type { ScaleEvent } from './event-check.ts';
import { GroupCommit } from './group-commit.ts';
import type { LiveStream } from './live.ts';
import { liveTopic } from './live.ts';
import { LoadMemory } from './same-load.ts';
import { deviceSettingsOf } from './settings.ts';
import { type IngestJob, type Stored, storeEvents } from './store.ts';

/** Counts events by device and outcome (F-TEL-02). */
export interface IngestMetrics {
  readonly ingested: { inc(labels: { device_id: string; status: string }, count: number): void };
}

export interface IngestOptions {
  readonly db: Database;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly log: DataLog;
  readonly now: () => Date;
  readonly metrics?: IngestMetrics;
  /** Gets the newest weight of devices that send over HTTP, for the screens. */
  readonly stream?: LiveStream;
}

export interface SubmitOptions {
  /** When it reached the platform: `ts_ingested`. */
  readonly receivedAt: Date;
  readonly traceId?: string;
  /** Name under which the newest weight goes to the screens; drivers send theirs more often themselves. */
  readonly liveAs?: string;
  /** The secret by which the device was let in. */
  readonly secretRef?: string;
}

export interface Ingest {
  /**
   * Stores checked events; resolves only when they are durable. Repeating a call is harmless.
   * @throws SecretReplaced where the device has another secret by now
   * @throws Refusal unavailable (with `retryAfter`) when too much waits or the database is away
   */
  submit(
    deviceId: string,
    organizationId: string,
    events: readonly ScaleEvent[],
    options: SubmitOptions,
  ): Promise<Stored>;
  /** Tells that a weight was bound, for the same-load flag of what comes next. */
  noteBound(bound: { readonly deviceId: string; readonly gross_kg: number }): void;
  /** Stores what was taken, then ends. */
  stop(): Promise<void>;
}

const MAX_GROUP = 5_000;
const MAX_WAITING = 50_000;

/** The one door of readings into the store, for HTTP and for drivers (F-ALG-02). */
export function createIngest(options: IngestOptions): Ingest {
  const { db, metrics, stream } = options;
  const settings = deviceSettingsOf(options.settings);
  const loads = settings.RS_SAME_LOAD_GUARD ? new LoadMemory(settings) : null;
  const groups = new Map<string, GroupCommit<IngestJob, Stored>>();
  const groupOf = (organizationId: string) => {
    const known = groups.get(organizationId);
    if (known !== undefined) return known;
    const made = new GroupCommit<IngestJob, Stored>({
      commit: (jobs) =>
        db.transaction(organizationId, (tx) => storeEvents(tx, jobs, settings, loads)),
      sizeOf: (job) => job.events.length,
      maxGroup: MAX_GROUP,
      maxWaiting: MAX_WAITING,
      isDataFault,
    });
    groups.set(organizationId, made);
    return made;
  };

  return {
    async submit(deviceId, organizationId, events, options) {
      const { receivedAt, traceId = randomUUID(), liveAs, secretRef } = options;
      if (events.length === 0) return { accepted: 0, duplicates: 0, late: 0, conflicts: 0 };
      const stored = await groupOf(organizationId)
        .submit({
          ...{ deviceId, events, receivedAt, traceId },
          ...(secretRef === undefined ? {} : { secretRef }),
        })
        .catch((error: unknown) => {
          throw asRefusal(error);
        });
      if (metrics) countEvents(metrics, deviceId, stored);
      if (liveAs !== undefined && stored.accepted > stored.late)
        showNewest(stream, liveAs, organizationId, events);
      return stored;
    },
    noteBound: ({ deviceId, gross_kg }) => loads?.learn(deviceId, gross_kg),
    async stop() {
      await Promise.all([...groups.values()].map((group) => group.stop()));
    },
  };
}

/**
 * One job's own affair: another secret by now, or SQLSTATE classes 22 and 23: what was sent doesn't fit, e.g. the
 * device was removed meanwhile.
 */
function isDataFault(error: unknown): boolean {
  if (error instanceof SecretReplaced) return true;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^2[23]/.test(code) && code.length === 5;
}

/** The sender keeps its readings and comes again; nothing of the database's words leaves. */
function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal || isDataFault(error)) return error;
  return new Refusal(
    'unavailable',
    'ingest_unavailable',
    'Readings can not be stored at the moment',
    {},
    { retryAfter: 2, cause: error },
  );
}

function countEvents(metrics: IngestMetrics, device_id: string, stored: Stored): void {
  const counts = { accepted: stored.accepted, duplicate: stored.duplicates, late: stored.late };
  for (const [status, count] of Object.entries(counts)) {
    if (count > 0) metrics.ingested.inc({ device_id, status }, count);
  }
}

/** By the device's own clock; what was buffered lies before what is new. */
const isAfter = (event: ScaleEvent, other: ScaleEvent) =>
  event.ts_device > other.ts_device ||
  (event.ts_device.getTime() === other.ts_device.getTime() && event.seq > other.seq);

function showNewest(
  stream: LiveStream | undefined,
  code: string,
  organizationId: string,
  events: readonly ScaleEvent[],
): void {
  const newest = events.reduce((last, event) => (isAfter(event, last) ? event : last));
  if (newest.gross_kg === null) return;
  const live = {
    code,
    ts: newest.ts_device,
    kg: newest.gross_kg,
    stable: newest.stable,
    overload: false,
    negative: false,
  };
  stream?.publish(liveTopic(code), live, { organizationId, retain: true });
}
