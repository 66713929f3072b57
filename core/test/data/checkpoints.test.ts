import assert from 'node:assert/strict';
import { rootOf, signedText } from '../../src/data/audit/checkpoint.ts';
import { signText, unsealKey } from '../../src/data/audit/keys.ts';
import {
  auditKeys,
  type Checkpoint,
  checkpointOf,
  coveredIn,
  faultOfFile,
  fileOf,
  hashOf,
  listsOf,
  makeCheckpoint,
  rotateKey,
  verifyAnchors,
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

  const inPlant = <T>(work: Parameters<typeof test.db.read<T>>[1]) =>
    test.db.transaction(plant.organization, work);
  const signed = async (secret = SECRET): Promise<Checkpoint> => {
    const { checkpoint } = await plant.checkpoint(secret);
    assert.ok(checkpoint);
    return checkpoint;
  };
  const faultsOfCheckpoints = async () => {
    const { faults } = await inPlant((tx) => verifyCheckpoints(tx, { serverSecret: SECRET }));
    return faults.map(({ checkpoint, kind }) => [checkpoint, kind]);
  };
  const file = (number: number) =>
    inPlant(async (tx) => {
      const checkpoint = await checkpointOf(tx, number);
      assert.ok(checkpoint);
      return fileOf(plant.organization, checkpoint, await listsOf(tx, number), await auditKeys(tx));
    });
  /** Leaves the first checkpoint alone, signed as the first format has it. */
  const signedInFirstFormat = async (first: Checkpoint) => {
    await test.asOwner('delete from audit_checkpoint_objects where number > 1');
    await test.asOwner('delete from audit_checkpoints where number > 1');
    await test.asOwner('update audit_checkpoint_objects set since = null, digest = null');
    const [key] = await inPlant(auditKeys);
    assert.ok(key);
    const { covered } = await inPlant((tx) => listsOf(tx, 1));
    const open = { ...first, root: rootOf(covered), decisions: null, decisions_root: null };
    const place = { organizationId: plant.organization, serverSecret: SECRET };
    const signature = signText(unsealKey(key, place), signedText(plant.organization, open));
    await test.asOwner(
      'update audit_checkpoints set root = $1, signature = $2, decisions = null, decisions_root = null',
      [open.root, signature],
    );
  };
  const wipe = async (id: string) => {
    await test.asOwner('delete from audit_log where object_id = $1', [id]);
    await test.asOwner('delete from audit_heads where object_id = $1', [id]);
  };

  it('signs what has come since the last, each naming the one before', async () => {
    await plant.chain(2);
    await plant.chain(3);
    const first = await signed();
    assert.deepEqual(
      [first.number, first.prev, first.changed, first.objects, first.entries],
      [1, '', 2, 2, 5],
    );
    assert.equal((await plant.checkpoint()).checkpoint, null, 'nothing new, no checkpoint');
    await plant.chain(1);
    const second = await signed();
    assert.deepEqual(
      [second.number, second.prev, second.changed, second.objects, second.entries],
      [2, hashOf(plant.organization, first), 1, 3, 6],
    );
    assert.deepEqual(await faultsOfCheckpoints(), []);
    assert.deepEqual(await plant.faults(), []);
  });

  it('many chains come into several, one after the other', async () => {
    for (let turn = 0; turn < 5; turn += 1) await plant.chain(1);
    const make = () =>
      inPlant((tx) => makeCheckpoint(tx, { serverSecret: SECRET, now: new Date(), most: 2 }));
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
    assert.deepEqual(await faultsOfCheckpoints(), []);
  });

  it('a copy proves itself without the database, and shows what was changed in it', async () => {
    await plant.chain(2);
    const { key_id } = await signed();
    const copy = JSON.parse(JSON.stringify(await file(1)));
    assert.equal(faultOfFile(copy), null);
    assert.equal(faultOfFile(copy, [key_id]), null);
    assert.equal(faultOfFile(copy, ['another']), 'key_not_trusted');
    assert.equal(faultOfFile({ ...copy, entries: 1 }), 'signature_wrong');
    assert.equal(faultOfFile({ ...copy, heads: [] }), 'root_wrong');
    assert.equal(faultOfFile({ ...copy, keys: [] }), 'key_not_endorsed');
    assert.equal(faultOfFile({ ...copy, signature: 'AAAA' }), 'signature_wrong');
    for (const junk of [null, 7, 'x', {}, [], { ...copy, heads: [[1]] }, { ...copy, keys: [null] }])
      assert.equal(faultOfFile(junk), 'not_a_checkpoint');
  });

  it('a new key is vouched for by the one before; copies of both times hold', async () => {
    await plant.chain(1);
    const before = await signed();
    await inPlant((tx) => rotateKey(tx, SECRET));
    await plant.chain(1);
    const after = await signed();
    assert.notEqual(after.key_id, before.key_id);
    assert.deepEqual(await faultsOfCheckpoints(), []);
    assert.equal(faultOfFile(await file(1), [before.key_id]), null);
    const later = await file(2);
    assert.equal(faultOfFile(later, [before.key_id]), null);
    const [first, second] = later.keys;
    assert.ok(first && second);
    const forged = { ...later, keys: [first, { ...second, endorsement: first.endorsement }] };
    assert.equal(faultOfFile(forged), 'key_not_endorsed');
  });

  it('can be made under another secret by nobody: the key does not open', async () => {
    await plant.chain(1);
    await signed();
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
    const first = await signed();
    const spans = async (number: number) => {
      const { covered } = await inPlant((tx) => listsOf(tx, number));
      return covered.map(({ since, entries, digest }) => [since, entries, digest?.length]);
    };
    assert.deepEqual(await spans(1), [[1, 2, 64]]);
    await plant.act((tx) => tx.of(shelf).update(id, { title: 'later' }));
    await signed();
    assert.deepEqual(await spans(2), [[3, 3, 64]]);
    // As a platform before this one made it.
    await signedInFirstFormat(first);
    const old = await file(1);
    assert.equal(old.format, 'qoida.audit.checkpoint.v1');
    assert.equal(faultOfFile(old), null);
    assert.deepEqual(old.heads[0]?.length, 4);
    const next = await signed();
    assert.deepEqual([next.number, next.changed, next.objects, next.entries], [2, 1, 1, 3]);
    assert.deepEqual(await spans(2), [[1, 3, 64]]);
    assert.deepEqual(await faultsOfCheckpoints(), []);
    assert.deepEqual(await plant.faults(), []);
    assert.equal((await plant.checkpoint()).checkpoint, null);
  });

  it('names an object of which nothing is left', async () => {
    const { id } = await plant.chain(2);
    await signed();
    await wipe(id);
    assert.deepEqual(await plant.faults(), [['deleted', null, 1]]);
  });

  it('names a chain that was cut together with an older head, which the chain alone does not show', async () => {
    const { id } = await plant.chain(2);
    const [head] = await test.asOwner<{ old: string }>(
      'select to_jsonb(h)::text as old from audit_heads h where object_id = $1',
      [id],
    );
    await plant.act((tx) => tx.of(shelf).update(id, { title: 'later' }));
    const restore = async () => {
      await test.asOwner('delete from audit_log where object_id = $1 and position = 3', [id]);
      await test.asOwner('delete from audit_heads where object_id = $1', [id]);
      await test.asOwner(
        'insert into audit_heads select * from jsonb_populate_record(null::audit_heads, $1::jsonb)',
        [head?.old],
      );
    };
    await signed();
    await restore();
    assert.deepEqual(await plant.faults(), [['truncated', null, 1]]);
    const { checkpoint, unsigned } = await plant.checkpoint();
    assert.deepEqual([checkpoint, unsigned.length], [null, 1], 'nor is it signed anew');
  });

  it('names a head that was put back while its rows stayed', async () => {
    const { id } = await plant.chain(2);
    const old = await test.asOwner<Record<string, unknown>>(
      'select last_sig, entries, seal from audit_heads where object_id = $1',
      [id],
    );
    await plant.act((tx) => tx.of(shelf).update(id, { title: 'later' }));
    await test.asOwner(
      'update audit_heads set last_sig = $2, entries = $3, seal = $4 where object_id = $1',
      [id, old[0]?.last_sig, old[0]?.entries, old[0]?.seal],
    );
    assert.deepEqual(await plant.faults(), [['truncated', null, null]]);
  });

  it('names the row where a chain was written anew by somebody who has the secret', async () => {
    const { id } = await plant.chain(3);
    await signed();
    await wipe(id);
    for (const title of ['x', 'y', 'z'])
      await plant.act((tx) => tx.of(shelf).update(id, { title }));
    const [row] = await test.asOwner<{ id: string }>(
      'select id from audit_log where object_id = $1 and position = 3',
      [id],
    );
    assert.deepEqual(await plant.faults(), [['edited', row?.id, 1]]);
  });

  it('names every row of a chain written anew by somebody who has not', async () => {
    const { id } = await plant.chain(2);
    await signed();
    await wipe(id);
    for (const title of ['x', 'y'])
      await plant.act((tx) => tx.of(shelf).update(id, { title }), 'guessed');
    const rows = await test.asOwner<{ id: string }>(
      'select id from audit_log where object_id = $1 order by position',
      [id],
    );
    const faults = await plant.faults();
    for (const row of rows)
      assert.ok(
        faults.some(([kind, at]) => kind === 'edited' && at === row.id),
        JSON.stringify(faults),
      );
  });

  for (const [column, forged] of [
    ['result', "'refused'"],
    ['trace_id', 'gen_random_uuid()'],
    ['ip', "'10.0.0.9'"],
    ['context_sig', 'null'],
  ])
    it(`names a row whose ${column} was edited`, async () => {
      const { rows } = await plant.chain(3);
      await test.asOwner(`update audit_log set ${column} = ${forged} where id = $1`, [rows[1]]);
      assert.deepEqual(await plant.faults(), [['edited', rows[1], null]]);
    });

  it('rows of before the second signature stay good, and their chain goes on', async () => {
    const { id } = await plant.chain(2);
    await plant.chain(1);
    const { sealHead } = await import('../../src/data/audit/chain.ts');
    const [head] = await test.asOwner<Parameters<typeof sealHead>[2]>(
      'select object_type, object_id, last_sig, entries from audit_heads where object_id = $1',
      [id],
    );
    assert.ok(head);
    const seal = sealHead(SECRET, plant.organization, { ...head, context_from: null });
    await test.asOwner('update audit_log set context_sig = null where object_id = $1', [id]);
    await test.asOwner(
      'update audit_heads set context_from = null, seal = $2 where object_id = $1',
      [id, seal],
    );
    assert.deepEqual(await plant.faults(), []);
    await plant.act((tx) => tx.of(shelf).update(id, { title: 'new' }));
    assert.deepEqual(await plant.faults(), []);
    const [row] = await test.asOwner<{ id: string }>(
      "update audit_log set result = 'x', context_sig = null where object_id = $1 and position = 3 returning id",
      [id],
    );
    assert.deepEqual(await plant.faults(), [['edited', row?.id, null]]);
  });

  describe('tampered themselves', () => {
    beforeEach(async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await plant.chain(2);
        await signed();
      }
    });
    const tamper = (statement: string, ...values: unknown[]) =>
      test.asOwner(statement, [plant.organization, ...values]);

    it('an edited one is named', async () => {
      await tamper(
        'update audit_checkpoints set entries = 9 where organization_id = $1 and number = 2',
      );
      assert.deepEqual(await faultsOfCheckpoints(), [
        [2, 'edited'],
        [3, 'deleted'],
      ]);
    });

    it('a deleted one is named, in the middle and at the end', async () => {
      await tamper('delete from audit_checkpoints where organization_id = $1 and number = 2');
      assert.deepEqual(await faultsOfCheckpoints(), [[2, 'deleted']]);
      await tamper('delete from audit_checkpoints where organization_id = $1 and number = 3');
      assert.deepEqual(await faultsOfCheckpoints(), [
        [2, 'truncated'],
        [3, 'truncated'],
      ]);
    });

    it('an altered list is named', async () => {
      await tamper(
        `delete from audit_checkpoint_objects where organization_id = $1 and number = 2`,
      );
      assert.deepEqual(await faultsOfCheckpoints(), [[2, 'list_altered']]);
    });

    it('one that another key signed is named, and so is a key that is not ours', async () => {
      await tamper(
        `update audit_checkpoints set key_id = 'feed' where organization_id = $1 and number = 3`,
      );
      assert.deepEqual(await faultsOfCheckpoints(), [[3, 'inserted']]);
      await tamper(`update audit_keys set sealed = 'AAAA' where organization_id = $1`);
      assert.deepEqual((await faultsOfCheckpoints()).slice(0, 2), [
        [1, 'key_altered'],
        [2, 'key_altered'],
      ]);
    });

    it('pages give the same as the whole', async () => {
      await tamper('delete from audit_checkpoints where organization_id = $1 and number = 2');
      const found: unknown[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const from: number = after;
        const page = await inPlant((tx) =>
          verifyCheckpoints(tx, { serverSecret: SECRET, after: from, limit: 1 }),
        );
        found.push(...page.faults.map(({ checkpoint, kind }) => [checkpoint, kind]));
        after = page.next;
      }
      assert.deepEqual(found, [[2, 'deleted']]);
    });
  });

  it('a copy kept elsewhere names what our own checkpoints hide', async () => {
    const { id } = await plant.chain(2);
    await signed();
    const copy = await file(1);
    await wipe(id);
    await test.asOwner('delete from audit_checkpoint_objects where organization_id = $1', [
      plant.organization,
    ]);
    await test.asOwner('delete from audit_checkpoints where organization_id = $1', [
      plant.organization,
    ]);
    assert.deepEqual(await plant.faults(), []);
    const anchors = coveredIn(copy).map((covered) => ({ ...covered, checkpoint: copy.number }));
    const { faults } = await test.db.read(plant.organization, (tx) =>
      verifyAnchors(tx, anchors, SECRET),
    );
    assert.deepEqual(
      faults.map(({ kind, object_id, checkpoint }) => [kind, object_id, checkpoint]),
      [['deleted', id, 1]],
    );
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
      during(async () => assert.deepEqual(await faultsOfCheckpoints(), [])),
    ]);
    const last = await plant.checkpoint();
    assert.deepEqual(last.unsigned, []);
    assert.deepEqual(await plant.faults(), []);
    assert.deepEqual(await faultsOfCheckpoints(), []);
    const [count] = await test.asOwner<{ entries: number; rows: number }>(
      `select (select entries from audit_checkpoints where organization_id = $1 order by number desc limit 1),
         (select count(*) from audit_log where organization_id = $1) as rows`,
      [plant.organization],
    );
    assert.equal(count?.entries, count?.rows);
  });
});
