import assert from 'node:assert/strict';
import { sealHead } from '../../src/data/audit/chain.ts';
import type { TestDatabase } from '../../src/testing/database.ts';
import { type AuditPlant, auditPlant, openAuditDatabase, SECRET } from './audit-plant.ts';
import { shelf } from './records.ts';

describe('what a tampered audit log gives away (F-OP-35)', () => {
  let test: TestDatabase;
  let plant: AuditPlant;
  before(async () => {
    test = await openAuditDatabase();
  });
  beforeEach(async () => {
    plant = await auditPlant(test);
  });
  after(() => test.close());

  it('names an object of which nothing is left', async () => {
    const { id } = await plant.chain(2);
    await plant.signed();
    await plant.wipe(id);
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
    await plant.signed();
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
    await plant.signed();
    await plant.wipe(id);
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
    await plant.signed();
    await plant.wipe(id);
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
});
