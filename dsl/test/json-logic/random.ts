import fc from 'fast-check';

/**
 * Random expressions for JSON Logic: lists inside lists that see outer values and the clock,
 * records, moments, per cent and units that are not base units.
 */
export const VARS = {
  a: 'number',
  x: 'number?',
  k: 'kg',
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
  tod: 'time',
  rows: 'list of {w: g, n: number?, ok: bool, at: instant, parts: list of {m: kg}}',
  rec: '{k: g, in: {n: number, `a.b`: text?}?}?',
  list: 'list of number',
  '`odd.name`': 'number',
} as const;

/** The declared types, by names as the language has them. */
export const DECLARED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(VARS).map(([name, type]) => [name.replaceAll('`', ''), type]),
);

interface Grammar {
  readonly number: string;
  readonly mass: string;
  readonly bool: string;
  readonly moment: string;
}

const two = (a: fc.Arbitrary<string>, signs: readonly string[], b = a) =>
  fc.tuple(a, fc.constantFrom(...signs), b).map(([l, sign, r]) => `(${l} ${sign} ${r})`);
const call = (names: readonly string[], ...args: readonly fc.Arbitrary<string>[]) =>
  fc
    .tuple(fc.constantFrom(...names), ...args)
    .map(([name, ...rest]) => `${name}(${rest.join(', ')})`);
const choice = (c: fc.Arbitrary<string>, a: fc.Arbitrary<string>) =>
  fc.tuple(c, a, a).map(([x, y, z]) => `(if ${x} then ${y} else ${z})`);
const any = (...texts: readonly string[]) => fc.constantFrom(...texts);

const COMPARE = ['=', '!=', '<', '<=', '>', '>='];

const grammar = fc.letrec<Grammar>((tie: fc.LetrecTypedTie<Grammar>) => {
  const n = tie('number');
  const q = tie('mass');
  const c = tie('bool');
  const m = tie('moment');
  return {
    number: fc.oneof(
      { maxDepth: 4 },
      any(
        'a',
        'x',
        'rec.in.n',
        '`odd.name`',
        '2',
        '0',
        '0.3',
        '(1 * 35%)',
        '(percent(a) * 1)',
        '-1.5',
      ),
      two(n, ['+', '-', '*', '/', '??']),
      two(q, ['/']),
      call(['abs', 'sqrt', 'round', 'ceil'], n),
      call(['min', 'max'], n, n),
      call(['clamp'], n, n, n),
      choice(c, n),
      any(
        'count(r for r in rows)'.replace('r for', 'for'),
        'count(for r in rows where r.n > a)',
        'sum(count(for v in list where v < r.n) for r in rows)',
        'count(for r in rows where any(part.m > r.w + k for part in r.parts))',
        'length(t)',
        'days_between(day, date_of(d))',
        'avg(list)',
        'max(v * a for v in list)',
        'sum([a, 2, x ?? 1])',
      ),
    ),
    mass: fc.oneof(
      { maxDepth: 4 },
      any('k', 'g', 'w', 'rec.k', '5 kg', '300 g', '0 kg', '{ m: k, n: a }.m', '-2 g'),
      two(q, ['+', '-', '??']),
      two(q, ['*'], n),
      q.map((e) => `(pct of ${e})`),
      q.map((e) => `(${e} * pct)`),
      call(['floor', 'round'], q, any('1 g', '0.1 kg', 'g')),
      call(['min', 'max'], q, q),
      choice(c, q),
      any(
        'sum(r.w for r in rows where r.w <= k)',
        'min(max(part.m for part in r.parts) ?? r.w for r in rows)',
      ),
    ),
    moment: fc.oneof(
      { maxDepth: 2 },
      any(
        'd',
        'now',
        'at day',
        '2025-08-28T10:00',
        '2025-08-28T05:00:00Z',
        'at 2025-08-01',
        'at (day + 1 month)',
      ),
      two(m, ['+', '-'], any('10 min', '1.5 h', '(d - now)')),
      choice(c, m),
    ),
    bool: fc.oneof(
      { maxDepth: 4 },
      any(
        'p',
        'q',
        'true',
        'false',
        's = ok',
        's not in (ok)',
        'bad = s',
        'pct > 30%',
        'pct = 35%',
      ),
      two(n, COMPARE),
      two(q, COMPARE),
      two(m, COMPARE),
      two(c, ['and', 'or']),
      c.map((e) => `(not ${e})`),
      n.map((e) => `(${e} is missing)`),
      n.map((e) => `(${e} in [0, 1, 0.3, a])`),
      q.map((e) => `(${e} in [k, 300 g])`),
      fc.tuple(q, q, q).map(([l, e, h]) => `(${e} between ${l} and ${h})`),
      any(
        'day = today',
        'day + 3 day > today - 1 week',
        'time_of(d) < tod',
        'tod >= 08:30',
        'd - now > 10 min',
        'any(r.at > now for r in rows where date_of(r.at) = today)',
        'all(r.n > x for r in rows)',
        'none(v in list for v in list where v > a)',
        'x in list',
        'u ?? t = "E3"',
        '(rec.in.`a.b` ?? "no") != t',
        'starts_with(t, "E") or contains(t, u)',
        'weekday(day) = monday',
        't < "F"',
        'lower(t) = "e\\"3\\\\"',
      ),
    ),
  };
});

export const expressions: fc.Arbitrary<string> = fc.oneof(
  grammar.number,
  grammar.mass,
  grammar.bool,
  grammar.moment,
);

const number = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(0, 1, -1, 0.1, 0.3, 0.30000000000000004, 2.5, 5, 300),
  },
  {
    weight: 3,
    arbitrary: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) as fc.Arbitrary<unknown>,
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(-0, 1e308, 1e15, null, undefined, NaN, '12', [], true),
  },
);
const spoiled = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: good as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, 5, 'x', {}) },
  );
const instant = spoiled(
  fc.constantFrom<unknown>('2025-08-28T10:00', '2025-08-28T05:00:00Z', new Date(1756376077000)),
);
const flag = spoiled(fc.boolean());
const word = spoiled(fc.constantFrom('', 'E3', 'e"3\\', 'ж', '😀'));
const part = spoiled(fc.record({ m: number }));
const row = spoiled(
  fc.record({
    w: number,
    n: number,
    ok: flag,
    at: instant,
    parts: spoiled(fc.array(part, { maxLength: 2 })),
  }),
);

export const facts = fc.record({
  a: number,
  x: number,
  k: number,
  g: number,
  w: number,
  pct: number,
  p: flag,
  q: flag,
  s: spoiled(fc.constantFrom('ok', 'bad', 'other')),
  t: word,
  u: word,
  d: instant,
  day: spoiled(fc.constantFrom('2025-08-28', '2025-08-29', '2025-02-30')),
  tod: spoiled(fc.constantFrom('10:00', '08:30')),
  rows: spoiled(fc.array(row, { maxLength: 3 })),
  list: spoiled(fc.array(number, { maxLength: 3 })),
  rec: spoiled(fc.record({ k: number, in: spoiled(fc.record({ n: number, 'a.b': word })) })),
  'odd.name': number,
});

export const CLOCK = { now: new Date('2025-08-28T05:00:00Z') };
