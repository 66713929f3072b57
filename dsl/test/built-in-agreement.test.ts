import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileForAll } from './support/backends.ts';

const instant = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2050-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const date = instant.map((text) => text.slice(0, 10));
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30', '59'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const missing = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 9, arbitrary: of }, { weight: 1, arbitrary: fc.constant(null) });
const degrees = fc.integer({ min: -400, max: 400 }).map((tenths) => tenths / 10);
const cents = fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 100);
const code = fc
  .array(fc.constantFrom('A', 'B', '1', '2', '-', 'ё', '😀'), { maxLength: 6 })
  .map((chars) => chars.join(''));

const VARS = {
  x: 'instant?',
  y: 'instant',
  d: 'date?',
  c: 'time',
  from: 'time',
  to: 'time',
  a: 'degC?',
  b: 'degC',
  u: 'UZS',
  v: 'UZS',
  rate: 'UZS/USD',
  t: 'text?',
};
const values = fc.record({
  x: missing(instant),
  y: instant,
  d: missing(date),
  c: time,
  from: time,
  to: time,
  a: missing(degrees),
  b: degrees,
  u: cents,
  v: cents,
  rate: fc.integer({ min: 0, max: 20_000 }),
  t: missing(code),
});

const TEXTS = [
  'shift_of(x, from, to).kind',
  'shift_of(x, from, to).date',
  'shift_of(x, from, to).end - shift_of(x, from, to).start',
  'shift_of(x, 08:00, 20:00).start = shift_of(y, 08:00, 20:00).start',
  'c between from and to',
  'time_of(y) not between from and to',
  'd + 1 month',
  'd - 13 month + 3 day',
  'weekday(d) in (saturday, sunday)',
  'at d - y',
  'days_between(date_of(y), d)',
  'x - 36 h < y',
  'a - b',
  'round(a + (b - a) / 2, 0.5 K)',
  'clamp(a, b, 20 degC) <= b + 5 K',
  'u + v = v + u and u - v <= u + abs(v)',
  'round(u / rate, 0.01 USD)',
  'u in [1 UZS, v, 0.50 UZS]',
  'floor(7.5% of u, 0.05 UZS)',
  'matches(t, "[AB]+(-\\d{1,2})?")',
  'matches(t, "(A|B|[^AB])*.[12-]")',
  'length(t) = 0 or matches(t, ".{1,6}")',
];

describe('the back ends agree on built-in functions', () => {
  for (const text of TEXTS) {
    it(text, () => {
      const run = compileForAll(text, VARS);
      let found = 0;
      fc.assert(
        fc.property(values, fc.constantFrom('Asia/Tashkent', 'Europe/Berlin'), (given, zone) => {
          const { reference, ...others } = run(given, { now: new Date(0), zone });
          for (const [name, answer] of Object.entries(others))
            assert.deepEqual(answer, reference, name);
          if ('value' in reference) found++;
        }),
        { numRuns: 200 },
      );
      assert.ok(found > 50, `${found} values: the cases must not all be faults`);
    });
  }
});
