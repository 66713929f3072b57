import fc from 'fast-check';

/*
 * Conditions of few names and few constants, so that a good part of them is always true, never
 * true, or says something twice: what the deep checks look for.
 */
const of = (...texts: readonly string[]) => fc.constantFrom(...texts);
const compare = (a: fc.Arbitrary<string>, b: fc.Arbitrary<string>) =>
  fc.tuple(a, of('=', '!=', '<', '<=', '>', '>='), b).map((parts) => parts.join(' '));

const numbers = of('a', 'b', 'x', 'a + 1', 'b - a', 'a + b', 'abs(a)', 'min(a, b)', 'max(a, 1)');
const limits = of('0', '1', '2.5', '1.000000000001', '0.3', 'a', 'b', '(if p then 1 else 2)');
const weights = of('k', 'm', 'ks', 'ms', 'ks + ms', '35% of k', 'min(ks, ms)', 'floor(k, 1 g)');
const masses = of('0 kg', '0.3 kg', '300 g', '1 kg', '1.001 kg', 'ks', 'ms', 'm', 'pct of k');

const atoms = fc.oneof(
  { weight: 6, arbitrary: compare(numbers, limits) },
  { weight: 6, arbitrary: compare(weights, masses) },
  { weight: 2, arbitrary: compare(of('d', 'e', 'now', 'd + 1 s'), of('d', 'e', 'now')) },
  { weight: 2, arbitrary: compare(of('day', 'today', 'day + 1 day'), of('2025-08-28', 'day')) },
  { weight: 1, arbitrary: compare(of('clock', 'time_of(d)'), of('08:00', '20:00', 'clock')) },
  { weight: 2, arbitrary: compare(of('t', 'u'), of('"E3"', '"ok"', 'u')) },
  {
    weight: 5,
    arbitrary: of(
      's = ok',
      's = bad',
      's = t',
      'u != s',
      's in (ok, bad)',
      's not in (bad)',
      'p',
      'q',
      'p = q',
      'p = false',
      't in ("E3", "ok")',
      'a in [1, 2.5]',
      'weekday(day) = sunday',
      'x is missing',
      'x is present',
      'ms is present',
      'rec is present',
      'rec.k > 1 kg',
      'rec.in.n is missing',
      '(x ?? 1) > 2',
      'a / b > 1',
      'sqrt(a) < 0',
      'count(rows) >= 0',
      'count(rows) < 0',
      'true',
      'false',
    ),
  },
  {
    weight: 3,
    arbitrary: of(
      'any(r.w > 1 kg and r.w < 0.3 kg for r in rows)',
      'any(r.w > k for r in rows where r.w <= k)',
      'all(r.ok for r in rows where r.ok)',
      'none(r.n > 1 for r in rows where r.n < 1)',
      'any(r.ok for r in rows)',
      'any(r.w > max(v.w for v in rows) for r in rows)',
    ),
  },
);

/** A condition as text. */
export const anyCondition: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: atoms },
    {
      weight: 4,
      arbitrary: fc
        .tuple(tie('node'), of('and', 'and', 'or'), tie('node'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    },
    { weight: 1, arbitrary: tie('node').map((text) => `not (${text})`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('node'), tie('node'), tie('node'))
        .map(([c, a, b]) => `(if ${c} then ${a} else ${b})`),
    },
  ),
})).node;
