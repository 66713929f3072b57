/**
 * A month of a KPI: the share of the plan that 1,000 shifts have packed, over 100,000 packages. As
 * the statement that the language makes, as SQL written by hand (which leaves out what the language
 * sees: a missing weight, a wrong number), and as rows fetched and computed in JavaScript.
 */
import { strict as assert } from 'node:assert';
import { compileExpression, type SqlTable } from '@qoida/dsl';
import { busyness, line, median, timed } from '../../dsl/bench/support/figures.ts';
import { testDatabase } from '../src/testing/index.ts';

const SHIFTS = 1_000;
const PACKAGES = 100_000;
const ROUNDS = 9;

const packages: SqlTable = {
  table: ['packages_of_bench'],
  key: 'id',
  field: (name) =>
    name === 'weight_kg'
      ? { kind: 'column', column: name, type: 'numeric' }
      : name === 'trusted'
        ? { kind: 'column', column: name, type: 'bool' }
        : undefined,
};
const shifts: SqlTable = {
  table: ['shifts_of_bench'],
  key: 'id',
  field: (name) =>
    name === 'packages'
      ? { kind: 'list', list: { of: packages, join: [{ column: 'shift_id', outer: 'id' }] } }
      : { kind: 'column', column: name, type: 'numeric' },
};

const achieved = compileExpression(
  'if plan > 0 kg then min(100%, percent(sum(p.weight_kg for p in packages where p.trusted) / plan)) else missing',
  { plan: 'kg', packages: 'list of {weight_kg: kg, trusted: bool}' },
);
const statement = achieved.sqlOver({ grain: [{ name: 'id', of: shifts }] });
assert.ok('text' in statement);
const values = achieved.sqlValues(statement, {});

const BY_HAND = `
  SELECT s.id, CASE WHEN s.plan > 0 THEN least(100, 100 * coalesce(p.packed, 0) / s.plan) END AS value
  FROM shifts_of_bench s
  LEFT JOIN (SELECT shift_id, sum(weight_kg) FILTER (WHERE trusted) AS packed
             FROM packages_of_bench GROUP BY shift_id) p ON p.shift_id = s.id`;

const database = await testDatabase();
try {
  for (const text of [
    'CREATE TABLE shifts_of_bench (id integer PRIMARY KEY, plan numeric(14,3))',
    'CREATE TABLE packages_of_bench (id integer PRIMARY KEY, shift_id integer, weight_kg numeric(14,3), trusted boolean)',
    `INSERT INTO shifts_of_bench SELECT i, 1000 + i FROM generate_series(1, ${SHIFTS}) i`,
    `INSERT INTO packages_of_bench SELECT i, 1 + i % ${SHIFTS}, (i * 7919 % 40000) / 1000.0, i % 9 > 0 FROM generate_series(1, ${PACKAGES}) i`,
    'ANALYZE shifts_of_bench, packages_of_bench',
  ])
    await database.asOwner(text);

  type Answer = { id: number; value: number | null };
  const ways: Readonly<Record<string, () => Promise<readonly Answer[]>>> = {
    'the statement of the language': () => database.asOwner<Answer>(statement.text, values),
    'SQL by hand': () => database.asOwner<Answer>(BY_HAND),
    'rows fetched, computed here': fetched,
  };
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  const answers = new Map<string, readonly Answer[]>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, run] of Object.entries(ways))
      times.get(name)?.push(await timed(async () => void answers.set(name, await run())));

  const total = (name: string): number =>
    (answers.get(name) ?? []).reduce((sum, { value }) => sum + (value ?? 0), 0);
  const [first = '', ...others] = Object.keys(ways);
  for (const name of others) assert.ok(Math.abs(total(name) - total(first)) < 1e-6, name);

  const ms = (name: string): number => median(times.get(name) ?? []);
  console.log(`  ${SHIFTS} shifts, ${PACKAGES} packages, medians of ${ROUNDS}, ${busyness()}`);
  console.log(line('', 'ms', 'to the first'));
  for (const name of Object.keys(ways))
    console.log(line(name, ms(name).toFixed(1), (ms(name) / ms(first)).toFixed(2)));
} finally {
  await database.close();
}

async function fetched(): Promise<readonly { id: number; value: number | null }[]> {
  const rows = await database.asOwner<{ id: number; plan: number }>(
    'SELECT * FROM shifts_of_bench',
  );
  const all = await database.asOwner<{ shift_id: number }>(
    'SELECT shift_id, weight_kg, trusted FROM packages_of_bench',
  );
  const byShift = Map.groupBy(all, ({ shift_id }) => shift_id);
  return rows.map(({ id, plan }) => ({
    id,
    value: achieved.evaluate({ plan, packages: byShift.get(id) ?? [] }) as number | null,
  }));
}
