import fc from 'fast-check';

/** Values that are nearly one another, about the tolerance and about whole steps. */
const NEAR = [
  0.3, 0.30000000000000004, 0.1, 0.2, 1, 1.0000000000001, 1.000000000001, 1.0000000000010001,
  1.00000000001, 2.5, 2.4999999999999996, 0.0005, 0.0004999999999999, 0.2995, 0.29949999999999993,
  300, 300.00000000000006, 1e-12, 9.999999999999e-13, 1e-13, 0.7, 0.007,
];
const EXTREMES = [
  -0, 1e308, -1e308, 1.7976931348623157e308, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-160,
  1e160, 1e15, 1e16, 9007199254740992, 1e-300, 4503599627370495.5, 5e-323, -1.5e-323, 1e-310,
  4.298681987879221e-160, 5.74671082013439e-165,
];

const anyNumber = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, -1, 2, 5, 300, ...NEAR) },
  {
    weight: 3,
    arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 2, arbitrary: fc.constantFrom(...EXTREMES) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, undefined, NaN, Infinity, '12', [], {}, true),
  },
);
/** Whole grams and what lies about the border between two of them. */
const inSteps = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        fc.constantFrom(0, 0.3, 1, 5),
        fc.constantFrom(0, 1e-4, -4e-4, 4.99e-4, 5e-4, -5e-4, 1e-16),
      )
      .map(([steps, off]) => steps + off) as fc.Arbitrary<unknown>,
  },
  { weight: 1, arbitrary: anyNumber },
);
const spoiled = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 12, arbitrary: good as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, 5, 'x', {}, [], NaN) },
  );
const flag = spoiled(fc.boolean());
const word = spoiled(fc.constantFrom('', 'E3', 'e1', 'ж', 'ok', '😀', '\uffee', 'İ', 'ß', 'ΑΣ'));
const row = spoiled(fc.record({ w: anyNumber, n: anyNumber, ok: flag }));
const instant = spoiled(
  fc.constantFrom(
    '2025-08-28T10:00',
    '2025-08-28T05:00:00Z',
    '2025-08-28 10:00:00.0015+05',
    new Date(1756357200001),
    new Date(1756376077000),
    '2025-13-01T00:00',
    '0001-01-01T00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2025-08-28T10:00:00,5',
  ),
);

/** A member of its own may be left out, wherever it has to be there. */
const record = spoiled(
  fc.record(
    { k: anyNumber, in: spoiled(fc.record({ n: anyNumber, k: anyNumber }, { requiredKeys: [] })) },
    { requiredKeys: [] },
  ),
);

/** Values for all names, bad data among them. */
export const anyFacts: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record({
  a: anyNumber,
  b: anyNumber,
  x: anyNumber,
  k: anyNumber,
  m: anyNumber,
  g: anyNumber,
  w: anyNumber,
  ks: inSteps,
  ms: inSteps,
  pct: anyNumber,
  p: flag,
  q: flag,
  t: word,
  u: word,
  s: spoiled(fc.constantFrom('ok', 'bad', 'other')),
  d: instant,
  e: instant,
  day: spoiled(
    fc.constantFrom(
      '2025-08-28',
      '2025-08-29',
      '2025-01-31',
      '2024-02-29',
      '2025-02-29',
      '0001-01-01',
      '28.08.2025',
    ),
  ),
  clock: spoiled(fc.constantFrom('08:00', '20:00:00.5', '23:59:59.999', '24:00', '10:00')),
  rows: spoiled(fc.array(row, { maxLength: 4 })),
  list: spoiled(fc.array(anyNumber, { maxLength: 4 })),
  tags: spoiled(fc.array(word, { maxLength: 3 })),
  rec: record,
  must: record,
  opt: record,
});
