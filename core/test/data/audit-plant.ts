import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Actor } from '@qoida/core';
import {
  auditKeys,
  type Checkpoint,
  checkpointOf,
  fileOf,
  listsOf,
  makeCheckpoint,
  type Transaction,
  verifyAudit,
  verifyCheckpoints,
  writeAudit,
} from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { records, shelf } from './records.ts';

const fixture = { owner: 'fixture', folder: new URL('./fixture/', import.meta.url) };
export const SECRET = 'server-secret-001';

/** An organisation whose shelves are audited as the road does it, and a hand that can tamper. */
export interface AuditPlant {
  readonly test: TestDatabase;
  readonly organization: string;
  /** Without audit. */
  inside<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  act<T>(work: (tx: Transaction) => Promise<T>, secret?: string): Promise<T>;
  /** A shelf with `entries` entries in its chain: its id and the ids of the entries. */
  chain(entries?: number, secret?: string): Promise<{ id: string; rows: string[] }>;
  checkpoint(secret?: string): ReturnType<typeof makeCheckpoint>;
  /** `[kind, id of the row or null, number of the checkpoint or null]` of each fault. */
  faults(): Promise<unknown[][]>;
  /** A checkpoint that there had to be something for. */
  signed(): Promise<Checkpoint>;
  /** `[number, kind]` of each fault of the checkpoints themselves. */
  checkpointFaults(): Promise<unknown[][]>;
  /** The copy of a checkpoint that is kept elsewhere. */
  file(number: number): Promise<ReturnType<typeof fileOf>>;
  /** Takes a chain away with its head, behind the platform's back. */
  wipe(id: string): Promise<void>;
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
  const inside: AuditPlant['inside'] = (work) => test.db.transaction(organization, work);
  const checkpoint: AuditPlant['checkpoint'] = (secret = SECRET) =>
    inside((tx) => makeCheckpoint(tx, { serverSecret: secret, now: new Date() }));
  return {
    test,
    organization,
    inside,
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
    checkpoint,
    async faults() {
      const { faults } = await verifyAudit(test.db, organization, { serverSecret: SECRET });
      return faults.map(({ kind, id, checkpoint }) => [kind, id, checkpoint ?? null]);
    },
    async signed() {
      const { checkpoint: made } = await checkpoint();
      assert.ok(made);
      return made;
    },
    async checkpointFaults() {
      const { faults } = await inside((tx) => verifyCheckpoints(tx, { serverSecret: SECRET }));
      return faults.map(({ checkpoint: number, kind }) => [number, kind]);
    },
    file: (number) =>
      inside(async (tx) => {
        const found = await checkpointOf(tx, number);
        assert.ok(found);
        return fileOf(organization, found, await listsOf(tx, number), await auditKeys(tx));
      }),
    async wipe(id) {
      for (const table of ['audit_log', 'audit_heads'])
        await test.asOwner(`delete from ${table} where object_id = $1`, [id]);
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
