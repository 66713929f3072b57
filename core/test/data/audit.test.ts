import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Actor, list, object, record, text } from '@qoida/core';
import { signRow } from '../../src/data/audit/chain.ts';
import { diffOf } from '../../src/data/audit/diff.ts';
import {
  canonicalJson,
  payloadHash,
  searchAudit,
  type Transaction,
  verifyAudit,
  writeAudit,
} from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { box, records, shelf, tick } from './records.ts';

const fixture = { owner: 'fixture', folder: new URL('./fixture/', import.meta.url) };
const SECRET = 'server-secret-001';

describe('canonical forms (F-EX-05)', () => {
  it('hashes the payload of the vector', () => {
    const payload = {
      user_external_id: '17',
      month: '2025-08',
      base_salary: '4000000.00',
      kpi_bonus: '531250.00',
      penalties: '50000.00',
      avans: '1500000.00',
      net_pay: '2981250.00',
    };
    assert.equal(
      payloadHash(payload),
      'b8abb5fe2feef29636bb085a4c3e7eede2790344ce4d0ae4d237f97f11eec419',
    );
  });

  it('signs the row of the vector', () => {
    const row = {
      id: '33333333-3333-4333-8333-333333333333',
      ts: new Date('2025-08-28T10:14:38Z'),
      actor_id: '11111111-1111-4111-8111-111111111111',
      role: 'operator',
      action: 'package.create',
      object_type: 'package',
      object_id: '22222222-2222-4222-8222-222222222222',
      diff: { old: null, new: { weight_kg: '20.520' } },
    };
    assert.equal(
      signRow(SECRET, '', row),
      '22f0a3be3b637855cfa54e8aa50e7f74f0a8a2efd7d0cdb41e9dc90e6232e49d',
    );
  });

  it('sorts keys by code point, where UTF-16 units would sort otherwise', () => {
    assert.equal(
      canonicalJson({ '\u{1F600}': 1, '\uFFFD': 2, b: [null], a: 'ў' }),
      '{"a":"ў","b":[null],"\uFFFD":2,"\u{1F600}":1}',
    );
  });
});

describe('audit', () => {
  let test: TestDatabase;
  before(async () => {
    test = await testDatabase({ records, migrations: [fixture] });
  });
  after(() => test.close());

  /** Runs `work` and audits it, as the road does. */
  const act = <T>(
    work: (tx: Transaction) => Promise<T>,
    action = 'shelf.change',
    organization = test.organizationId,
  ) =>
    test.db.transaction(organization, async (tx) => {
      const result = await work(tx);
      await writeAudit(tx, entryOf(action, organization), tx.changes);
      return result;
    });
  const verify = (organizationId = test.organizationId) =>
    verifyAudit(test.db, organizationId, { serverSecret: SECRET });

  it('keeps who, what and the difference, decimals with fixed places, secrets blotted out', async () => {
    const { id } = await act(async (tx) => {
      const { id: shelf_id } = await tx.of(shelf).insert({ code: 'D', title: 'hidden title' });
      return tx
        .of(box)
        .insert({ shelf_id, weight_kg: 20.52, pieces: 3, pin: '4321', density: 0.5 });
    }, 'box.create');
    await act(
      (tx) => tx.of(box).update(id, { weight_kg: 21, pieces: 3, pin: '9999' }),
      'box.weigh',
    );
    const { items, total } = await test.db.read(test.organizationId, (tx) =>
      searchAudit(tx, { object_type: 'box', object_id: id }),
    );
    assert.equal(total, 2);
    assert.deepEqual(
      items.map((item) => [item.action, item.role, item.result, item.ip]),
      [
        ['box.weigh', 'operator', 'done', '127.0.0.1'],
        ['box.create', 'operator', 'done', '127.0.0.1'],
      ],
    );
    assert.deepEqual(items[0]?.old_new_diff_json, {
      old: { weight_kg: '20.520', pin: '***' },
      new: { weight_kg: '21.000', pin: '***' },
    });
    const created = items[1]?.old_new_diff_json.new ?? {};
    assert.deepEqual(
      [created.weight_kg, created.density, created.pieces, created.pin],
      ['20.520', '0.500000', 3, '***'],
    );
  });

  it('blots out secrets inside objects and lists too, and still tells that they changed (F-SEC-12)', () => {
    const key = () => text({ secret: true });
    const door = record('door', 'doors', {
      lock: object({ side: text(), key: key().optional() }),
      guests: list(object({ name: text(), key: key() })),
      codes: list(key()),
    });
    const row = (secret: string) => ({
      lock: { side: 'left', key: secret },
      guests: [{ name: 'Anvar', key: secret }],
      codes: [secret],
    });
    const blotted = {
      lock: { side: 'left', key: '***' },
      guests: [{ name: 'Anvar', key: '***' }],
      codes: ['***'],
    };
    const change = { record: door, table: door.table, object_id: '1' };
    assert.deepEqual(diffOf({ ...change, before: row('old key'), after: row('new key') }), {
      old: blotted,
      new: blotted,
    });
    const none = { lock: { side: 'left', key: null }, guests: [], codes: [] };
    assert.deepEqual(diffOf({ ...change, before: null, after: none }), { old: null, new: none });
  });

  it('writes no row for what did not change, nor for a record outside the audit', async () => {
    const { id } = await act((tx) => tx.of(shelf).insert({ code: 'N', title: 't' }));
    const before = (await verify()).checked;
    await act((tx) => tx.of(shelf).update(id, { title: 't' }));
    await act((tx) => tx.of(tick).insert({ at: new Date(), value: 1 }));
    assert.equal((await verify()).checked, before);
  });

  it('keeps an action that changes no record', async () => {
    await test.db.transaction(test.organizationId, (tx) =>
      writeAudit(
        tx,
        { ...entryOf('report.export', tx.organizationId), object: { object_type: 'report' } },
        [],
      ),
    );
    const { items } = await test.db.read(test.organizationId, (tx) =>
      searchAudit(tx, { object_type: 'report' }),
    );
    assert.deepEqual(items[0]?.old_new_diff_json, { old: null, new: null });
  });

  it('keeps one unbroken chain under concurrent writes to one object', async () => {
    const organization = await test.addOrganization('concurrent');
    const { id } = await act(
      (tx) => tx.of(shelf).insert({ code: 'A', title: '0' }),
      'shelf.create',
      organization,
    );
    const { id: second } = await act(
      (tx) => tx.of(shelf).insert({ code: 'B', title: '0' }),
      'shelf.create',
      organization,
    );
    const write = (turn: number) =>
      act(
        async (tx) => {
          await tx.lock([id, second].map((idOrCode) => ({ record: shelf, idOrCode })));
          for (const one of turn % 2 ? [id, second] : [second, id]) {
            await tx.of(shelf).update(one, { title: `turn ${turn}` });
          }
        },
        'shelf.change',
        organization,
      );
    await Promise.all(Array.from({ length: 16 }, (_, turn) => write(turn)));
    assert.deepEqual(await verify(organization), { checked: 34, faults: [] });
  });

  it('leaves no entry behind a rolled back transaction', async () => {
    const before = (await verify()).checked;
    const failure = new Error('after the audit');
    const run = test.db.transaction(test.organizationId, async (tx) => {
      await tx.of(shelf).insert({ code: 'GONE', title: 't' });
      await writeAudit(tx, entryOf('shelf.create', tx.organizationId), tx.changes);
      throw failure;
    });
    await assert.rejects(run, failure);
    assert.deepEqual(await verify(), { checked: before, faults: [] });
  });
});

function entryOf(action: string, organizationId: string) {
  const actor: Actor = {
    kind: 'user',
    id: '11111111-1111-4111-8111-111111111111',
    name: 'Ali',
    roles: ['operator'],
    locale: 'uz',
    organizationId,
  };
  return {
    action,
    actor,
    role: 'operator',
    traceId: randomUUID(),
    now: new Date(),
    ip: '127.0.0.1',
    result: 'done',
    serverSecret: SECRET,
  };
}
