import assert from 'node:assert/strict';
import { rootOf, signedText } from '../../src/data/audit/checkpoint.ts';
import { signText, unsealKey } from '../../src/data/audit/keys.ts';
import {
  auditKeys,
  type Checkpoint,
  faultOfFile,
  hashOf,
  listsOf,
  makeCheckpoint,
  verifyCheckpoints,
} from '../../src/data/index.ts';
import type { TestDatabase } from '../../src/testing/database.ts';
import { type AuditPlant, auditPlant, openAuditDatabase, SECRET } from './audit-plant.ts';
import { shelf } from './records.ts';

describe('audit checkpoints (F-OP-35)', () => {
  let test: TestDatabase;
  let plant: AuditPlant;
  before(async () => {
    test = await openAuditDatabase();
  });
  beforeEach(async () => {
    plant = await auditPlant(test);
  });
  after(() => test.close());

  /** Leaves the first checkpoint alone, signed as the first format has it. */
  const signedInFirstFormat = async (first: Checkpoint) => {
    await test.asOwner('delete from audit_checkpoint_objects where number > 1');
    await test.asOwner('delete from audit_checkpoints where number > 1');
    await test.asOwner('update audit_checkpoint_objects set since = null, digest = null');
    const [key] = await plant.inside(auditKeys);
    assert.ok(key);
    const { covered } = await plant.inside((tx) => listsOf(tx, 1));
    const open = { ...first, root: rootOf(covered), decisions: null, decisions_root: null };
    const place = { organizationId: plant.organization, serverSecret: SECRET };
    const signature = signText(unsealKey(key, place), signedText(plant.organization, open));
    await test.asOwner(
      'update audit_checkpoints set root = $1, signature = $2, decisions = null, decisions_root = null',
      [open.root, signature],
    );
  };

  it('signs what has come since the last, each naming the one before', async () => {
    await plant.chain(2);
    await plant.chain(3);
    const first = await plant.signed();
    assert.deepEqual(
      [first.number, first.prev, first.changed, first.objects, first.entries],
      [1, '', 2, 2, 5],
    );
    assert.equal((await plant.checkpoint()).checkpoint, null, 'nothing new, no checkpoint');
    await plant.chain(1);
    const second = await plant.signed();
    assert.deepEqual(
      [second.number, second.prev, second.changed, second.objects, second.entries],
      [2, hashOf(plant.organization, first), 1, 3, 6],
    );
    assert.deepEqual(await plant.checkpointFaults(), []);
    assert.deepEqual(await plant.faults(), []);
  });

  it('many chains come into several, one after the other', async () => {
    for (let turn = 0; turn < 5; turn += 1) await plant.chain(1);
    const make = () =>
      plant.inside((tx) => makeCheckpoint(tx, { serverSecret: SECRET, now: new Date(), most: 2 }));
    const made = [await make(), await make(), await make(), await make()];
    assert.deepEqual(
      made.map(({ checkpoint, more }) => [checkpoint?.changed ?? null, more]),
      [
        [2, true],
        [2, true],
        [1, false],
        [null, false],
      ],
    );
    assert.deepEqual(await plant.checkpointFaults(), []);
  });

  it('can be made under another secret by nobody: the key does not open', async () => {
    await plant.chain(1);
    await plant.signed();
    await plant.chain(1);
    const { checkpoint, unsigned } = await plant.checkpoint('another-secret');
    assert.deepEqual([checkpoint, unsigned.length], [null, 1]);
    await plant.chain(1, 'another-secret');
    await assert.rejects(plant.checkpoint('another-secret'), /authenticate data/);
  });

  it('a chain whose end was forged is not signed; the others are', async () => {
    await plant.chain(2);
    const { id } = await plant.chain(2);
    await test.asOwner('update audit_heads set entries = 1 where object_id = $1', [id]);
    const { checkpoint, unsigned } = await plant.checkpoint();
    assert.equal(checkpoint?.changed, 1);
    assert.deepEqual(
      unsigned.map(({ object_id }) => object_id),
      [id],
    );
  });

  it('a chain whose rows were changed before they were signed is not signed', async () => {
    await plant.chain(2);
    const { id, rows } = await plant.chain(3);
    await test.asOwner("update audit_log set action = 'x' where id = $1", [rows[0]]);
    const { checkpoint, unsigned } = await plant.checkpoint();
    assert.equal(checkpoint?.changed, 1);
    assert.deepEqual(
      unsigned.map(({ object_id }) => object_id),
      [id],
    );
  });

  it('each says from which entry on its hash is, and takes in chains that an older one had none of', async () => {
    const { id } = await plant.chain(2);
    const first = await plant.signed();
    const spans = async (number: number) => {
      const { covered } = await plant.inside((tx) => listsOf(tx, number));
      return covered.map(({ since, entries, digest }) => [since, entries, digest?.length]);
    };
    assert.deepEqual(await spans(1), [[1, 2, 64]]);
    await plant.act((tx) => tx.of(shelf).update(id, { title: 'later' }));
    await plant.signed();
    assert.deepEqual(await spans(2), [[3, 3, 64]]);
    // As a platform before this one made it.
    await signedInFirstFormat(first);
    const old = await plant.file(1);
    assert.equal(old.format, 'qoida.audit.checkpoint.v1');
    assert.equal(faultOfFile(old), null);
    assert.deepEqual(old.heads[0]?.length, 4);
    const next = await plant.signed();
    assert.deepEqual([next.number, next.changed, next.objects, next.entries], [2, 1, 1, 3]);
    assert.deepEqual(await spans(2), [[1, 3, 64]]);
    assert.deepEqual(await plant.checkpointFaults(), []);
    assert.deepEqual(await plant.faults(), []);
    assert.equal((await plant.checkpoint()).checkpoint, null);
  });

  describe('tampered themselves', () => {
    beforeEach(async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await plant.chain(2);
        await plant.signed();
      }
    });
    const tamper = (statement: string, ...values: unknown[]) =>
      test.asOwner(statement, [plant.organization, ...values]);

    it('an edited one is named', async () => {
      await tamper(
        'update audit_checkpoints set entries = 9 where organization_id = $1 and number = 2',
      );
      assert.deepEqual(await plant.checkpointFaults(), [
        [2, 'edited'],
        [3, 'deleted'],
      ]);
    });

    it('a deleted one is named, in the middle and at the end', async () => {
      await tamper('delete from audit_checkpoints where organization_id = $1 and number = 2');
      assert.deepEqual(await plant.checkpointFaults(), [[2, 'deleted']]);
      await tamper('delete from audit_checkpoints where organization_id = $1 and number = 3');
      assert.deepEqual(await plant.checkpointFaults(), [
        [2, 'truncated'],
        [3, 'truncated'],
      ]);
    });

    it('an altered list is named', async () => {
      await tamper(
        `delete from audit_checkpoint_objects where organization_id = $1 and number = 2`,
      );
      assert.deepEqual(await plant.checkpointFaults(), [[2, 'list_altered']]);
    });

    it('one that another key signed is named, and so is a key that is not ours', async () => {
      await tamper(
        `update audit_checkpoints set key_id = 'feed' where organization_id = $1 and number = 3`,
      );
      assert.deepEqual(await plant.checkpointFaults(), [[3, 'inserted']]);
      await tamper(`update audit_keys set sealed = 'AAAA' where organization_id = $1`);
      assert.deepEqual((await plant.checkpointFaults()).slice(0, 2), [
        [1, 'key_altered'],
        [2, 'key_altered'],
      ]);
    });

    it('pages give the same as the whole', async () => {
      await tamper('delete from audit_checkpoints where organization_id = $1 and number = 2');
      const found: unknown[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const from: number = after;
        const page = await plant.inside((tx) =>
          verifyCheckpoints(tx, { serverSecret: SECRET, after: from, limit: 1 }),
        );
        found.push(...page.faults.map(({ checkpoint, kind }) => [checkpoint, kind]));
        after = page.next;
      }
      assert.deepEqual(found, [[2, 'deleted']]);
    });
  });

  it('random writes, checkpoints and checks beside each other give no false alarm', async () => {
    const shelves = await Promise.all(Array.from({ length: 6 }, () => plant.chain(1)));
    let writing = true;
    const writer = async (turns: number) => {
      for (let turn = 0; turn < turns; turn += 1) {
        const one = shelves[Math.floor(Math.random() * shelves.length)];
        if (Math.random() < 0.2) await plant.chain(1);
        else if (one)
          await plant.act((tx) => tx.of(shelf).update(one.id, { title: String(Math.random()) }));
      }
    };
    const during = async (work: () => Promise<void>) => {
      while (writing) await work();
    };
    const writers = Promise.all([writer(60), writer(60), writer(60)]).finally(() => {
      writing = false;
    });
    await Promise.all([
      writers,
      during(async () => void (await plant.checkpoint())),
      during(async () => void (await plant.checkpoint())),
      during(async () => assert.deepEqual(await plant.faults(), [])),
      during(async () => assert.deepEqual(await plant.checkpointFaults(), [])),
    ]);
    const last = await plant.checkpoint();
    assert.deepEqual(last.unsigned, []);
    assert.deepEqual(await plant.faults(), []);
    assert.deepEqual(await plant.checkpointFaults(), []);
    const [count] = await test.asOwner<{ entries: number; rows: number }>(
      `select (select entries from audit_checkpoints where organization_id = $1 order by number desc limit 1),
         (select count(*) from audit_log where organization_id = $1) as rows`,
      [plant.organization],
    );
    assert.equal(count?.entries, count?.rows);
  });
});
