import assert from 'node:assert/strict';
import { coveredIn, faultOfFile, rotateKey, verifyAnchors } from '../../src/data/index.ts';
import type { TestDatabase } from '../../src/testing/database.ts';
import { type AuditPlant, auditPlant, openAuditDatabase, SECRET } from './audit-plant.ts';

describe('copies of checkpoints, kept elsewhere (F-OP-35)', () => {
  let test: TestDatabase;
  let plant: AuditPlant;
  before(async () => {
    test = await openAuditDatabase();
  });
  beforeEach(async () => {
    plant = await auditPlant(test);
  });
  after(() => test.close());

  it('a copy proves itself without the database, and shows what was changed in it', async () => {
    await plant.chain(2);
    const { key_id } = await plant.signed();
    const copy = JSON.parse(JSON.stringify(await plant.file(1)));
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
    const before = await plant.signed();
    await plant.inside((tx) => rotateKey(tx, SECRET));
    await plant.chain(1);
    const after = await plant.signed();
    assert.notEqual(after.key_id, before.key_id);
    assert.deepEqual(await plant.checkpointFaults(), []);
    assert.equal(faultOfFile(await plant.file(1), [before.key_id]), null);
    const later = await plant.file(2);
    assert.equal(faultOfFile(later, [before.key_id]), null);
    const [first, second] = later.keys;
    assert.ok(first && second);
    const forged = { ...later, keys: [first, { ...second, endorsement: first.endorsement }] };
    assert.equal(faultOfFile(forged), 'key_not_endorsed');
  });

  it('a copy kept elsewhere names what our own checkpoints hide', async () => {
    const { id } = await plant.chain(2);
    await plant.signed();
    const copy = await plant.file(1);
    await plant.wipe(id);
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
});
