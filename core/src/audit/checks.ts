import type { Tx } from '../api/operations.ts';
import {
  type AuditFault,
  type CheckpointFault,
  type Database,
  type VerifyPage,
  verifyCheckpoints,
  verifyPage,
} from '../data/index.ts';
import { type Copies, faultsOfCopies } from './copies.ts';

const MOST_KEPT = 100;

/** What a check of the whole log found. */
export interface AuditCheck {
  readonly at: Date;
  readonly rows: number;
  readonly objects: number;
  readonly checkpoints: number;
  readonly faults: number;
  /** The first of them. */
  readonly found: readonly (AuditFault | CheckpointFault)[];
  readonly took_ms: number;
}

/** Checks every chain and every checkpoint, a page at a time; ended early when `stopped` says so. */
export async function checkAll(
  db: Database,
  organizationId: string,
  options: {
    serverSecret: string;
    now: () => Date;
    stopped: () => boolean;
    /** Copies of the checkpoints, where there are any. */
    copies: Copies | null;
  },
): Promise<AuditCheck | null> {
  const { serverSecret, now, stopped, copies } = options;
  const began = now();
  const counts = { rows: 0, objects: 0, checkpoints: 0, faults: 0 };
  const found: (AuditFault | CheckpointFault)[] = [];
  const note = (faults: readonly (AuditFault | CheckpointFault)[]) => {
    counts.faults += faults.length;
    found.push(...faults.slice(0, MOST_KEPT - found.length));
  };
  for (let after: VerifyPage['next'] | undefined; after !== null; ) {
    if (stopped()) return null;
    const from = after;
    const page: VerifyPage = await db.read(organizationId, (tx) =>
      verifyPage(tx, { serverSecret }, from),
    );
    counts.rows += page.checked;
    counts.objects += page.objects;
    note(page.faults);
    after = page.next;
  }
  for (let after: number | null = 0; after !== null; ) {
    if (stopped()) return null;
    const from: number = after;
    const page: Awaited<ReturnType<typeof verifyCheckpoints>> = await db.read(
      organizationId,
      (tx) => verifyCheckpoints(tx, { serverSecret, after: from }),
    );
    counts.checkpoints += page.checked;
    note(page.faults);
    after = page.next;
  }
  if (copies !== null) note(await faultsOfCopies(copies));
  return { at: began, ...counts, found, took_ms: now().getTime() - began.getTime() };
}

export async function keepCheck(tx: Tx, check: AuditCheck): Promise<void> {
  const { at, rows, objects, checkpoints, faults, found, took_ms } = check;
  await tx.sql(
    `insert into audit_checks (at, rows, objects, checkpoints, faults, found, took_ms)
     values (?, ?, ?, ?, ?, ?::jsonb, ?) on conflict do nothing`,
    [at, rows, objects, checkpoints, faults, JSON.stringify(found), took_ms],
  );
}

/** Whether the log was checked in a period; what a clock said that was put back since counts for nothing. */
export async function checkedSince(tx: Tx, since: Date, until: Date): Promise<boolean> {
  const rows = await tx.sql('select 1 from audit_checks where at > ? and at <= ? limit 1', [
    since,
    until,
  ]);
  return rows.length > 0;
}

/** The latest checks, newest first. */
export const lastChecks = (tx: Tx, limit = 30): Promise<AuditCheck[]> =>
  tx.sql<AuditCheck>(
    `select at, rows, objects, checkpoints, faults, found, took_ms from audit_checks
     order by at desc limit ?`,
    [limit],
  );
