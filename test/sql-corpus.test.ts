import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestDatabase, testDatabase } from '@qoida/core/testing';
import { compileExpression } from '@qoida/dsl';
import { answerOfRow } from '../dsl/test/agreement/sql.ts';
import type { Answer } from '../dsl/test/support/backends.ts';
import { type CorpusCase, clockOf, corpus, wrongIn } from '../dsl/test/support/corpus.ts';

const AsyncFunction = (async () => {}).constructor as new (
  ...texts: readonly string[]
) => (...args: readonly unknown[]) => Promise<unknown>;

describe('the corpus in SQL', () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());

  for (const { feature, cases } of corpus()) {
    it(feature, async () => {
      for (const c of cases)
        assert.equal(
          wrongIn(c, 'sql', await answerOf(c)),
          undefined,
          `${c.text} of ${JSON.stringify(c.values)}`,
        );
    });
  }

  it('runs the example of docs/sql.md', async () => {
    const page = readFileSync(new URL('../docs/sql.md', import.meta.url), 'utf8');
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    const pg = {
      query: async (text: string, values: readonly unknown[]) => ({
        rows: await database.asOwner(text, values),
      }),
    };
    const run = new AsyncFunction(
      'compileExpression',
      'pg',
      'now',
      'zone',
      `${code}; return rows;`,
    );
    const rows = await run(compileExpression, pg, new Date(), 'Asia/Tashkent');
    assert.deepEqual(rows, [{ value: true, fault: null }]);
  });

  async function answerOf(c: CorpusCase): Promise<Answer> {
    const compiled = compileExpression(c.text, c.vars, { guards: 'allow' });
    const statement = compiled.sql();
    if ('notSupported' in statement) return statement;
    const values = compiled.sqlValues(statement, c.values, clockOf(c));
    const rows = await database.asOwner<{ value: unknown; fault: string | null }>(
      statement.text,
      values,
    );
    assert.equal(rows.length, 1);
    return answerOfRow(rows[0] as (typeof rows)[number]);
  }
});
