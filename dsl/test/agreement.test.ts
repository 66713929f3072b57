import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileForAll } from './support/backends.ts';

/** Random typed expressions with random facts: all back ends give one answer, faults included. */
const VARS = {
  a: 'number',
  b: 'number',
  x: 'number?',
  k: 'kg',
  m: 'kg',
  g: 'g',
  w: 'g?',
  pct: '%',
  p: 'bool',
  q: 'bool?',
  s: 'oneof(ok, bad)',
  t: 'text',
  u: 'text?',
  d: 'instant',
  day: 'date',
  rows: 'list of {w: kg, n: number?, ok: bool}',
  rec: '{k: kg, in: {n: number}?}?',
  list: 'list of number',
};

interface Grammar {
  number: string;
  kg: string;
  bool: string;
  text: string;
}

const two = (a: fc.Arbitrary<string>, signs: readonly string[]) =>
  fc.tuple(a, fc.constantFrom(...signs), a).map(([l, sign, r]) => `(${l} ${sign} ${r})`);
const call = (names: readonly string[], ...args: readonly fc.Arbitrary<string>[]) =>
  fc
    .tuple(fc.constantFrom(...names), ...args)
    .map(([name, ...rest]) => `${name}(${rest.join(', ')})`);
const choice = (c: fc.Arbitrary<string>, a: fc.Arbitrary<string>) =>
  fc.tuple(c, a, a).map(([x, y, z]) => `(if ${x} then ${y} else ${z})`);

const COMPARE = ['=', '!=', '<', '<=', '>', '>='];

const { number, kg, bool, text } = fc.letrec<Grammar>((tie: fc.LetrecTypedTie<Grammar>) => {
  const n = tie('number');
  const q = tie('kg');
  const c = tie('bool');
  const t = tie('text');
  const literal = fc.constantFrom('0', '1', '2.5', '0.1', '0.3', '1e-13', '1000000', '(1 * 35%)');
  return {
    number: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'x', 'rec.in.n') },
      { weight: 1, arbitrary: literal },
      { weight: 3, arbitrary: two(n, ['+', '-', '*', '/', '??']) },
      { weight: 1, arbitrary: two(q, ['/']) },
      { weight: 1, arbitrary: call(['abs', 'sqrt', 'round', 'floor', 'ceil'], n) },
      { weight: 1, arbitrary: call(['min', 'max'], n, n) },
      { weight: 1, arbitrary: call(['round', 'floor'], n, fc.constantFrom('a', 'x', '0.1', '3')) },
      { weight: 1, arbitrary: choice(c, n) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          'count(for r in rows where r.ok)',
          'sum(r.n for r in rows where r.n is present)',
          'sum(r.n for r in rows)',
          'avg(list)',
          'max(list)',
          'sum(list)',
          'count(rows)',
          'length(t)',
          '(days_between(day, today))',
        ),
      },
    ),
    kg: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      {
        weight: 3,
        arbitrary: fc.constantFrom('k', 'm', 'g', 'w', 'rec.k', '5 kg', '300 g', '0 kg'),
      },
      { weight: 3, arbitrary: two(q, ['+', '-', '??']) },
      { weight: 1, arbitrary: fc.tuple(q, n).map(([l, r]) => `(${l} * ${r})`) },
      { weight: 1, arbitrary: q.map((e) => `(pct of ${e})`) },
      {
        weight: 2,
        arbitrary: call(['floor', 'round', 'ceil'], q, fc.constantFrom('1 g', '0.1 kg')),
      },
      { weight: 1, arbitrary: call(['min', 'max'], q, q) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('sum(r.w for r in rows)', 'min(r.w for r in rows where r.ok)'),
      },
    ),
    text: fc.oneof(
      { maxDepth: 2 },
      { weight: 3, arbitrary: fc.constantFrom('t', 'u', '"E3"', '""') },
      { weight: 1, arbitrary: two(t, ['??']) },
      { weight: 1, arbitrary: call(['lower', 'upper'], t) },
    ),
    bool: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 1, arbitrary: fc.constantFrom('p', 'q', 'true', 'false') },
      { weight: 3, arbitrary: two(n, COMPARE) },
      { weight: 3, arbitrary: two(q, COMPARE) },
      { weight: 1, arbitrary: two(t, COMPARE) },
      { weight: 3, arbitrary: two(c, ['and', 'or']) },
      { weight: 1, arbitrary: c.map((e) => `(not ${e})`) },
      { weight: 1, arbitrary: n.map((e) => `(${e} is missing)`) },
      { weight: 1, arbitrary: n.map((e) => `(${e} in [0, 1, 0.3, b])`) },
      {
        weight: 1,
        arbitrary: fc.tuple(n, n, n).map(([l, e, h]) => `(${e} between ${l} and ${h})`),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          's = ok',
          's not in (ok)',
          'd < now',
          'now - d > 10 min',
          'day = today',
          'at day <= d',
          'any(r.ok for r in rows)',
          'all(r.w > 1 kg for r in rows)',
          'none(1 / r.n > 2 for r in rows)',
          'x in list',
          'starts_with(t, "E")',
        ),
      },
    ),
  };
});

const anyNumber = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      0,
      1,
      -1,
      0.1,
      0.2,
      0.3,
      0.30000000000000004,
      2.5,
      1.0000000000001,
      5,
      300,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-0, 1e308, -1e308, 5e-324, 1e15, 1e-12, 9007199254740992),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, undefined, NaN, Infinity, '12', [], {}, true),
  },
);
const spoiled = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 9, arbitrary: good as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, 5, 'x', {}) },
  );
const flag = spoiled(fc.boolean());
const word = spoiled(fc.constantFrom('', 'E3', 'e1', 'ж', '😀', '\uffee'));
const row = spoiled(fc.record({ w: anyNumber, n: anyNumber, ok: flag }));

const facts = fc.record({
  a: anyNumber,
  b: anyNumber,
  x: anyNumber,
  k: anyNumber,
  m: anyNumber,
  g: anyNumber,
  w: anyNumber,
  pct: anyNumber,
  p: flag,
  q: flag,
  t: word,
  u: word,
  s: spoiled(fc.constantFrom('ok', 'bad', 'other')),
  d: spoiled(
    fc.constantFrom(
      '2025-08-28T10:00',
      '2025-08-28T05:00:00Z',
      new Date(1756376077000),
      '2025-13-01T00:00',
    ),
  ),
  day: spoiled(fc.constantFrom('2025-08-28', '2025-08-29', '2025-02-30')),
  rows: spoiled(fc.array(row, { maxLength: 4 })),
  list: spoiled(fc.array(anyNumber, { maxLength: 4 })),
  rec: spoiled(fc.record({ k: anyNumber, in: spoiled(fc.record({ n: anyNumber })) })),
});

const CLOCK = { now: new Date('2025-08-28T05:00:00Z') };
const EXPRESSIONS = 4_000;
const FACTS = 5;

describe('all back ends agree', () => {
  const seen = new Map<string, number>();
  const count = (kind: string): void => void seen.set(kind, (seen.get(kind) ?? 0) + 1);

  it(`on ${EXPRESSIONS * FACTS} random cases`, function () {
    this.timeout(60_000);
    const rule = fc.oneof(number, kg, bool, text);
    const samples = fc.array(facts, { minLength: FACTS, maxLength: FACTS });
    const property = fc.property(rule, samples, (expression, many) => {
      const ask = compileForAll(expression, VARS);
      for (const values of many) {
        const { reference, jsonLogic, ...others } = ask(values, CLOCK);
        count(
          'fault' in reference
            ? reference.fault
            : 'value' in reference && reference.value === null
              ? 'missing'
              : 'value',
        );
        for (const [backend, answer] of Object.entries(others))
          assert.deepEqual(answer, reference, backend);
        count('notSupported' in jsonLogic ? 'not in JSON Logic' : 'in JSON Logic');
        if (!('notSupported' in jsonLogic)) assert.deepEqual(jsonLogic, reference, 'jsonLogic');
      }
    });
    fc.assert(property, { numRuns: EXPRESSIONS, endOnFailure: true });
  });

  it('on enough cases of each kind', () => {
    for (const kind of ['value', 'missing', 'Q9001', 'Q9002', 'Q9003', 'Q9004', 'in JSON Logic']) {
      assert.ok(
        (seen.get(kind) ?? 0) > 100,
        `${kind}: ${seen.get(kind) ?? 0} of ${JSON.stringify([...seen])}`,
      );
    }
  });
});
