import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastChecks } from '../../src/audit/checks.ts';
import { type AuditKeeper, startAuditKeeper } from '../../src/audit/index.ts';
import type { TestDatabase } from '../../src/testing/database.ts';
import { type AuditPlant, auditPlant, openAuditDatabase, SECRET } from '../data/audit-plant.ts';

const HOUR_MS = 3_600_000;

describe('the keeper of the audit log (F-OP-35)', () => {
  let test: TestDatabase;
  let plant: AuditPlant;
  let keeper: AuditKeeper;
  let folder: string;
  let at: number;
  const told: string[] = [];
  beforeEach(async () => {
    test = await openAuditDatabase();
    plant = await auditPlant(test);
    folder = mkdtempSync(join(tmpdir(), 'qoida-copies-'));
    at = Date.now();
    told.length = 0;
    keeper = startAuditKeeper({
      db: test.db,
      serverSecret: SECRET,
      settings: {
        AUDIT_CHECKPOINT_MINUTES: 60,
        AUDIT_CHECK_HOURS: 24,
        AUDIT_CHECKPOINT_DIR: folder,
      },
      now: () => new Date(at),
      log: {
        info: () => undefined,
        error: (fields, text) => told.push(text, JSON.stringify(fields)),
      },
    });
  });
  afterEach(async () => {
    await keeper.stop();
    await test.close();
    rmSync(folder, { recursive: true });
  });

  const numbers = async () => {
    const rows = await test.asOwner<{ number: string }>(
      'select number from audit_checkpoints where organization_id = $1 order by number',
      [plant.organization],
    );
    return rows.map(({ number }) => Number(number));
  };
  const checks = () => test.db.read(plant.organization, (tx) => lastChecks(tx));
  /** Something is written, and an hour later it is signed. */
  const hour = async () => {
    await plant.chain(1);
    at += HOUR_MS;
    await keeper.look();
  };
  const ours = () =>
    readdirSync(folder)
      .filter((name) => name.includes(plant.organization.slice(0, 8)))
      .sort();

  it('goes on signing and checking when the clock is put back', async () => {
    await hour();
    at += 365 * 24 * HOUR_MS;
    await hour();
    assert.deepEqual([(await numbers()).length, (await checks()).length], [2, 2]);
    at -= 365 * 24 * HOUR_MS;
    await hour();
    assert.deepEqual([(await numbers()).length, (await checks()).length], [3, 2]);
    at += 24 * HOUR_MS;
    await hour();
    assert.deepEqual([(await numbers()).length, (await checks()).length], [4, 3]);
    await keeper.look();
    assert.deepEqual([(await numbers()).length, (await checks()).length], [4, 3]);
    assert.deepEqual(told, []);
  });

  it('tells of checkpoints that its own copies show and the database has no more, and keeps the new ones', async () => {
    for (const _ of [1, 2, 3]) await hour();
    assert.equal(ours().length, 3);
    for (const list of [
      'audit_checkpoint_objects',
      'audit_checkpoint_decisions',
      'audit_checkpoints',
    ])
      await test.asOwner(`delete from ${list} where number >= 2 and organization_id = $1`, [
        plant.organization,
      ]);
    at += 24 * HOUR_MS;
    await keeper.look();
    assert.deepEqual((await checks())[0]?.found, [
      { checkpoint: 2, kind: 'rewritten' },
      { checkpoint: 3, kind: 'deleted' },
    ]);
    assert.deepEqual(await numbers(), [1, 2]);
    assert.equal(ours().length, 4, 'the second one stands beside the first of its number');
    await hour();
    assert.equal(ours().length, 5);
    at += 24 * HOUR_MS;
    await keeper.look();
    const anew = [2, 3].map((checkpoint) => ({ checkpoint, kind: 'rewritten' }));
    assert.deepEqual((await checks())[0]?.found, anew, 'and it is not forgotten');
  });

  it('tells of them also where nothing was signed since', async () => {
    for (const _ of [1, 2]) await hour();
    for (const table of [
      'audit_checkpoint_objects',
      'audit_checkpoints',
      'audit_log',
      'audit_heads',
    ])
      await test.asOwner(`delete from ${table} where organization_id = $1`, [plant.organization]);
    at += 24 * HOUR_MS;
    await keeper.look();
    assert.deepEqual((await checks())[0]?.found, [{ checkpoint: 1, kind: 'deleted' }]);
  });

  it('a copy that was cut off while it was written is no proof, and the next one is written', async () => {
    await hour();
    const [name = ''] = ours();
    writeFileSync(join(folder, name), '{"format":');
    await hour();
    assert.equal(ours().length, 3, 'the first one again, and the second');
    at += 24 * HOUR_MS;
    await keeper.look();
    assert.deepEqual((await checks())[0]?.found, []);
    assert.deepEqual(told, []);
  });
});
