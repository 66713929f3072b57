import assert from 'node:assert/strict';
import { compileExpression, compileProgram, QoidaFault, runTests } from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

const compile = (text: string, options = {}) =>
  compileProgram([{ name: 'rule.qoida', text }], PLANT, options);

describe('programs', () => {
  it('have no rules while one has an error', () => {
    const text = 'formula good(): number = 1\nformula bad(): kg = 1 m\n';
    const program = compile(text);
    assert.equal(program.diagnostics[0]?.code, 'Q3006');
    assert.deepEqual(program.formulas, []);
  });

  it('switch a module off whose plugin is absent', () => {
    const program = compile('module a\nrequires mes\nformula f(): number = 1\n');
    assert.deepEqual(program.modules, [{ name: 'a', file: 'rule.qoida', absent: ['mes'] }]);
    assert.deepEqual(program.formulas, []);
    assert.equal(program.diagnostics[0]?.severity, 'warning');
  });

  it('call the functions of plugins, and fault without them', () => {
    const text = 'formula plan(code: text): kg/h = plan_norm(code) * 2\n';
    const functions = { plan_norm: (code: unknown) => (code === 'POL-10' ? 200 : Number.NaN) };
    const plan = compile(text, { functions }).formulas[0];
    assert.equal(plan?.evaluate({ code: 'POL-10' }, {}), 400);
    assert.throws(() => plan?.evaluate({ code: 'x' }, {}), QoidaFault);
    const bare = compile(text).formulas[0]?.tryEvaluate({ code: 'POL-10' }, {});
    assert.equal(bare && 'fault' in bare && bare.fault.code, 'Q9005');
    const throwing = { plan_norm: () => assert.fail('down') };
    const failed = compile(text, { functions: throwing }).formulas[0]?.tryEvaluate(
      { code: 'a' },
      {},
    );
    assert.equal(failed && 'fault' in failed && failed.fault.code, 'Q9005');
  });

  it('read settings', () => {
    const text =
      'gate g\n  on session.close\n  warn when settings.vt_gate_hard and session.input_kg > settings.max_delta\n';
    const gate = compile(text).gates[0];
    assert.deepEqual(gate?.reads('session.close'), [
      'session.input_kg',
      'settings.max_delta',
      'settings.vt_gate_hard',
    ]);
    const facts = { session: { input_kg: 6 } };
    const ask = (settings: object) =>
      gate?.evaluate('session.close', facts, { settings: { ...settings } }).verdict;
    assert.equal(ask({ vt_gate_hard: true, max_delta: 5 }), 'fail');
    assert.equal(ask({ vt_gate_hard: true, max_delta: 6 }), 'pass');
    assert.equal(ask({ vt_gate_hard: false }), 'pass');
    assert.equal(ask({}), 'fail');
  });

  it('keep the declared unit of a formula, whatever its body is in', () => {
    const program = compile(
      'formula f(a: g, b: kg): t = a + b\nformula h(x: kg): g = f(500 g, x)\n',
    );
    const of = (name: string) => program.formulas.find((f) => f.name === name);
    assert.equal(of('f')?.evaluate({ a: 500, b: 1 }, {}), 0.0015);
    assert.equal(of('h')?.evaluate({ x: 1 }, {}), 1500);
    assert.equal(of('h')?.type, 'g');
  });

  it('refuse at once what would come to an end too late', () => {
    const doubled = (n: number) =>
      Array.from(
        { length: n },
        (_, i) => `formula f${i + 1}(x: number): number = f${i}(x) + f${i}(x)\n`,
      ).join('');
    const slow = compile(`formula f0(x: number): number = x\n${doubled(60)}`);
    assert.equal(slow.diagnostics[0]?.code, 'Q5005');
    assert.deepEqual(slow.formulas, []);
    assert.deepEqual(compile(`formula f0(x: number): number = x\n${doubled(8)}`).diagnostics, []);
  });

  it('read through formulas what their arguments stand for', () => {
    const text = `formula left(a: session, b: session): kg = a.input_kg
formula right(a: session, b: session): kg = left(b, a)
formula both(a: session): kg = left(a, a) + right(a, a) + 1 kg
gate g
  on session.close
  block when right(session, session) > 1 kg or both(session) > 5 kg
`;
    const program = compile(text);
    assert.deepEqual(program.gates[0]?.reads('session.close'), ['session.input_kg']);
    const reads = Object.fromEntries(program.formulas.map((f) => [f.name, f.reads]));
    assert.deepEqual(reads.right, ['b.input_kg']);
  });

  it('compare quantities of one resolution as whole steps', () => {
    const text =
      'formula same(session: session, w: kg): bool = session.input_kg = session.good_kg\n';
    const same = compile(text).formulas[0];
    const ask = (input_kg: number, good_kg: number) =>
      same?.evaluate({ session: { input_kg, good_kg }, w: 0 }, {});
    assert.equal(ask(0.3, 0.1 + 0.2), true);
    assert.equal(ask(1.0004, 1), true);
    assert.equal(ask(1.0006, 1), false);
  });

  it('keep each element of `each` apart from the others', () => {
    const text =
      'gate g\n  on session.start each operator\n  block when operator.running_lines > 1\n  message "{operator.name}"\n';
    const gate = compile(text).gates[0];
    const operators = [1, 2, 3].map((running_lines) => ({
      name: `op${running_lines}`,
      running_lines,
    }));
    const result = gate?.evaluate('session.start', { operators, workcenter: {} }, {});
    const failures = result?.verdict === 'fail' ? result.failures : [];
    assert.deepEqual(
      failures.map((f) => [f.index, f.message('ru')]),
      [
        [1, 'op2'],
        [2, 'op3'],
      ],
    );
    assert.throws(() => gate?.evaluate('session.close', {}, {}), RangeError);
  });

  it('say in three languages what has no message', () => {
    const gate = compile('gate g\n  on session.close\n  block when session.input_kg > 0 kg\n')
      .gates[0];
    const result = gate?.evaluate('session.close', { session: { input_kg: 1 } }, {});
    const texts =
      result?.verdict === 'fail'
        ? ['en', 'uz', 'ru'].map((l) => result.failures[0]?.message(l))
        : [];
    assert.equal(new Set(texts).size, 3);
    for (const text of texts) assert.match(text ?? '', /\bg\b/);
  });
});

describe('tests of a program', () => {
  const text = `
gate g
  on session.close
  block when session.input_kg > 5 kg
  message "{session.input_kg} is too much"

test "right"
  given session.input_kg = 6 kg
  when session.close
  expect blocked by g

test "wrong"
  given session.good_kg = 1 kg
  when session.close
  expect blocked by g

test "wrong too"
  given session.input_kg = 6 kg
  when session.close
  expect allowed
  expect session.input_kg < 2 kg
`;
  const report = runTests(compile(text));

  it('say why one fails', () => {
    assert.deepEqual(
      report.tests.map((t) => [t.title, t.reasons]),
      [
        ['right', []],
        ['wrong', ['expected blocked by g, but nothing refused']],
        [
          'wrong too',
          [
            'expected allowed, but refused by g ("6 kg is too much")',
            'expected session.input_kg < 2 kg, but session.input_kg is 6 kg',
          ],
        ],
      ],
    );
    assert.deepEqual([report.passed, report.failed], [1, 2]);
  });

  it('name what they assumed', () => {
    assert.deepEqual(
      report.tests.map((t) => t.assumed),
      [[], ['session.input_kg'], []],
    );
  });

  it('end in time', () => {
    const program = compile('test "t"\n  expect 1 = 1\n  expect 2 = 2\n');
    const [result] = runTests(program, { budgetMs: -1 }).tests;
    assert.equal(result?.passed, false);
    assert.deepEqual(result?.reasons, ['not run: the tests take too long']);
  });

  it('count conditions', () => {
    assert.deepEqual(report.coverage, [
      {
        rule: 'g',
        conditions: [{ text: 'session.input_kg > 5 kg', seenTrue: true, seenFalse: true }],
      },
    ]);
    const one = runTests(compile(text), { filter: 'right' });
    assert.deepEqual(one.coverage[0]?.conditions[0]?.seenFalse, false);
    assert.equal(one.tests.length, 1);
  });
});

describe('expressions for programs', () => {
  it('tell their type, cost and what they read', () => {
    const rule = compileExpression('sum(r.w for r in rows where r.ok) > limit', {
      rows: 'list of {w: kg, ok: bool}',
      limit: 'g',
    });
    assert.equal(rule.type, 'bool');
    assert.deepEqual(rule.reads, ['limit', 'rows', 'rows.ok', 'rows.w']);
    assert.ok(rule.cost > 1000 && rule.cost < 10_000);
    assert.equal(rule.evaluate({ rows: [{ w: 1, ok: true }], limit: 999 }), true);
  });

  it('demand guards, which flow can give', () => {
    const vars = { a: 'kg', n: 'number', w: 'kg?', s: 'oneof(ok, bad)?' };
    const good = [
      'if n > 0 then a / n else 0 kg',
      'if n = 0 then 0 kg else a / n',
      'a / n ?? 0 kg',
      'n != 0 and a / n > 1 kg',
      'n <= 0 or a / n > 1 kg',
      'a / max(n, 1)',
      'w is present and w > a',
      'w is missing or w > a',
      'w ?? a',
      'if not (w is missing) then w + a else a',
      'if 1 <= n <= 5 then a / n else a',
      's is present and s = ok',
      'count(for x in [1, 2] where x > 0 and 1 / x < 2)',
      'coalesce(w, a) + a',
    ];
    for (const text of good) assert.ok(compileExpression(text, vars), text);
    const bad = [
      'a / n',
      'w + a',
      'if n >= 0 then a / n else a',
      'w is present or w > a',
      'w is missing and w > a',
      's = ok',
      'if n > -1 then a / n else a',
      '(a / n) + (a / n ?? a)',
      'a / (n - 1)',
    ];
    for (const text of bad) assert.throws(() => compileExpression(text, vars), /Q400[12]/, text);
  });

  it('count a question that denies as it stands: `is present` was true', () => {
    const asked = `
formula known(p: package): bool = p.overridden_by is present and p.status not in (draft, qc_ok)
test "known"
  given package = { overridden_by: "Anvar", status: awaiting_qc }
  expect known(package)
`;
    assert.deepEqual(runTests(compile(asked)).coverage[0]?.conditions, [
      { text: 'p.overridden_by is present', seenTrue: true, seenFalse: false },
      { text: 'p.status not in (draft, qc_ok)', seenTrue: true, seenFalse: false },
    ]);
  });
});
