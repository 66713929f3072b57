import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Catalog,
  compileExpression,
  compileProgram,
  type ExpressionRemedyOptions,
  type Remedy,
  remediesText,
} from '../src/index.ts';

const CLOCK = { now: new Date('2025-08-28T05:00:00Z') };
const AB = { a: 'kg', b: 'kg', ok: 'bool', n: 'number' };

function ways(
  text: string,
  values: Record<string, unknown>,
  options: ExpressionRemedyOptions = {},
): readonly Remedy[] {
  return compileExpression(text, AB, { guards: 'allow' }).remedies(values, options, CLOCK);
}
const told = (...asked: Parameters<typeof ways>): readonly string[] =>
  ways(...asked).map(({ text }) => text);

describe('what would make an expression come out as wanted', () => {
  it('is the smallest change, for true or for false', () => {
    assert.deepEqual(told('a > b', { a: 3, b: 5 }), [
      '2.001 kg less b (2.999 kg instead of 5 kg)',
      '2.001 kg more a (5.001 kg instead of 3 kg)',
    ]);
    assert.deepEqual(told('a > b', { a: 6, b: 5 }, { wants: false }), [
      '1 kg more b (6 kg instead of 5 kg)',
      '1 kg less a (5 kg instead of 6 kg)',
    ]);
    assert.deepEqual(told('a > b', { a: 6, b: 5 }), []);
    assert.deepEqual(told('ok and a > b', { a: 1, b: 0, ok: false }, { language: 'ru' }), [
      'ok: да вместо нет',
    ]);
    assert.deepEqual(told('a / n > 2 kg', { a: 6, n: 0 }, { limit: 1 }), [
      '1 more n (1 instead of 0)',
    ]);
  });

  it('keeps to what is declared of values', () => {
    const fields = {
      a: { changeable: false },
      b: { min: 1, max: 4, doc: { en: 'tare', uz: 'idish' } },
    };
    assert.deepEqual(told('a > b', { a: 3, b: 5 }, { fields }), [
      '2.001 kg less tare (2.999 kg instead of 5 kg)',
    ]);
    assert.deepEqual(told('a > b', { a: 3, b: 5 }, { fields, language: 'uz' }), [
      'idish 2.001 kg kam (2.999 kg, hozir 5 kg)',
    ]);
    assert.deepEqual(told('a > b', { a: 1, b: 5 }, { fields }), []);
    assert.deepEqual(told('a + b < 0 kg', { a: 1, b: 5 }), []);
    const below = { a: { min: -50 }, b: { min: -50 } };
    assert.deepEqual(told('a + b < 0 kg', { a: 1, b: 5 }, { fields: below, limit: 1 }), [
      '6.001 kg less a (-5.001 kg instead of 1 kg)',
    ]);
  });

  it('is asked only of what is true or false', () => {
    assert.throws(() => ways('a + b', { a: 1, b: 2 }), {
      name: 'TypeError',
      message: 'expression gives kg: only what is true or false is wanted',
    });
  });
});

describe('what would make a formula true', () => {
  const kg = { type: 'kg', resolution: 0.001 } as const;
  const catalog: Catalog = {
    roles: ['tech', 'boss'],
    roleTitles: { tech: { uz: 'texnolog', ru: 'технолог', en: 'technologist' } },
    records: {
      batch: {
        fields: {
          a: { ...kg, doc: { en: 'scrap' }, max: 50 },
          tare: { ...kg, changeable: false },
          kind: { type: 'oneof(raw, done)' },
        },
      },
    },
    points: { close: { facts: { batch: { type: 'batch' } } } },
    settings: { most: kg },
  };
  const text = `formula light(batch: batch): bool = batch.a - batch.tare < settings.most
formula net(batch: batch): kg = batch.a - batch.tare

gate g
  on close
  block when batch.a > 10 kg
  release by tech, boss when clear
`;
  const { formulas, gates } = compileProgram([{ name: 'r.qoida', text }], catalog);
  const [light, net] = formulas;
  const env = { ...CLOCK, settings: { most: 5 } };

  it('is a change of its arguments that people can make', () => {
    const batch = { a: 9, tare: 1 };
    assert.equal(
      remediesText(light?.remedies({ batch }, env, 'en') ?? [], 'en'),
      '3.001 kg less scrap (5.999 kg instead of 9 kg)',
    );
    assert.equal(
      remediesText(
        light?.remedies({ batch: { a: 3, tare: 1 } }, env, 'en', { wants: false }) ?? [],
        'en',
      ),
      '3 kg more scrap (6 kg instead of 3 kg)',
    );
    assert.throws(() => net?.remedies({ batch }, env, 'en'), TypeError);
  });

  it('names who releases by their titles, by their names where they have none', () => {
    const result = gates[0]?.evaluate('close', { batch: { a: 12 } }, env);
    const release = (language: string) =>
      result?.verdict === 'fail' ? result.failures[0]?.remedies(language).at(-1) : undefined;
    assert.deepEqual(
      ['en', 'uz', 'ru'].map((language) => release(language)?.text),
      [
        'a release by technologist, boss, once the reason is gone',
        'texnolog, boss ruxsati, sabab bartaraf etilgach',
        'разрешение: технолог, boss, когда причина устранена',
      ],
    );
    assert.deepEqual(release('ru')?.release?.roles, ['tech', 'boss']);
  });
});

const RULES: readonly string[] = [
  'a > b',
  'a + b between 10 kg and 70 kg and ok',
  'if ok then a > 30 kg else b > 30 kg',
  'a / n > 2 kg',
  'not ok or a >= 40 kg',
];

describe('each change', () => {
  const weight = fc.integer({ min: 0, max: 60_000 }).map((g) => g / 1000);
  const VALUES = fc.record({
    a: weight,
    b: weight,
    ok: fc.boolean(),
    n: fc.integer({ min: 0, max: 9 }),
  });
  const fields: Readonly<Record<string, { min?: number; max?: number }>> = {
    a: { min: 5, max: 55 },
    b: { max: 45 },
    n: { min: 1, max: 8 },
  };
  for (const text of RULES)
    for (const wants of [true, false])
      it(`makes it ${wants}, a step less does not, and no value leaves its range: ${text}`, () => {
        const rule = compileExpression(text, AB, { guards: 'allow' });
        let [asked, found] = [0, 0];
        fc.assert(
          fc.property(VALUES, (values) => {
            const before = rule.tryEvaluate(values);
            if ('value' in before && before.value === wants) return;
            asked += 1;
            const remedies = rule.remedies(values, { wants, fields }, CLOCK);
            if (remedies.length > 0) found += 1;
            for (const { change, text: words } of remedies) {
              const to = Object.fromEntries(change.map((one) => [one.path, one.to]));
              assert.deepEqual(rule.tryEvaluate({ ...values, ...to }), { value: wants }, words);
              for (const { path, to: value, by } of change) {
                if (typeof value !== 'number' || by === undefined) continue;
                const { min = 0, max = Infinity } = fields[path] ?? {};
                assert.ok(value >= min && value <= max, words);
                const nearer = Number(
                  (value - Math.sign(by) * (path === 'n' ? 1 : 0.001)).toFixed(3),
                );
                // A value that lay outside its range comes into it first.
                if (nearer < min || nearer > max) continue;
                const less = rule.tryEvaluate({ ...values, ...to, [path]: nearer });
                assert.notDeepEqual(less, { value: wants }, words);
              }
            }
          }),
          { numRuns: 200, seed: 9 },
        );
        assert.ok(asked > 15, `${asked} asked`);
        assert.ok(found > 0.6 * asked, `${found} of ${asked}`);
      });
});
