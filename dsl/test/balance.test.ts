import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type CompiledBalance,
  compileProgram,
  type ExplainNode,
  type Program,
  type ProgramOptions,
  runTests,
} from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

const BALANCE = `
balance session_balance of session
  in fed = session.input_kg
  out good = session.good_kg
  out wip = session.wip_kg
  rest rework = session.rework_in_linked_kg
  rest disposed = session.disposed_linked_kg
  rest outstanding = session.outstanding_kg
  tolerance min(floor(1% of fed, 1 g), 5 kg)
`;

/** F-ALG-05 as the plant wrote it by hand before there were balances. */
const BY_HAND = `
formula scrap_expected(session: session): kg = session.input_kg - session.good_kg - session.wip_kg
formula linked_total(session: session): kg =
  session.rework_in_linked_kg + session.disposed_linked_kg + session.outstanding_kg
formula delta(session: session): kg = abs(scrap_expected(session) - linked_total(session))
formula delta_limit(session: session): kg = min(floor(1% of session.input_kg, 1 g), 5 kg)
formula closes(session: session): bool = delta(session) <= delta_limit(session)
formula by_balance(session: session): kg = session_balance(session).delta
formula whole(session: session): bool = limit_of(session_balance(session)) >= session_balance(session).delta
formula limit_of(b: {limit: kg}): kg = b.limit
`;

const GATE = `
gate delta_exceeded
  on session.close
  block when not session_balance(session).within
  message "Off by {session_balance(session).delta}, allowed {session_balance(session).limit}"
`;

function compile(text: string, options: ProgramOptions = {}): Program {
  const program = compileProgram([{ name: 'rule.qoida', text }], PLANT, options);
  assert.deepEqual(program.diagnostics, []);
  return program;
}

const balanceOf = (program: Program): CompiledBalance => {
  const [balance] = program.balances;
  assert.ok(balance);
  return balance;
};

interface Session {
  readonly input_kg: number;
  readonly good_kg: number;
  readonly wip_kg: number;
  readonly rework_in_linked_kg: number;
  readonly disposed_linked_kg: number;
  readonly outstanding_kg: number;
}

const session = (
  input_kg: number,
  good_kg: number,
  wip_kg = 0,
  rework_in_linked_kg = 0,
  disposed_linked_kg = 0,
  outstanding_kg = 0,
): Session => ({
  input_kg,
  good_kg,
  wip_kg,
  rework_in_linked_kg,
  disposed_linked_kg,
  outstanding_kg,
});

const outline = (node: ExplainNode): unknown =>
  node.children.length === 0
    ? `${node.text}: ${node.value}`
    : [`${node.text}: ${node.value}`, node.children.map(outline)];

describe('balances', () => {
  const program = compile(BALANCE + BY_HAND + GATE);
  const balance = balanceOf(program);
  const values = (of: object) =>
    Object.fromEntries(
      Object.entries(balance.evaluate(of, {})).map(([name, outcome]) => [
        name,
        'value' in outcome ? outcome.value : outcome.fault.code,
      ]),
    );

  const EXAMPLES: readonly (readonly [string, Session, number, number, number, boolean])[] = [
    ['F-EX-01 a normal close', session(600, 566.04, 4.2, 0, 0, 28.51), 29.76, 1.25, 5, true],
    ['F-EX-01 the preview', session(1500, 1180, 50, 260, 5, 5), 270, 0, 5, true],
    ['F-EX-02 the first attempt', session(800, 742.5, 12.3, 0, 2, 6.1), 45.2, 37.1, 5, false],
    ['F-EX-02 after rework', session(800, 742.5, 12.3, 42.5, 2, 0), 45.2, 0.7, 5, true],
    ['F-EX-02 with OUT kilograms', session(800, 742.5, 12.3, 36.55, 2, 0), 45.2, 6.65, 5, false],
    ['F-EX-02 variant A', session(800, 742.5, 12.3, 20, 2, 0), 45.2, 23.2, 5, false],
    ['F-EX-02 variant B', session(800, 742.5, 12.3, 43.2, 2, 0), 45.2, 0, 5, true],
    ['F-EX-03 a manual weight', session(500, 487.5, 4, 0, 0, 8), 8.5, 0.5, 5, true],
    ['F-EX-06 exactly on the limit', session(300, 297), 3, 3, 3, true],
    ['F-EX-06 a gram over it', session(300, 296.999), 3.001, 3.001, 3, false],
    ['F-EX-06 the limit cut to the gram', session(123.457, 122.223), 1.234, 1.234, 1.234, true],
    ['F-EX-06 over the cut limit', session(123.457, 122.222), 1.235, 1.235, 1.234, false],
    ['F-EX-06 more out than in', session(500, 505.001), -5.001, 5.001, 5, false],
    ['F-OP-20 an empty session', session(0, 0), 0, 0, 0, true],
    ['F-OP-20 a gram out of nothing', session(0, 0.001), -0.001, 0.001, 0, false],
  ];
  for (const [title, of, expected, delta, limit, within] of EXAMPLES) {
    it(title, () => {
      const found = values(of);
      assert.equal(found.within, within);
      const near = (a: unknown, b: number) =>
        assert.ok(Math.abs((a as number) - b) < 1e-9, String(a));
      near(found.expected, expected);
      near(found.delta, delta);
      near(found.limit, limit);
      const refused = program.gates[0]?.evaluate('session.close', { session: of }, {});
      assert.equal(refused?.verdict, within ? 'pass' : 'fail');
    });
  }

  it('say what they are made of', () => {
    assert.equal(balance.record, 'session');
    assert.deepEqual(
      balance.terms.map(({ name, side }) => `${side} ${name}`),
      ['in fed', 'out good', 'out wip', 'rest rework', 'rest disposed', 'rest outstanding'],
    );
    assert.deepEqual(Object.keys(balance.figures).slice(0, 5), [
      'expected',
      'rest',
      'delta',
      'limit',
      'within',
    ]);
    assert.deepEqual(new Set(Object.values(balance.figures)), new Set(['kg', 'bool']));
    assert.deepEqual(balance.reads, [
      'session.disposed_linked_kg',
      'session.good_kg',
      'session.input_kg',
      'session.outstanding_kg',
      'session.rework_in_linked_kg',
      'session.wip_kg',
    ]);
  });

  /** Grams, as the scales give them. */
  const grams = fc.integer({ min: -5_000, max: 2_000_000 }).map((g) => g / 1000);
  const sessions = fc.record({
    input_kg: grams,
    good_kg: grams,
    wip_kg: grams,
    rework_in_linked_kg: grams,
    disposed_linked_kg: grams,
    outstanding_kg: grams,
  });

  for (const generate of [true, false]) {
    it(`are the formulas written by hand, ${generate ? 'generated' : 'as closures'}`, () => {
      const made = compile(BALANCE + BY_HAND, { generate });
      const formula = (name: string) => (of: Session) =>
        made.formulas.find((f) => f.name === name)?.evaluate({ session: of }, {});
      const [delta, expected, rest] = ['delta', 'scrap_expected', 'linked_total'].map(formula);
      fc.assert(
        fc.property(sessions, (of) => {
          const found = balanceOf(made).evaluate(of, {});
          assert.deepEqual(found.expected, { value: expected?.(of) });
          assert.deepEqual(found.rest, { value: rest?.(of) });
          assert.deepEqual(found.delta, { value: delta?.(of) });
          assert.deepEqual(found.limit, { value: formula('delta_limit')(of) });
          assert.deepEqual(found.within, { value: formula('closes')(of) });
          assert.equal(formula('by_balance')(of), delta?.(of));
          assert.equal(formula('whole')(of), formula('closes')(of));
        }),
        { numRuns: 2_000 },
      );
    });
  }

  it('keep the grams: delta is |in − out − rest| for every whole number of grams', () => {
    fc.assert(
      fc.property(sessions, (of) => {
        const g = (kg: number) => Math.round(kg * 1000);
        const rest = g(of.rework_in_linked_kg) + g(of.disposed_linked_kg) + g(of.outstanding_kg);
        const delta = Math.abs(g(of.input_kg) - g(of.good_kg) - g(of.wip_kg) - rest);
        const limit = Math.min(Math.floor(g(of.input_kg) / 100), 5_000);
        assert.equal(values(of).within, delta <= limit);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leave each figure its value where another has none', () => {
    const { outstanding_kg: _, ...rest } = session(800, 742.5, 12.3, 0, 2);
    const found = balance.evaluate(rest, {});
    assert.ok('value' in (found.expected ?? {}));
    assert.ok('value' in (found.limit ?? {}));
    for (const name of ['rest', 'delta', 'within', 'outstanding']) {
      const outcome = found[name];
      assert.ok(outcome !== undefined && 'fault' in outcome, name);
      assert.equal(outcome.fault.code, 'Q9001');
      // By the field, which is what has to be mended.
      assert.deepEqual(outcome.fault.names, ['session.outstanding_kg']);
    }
    assert.equal(
      program.gates[0]?.evaluate('session.close', { session: rest }, {}).verdict,
      'fail',
    );
  });

  it('explain themselves down to the terms, by their names', () => {
    const found = outline(balance.explain(session(800, 742.5, 12.3, 0, 2, 6.1), {}, 'en'));
    assert.deepEqual(found, [
      'session_balance: no',
      [
        [
          'delta: 37.1 kg',
          [
            [
              'expected: 45.2 kg',
              [
                ['fed: 800 kg', ['session.input_kg: 800 kg']],
                ['good: 742.5 kg', ['session.good_kg: 742.5 kg']],
                ['wip: 12.3 kg', ['session.wip_kg: 12.3 kg']],
              ],
            ],
            [
              'rest: 8.1 kg',
              [
                ['rework: 0 kg', ['session.rework_in_linked_kg: 0 kg']],
                ['disposed: 2 kg', ['session.disposed_linked_kg: 2 kg']],
                ['outstanding: 6.1 kg', ['session.outstanding_kg: 6.1 kg']],
              ],
            ],
          ],
        ],
        [
          'limit: 5 kg',
          [
            [
              'min(floor(1% of fed, 1 g), 5 kg): 5 kg',
              [
                [
                  'floor(1% of fed, 1 g): 8 kg',
                  [
                    [
                      '1% of fed: 8 kg',
                      ['1%: 0.01', ['fed: 800 kg', ['session.input_kg: 800 kg']]],
                    ],
                  ],
                ],
              ],
            ],
          ],
        ],
      ],
    ]);
    const gate = program.gates[0]?.evaluate('session.close', { session: session(300, 290) }, {});
    assert.ok(gate?.verdict === 'fail');
    const [failure] = gate.failures;
    assert.equal(failure?.message('en'), 'Off by 10 kg, allowed 3 kg');
    const [part] = failure?.explain('en').children ?? [];
    assert.deepEqual(
      part?.children.map(({ text, value }) => `${text}: ${value}`),
      ['delta: 10 kg', 'limit: 3 kg'],
    );
  });

  it('say what is off, in their own words or in ours', () => {
    const of = session(300, 290);
    assert.equal(balance.message(of, {}, 'en'), 'session_balance is off by 10 kg > 3 kg');
    assert.equal(balance.message(of, {}, 'ru'), 'session_balance не сходится: 10 kg > 3 kg');
    const own = compile(
      `${BALANCE}  message "{fed} went in, {delta} is not found in {session.input_kg}"\n`,
    );
    assert.equal(
      balanceOf(own).message(of, {}, 'en'),
      '300 kg went in, 10 kg is not found in 300 kg',
    );
    assert.equal(
      balanceOf(own).message({ input_kg: 300 }, {}, 'en'),
      '300 kg went in, a value is missing: session.good_kg is not found in 300 kg',
    );
  });

  it('need no rest, mix units of one dimension, and read settings', () => {
    const small = balanceOf(
      compile(`balance b of package
  in net = package.weight_kg
  in extra = 1 t
  out tare = 400 g
  tolerance settings.max_delta
`),
    );
    const found = small.evaluate({ weight_kg: -999 }, { settings: { max_delta: 0.5 } });
    assert.deepEqual(found.rest, { value: 0 });
    assert.deepEqual(found.within, { value: false });
    assert.ok(Math.abs((found.delta as { value: number }).value - 0.6) < 1e-12);
    assert.deepEqual([small.figures.delta, small.figures.tare], ['kg', 'g']);
    assert.deepEqual(small.reads, ['package.weight_kg', 'settings.max_delta']);
  });

  it('are called with a record of the place, and one that calls itself is refused', () => {
    const text = `balance b of session
  in fed = session.input_kg + b(session).rest
  out good = session.good_kg
  tolerance 1 kg
`;
    const { diagnostics, balances } = compileProgram([{ name: 'r', text }], PLANT);
    assert.deepEqual(
      diagnostics.map((d) => d.code),
      ['Q2009'],
    );
    assert.deepEqual(balances, []);
  });

  it('share the names of formulas', () => {
    const text = `${BALANCE}formula session_balance(x: kg): kg = x\n`;
    const { diagnostics } = compileProgram([{ name: 'r', text }], PLANT);
    assert.deepEqual(
      diagnostics.map((d) => d.code),
      ['Q2005'],
    );
  });

  it('are bounded', () => {
    const twice = (n: number) =>
      Array.from({ length: n }, (_, i) => {
        const before = i === 0 ? 'session.input_kg' : `b${i - 1}(session).delta`;
        return `balance b${i} of session\n  in a = ${before} + ${before}\n  out c = ${before}\n  tolerance ${before}\n`;
      }).join('');
    const { diagnostics, balances } = compileProgram([{ name: 'r', text: twice(12) }], PLANT);
    assert.equal(diagnostics[0]?.code, 'Q5005');
    assert.deepEqual(balances, []);
  });

  it('have an end to their terms', () => {
    const terms = Array.from({ length: 101 }, (_, i) => `  out t${i} = session.good_kg\n`).join('');
    const text = `balance b of session\n  in fed = session.input_kg\n${terms}  tolerance 1 kg\n`;
    const { diagnostics } = compileProgram([{ name: 'r', text }], PLANT);
    assert.deepEqual(
      diagnostics.map((d) => d.code),
      ['Q1021'],
    );
  });

  it('are tested in the language, and both ways', () => {
    const tests = `
test "F-EX-02: the first attempt"
  given session = { input_kg: 800 kg, good_kg: 742.5 kg, wip_kg: 12.3 kg, disposed_linked_kg: 2 kg, outstanding_kg: 6.1 kg }
  when session.close
  expect blocked by delta_exceeded
  expect session_balance(session).delta = 37.1 kg
  expect session_balance(session).limit = 5 kg

test "F-EX-02: after rework"
  given session = { input_kg: 800 kg, good_kg: 742.5 kg, wip_kg: 12.3 kg, rework_in_linked_kg: 42.5 kg, disposed_linked_kg: 2 kg }
  when session.close
  expect allowed
  expect session_balance(session).delta = 0.7 kg
`;
    const report = runTests(compile(BALANCE + GATE + tests));
    assert.deepEqual(
      report.tests.flatMap(({ reasons }) => reasons),
      [],
    );
    const [own] = report.coverage.filter(({ rule }) => rule === 'session_balance');
    assert.deepEqual(own?.conditions, [
      { text: 'session_balance', seenTrue: true, seenFalse: true },
    ]);
  });
});
