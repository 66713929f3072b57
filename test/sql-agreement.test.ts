import assert from 'node:assert/strict';
import { type TestDatabase, testDatabase } from '@qoida/core/testing';
import { ABSENT } from '../dsl/test/agreement/absent.ts';
import { expressions, FACTS_EACH, firstFactOf, pool, SEED } from '../dsl/test/agreement/cases.ts';
import { CLASSES, operatorsOf, Tally, Witness } from '../dsl/test/agreement/classes.ts';
import {
  answerOfRow,
  CREATE_FACTS,
  factRows,
  INSERT_FACTS,
  statementOf,
  valuesOf,
} from '../dsl/test/agreement/sql.ts';
import { type Made, made, referenceAnswer } from '../dsl/test/agreement/units.ts';

const EXPRESSIONS = 10_000;
/** Connections: as many as plan at once. */
const AT_ONCE = 4;

interface Row {
  readonly n: number;
  readonly value: unknown;
  readonly fault: string | null;
}

describe(`SQL agrees with the reference (QOIDA_TEST_SEED=${SEED} plays it again)`, () => {
  const facts = pool();
  const tally = new Tally();
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
    await database.asOwner(CREATE_FACTS);
    await database.asOwner(INSERT_FACTS, [
      factRows([...facts, ...ABSENT.map((absent) => absent.facts)]),
    ]);
  });
  after(() => database.close());

  it(`on ${EXPRESSIONS * FACTS_EACH} random cases`, async () => {
    const waiting = [...expressions(EXPRESSIONS).entries()];
    const worker = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
        await agrees(made(next[1]), firstFactOf(next[0]));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    assert.deepEqual(tally.rare([...CLASSES, 'in SQL']), [], 'too few cases of a kind');
  });

  it('on what has to be there and is not', async () => {
    for (const [i, { text, wanted }] of ABSENT.entries()) {
      const statement = statementOf(made(text), facts.length + i, 1);
      assert.ok('text' in statement, `${text}: ${JSON.stringify(statement)}`);
      const [row] = await database.asOwner<Row>(statement.text, valuesOf(statement));
      assert.deepEqual(row && answerOfRow(row), wanted, text);
    }
  });

  async function agrees(expression: Made, first: number): Promise<void> {
    const statement = statementOf(expression, first, FACTS_EACH);
    assert.ok('text' in statement, `${expression.text}: ${JSON.stringify(statement)}`);
    const rows = await database
      .asOwner<Row>(statement.text, valuesOf(statement))
      .catch((error: Error) => {
        throw new Error(`${expression.text}: ${error.message}`);
      });
    assert.equal(rows.length, FACTS_EACH);
    const operators = operatorsOf(expression.expr);
    for (const row of rows) {
      const values = facts[row.n] ?? {};
      const witness = new Witness();
      const wanted = referenceAnswer(expression, values, witness.watch);
      tally.answer(wanted);
      for (const kind of [...operators, ...witness.seen, 'in SQL']) tally.add(kind);
      const found = answerOfRow(row);
      if (JSON.stringify(found) !== JSON.stringify(wanted))
        assert.deepEqual(found, wanted, `${expression.text} of ${JSON.stringify(values)}`);
    }
  }
});
