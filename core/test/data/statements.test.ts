import assert from 'node:assert/strict';
import type { Transaction } from '../../src/data/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { records, shelf } from './records.ts';
import { type Statements, watchStatements } from './statements.ts';

const fixture = { owner: 'fixture', folder: new URL('./fixture/', import.meta.url) };
const MARK = {
  name: 'test_mark',
  text: 'insert into shelves (code, title) values ($1, $2) returning code',
};

describe('statements of a transaction', () => {
  let test: TestDatabase;
  let statements: Statements;
  before(async () => {
    test = await testDatabase({ records, migrations: [fixture] });
    statements = watchStatements();
  });
  after(async () => {
    statements.stop();
    await test.close();
  });

  const act = <T>(work: (tx: Transaction) => Promise<T>) =>
    test.db.transaction(test.organizationId, work);
  const codes = async () => {
    const rows = await test.asOwner<{ code: string }>('select code from shelves order by code');
    return rows.map(({ code }) => code);
  };
  beforeEach(() => test.asOwner('delete from shelves'));

  it('begin, a savepoint and what is posted wait for nothing', async () => {
    await act((tx) => tx.sql('select 1'));
    const { sent, waits } = await statements.during(() =>
      act(async (tx) => {
        await tx.savepoint(async () => {
          await tx.sql('select 1');
          tx.post(MARK, ['A', 'a']);
        });
      }),
    );
    assert.deepEqual([sent, waits], [6, 3], 'one for the question, one for the end, one to commit');
    assert.deepEqual(await codes(), ['A']);
  });

  it('what was posted tells its rows before the savepoint ends, in the order it was sent in', async () => {
    const told: string[] = [];
    await act(async (tx) => {
      await tx.savepoint(async () => {
        for (const code of ['B', 'A'])
          tx.post<{ code: string }>(MARK, [code, code], (rows) =>
            told.push(...rows.map((row) => row.code)),
          );
      });
      assert.deepEqual(told, ['B', 'A']);
    });
  });

  it('a posted statement that fails undoes its savepoint, and says why', async () => {
    await act(async (tx) => {
      await tx.of(shelf).insert({ code: 'A', title: 'a' });
      const twice = tx.savepoint(async () => {
        await tx.of(shelf).insert({ code: 'B', title: 'b' });
        tx.post(MARK, ['A', 'again']);
      });
      await assert.rejects(twice, /duplicate key/);
      assert.equal(tx.changes.length, 1);
      await tx.of(shelf).insert({ code: 'C', title: 'c' });
    });
    assert.deepEqual(await codes(), ['A', 'C']);
  });

  it('a posted statement that fails outside of a savepoint undoes the transaction, and says why', async () => {
    const twice = act(async (tx) => {
      await tx.of(shelf).insert({ code: 'A', title: 'a' });
      tx.post(MARK, ['A', 'again']);
    });
    await assert.rejects(twice, /duplicate key/);
    assert.deepEqual(await codes(), []);
  });

  it('a failure that the work kept to itself is not taken for a commit', async () => {
    const swallowed = act(async (tx) => {
      await tx.of(shelf).insert({ code: 'A', title: 'a' });
      await tx.sql('select 1 / 0').catch(() => undefined);
    });
    await assert.rejects(swallowed, /a failed statement undid the transaction/);
    assert.deepEqual(await codes(), []);
  });

  it('statements of one moment go out together, and each has its own answer', async () => {
    const answers = await act((tx) =>
      Promise.all([1, 2, 3].map((n) => tx.sql<{ n: number }>('select ?::int as n', [n]))),
    );
    assert.deepEqual(answers, [[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  });

  it('nothing is sent when the work is over', async () => {
    let kept: Transaction | undefined;
    await act(async (tx) => {
      kept = tx;
    });
    await assert.rejects(kept?.sql('select 1') ?? Promise.resolve(), /the transaction is over/);
  });
});
