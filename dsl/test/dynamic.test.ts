import assert from 'node:assert/strict';
import jsonLogic from 'json-logic-js';
import { compileExpression, JSON_LOGIC_OPERATORS, QoidaError } from '../src/index.ts';

for (const [name, run] of Object.entries(JSON_LOGIC_OPERATORS)) {
  jsonLogic.add_operation(name, run as (...args: unknown[]) => unknown);
}

const BACKENDS = ['reference', 'closures', 'generated'] as const;
const CLOCK = { now: new Date('2025-08-28T05:00:00Z') };

/** Untyped names: a text, data, and the value or the code of the fault. */
const CASES: readonly (readonly [string, Record<string, unknown>, unknown])[] = [
  ['a + 1', { a: 2 }, 3],
  ['a + 1', { a: '2' }, 'Q9004'],
  ['a + 1', { a: true }, 'Q9004'],
  ['a + 1', {}, 'Q9001'],
  ['a + 1', { a: Number.NaN }, 'Q9004'],
  ['a + 1', { a: Number.POSITIVE_INFINITY }, 'Q9004'],
  ['-a', { a: 2 }, -2],
  ['a / b', { a: 1, b: 0 }, 'Q9002'],
  ['a / b', { a: 1, b: 'x' }, 'Q9004'],
  ['a = 1', { a: 1 }, true],
  ['a = 1', { a: '1' }, 'Q9004'],
  ['a = "x"', { a: 'x' }, true],
  ['a = "x"', { a: 5 }, 'Q9004'],
  ['a = b', { a: 1, b: 1 }, true],
  ['a = b', { a: 'x', b: 'x' }, true],
  ['a != b', { a: true, b: false }, true],
  ['a = b', { a: 1, b: '1' }, 'Q9004'],
  ['a = b', { a: [], b: [] }, 'Q9004'],
  ['a = b', { a: 1 }, 'Q9001'],
  ['a < b', { a: 1, b: 2 }, true],
  ['a < b', { a: 'a', b: 'b' }, 'Q9004'],
  ['a < "b"', { a: 'a' }, true],
  ['1 < a <= 3', { a: 3 }, true],
  ['a between 1 and b', { a: 2, b: 3 }, true],
  ['if a then 1 else 2', { a: true }, 1],
  ['if a then 1 else 2', { a: 1 }, 'Q9004'],
  ['if a then 1 else 2', { a: 'yes' }, 'Q9004'],
  ['if a then 1 else 2', {}, 'Q9001'],
  ['not a', { a: 0 }, 'Q9004'],
  ['a and b', { a: false, b: 'x' }, false],
  ['a or b', { a: false, b: 'x' }, 'Q9004'],
  ['a ?? 5', {}, 5],
  ['a ?? 5', { a: null }, 5],
  ['a ?? 5', { a: 'x' }, 'Q9004'],
  ['a ?? b', { b: 'x' }, 'x'],
  ['a is missing', {}, true],
  ['a is missing', { a: false }, false],
  ['a.b.c > 2', { a: { b: { c: 3 } } }, true],
  ['a.b.c > 2', { a: { b: 5 } }, 'Q9004'],
  ['a.b.c > 2', { a: { b: [] } }, 'Q9004'],
  ['a.b.c is missing', { a: {} }, true],
  ['a.length', { a: 'abc' }, 'Q9004'],
  ['a.constructor is missing', { a: {} }, true],
  ['a in [1, 2]', { a: 2 }, true],
  ['a in [1, 2]', { a: '2' }, false],
  ['1 in a', { a: [1, 'x'] }, true],
  ['1 in a', { a: 'x1' }, 'Q9004'],
  ['a in [2025-08-28]', { a: '2025-08-28' }, true],
  ['sum(a)', { a: [1, 2] }, 3],
  ['sum(a)', { a: [1, '2'] }, 'Q9004'],
  ['sum(a)', { a: [1, null] }, 'Q9001'],
  ['sum(a)', { a: 'x' }, 'Q9004'],
  ['count(a)', { a: [1, 'x', null] }, 3],
  ['sum([a, b])', { a: 1, b: 2 }, 3],
  [
    'sum(x.w for x in a where x.ok)',
    {
      a: [
        { w: 1, ok: true },
        { w: 'x', ok: false },
      ],
    },
    1,
  ],
  ['any(x > b for x in a)', { a: [1, 3], b: 2 }, true],
  ['max(a, b, 2)', { a: 1, b: 3 }, 3],
  ['max(a, b)', { a: 1, b: 'x' }, 'Q9004'],
  ['round(a)', { a: 1.6 }, 2],
  ['length(a)', { a: 'abc' }, 3],
  ['length(a)', { a: 3 }, 'Q9004'],
  ['d < now', { d: '2025-08-28T04:00:00Z' }, true],
  ['d < now', { d: new Date(0) }, true],
  ['d < now', { d: 5 }, 'Q9004'],
  ['d = 2025-08-28', { d: '2025-08-28' }, true],
  ['d + 1 day = 2025-08-29', { d: '2025-08-28' }, true],
  ['a', { a: { b: [1, 'x'] } }, { b: [1, 'x'] }],
  ['a', {}, null],
  ['a', { a: () => 1 }, 'Q9004'],
  ['k > 5 kg and a', { k: 6, a: true }, true],
];

const VARS = { k: 'kg' };

describe('untyped values', () => {
  for (const [text, data, wanted] of CASES) {
    it(`${text} of ${JSON.stringify(data)}`, () => {
      for (const backend of BACKENDS) {
        const options = { dynamic: true, guards: 'allow', backend } as const;
        const compiled = compileExpression(text, VARS, options);
        const outcome = compiled.tryEvaluate(data, CLOCK);
        const { jsonLogic: made } = compiled;
        assert.ok('rule' in made);
        const rule = JSON.parse(JSON.stringify(made.rule)) as jsonLogic.RulesLogic;
        const ran: unknown = jsonLogic.apply(rule, compiled.jsonLogicData(data, CLOCK));
        for (const answer of [outcome, compiled.jsonLogicOutcome(ran)]) {
          const got = 'fault' in answer ? answer.fault.code : answer.value;
          assert.deepEqual(got, wanted, backend);
        }
      }
    });
  }

  it('need no guards, as nothing is known of them', () => {
    assert.equal(compileExpression('a / b > 1', {}, { dynamic: true }).type, 'bool');
    assert.equal(compileExpression('a ?? b', {}, { dynamic: true }).type, 'dynamic');
  });

  it('have no unit', () => {
    for (const text of ['a > 5 kg', 'k + a', 'a in [5 kg]', 'if true then k else a']) {
      assert.throws(() => compileExpression(text, VARS, { dynamic: true }), QoidaError, text);
    }
  });

  it('are asked for: without the option a name must be declared', () => {
    assert.throws(() => compileExpression('a', {}), QoidaError);
  });

  it('are explained as they are', () => {
    const compiled = compileExpression('a ?? b', {}, { dynamic: true });
    assert.equal(compiled.explain({ a: [1, true, 'x'] }, 'en', CLOCK).value, '[1, yes, x]');
    assert.equal(compiled.explain({}, 'en', CLOCK).value, '—');
  });
});
