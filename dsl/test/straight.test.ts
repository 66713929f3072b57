import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileExpression, compileProgram } from '../src/index.ts';

/** What the straight road takes upon itself: ties, numbers that hide others, lists, gates. */
const ALLOW = { guards: 'allow' } as const;

type Outcome = { readonly value: unknown } | { readonly fault: { readonly code: string } };
const plain = (outcome: Outcome): unknown =>
  'fault' in outcome
    ? outcome.fault.code
    : typeof outcome.value === 'number'
      ? outcome.value + 0
      : outcome.value;

/** All back ends of JavaScript answer alike. */
function agree(text: string, vars: Record<string, string>, values: Record<string, unknown>): void {
  const answers = (['reference', 'closures', 'generated'] as const).map((backend) =>
    plain(compileExpression(text, vars, { ...ALLOW, backend }).tryEvaluate(values)),
  );
  assert.deepEqual(answers, Array(3).fill(answers[0]), `${text} ${JSON.stringify(values)}`);
}

const extreme = fc.constantFrom(
  0,
  -0,
  1,
  -1,
  1e-12,
  1.1e-12,
  2e-12,
  5e-324,
  1e308,
  -1e308,
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
);
const number = fc.oneof(extreme, fc.double({ noNaN: true, min: -1e9, max: 1e9 }));

describe('the straight road', () => {
  it('decides ties as the reference does', () => {
    const sizes = fc.constantFrom(0, 1e-9, 0.3, 1, 1000, 12_345.678, 1e9, 1e15);
    const off = fc.double({ noNaN: true, min: -5e-12, max: 5e-12 });
    const ops = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
    const property = fc.property(sizes, off, ops, fc.boolean(), (size, by, op, relative) => {
      const b = size + by * (relative ? Math.max(1, size) : 1);
      agree(`a ${op} b`, { a: 'number', b: 'number' }, { a: size, b });
      agree(`b ${op} a`, { a: 'kg', b: 'kg' }, { a: -size, b: -b });
      if (size <= 1000) agree(`b ${op} ${size}`, { b: 'number' }, { b });
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  it('never lets a number that is not finite hide', () => {
    const texts = [
      'min(a, 5) < b',
      'max(a, b) > 5',
      'min(a, b) - a < 5',
      'if min(a, 5) > 1 then b < 3 else a < b',
      'min(a, 5) > 1 and a + b < 4',
      'min(a, 5) > 1 or a + b < 4',
      'clamp(a, 0, 5) + b',
      'b / a',
      'b / (a * a)',
      'min(b, 5 / (a * (b / a)) * 2)',
      'min(5, b / a + a / b) > 1 and a / (b * a) < 2',
      'if b / a > 1 then min(a, 3) / b else a / a',
      'a is missing',
      'a in [1, 5, b]',
      'min(max(a, 1), 5) / b',
      'abs(min(a, 5)) <= 1% of a',
      'round(a, b)',
      'sqrt(a) < b',
      'sum(min(x, a) for x in xs where x < b)',
      'any(min(x, a) > 1 for x in xs)',
      'max(xs) - min(xs)',
    ];
    const vars = { a: 'number', b: 'number', xs: 'list of number' };
    const values = fc.record({ a: number, b: number, xs: fc.array(number, { maxLength: 3 }) });
    const property = fc.property(fc.constantFrom(...texts), values, (text, data) =>
      agree(text, vars, data),
    );
    fc.assert(property, { numRuns: 6_000 });
  });

  it('looks an enum up wherever it is used', () => {
    const texts = [
      's = a',
      's != a',
      'a = s or s = b',
      'not (s in (a, b)) and s != c',
      's in (a, b, c)',
      's = t',
      's is missing',
      'if s = a then s else t',
      '(o ?? b) = a',
      'o is missing or o in (a, b)',
      'count(for r in rows where r.s = a)',
      'all(r.s != c for r in rows)',
    ];
    const vars = {
      s: 'oneof(a, b, c)',
      t: 'oneof(a, b, c)',
      o: 'oneof(a, b, c)?',
      rows: 'list of {s: oneof(a, b, c)}',
    };
    const one = fc.constantFrom<unknown>('a', 'b', 'c', 'd', 'toString', null, undefined, 5);
    const values = fc.record({
      s: one,
      t: one,
      o: one,
      rows: fc.array(fc.record({ s: one }), { maxLength: 3 }),
    });
    const property = fc.property(fc.constantFrom(...texts), values, (text, data) =>
      agree(text, vars, data),
    );
    fc.assert(property, { numRuns: 3_000 });
  });

  it('reads the numbers of a record however it is made', () => {
    const text = 'a - b + c > min(d, 5) and a * b / c < d or a / 2 = b';
    const names = ['a', 'b', 'c', 'd'];
    const vars = Object.fromEntries(names.map((name) => [name, 'number']));
    const rule = compileExpression(text, vars, { ...ALLOW, backend: 'closures' });
    const exact = compileExpression(text, vars, { ...ALLOW, backend: 'reference' });
    class Inherits {}
    Object.assign(Inherits.prototype, { a: 1 });
    const made = fc.record({
      order: fc.shuffledSubarray(names, { minLength: 3 }),
      extra: fc.shuffledSubarray(['e', 'f', 'g', 'h', 'i'], { minLength: 0 }),
      first: fc.boolean(),
      as: fc.constantFrom('plain', 'bare', 'hidden', 'getters', 'inherits', 'asks itself'),
      numbers: fc.array(fc.oneof(number, fc.constantFrom(null, 'x', 4n, true)), {
        minLength: 4,
        maxLength: 4,
      }),
    });
    const property = fc.property(fc.array(made, { minLength: 1, maxLength: 6 }), (all) => {
      for (const { order, extra, first, as, numbers } of all) {
        const keys = first ? [...extra, ...order] : [...order, ...extra];
        const target: object =
          as === 'bare' ? Object.create(null) : as === 'inherits' ? new Inherits() : {};
        for (const [i, key] of keys.entries()) {
          const value = numbers[i % 4];
          if (as === 'hidden') Object.defineProperty(target, key, { value, enumerable: false });
          else if (as === 'getters')
            Object.defineProperty(target, key, { get: () => value, enumerable: true });
          else if (as === 'asks itself')
            Object.defineProperty(target, key, {
              get() {
                rule.tryEvaluate({ a: 9, b: 9, c: 9, d: 9 });
                return value;
              },
              enumerable: true,
            });
          else Object.assign(target, { [key]: value });
        }
        const values = target as Record<string, unknown>;
        assert.deepEqual(plain(rule.tryEvaluate(values)), plain(exact.tryEvaluate(values)));
      }
    });
    fc.assert(property, { numRuns: 1_500 });
  });

  it('reads nothing that was put into the prototype of all objects', () => {
    const vars = { a: 'number', b: 'number', t: 'text?', r: '{a: number}?' };
    const texts = ['a + b > 1', 'a > b or t = "x"', '(r.a ?? 5) > a', 't is missing and a = a'];
    const records = [
      { a: 1, b: 2, r: {} },
      { b: 2, r: { a: 1 } },
      { a: 1, b: 2, t: 'x' },
    ];
    const rules = texts.map((text) =>
      compileExpression(text, vars, { ...ALLOW, backend: 'closures' }),
    );
    const ask = (): unknown[] =>
      rules.flatMap((rule) => records.map((values) => plain(rule.tryEvaluate(values))));
    const clean = ask();
    for (const [name, value] of Object.entries({ a: 7, t: 'x', z: 1 })) {
      Object.defineProperty(Object.prototype, name, {
        value,
        enumerable: true,
        configurable: true,
      });
      try {
        assert.deepEqual(ask(), clean, name);
      } finally {
        Reflect.deleteProperty(Object.prototype, name);
      }
    }
  });

  it('asks what a condition, a text or a choice is on whichever way it goes', () => {
    const texts = [
      'b',
      'not b',
      'b and c',
      'b or c',
      'b and not c or b = c',
      'if b then c else not b',
      't = "A"',
      't in ("A", "B")',
      't != "A" and t != u',
      'not (t in ("A", "B")) or b',
      't = "A" or t = u',
      '(o ?? low) in (low, high)',
      '(o ?? low) in (high, urgent)',
      '(o ?? low) != high',
      'not ((o ?? low) = low) and b',
      '(o ?? low) = high or (o ?? low) = urgent',
      'count(for r in rows where r.b and (r.o ?? low) != low)',
      'all((r.o ?? high) in (high, urgent) or not r.b for r in rows)',
    ];
    const vars = {
      b: 'bool',
      c: 'bool',
      t: 'text',
      u: 'text',
      o: 'oneof(low, high, urgent)?',
      rows: 'list of {b: bool, o: oneof(low, high, urgent)?}',
    };
    const bool = fc.constantFrom<unknown>(true, false, null, undefined, 0, 1, 'true', '');
    const text = fc.constantFrom<unknown>('A', 'B', 'C', null, undefined, 5, true);
    const one = fc.constantFrom<unknown>('low', 'high', 'urgent', 'no', null, undefined, 5, '');
    const values = fc.record({
      b: bool,
      c: bool,
      t: text,
      u: text,
      o: one,
      rows: fc.array(fc.record({ b: bool, o: one }), { maxLength: 3 }),
    });
    const property = fc.property(fc.constantFrom(...texts), values, (rule, data) =>
      agree(rule, vars, data),
    );
    fc.assert(property, { numRuns: 6_000 });
  });

  it('judges a gate over lists, formulas and settings as the closures do', () => {
    const catalog = {
      records: {
        line: {
          fields: { kg: { type: 'kg' }, due: { type: 'instant?' }, grade: { type: 'text?' } },
        },
        settings: { fields: { limit: { type: 'kg' } } },
      },
      points: { send: { facts: { lines: { type: 'list of line' }, total: { type: 'kg' } } } },
      settings: { limit: { type: 'kg' } },
    };
    const text = [
      'formula share(line: line, of_: kg): number = line.kg / of_ ?? 0',
      'gate heavy',
      '  on send each line',
      '  block when share(line, total) > 0.5 and (line.due is missing or line.due < now) or line.kg > settings.limit',
      '',
    ].join('\n');
    const make = (generate: boolean) => {
      const program = compileProgram([{ name: 'f', text }], catalog, { generate });
      assert.deepEqual(
        program.diagnostics.map(({ code }) => code),
        [],
      );
      const gate = program.gates[0];
      assert.ok(gate);
      return gate;
    };
    const [generated, closures] = [make(true), make(false)];
    const when = fc.constantFrom<unknown>(
      null,
      new Date('2025-01-01T00:00Z'),
      new Date('2026-01-01T00:00Z'),
      '2025-01-01T00:00',
      'soon',
      new Date(Number.NaN),
    );
    const line = fc.oneof(
      { weight: 9, arbitrary: fc.record({ kg: number, due: when }) as fc.Arbitrary<unknown> },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 5, []) },
    );
    const facts = fc.record({ lines: fc.array(line, { maxLength: 3 }), total: number });
    const env = (limit: unknown) => ({ now: new Date('2025-08-28T10:00Z'), settings: { limit } });
    const limits = fc.constantFrom<unknown>(100, 0, undefined, 'x', Number.NaN);
    const property = fc.property(facts, limits, (given, limit) => {
      const [a, b] = [generated, closures].map((gate) => {
        const result = gate.evaluate('send', given, env(limit));
        if (result.verdict === 'pass') return 'pass';
        return result.failures.map(({ index, fault }) => [index, fault?.code]);
      });
      assert.deepEqual(a, b);
    });
    fc.assert(property, { numRuns: 3_000 });
  });
});
