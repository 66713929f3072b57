import { randomUUID } from 'node:crypto';
import type { Actor } from '@qoida/core';
import { makeCheckpoint, type Transaction, verifyAudit, writeAudit } from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { records, shelf } from './records.ts';

const fixture = { owner: 'fixture', folder: new URL('./fixture/', import.meta.url) };
export const SECRET = 'server-secret-001';

/** An organisation whose shelves are audited as the road does it, and a hand that can tamper. */
export interface AuditPlant {
  readonly test: TestDatabase;
  readonly organization: string;
  act<T>(work: (tx: Transaction) => Promise<T>, secret?: string): Promise<T>;
  /** A shelf with `entries` entries in its chain: its id and the ids of the entries. */
  chain(entries?: number, secret?: string): Promise<{ id: string; rows: string[] }>;
  checkpoint(secret?: string): ReturnType<typeof makeCheckpoint>;
  /** `[kind, id of the row or null, number of the checkpoint or null]` of each fault. */
  faults(): Promise<unknown[][]>;
}

export async function openAuditDatabase(): Promise<TestDatabase> {
  return testDatabase({ records, migrations: [fixture] });
}

let made = 0;
export async function auditPlant(test: TestDatabase): Promise<AuditPlant> {
  const organization = await test.addOrganization(`audit${++made}`);
  const act: AuditPlant['act'] = (work, secret = SECRET) =>
    test.db.transaction(organization, async (tx) => {
      const result = await work(tx);
      await writeAudit(tx, entryOf(organization, secret), tx.changes);
      return result;
    });
  return {
    test,
    organization,
    act,
    async chain(entries = 4, secret = SECRET) {
      const code = randomUUID().slice(0, 12);
      const { id } = await act((tx) => tx.of(shelf).insert({ code, title: '0' }), secret);
      for (let turn = 1; turn < entries; turn += 1)
        await act((tx) => tx.of(shelf).update(id, { title: String(turn) }), secret);
      const rows = await test.asOwner<{ id: string }>(
        'select id from audit_log where object_id = $1 order by position',
        [id],
      );
      return { id, rows: rows.map((row) => row.id) };
    },
    checkpoint: (secret = SECRET) =>
      test.db.transaction(organization, (tx) =>
        makeCheckpoint(tx, { serverSecret: secret, now: new Date() }),
      ),
    async faults() {
      const { faults } = await verifyAudit(test.db, organization, { serverSecret: SECRET });
      return faults.map(({ kind, id, checkpoint }) => [kind, id, checkpoint ?? null]);
    },
  };
}

function entryOf(organizationId: string, serverSecret: string) {
  const actor: Actor = {
    kind: 'user',
    id: '11111111-1111-4111-8111-111111111111',
    name: 'Ali',
    roles: ['operator'],
    locale: 'uz',
    organizationId,
  };
  return {
    action: 'shelf.change',
    actor,
    role: 'operator',
    traceId: randomUUID().toUpperCase(),
    now: new Date(),
    ip: '0:0:0:0:0:0:0:1',
    result: 'done',
    serverSecret,
  };
}
