import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { verifyAudit } from '../../src/data/index.ts';
import type { TestDatabase } from '../../src/testing/database.ts';
import { auditPlant, openAuditDatabase, SECRET } from './audit-plant.ts';

describe('a chain of audit rows tells what was done to it', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openAuditDatabase();
  });
  after(() => test.close());

  /** A shelf with four entries in its chain, in an organisation of its own. */
  const chain = async () => {
    const plant = await auditPlant(test);
    return { organization: plant.organization, ...(await plant.chain(4)) };
  };
  const verify = (organization: string, serverSecret = SECRET) =>
    verifyAudit(test.db, organization, { serverSecret });
  const kinds = async (organization: string) =>
    (await verify(organization)).faults.map(({ id, kind }) => [kind, id]);

  it('refuses to change or remove entries as the application', async () => {
    const { organization } = await chain();
    for (const statement of [
      "update audit_log set action = 'x'",
      'delete from audit_log',
      'truncate audit_log',
      'delete from audit_heads',
    ]) {
      const run = test.db.transaction(organization, (tx) => tx.sql(statement));
      await assert.rejects(run, /permission denied/, statement);
    }
  });

  it('finds nothing in an honest chain, whatever the range', async () => {
    const { organization } = await chain();
    assert.deepEqual(await verify(organization), { checked: 4, faults: [] });
    const future = { from: new Date(Date.now() + 60_000), serverSecret: SECRET };
    assert.deepEqual(await verifyAudit(test.db, organization, future), { checked: 0, faults: [] });
  });

  it('finds faults everywhere when the secret is another', async () => {
    const { organization } = await chain();
    const { faults } = await verify(organization, 'another');
    assert.ok(faults.length >= 4);
  });

  it('finds an edited row', async () => {
    const { organization, rows } = await chain();
    await test.asOwner(
      `update audit_log set old_new_diff_json = jsonb_set(old_new_diff_json, '{new,title}', '"forged"') where id = $1`,
      [rows[1]],
    );
    assert.deepEqual(await kinds(organization), [['edited', rows[1]]]);
  });

  for (const column of ['action', 'role', 'ts', 'sig_hash', 'prev_sig']) {
    it(`finds an edit of ${column}, in the middle and at the end`, async () => {
      const forged = column === 'ts' ? "ts + interval '1 second'" : `${column} || 'x'`;
      for (const place of [1, 3]) {
        const { organization, rows } = await chain();
        await test.asOwner(`update audit_log set ${column} = ${forged} where id = $1`, [
          rows[place],
        ]);
        const found = await kinds(organization);
        assert.ok(
          found.some(([kind, id]) => kind === 'edited' && id === rows[place]),
          `place ${place}: ${JSON.stringify(found)}`,
        );
      }
    });
  }

  it('finds deleted rows by the row after them', async () => {
    for (const place of [0, 1, 2]) {
      const { organization, rows } = await chain();
      await test.asOwner('delete from audit_log where id = $1', [rows[place]]);
      assert.deepEqual(await kinds(organization), [['deleted', rows[place + 1]]]);
    }
  });

  it('finds an inserted row', async () => {
    const { organization, rows } = await chain();
    for (const prev of ["''", '(select sig_hash from audit_log where id = $1)']) {
      const copy = randomUUID();
      await test.asOwner(
        `insert into audit_log (id, organization_id, ts, position, role, action, object_type, object_id,
           old_new_diff_json, prev_sig, sig_hash)
         select $2, organization_id, ts, position, role, action, object_type, object_id, old_new_diff_json,
           ${prev}, 'f00d' from audit_log where id = $1`,
        [rows[1], copy],
      );
      assert.deepEqual(await kinds(organization), [['inserted', copy]]);
      await test.asOwner('delete from audit_log where id = $1', [copy]);
    }
  });

  it('finds a copy of a row as inserted, wherever it stands, with the signatures of the original', async () => {
    const { organization, rows } = await chain();
    for (const [at, original] of rows.entries()) {
      const copy = randomUUID();
      await test.asOwner(
        `insert into audit_log select (jsonb_populate_record(a, jsonb_build_object('id', $2::uuid, 'position', $3::bigint))).*
           from audit_log a where id = $1`,
        [original, copy, rows.length + at + 1],
      );
      assert.deepEqual(await kinds(organization), [['inserted', copy]], `a copy of row ${at + 1}`);
      await test.asOwner('delete from audit_log where id = $1', [copy]);
    }
  });

  it('finds reordered rows', async () => {
    const { organization, rows } = await chain();
    await test.asOwner('update audit_log set position = 5 - position where id = any($1)', [
      [rows[1], rows[2]],
    ]);
    const found = await kinds(organization);
    assert.ok(found.length > 0);
    assert.deepEqual([...new Set(found.map(([kind]) => kind))], ['reordered']);
    assert.ok(found.some(([, id]) => id === rows[2]));
  });

  it('finds a cut-off end, also when the head is cut to match or removed', async () => {
    const cut = async (statement: string) => {
      const { organization, id, rows } = await chain();
      await test.asOwner('delete from audit_log where id = any($1)', [rows.slice(2)]);
      await test.asOwner(statement, [id]);
      assert.deepEqual(await kinds(organization), [['truncated', null]], statement);
    };
    await cut('select $1::uuid');
    await cut(
      `update audit_heads set entries = 2, last_sig =
         (select sig_hash from audit_log where object_id = $1 order by position desc limit 1) where object_id = $1`,
    );
    await cut('delete from audit_heads where object_id = $1');
  });

  it('finds a chain of which nothing is left but its head', async () => {
    const { organization, id } = await chain();
    await test.asOwner('delete from audit_log where object_id = $1', [id]);
    assert.deepEqual(await kinds(organization), [['truncated', null]]);
  });
});
