import fc from 'fast-check';

interface Grammar {
  number: string;
  kg: string;
  bool: string;
  text: string;
  instant: string;
  date: string;
  list: string;
}

const two = (a: fc.Arbitrary<string>, signs: readonly string[]) =>
  fc.tuple(a, fc.constantFrom(...signs), a).map(([l, sign, r]) => `(${l} ${sign} ${r})`);
const call = (names: readonly string[], ...args: readonly fc.Arbitrary<string>[]) =>
  fc
    .tuple(fc.constantFrom(...names), ...args)
    .map(([name, ...rest]) => `${name}(${rest.join(', ')})`);
const choice = (c: fc.Arbitrary<string>, a: fc.Arbitrary<string>) =>
  fc.tuple(c, a, a).map(([x, y, z]) => `(if ${x} then ${y} else ${z})`);
const perhaps = (c: fc.Arbitrary<string>, a: fc.Arbitrary<string>) =>
  fc.tuple(c, a).map(([x, y]) => `(if ${x} then ${y} else missing)`);
const of = (weight: number, arbitrary: fc.Arbitrary<string>) => ({ weight, arbitrary });
const names = (weight: number, ...texts: readonly string[]) =>
  of(weight, fc.constantFrom(...texts));

const COMPARE = ['=', '!=', '<', '<=', '>', '>='];
const DEEP = { maxDepth: 4, withCrossShrink: true } as const;

const tied = fc.letrec<Grammar>((tie: fc.LetrecTypedTie<Grammar>) => {
  const n = tie('number');
  const q = tie('kg');
  const c = tie('bool');
  const t = tie('text');
  const i = tie('instant');
  const d = tie('date');
  return {
    number: fc.oneof(
      DEEP,
      names(4, 'a', 'b', 'x', 'rec.in.n', 'must.in.n'),
      names(1, 'opt.in.n', '(opt.in.k / opt.k)'),
      of(1, call(['or_one', 'passed'], n)),
      of(1, call(['kept'], c, n)),
      of(1, perhaps(c, n)),
      names(2, '0', '1', '2.5', '0.1', '0.3', '1e-13', '1000000', '(1 * 35%)'),
      of(3, two(n, ['+', '-', '*', '/', '??'])),
      of(1, two(q, ['/'])),
      of(1, call(['abs', 'sqrt', 'round', 'floor', 'ceil'], n)),
      of(2, call(['sqrt'], n)),
      of(1, call(['min', 'max'], n, n)),
      of(1, call(['clamp'], n, n, n)),
      of(1, call(['coalesce'], n, n)),
      of(1, call(['round', 'floor', 'ceil'], n, fc.constantFrom('a', 'x', '0.1', '3', '0.01'))),
      of(
        1,
        n.map((e) => `(-${e})`),
      ),
      of(1, choice(c, n)),
      of(1, call(['length'], t)),
      of(1, call(['days_between'], d, d)),
      names(1, 'count(for r in rows where r.ok)', 'count(rows)', 'count(for r in rows)'),
      names(1, 'sum(r.n for r in rows where r.n is present)', 'sum(r.n for r in rows)'),
      names(1, 'sum(list)', 'sum(v * 0.1 for v in list)', 'sum(r.n ?? 0.1 for r in rows)'),
      names(1, 'avg(list)', 'avg(r.n for r in rows)', 'avg(r.n for r in rows where r.ok)'),
      names(1, 'max(list)', 'min(list)', 'min(v / a for v in list where v > b)'),
      of(
        1,
        n.map((e) => `sum(${e} + v for v in list where v != ${e})`),
      ),
    ),
    kg: fc.oneof(
      DEEP,
      names(4, 'k', 'm', 'g', 'w', 'rec.k', 'must.k', 'ks', 'ms', '5 kg', '300 g', '0 kg'),
      names(1, 'opt.k', 'opt.in.k'),
      of(1, call(['in_record'], q, q)),
      of(3, two(q, ['+', '-', '??'])),
      of(
        1,
        fc.tuple(q, n).map(([l, r]) => `(${l} * ${r})`),
      ),
      of(
        1,
        fc.tuple(q, n).map(([l, r]) => `(${l} / ${r})`),
      ),
      of(
        1,
        q.map((e) => `(pct of ${e})`),
      ),
      of(2, call(['floor', 'round', 'ceil'], q, fc.constantFrom('1 g', '0.1 kg', '7 kg'))),
      of(1, call(['min', 'max'], q, q)),
      of(1, call(['abs'], q)),
      of(1, choice(c, q)),
      names(1, 'sum(r.w for r in rows)', 'min(r.w for r in rows where r.ok)'),
      names(1, 'max(r.w for r in rows)', 'sum(r.w for r in rows where r.w > k)'),
    ),
    text: fc.oneof(
      DEEP,
      names(4, 't', 'u', '"E3"', '""', '"ж"'),
      of(1, two(t, ['??'])),
      of(1, call(['lower', 'upper'], t)),
      of(1, choice(c, t)),
    ),
    instant: fc.oneof(
      { maxDepth: 2 },
      names(5, 'd', 'e', 'now', '2025-08-28T10:00', '2025-08-28T05:00:00.001Z'),
      of(
        1,
        fc
          .tuple(i, fc.constantFrom('+ 1 s', '- 24 h', '+ 0.0004 s'))
          .map(([l, r]) => `(${l} ${r})`),
      ),
      of(1, two(i, ['??'])),
      of(
        1,
        d.map((e) => `at ${e}`),
      ),
    ),
    date: fc.oneof(
      { maxDepth: 2 },
      names(4, 'day', 'today', '2025-08-28', '2024-02-29'),
      of(
        1,
        fc
          .tuple(d, fc.constantFrom('+ 1 day', '- 2 week', '+ 1 month', '- 14 month'))
          .map(([l, r]) => `(${l} ${r})`),
      ),
      of(1, call(['date_of'], i)),
    ),
    list: fc.oneof(
      { maxDepth: 2 },
      names(2, 'list', 'tags', '[a, x]', '[k, w]', '[]'),
      of(
        1,
        fc.tuple(n, n).map(([l, r]) => `[${l}, ${r}]`),
      ),
      of(
        1,
        fc.tuple(q, q).map(([l, r]) => `[${l}, ${r}]`),
      ),
      of(
        1,
        fc.tuple(c, n).map(([l, r]) => `(if ${l} then list else [a, ${r}])`),
      ),
      of(
        1,
        d.map((e) => `[day, ${e}]`),
      ),
    ),
    bool: fc.oneof(
      DEEP,
      names(2, 'p', 'q', 'true', 'false'),
      of(3, two(n, COMPARE)),
      of(3, two(q, COMPARE)),
      of(2, two(t, COMPARE)),
      of(9, two(fc.constantFrom('ks', 'ms', '(ks + ms)', '0.3 kg', 'max(ks, ms)'), COMPARE)),
      of(1, two(i, COMPARE)),
      of(1, two(d, COMPARE)),
      of(3, two(c, ['and', 'or'])),
      of(
        2,
        c.map((e) => `(not ${e})`),
      ),
      of(1, choice(c, c)),
      of(
        1,
        n.map((e) => `(${e} is missing)`),
      ),
      of(
        1,
        q.map((e) => `(${e} is present)`),
      ),
      of(3, call(['has'], n)),
      of(1, call(['unread', 'has'], fc.constantFrom('a', 'x', 'rec.in.n', 'opt.in.n'))),
      of(1, call(['has_text'], t)),
      of(1, call(['in_list'], n, n)),
      of(1, perhaps(c, c)),
      names(2, 'has_must(must)', 'has_own(must)', 'has_deep(opt)', 'has_rec(rec)'),
      names(1, '(opt.k is present)', '(opt.in.k is missing)', '(opt.in.n is missing)'),
      names(1, '(opt.in is present)', '(rec.k is missing)', '(rec.in is missing)'),
      names(1, '(must is missing)', '(must.in is present)', 'any(r.n is missing for r in rows)'),
      of(
        1,
        fc.oneof(n, i, d).map((e) => `(${e} is missing)`),
      ),
      of(
        1,
        n.map((e) => `(${e} in [0, 1, 0.3, b])`),
      ),
      of(
        1,
        n.map((e) => `(${e} in list)`),
      ),
      of(
        1,
        t.map((e) => `(${e} not in tags)`),
      ),
      of(
        1,
        fc.tuple(n, n, n).map(([l, e, h]) => `(${e} between ${l} and ${h})`),
      ),
      of(
        1,
        fc.tuple(q, q).map(([l, e]) => `(${l} < ${e} <= 5 kg)`),
      ),
      of(3, call(['starts_with', 'contains'], t, t)),
      names(1, 's = ok', 's not in (ok)', 's in (ok, bad)'),
      of(
        2,
        d.map((e) => `(weekday(${e}) in (monday, thursday))`),
      ),
      names(1, 'ks in [0.3 kg, 1 kg]', 'ms in [ks]', 'any(ks = v for v in [ms, 1 kg])'),
      of(
        1,
        fc.tuple(i, i).map(([l, r]) => `(${l} - ${r} > 10 min)`),
      ),
      names(3, 'time_of(d) < clock', 'clock between 08:00 and 20:00', 'time_of(e) = clock'),
      names(1, 'any(r.ok for r in rows)', 'any(1 / v > b for v in list)'),
      names(1, 'all(r.w > 1 kg for r in rows)', 'all(v != a for v in list where p)'),
      names(2, 'none(1 / r.n > 2 for r in rows)', 'none(r.w = k for r in rows)'),
      names(2, 'matches(t, "[A-Z][0-9]+")', 'matches(u, ".|e\\\\d?")'),
      of(
        1,
        c.map((e) => `any(${e} and r.ok for r in rows)`),
      ),
      of(
        1,
        fc.tuple(c, n).map(([l, r]) => `all(if ${l} then v > ${r} else v < ${r} for v in list)`),
      ),
    ),
  };
});

/** A random expression of any type, as text. */
export const anyExpression: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: tied.number },
  { weight: 4, arbitrary: tied.kg },
  { weight: 6, arbitrary: tied.bool },
  { weight: 2, arbitrary: tied.text },
  { weight: 1, arbitrary: tied.instant },
  { weight: 1, arbitrary: tied.date },
  { weight: 1, arbitrary: tied.list },
  // What may be missing as the whole: deeper down it is a fault.
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'x',
      'w',
      'e',
      'u',
      'ms',
      'rec.in.n',
      'rec.k',
      'must.k',
      'opt.k',
      'opt.in.k',
      'opt.in.n',
      'if p then a else missing',
      'if p then opt.k else missing',
      'kept(p, a)',
      'in_record(k, w)',
      'avg(list)',
    ),
  },
);
