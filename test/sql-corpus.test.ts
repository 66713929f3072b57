import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type TestDatabase, testDatabase } from '@qoida/core/testing';
import { compileExpression } from '../dsl/src/index.ts';
import { answerOfRow } from '../dsl/test/agreement/sql.ts';

interface CorpusCase {
  readonly text: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly value?: unknown;
  readonly fault?: string;
  readonly clock?: { readonly now: string; readonly zone?: string };
  readonly notSupported?: Readonly<Record<string, string>>;
}

interface Row {
  readonly value: unknown;
  readonly fault: string | null;
}

const FOLDER = new URL('../dsl/test/corpus/', import.meta.url);

const close = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a))
    : JSON.stringify(a) === JSON.stringify(b);

describe('the corpus on PostgreSQL', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.close());

  for (const name of readdirSync(FOLDER)) {
    it(name.replace('.json', ''), async () => {
      const cases = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as CorpusCase[];
      const differing: string[] = [];
      for (const { text, vars, values, clock, ...expected } of cases) {
        const compiled = compileExpression(text, vars, { guards: 'allow' });
        const statement = compiled.sql();
        const refused = expected.notSupported?.sql;
        if ('notSupported' in statement) {
          if (refused === undefined || !statement.notSupported.startsWith(refused))
            differing.push(`${text}: not supported: ${statement.notSupported}`);
          continue;
        }
        const at = clock === undefined ? {} : { ...clock, now: new Date(clock.now) };
        const [row] = await database
          .asOwner<Row>(statement.text, compiled.sqlValues(statement, values, at))
          .catch((error: Error): Row[] => [{ value: null, fault: error.message }]);
        assert.ok(row !== undefined, text);
        const answer = answerOfRow(row);
        const right =
          'fault' in answer
            ? answer.fault === expected.fault
            : 'value' in answer &&
              expected.fault === undefined &&
              close(answer.value, expected.value);
        if (!right)
          differing.push(`${text} of ${JSON.stringify(values)}: ${JSON.stringify(answer)}`);
      }
      assert.deepEqual(differing, []);
    });
  }
});
