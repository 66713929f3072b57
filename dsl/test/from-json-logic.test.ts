import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import jsonLogic from 'json-logic-js';
import { OWN_OPERATORS } from '../src/from-json-logic/own.ts';
import {
  compileExpression,
  fromJsonLogic,
  JSON_LOGIC_OPERATORS,
  JsonLogicError,
  QoidaError,
} from '../src/index.ts';

/**
 * Rules with json-logic-js's own answer and ours. Where ours differs, faults or is refused, `why`
 * says so: nothing differs silently.
 */
interface Case {
  readonly rule: jsonLogic.RulesLogic;
  readonly data: Readonly<Record<string, unknown>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly theirs: unknown;
  readonly text?: string;
  readonly ours?: unknown;
  readonly fault?: string;
  readonly refused?: string;
  readonly why?: string;
}

const FILE = new URL('./json-logic/cases.json', import.meta.url);
const groups = JSON.parse(readFileSync(FILE, 'utf8')) as {
  readonly name: string;
  readonly cases: readonly Case[];
}[];

/** An answer as JSON can hold it. */
function theirs(rule: jsonLogic.RulesLogic, data: unknown): unknown {
  try {
    const answer: unknown = jsonLogic.apply(rule, data);
    if (typeof answer === 'number' && !Number.isFinite(answer)) return { number: String(answer) };
    const inherited = typeof answer === 'function' || answer === Object.prototype;
    return inherited ? { inherited: true } : (answer ?? null);
  } catch {
    return { throws: true };
  }
}

const refusal = (rule: unknown, vars?: Record<string, string>): JsonLogicError => {
  try {
    fromJsonLogic(rule, vars);
  } catch (fault) {
    if (fault instanceof JsonLogicError) return fault;
    throw fault;
  }
  throw new assert.AssertionError({ message: 'it was not refused' });
};

describe('rules of JSON Logic as text', () => {
  for (const { name, cases } of groups) {
    describe(name, () => {
      for (const c of cases) {
        it(`${JSON.stringify(c.rule)} of ${JSON.stringify(c.data)}`, () => {
          assert.deepEqual(theirs(c.rule, c.data), c.theirs, 'json-logic-js');
          if (c.refused !== undefined) {
            const { operator, reason } = refusal(c.rule, c.vars);
            assert.deepEqual({ operator, reason }, { operator: c.refused, reason: c.why });
            return;
          }
          const text = fromJsonLogic(c.rule, c.vars);
          assert.equal(text, c.text);
          const outcome = compileExpression(text, c.vars ?? {}, {
            dynamic: true,
            guards: 'allow',
          }).tryEvaluate(c.data);
          if (c.fault !== undefined) {
            assert.equal('fault' in outcome && outcome.fault.code, c.fault);
            return;
          }
          assert.deepEqual(JSON.parse(JSON.stringify(outcome)), {
            value: 'ours' in c ? c.ours : c.theirs,
          });
        });
      }
    });
  }

  it('says why, where the answers differ', () => {
    const all = groups.flatMap(({ cases }) => cases);
    assert.ok(all.length >= 150, String(all.length));
    for (const c of all) {
      const differs = c.refused !== undefined || c.fault !== undefined || 'ours' in c;
      assert.equal(c.why !== undefined, differs, JSON.stringify(c.rule));
    }
  });
});

describe('a rule from anywhere', () => {
  const nested = (depth: number, inner: unknown, wrap: (part: unknown) => unknown): unknown => {
    let rule = inner;
    for (let i = 0; i < depth; i++) rule = wrap(rule);
    return rule;
  };
  const cyclic: Record<string, unknown> = {};
  cyclic.and = [cyclic, cyclic];
  const list: unknown[] = [];
  list.push(list);

  const HOSTILE: Readonly<Record<string, unknown>> = {
    'nested deeply': nested(100_000, true, (part) => ({ '!': [part] })),
    'a deep list': nested(100_000, 1, (part) => [part]),
    'as deep as it may be read': nested(120, { var: 'a' }, (part) => ({ or: [part, 'x'] })),
    'doubled at each step': nested(60, { var: 's' }, (part) => ({ or: [part, 'x'] })),
    'a wide list': { in: [1, Array.from({ length: 1_000_000 }, () => 1)] },
    'wide lists side by side': { merge: Array.from({ length: 300 }, () => Array(300).fill(1)) },
    'a list without elements': { in: [1, new Array(4_000_000_000)] },
    'an object in itself': cyclic,
    'a list in itself': list,
    'a function': { '+': [() => 1, 2] },
    'a symbol': Symbol('x'),
    'a bigint': { '+': [1n, 2] },
    'not a number': { '+': [Number.NaN, 2] },
    nothing: undefined,
    'a date': { '<': [new Date(0), { var: 'now' }] },
    'a map': new Map([['var', 'x']]),
    'a key called __proto__': JSON.parse('{"__proto__": [1, 2]}'),
    'a field called __proto__': JSON.parse('{"__proto__": 1, "a": 2}'),
    'a name called __proto__': { var: 'a.__proto__.b' },
    'an operator of every object': { toString: [1] },
    'a name with a backtick': { var: 'a`b' },
    'a control character': { '==': [{ var: 'a' }, '\u202e'] },
    'a text over lines': { '==': [{ var: 'a' }, 'x\ry'] },
  };

  for (const [name, rule] of Object.entries(HOSTILE)) {
    it(`is refused: ${name}`, () => {
      const { operator, reason, path, message } = refusal(rule, { s: 'text' });
      assert.ok(reason.length > 0 && message.length < 1_000 && path.length < 200, operator);
    });
  }

  it('says where', () => {
    const { operator, path } = refusal({ if: [{ var: 'a' }, { cat: [{ var: 'b' }, 'x'] }, 'y'] });
    assert.deepEqual({ operator, path }, { operator: 'cat', path: '/if/1' });
  });

  it('never runs, nor looks at a prototype', () => {
    const rule = Object.create({ '+': [1, 2] }) as object;
    assert.equal(refusal(rule).operator, '');
  });

  it('needs types that have a meaning', () => {
    assert.throws(() => fromJsonLogic({ var: 'a' }, { a: 'kgg' }), QoidaError);
  });

  it('keeps its loop variables apart from its names', () => {
    const rule = { some: [{ var: 'item' }, { '>': [{ var: 'item2' }, 1] }] };
    assert.equal(
      fromJsonLogic(rule, { item: 'list of {item2: number}' }),
      'any(item3.item2 > 1 for item3 in item)',
    );
  });
});

describe('our own operators, read back', () => {
  const READ: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['input_kg - good_kg > 5 kg', { input_kg: 'kg', good_kg: 'kg' }],
    ['sum(item.w for item in rows where item.w <= limit)', { rows: 'list of {w: g}', limit: 'kg' }],
    ['date_of(d) = today and d < now - 600 s', { d: 'instant' }],
    ['day + 3 day <= 2025-08-28', { day: 'date' }],
    ['pct * k <= 0.3 kg', { pct: '%', k: 'kg' }],
    ['if s in [ok, bad] then floor(k, 0.001 kg) else 0 kg', { s: 'oneof(ok, bad)', k: 'kg' }],
  ];
  for (const [text, vars] of READ) {
    it(text, () => {
      const { jsonLogic: made } = compileExpression(text, vars, { guards: 'allow' });
      assert.ok('rule' in made);
      const back = fromJsonLogic(JSON.parse(JSON.stringify(made.rule)), vars);
      const again = compileExpression(back, vars, { guards: 'allow' }).jsonLogic;
      assert.deepEqual(again, made, back);
    });
  }

  it('each of them is known', () => {
    const inLists = ['qoida.each', 'qoida.kept'];
    const known = [...OWN_OPERATORS, ...inLists].sort();
    assert.deepEqual(known, Object.keys(JSON_LOGIC_OPERATORS).sort());
  });
});
