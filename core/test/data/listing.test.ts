import assert from 'node:assert/strict';
import { Refusal } from '@qoida/core';
import { type ListQuery, listRecord } from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { box, records, shelf } from './records.ts';

const fixture = { owner: 'fixture', folder: new URL('./fixture/', import.meta.url) };

describe('lists', () => {
  let test: TestDatabase;
  before(async () => {
    test = await testDatabase({ records, migrations: [fixture] });
    await test.db.transaction(test.organizationId, async (tx) => {
      for (const code of ['A', 'B', 'C']) {
        const state = code === 'C' ? ('closed' as const) : ('open' as const);
        const { id } = await tx.of(shelf).insert({ code, title: 'secret title', state });
        for (const weight of code === 'B' ? [1.5, 2.5] : []) {
          await tx.of(box).insert({
            shelf_id: id,
            weight_kg: weight,
            labels: [`w${weight}`],
            fragile: weight < 2,
          });
        }
      }
    });
  });
  after(() => test.close());

  const shelves = (query: ListQuery) =>
    test.db.read(test.organizationId, (tx) => listRecord(tx, shelf, query));
  const boxes = (query: ListQuery) =>
    test.db.read(test.organizationId, (tx) => listRecord(tx, box, query));
  const codes = async (query: ListQuery) => (await shelves(query)).items.map((item) => item.code);

  it('come in pages with their total, in the declared order', async () => {
    assert.deepEqual(await codes({}), ['A', 'B', 'C']);
    const { items, ...rest } = await shelves({ page: '2', page_size: '2' });
    assert.deepEqual(rest, { page: 2, page_size: 2, total: 3 });
    assert.deepEqual(
      items.map((item) => item.code),
      ['C'],
    );
    assert.deepEqual((await shelves({})).page_size, 50);
  });

  it('carry computed fields and leave hidden ones out', async () => {
    const [, second] = (await shelves({})).items;
    assert.equal(second?.stored_kg, 4);
    assert.equal('title' in (second ?? {}), false);
    assert.equal('organization_id' in (second ?? {}), false);
  });

  it('filter by stored and computed fields, by list members and by the code of a reference', async () => {
    assert.deepEqual(await codes({ state: 'closed' }), ['C']);
    assert.deepEqual(await codes({ stored_kg: '4.000' }), ['B']);
    const [shelfB] = (await shelves({ stored_kg: '4' })).items;
    const weights = async (query: ListQuery) =>
      (await boxes(query)).items.map((item) => item.weight_kg);
    assert.deepEqual(await weights({ shelf_id: 'B' }), [2.5, 1.5]);
    assert.deepEqual(await weights({ shelf_id: shelfB?.id as string, fragile: 'true' }), [1.5]);
    assert.deepEqual(await weights({ labels: 'w2.5' }), [2.5]);
    assert.deepEqual(await weights({ packed_on: '' }), [2.5, 1.5]);
    assert.deepEqual(await weights({ shelf_id: 'nowhere' }), []);
    assert.equal((await boxes({ shelf_id: 'B', page_size: '1' })).total, 2);
  });

  it('sort as asked', async () => {
    assert.deepEqual(await codes({ sort: '-code' }), ['C', 'B', 'A']);
    assert.deepEqual(await codes({ sort: 'stored_kg desc,code desc' }), ['B', 'C', 'A']);
  });

  it('refuse what they do not offer', async () => {
    const refused: [ListQuery, string][] = [
      [{ title: 'x' }, 'filter_unknown'],
      [{ state: 'broken' }, 'filter_invalid'],
      [{ stored_kg: 'much' }, 'filter_invalid'],
      [{ sort: 'title' }, 'sort_invalid'],
      [{ sort: 'code; drop table shelves' }, 'sort_invalid'],
      [{ page: '0' }, 'page_invalid'],
      [{ page: '1.5' }, 'page_invalid'],
      [{ page_size: '201' }, 'page_invalid'],
    ];
    for (const [query, reason] of refused) {
      await assert.rejects(shelves(query), (error) => {
        assert.ok(error instanceof Refusal, String(error));
        assert.deepEqual([error.reason, error.status], [reason, 422]);
        return true;
      });
    }
    await assert.rejects(boxes({ fragile: 'yes' }), /fragile must be true or false/);
    await assert.rejects(boxes({ packed_on: 'soon' }), /packed_on must be a date/);
  });
});
