import assert from 'node:assert/strict';
import { Refusal } from '@qoida/core';
import fc from 'fast-check';
import type { Transaction } from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { box, records, shelf } from './records.ts';
import { lockWaiter } from './waiting.ts';

const fixture = { owner: 'fixture', folder: new URL('./fixture/', import.meta.url) };

describe('repositories', () => {
  let test: TestDatabase;
  let code = 0;
  before(async () => {
    test = await testDatabase({ records, migrations: [fixture] });
  });
  after(() => test.close());

  const inside = <T>(work: (tx: Transaction) => Promise<T>) =>
    test.db.transaction(test.organizationId, work);
  const newShelf = (tx: Transaction) => tx.of(shelf).insert({ code: `S${++code}`, title: 'shelf' });

  it('gives every kind of field back as it was written', async () => {
    const at = new Date('2025-08-28T10:14:38.123Z');
    const row = {
      weight_kg: 20.52,
      density: 0.123456,
      ratio: 0.1 + 0.2,
      price: 99999999999.99,
      pieces: 9007199254740991,
      fragile: true,
      packed_on: '2025-08-28',
      sealed_at: at,
      labels: ['a', "b'c", '{}', ''],
      seen_by: ['11111111-1111-4111-8111-111111111111'],
      lines: [{ name: 'x', kg: 0.001, at }],
      note: { nested: [1, 'two', null], text: 'ў' },
      pin: '1234',
    };
    await inside(async (tx) => {
      const { id: shelf_id } = await newShelf(tx);
      const { id } = await tx.of(box).insert({ shelf_id, ...row });
      const { created_at, id: _id, shelf_id: _shelf, ...read } = await tx.of(box).get(id);
      assert.deepEqual(read, row);
      assert.ok(created_at instanceof Date);
    });
  });

  it('fills defaults and leaves optional fields null', async () => {
    await inside(async (tx) => {
      const { id: shelf_id, state, capacity_kg } = await newShelf(tx);
      assert.deepEqual({ state, capacity_kg }, { state: 'open', capacity_kg: 100 });
      const { fragile, labels, note, lines } = await tx.of(box).insert({ shelf_id, weight_kg: 1 });
      assert.deepEqual(
        { fragile, labels, note, lines },
        { fragile: false, labels: [], note: null, lines: null },
      );
    });
  });

  it('keeps weights exact to the gram', async () => {
    const rollback = new Error('rollback');
    await assert.rejects(
      inside(async (tx) => {
        const { id: shelf_id } = await newShelf(tx);
        await fc.assert(
          fc.asyncProperty(fc.integer({ min: 0, max: 99_999_999_999 }), async (grams) => {
            const weight_kg = grams / 1000;
            const { id } = await tx.of(box).insert({ shelf_id, weight_kg });
            const [{ exact } = { exact: '' }] = await tx.sql<{ exact: string }>(
              'select weight_kg::text as exact from boxes where id = ?',
              [id],
            );
            assert.equal(exact, weight_kg.toFixed(3));
            assert.equal((await tx.of(box).get(id)).weight_kg, weight_kg);
          }),
          { numRuns: 60 },
        );
        throw rollback;
      }),
      rollback,
    );
  });

  it('sums steps of a gram without a trace of binary fractions', async () => {
    await inside(async (tx) => {
      const { id } = await newShelf(tx);
      for (let step = 0; step < 30; step++)
        await tx.of(box).insert({ shelf_id: id, weight_kg: 0.001 + step * 0.1 });
      assert.equal((await tx.of(shelf).get(id)).stored_kg, 43.53);
    });
  });

  it('finds a row by id or by code, and says what it did not find', async () => {
    await inside(async (tx) => {
      const made = await newShelf(tx);
      assert.deepEqual(await tx.of(shelf).get(made.code), made);
      assert.equal(await tx.of(shelf).idOf(made.code), made.id);
      assert.equal(await tx.of(shelf).idOf(made.id), made.id);
      await assert.rejects(
        tx.of(shelf).get('nowhere'),
        refusal('not_found', { what: 'shelf', value: 'nowhere' }),
      );
      await assert.rejects(tx.of(box).get('boxes-have-no-code'), refusal('not_found'));
      assert.equal(await tx.of(shelf).find({ code: 'nowhere' }), null);
    });
  });

  it('filters by equal values, null and computed fields, in the order asked for', async () => {
    await inside(async (tx) => {
      const { id: shelf_id } = await newShelf(tx);
      for (const weight_kg of [3, 1, 2])
        await tx.of(box).insert({ shelf_id, weight_kg, pieces: null });
      const weights = async (options: { sort: string; limit?: number }) =>
        (await tx.of(box).list({ shelf_id, pieces: null }, options)).map((row) => row.weight_kg);
      assert.deepEqual(await weights({ sort: 'weight_kg' }), [1, 2, 3]);
      assert.deepEqual(await weights({ sort: 'weight_kg desc', limit: 2 }), [3, 2]);
      assert.deepEqual(await weights({ sort: '-weight_kg' }), [3, 2, 1]);
      assert.equal((await tx.of(shelf).find({ id: shelf_id, stored_kg: 6 }))?.id, shelf_id);
      const slip = { shelf_id: undefined } as unknown as { shelf_id: string };
      await assert.rejects(tx.of(box).list(slip), /condition on "shelf_id" has no value/);
      await assert.rejects(
        tx.of(box).list({}, { sort: 'weight_kg; drop table boxes' }),
        /is not an order/,
      );
    });
  });

  it('loads only the computed fields that are named', async () => {
    await inside(async (tx) => {
      const { id } = await newShelf(tx);
      assert.equal((await tx.of(shelf).get(id)).stored_kg, 0);
      assert.equal('stored_kg' in (await tx.of(shelf).get(id, { computed: [] })), false);
    });
  });

  it('reads computed fields after a lock was waited for, not before', async () => {
    const { id } = await inside(newShelf);
    const locked = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const first = inside(async (tx) => {
      await tx.of(shelf).get(id, { lock: true });
      locked.resolve();
      await letGo.promise;
      await tx.of(box).insert({ shelf_id: id, weight_kg: 5 });
    });
    await locked.promise;
    const second = inside((tx) => tx.of(shelf).get(id, { lock: true }));
    await lockWaiter(test);
    letGo.resolve();
    await first;
    assert.equal((await second).stored_kg, 5);
  });

  it('locks in one order whatever the order asked for, so nobody deadlocks', async () => {
    const [a, b] = await inside(async (tx) => [await newShelf(tx), await newShelf(tx)]);
    const [first, second] = [
      { record: shelf, idOrCode: a?.code ?? '' },
      { record: shelf, idOrCode: b?.id ?? '' },
    ];
    const runs = Array.from({ length: 20 }, (_, turn) =>
      inside(async (tx) => {
        await tx.lock(turn % 2 ? [first, second] : [second, first]);
        await tx.of(shelf).update(a?.id ?? '', { title: `turn ${turn}` });
      }),
    );
    assert.equal((await Promise.all(runs)).length, 20);
  });

  it('turns what the database refuses into answers', async () => {
    const refused = async (work: (tx: Transaction) => Promise<unknown>, reason: string) =>
      assert.rejects(inside(work), refusal(reason));
    const kept = await inside(newShelf);
    await refused((tx) => tx.of(shelf).insert({ code: kept.code, title: 't' }), 'already_exists');
    await refused((tx) => tx.of(box).insert({ shelf_id: kept.id, weight_kg: -1 }), 'check_failed');
    await refused(
      (tx) => tx.of(box).insert({ shelf_id: kept.id, weight_kg: 60, fragile: true }),
      'check_failed',
    );
    await refused(
      (tx) => tx.of(box).insert({ shelf_id: kept.id, weight_kg: 1e12 }),
      'out_of_range',
    );
    const nowhere = '99999999-9999-4999-8999-999999999999';
    await refused(
      (tx) => tx.of(box).insert({ shelf_id: nowhere, weight_kg: 1 }),
      'unknown_reference',
    );
    await refused(async (tx) => {
      await tx.of(box).insert({ shelf_id: kept.id, weight_kg: 1 });
      await tx.of(shelf).remove(kept.id);
    }, 'still_referenced');
    const stranger = { code: 'Z', title: 'z', colour: 'red' };
    await assert.rejects(
      inside((tx) => tx.of(shelf).insert(stranger)),
      /stores no field "colour"/,
    );
  });
});

describe('changes of a transaction', () => {
  let test: TestDatabase;
  before(async () => {
    test = await testDatabase({ records, migrations: [fixture] });
  });
  after(() => test.close());
  const inside = <T>(work: (tx: Transaction) => Promise<T>) =>
    test.db.transaction(test.organizationId, work);
  const told = (tx: Transaction) =>
    tx.changes.map(({ record, before, after }) => [
      record.name,
      before?.title ?? null,
      after?.title ?? null,
    ]);

  it('merges what happened to one object', async () => {
    const { id: kept } = await inside((tx) => tx.of(shelf).insert({ code: 'K', title: 'one' }));
    await inside(async (tx) => {
      const made = await tx.of(shelf).insert({ code: 'A', title: 'new' });
      await tx.of(shelf).update(made.id, { title: 'newer' });
      const fleeting = await tx.of(shelf).insert({ code: 'B', title: 'fleeting' });
      await tx.of(shelf).remove(fleeting.id);
      await tx.of(shelf).update(kept, { title: 'two' });
      await tx.of(shelf).update(kept, { title: 'three' });
      assert.deepEqual(told(tx), [
        ['shelf', null, 'newer'],
        ['shelf', 'one', 'three'],
      ]);
      await tx.of(shelf).remove(kept);
      assert.deepEqual(told(tx).at(-1), ['shelf', 'one', null]);
    });
  });

  it('forgets those of a savepoint that is rolled back, keeps those around it', async () => {
    await inside(async (tx) => {
      const { id } = await tx.of(shelf).insert({ code: 'S', title: 'outer' });
      const refused = new Error('refused');
      const inner = tx.savepoint(async () => {
        await tx.of(shelf).update(id, { title: 'inner' });
        await tx.savepoint(() => tx.of(shelf).insert({ code: 'S2', title: 'deep' }));
        assert.equal(tx.changes.length, 2);
        throw refused;
      });
      await assert.rejects(inner, refused);
      assert.deepEqual(told(tx), [['shelf', null, 'outer']]);
      await tx.savepoint(() => tx.of(shelf).update(id, { title: 'kept' }));
      assert.deepEqual(told(tx), [['shelf', null, 'kept']]);
    });
    const titles = await inside((tx) => tx.sql("select title from shelves where code like 'S%'"));
    assert.deepEqual(titles, [{ title: 'kept' }]);
  });

  it('goes on after a statement of the savepoint failed in the database', async () => {
    await inside(async (tx) => {
      await tx.of(shelf).insert({ code: 'T', title: 't' });
      const twice = () => tx.of(shelf).insert({ code: 'T', title: 'again' });
      await assert.rejects(tx.savepoint(twice), refusal('already_exists'));
      await tx.of(shelf).insert({ code: 'U', title: 'u' });
    });
    const { length } = await inside((tx) =>
      tx.sql("select 1 from shelves where code in ('T', 'U')"),
    );
    assert.equal(length, 2);
  });

  it('sees the true row before it under concurrent updates', async () => {
    const { id } = await inside((tx) => tx.of(shelf).insert({ code: 'C', title: '0' }));
    const steps: (readonly unknown[])[] = [];
    const step = (title: string) =>
      inside(async (tx) => {
        await tx.of(shelf).update(id, { title });
        steps.push([tx.changes[0]?.before?.title, title]);
      });
    await Promise.all(Array.from({ length: 8 }, (_, index) => step(`n${index}`)));
    const next = new Map(steps.map(([before, after]) => [before, after]));
    let [title, seen]: [unknown, number] = ['0', 0];
    for (; next.has(title); seen++) title = next.get(title);
    assert.equal(seen, 8, 'every update starts from the end of another');
  });

  it('takes no statement after the transaction and undoes everything when work throws', async () => {
    let escaped: Transaction | undefined;
    const failure = new Error('failure');
    await assert.rejects(
      inside(async (tx) => {
        escaped = tx;
        await tx.of(shelf).insert({ code: 'LOST', title: 'x' });
        throw failure;
      }),
      failure,
    );
    await assert.rejects((escaped as Transaction).sql('select 1'), /the transaction is over/);
    assert.deepEqual(await inside((tx) => tx.of(shelf).list({ code: 'LOST' })), []);
    const write = test.db.read(test.organizationId, (tx) =>
      tx.of(shelf).insert({ code: 'RO', title: 'x' }),
    );
    await assert.rejects(write, /read-only transaction/);
  });
});

function refusal(reason: string, details?: Record<string, unknown>) {
  return (error: unknown) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.reason, reason);
    if (details) assert.deepEqual(error.details, details);
    return true;
  };
}
