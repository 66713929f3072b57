import { randomUUID } from 'node:crypto';
import type { Actor } from '@qoida/core';
import { calibration, device, user } from '@qoida/core';
import { type TestDatabase, testDatabase } from '@qoida/core/testing';
import type { DataLog } from '../../src/data/index.ts';
import {
  createIngest,
  deviceRecords,
  type Ingest,
  type ScaleEvent,
} from '../../src/devices/index.ts';
import { seal } from '../../src/devices/sealing.ts';

export const SERVER_SECRET = 'server-secret-of-these-tests';
export const SECRET = 'dev-secret-001';
export const T0 = new Date('2025-08-28T10:14:40.000Z');

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

export interface Bench extends TestDatabase {
  readonly ingest: Ingest;
  readonly lines: LogLine[];
  readonly log: DataLog;
  /** The clock of everything under test. */
  readonly clock: { at: Date };
  readonly now: () => Date;
  /** @returns its id */
  addDevice(code?: string, more?: Record<string, unknown>): Promise<string>;
}

/** A database with the tables of devices, an ingest, and a clock that stands still until moved. */
export async function openBench(settings: Record<string, unknown> = {}): Promise<Bench> {
  const test = await testDatabase({ records: [user, device, calibration, ...deviceRecords] });
  const lines: LogLine[] = [];
  const log = collector(lines);
  const clock = { at: T0 };
  const now = () => clock.at;
  const ingest = createIngest({ db: test.db, settings, log, now });
  return {
    ...test,
    ingest,
    lines,
    log,
    clock,
    now,
    addDevice: (code = `scale-${randomUUID().slice(0, 8)}`, more = {}) =>
      test.db.transaction(test.organizationId, async (tx) => {
        const id = randomUUID();
        const secret_ref = seal({ current: SECRET }, id, SERVER_SECRET);
        await tx.of(device).insert({ id, code, device_type: 'scale', secret_ref, ...more });
        return id;
      }),
    async close() {
      await ingest.stop();
      await test.close();
    },
  };
}

export function collector(lines: LogLine[]): DataLog {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: fields as Record<string, unknown> });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A reading of a scale; `ts_device` is T0 unless said. */
export const reading = (
  seq: number,
  gross_kg: number,
  more: Partial<ScaleEvent> = {},
): ScaleEvent => ({
  seq,
  gross_kg,
  length_m: null,
  stable: true,
  ts_device: T0,
  raw: `seq ${seq}`,
  ...more,
});

export const operator = (organizationId: string, ...roles: string[]): Actor => ({
  kind: 'user',
  id: null,
  name: 'tester',
  roles,
  locale: 'en',
  organizationId,
});

export const reasonOf = (error: unknown) => (error as { reason?: string }).reason;
export const refusedAs = (reason: string) => (error: unknown) => reasonOf(error) === reason;
