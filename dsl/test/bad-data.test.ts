import assert from 'node:assert/strict';
import jsonLogic from 'json-logic-js';
import { BAD_CASES } from '../bench/bad-data.ts';
import { type Bag, CASES, type Case } from '../bench/cases.ts';
import {
  compileExpression,
  compileProgram,
  JSON_LOGIC_OPERATORS,
  QoidaFault,
} from '../src/index.ts';

/** What is wrong with the data is said, in every back end; nothing is answered in its place. */
for (const [name, run] of Object.entries(JSON_LOGIC_OPERATORS)) {
  jsonLogic.add_operation(name, run as (...args: unknown[]) => unknown);
}

const ALLOW = { guards: 'allow' } as const;
const BACKENDS = ['reference', 'closures', 'generated'] as const;
const ruleOf = (key: string): Case => CASES.find((rule) => rule.key === key) as Case;
/** A record whose answer is the dangerous one: the gate passes. */
const goodOf = ({ records, byHand }: Case): Bag =>
  records.find((record) => (byHand as (record: Bag) => unknown)(record) !== false) as Bag;

describe('bad data gets no answer', () => {
  for (const rule of CASES) {
    it(`while good data does: ${rule.name}`, () => {
      for (const backend of BACKENDS) {
        const outcome = compileExpression(rule.text, rule.vars, { ...ALLOW, backend }).tryEvaluate(
          goodOf(rule),
        );
        assert.ok('value' in outcome && outcome.value !== null, backend);
      }
    });
  }

  for (const { key, wrong, spoil } of BAD_CASES) {
    const rule = ruleOf(key);
    const record = spoil(goodOf(rule));
    it(`${rule.name}: ${wrong}`, () => {
      const codes = BACKENDS.map((backend) => {
        const compiled = compileExpression(rule.text, rule.vars, { ...ALLOW, backend });
        const outcome = compiled.tryEvaluate(record);
        assert.ok('fault' in outcome, `${backend}: ${JSON.stringify(outcome)}`);
        assert.throws(() => compiled.evaluate(record), QoidaFault, backend);
        return outcome.fault.code;
      });
      const compiled = compileExpression(rule.text, rule.vars, ALLOW);
      const form = compiled.jsonLogic;
      assert.ok('rule' in form, key);
      const sent = JSON.parse(JSON.stringify(form.rule)) as jsonLogic.RulesLogic;
      const result: unknown = jsonLogic.apply(sent, compiled.jsonLogicData(record));
      const outcome = compiled.jsonLogicOutcome(result);
      assert.ok('fault' in outcome, `JSON Logic: ${JSON.stringify(outcome)}`);
      assert.deepEqual([...codes, outcome.fault.code], Array(4).fill(codes[0]));
    });
  }
});

describe('a function that has been asked often', () => {
  // Long enough for an engine to have optimised what it has seen: good records only.
  for (const { key, wrong, spoil } of BAD_CASES) {
    const rule = ruleOf(key);
    it(`still faults: ${rule.name}, ${wrong}`, () => {
      const compiled = compileExpression(rule.text, rule.vars, ALLOW);
      const times = key === 'sum' ? 20 : 300;
      for (let i = 0; i < times; i++) for (const good of rule.records) compiled.evaluate(good);
      assert.ok('fault' in compiled.tryEvaluate(spoil(goodOf(rule))));
    });
  }
});

describe('values that are not the record’s own never count', () => {
  const rule = ruleOf('delta');
  const good = goodOf(rule);
  class Session {
    get input_kg(): number {
      return 1000;
    }
  }
  const strange: Readonly<Record<string, () => unknown>> = {
    'inherited from another record': () => Object.create(good) as unknown,
    'of a class': () => Object.assign(new Session(), { ...good, input_kg: undefined }),
    'of its own __proto__': () => JSON.parse(`{"__proto__": ${JSON.stringify(good)}}`) as unknown,
    'of a list': () => [good],
    'of nothing': () => null,
    'of a text': () => 'input_kg',
  };
  for (const [name, make] of Object.entries(strange)) {
    it(name, () => {
      for (const backend of ['closures', 'generated'] as const) {
        const compiled = compileExpression(rule.text, rule.vars, { ...ALLOW, backend });
        assert.throws(() => compiled.evaluate(make() as Bag), Error, backend);
      }
    });
  }

  it('put into the prototype of all objects', () => {
    const { input_kg, ...rest } = good as Record<string, number>;
    const compiled = compileExpression(rule.text, rule.vars, ALLOW);
    for (let i = 0; i < 300; i++) for (const record of rule.records) compiled.evaluate(record);
    const prototype = Object.prototype as Record<string, unknown>;
    prototype.input_kg = input_kg;
    try {
      assert.ok('fault' in compiled.tryEvaluate(rest));
      assert.equal(compiled.evaluate(good), true);
    } finally {
      delete prototype.input_kg;
    }
  });

  it('but a record without a prototype does', () => {
    const bare = Object.assign(Object.create(null), good) as Bag;
    assert.equal(compileExpression(rule.text, rule.vars, ALLOW).evaluate(bare), true);
  });
});

describe('a list without some of its elements', () => {
  const HOLES: unknown[] = Object.assign(new Array<unknown>(3), { 2: 5 });

  for (const text of ['sum(xs) > 0', 'all(x > 1 for x in xs)', 'none(x > 9 for x in xs)']) {
    it(text, () => {
      const vars = { xs: 'list of number' };
      for (const backend of BACKENDS) {
        const compiled = compileExpression(text, vars, { ...ALLOW, backend });
        assert.ok('fault' in compiled.tryEvaluate({ xs: HOLES }), backend);
      }
      const compiled = compileExpression(text, vars, ALLOW);
      const form = compiled.jsonLogic;
      assert.ok('rule' in form);
      const sent = JSON.parse(JSON.stringify(form.rule)) as jsonLogic.RulesLogic;
      const result: unknown = jsonLogic.apply(sent, compiled.jsonLogicData({ xs: HOLES }));
      assert.ok('fault' in compiled.jsonLogicOutcome(result));
    });
  }

  it('has nothing for a gate to pass', () => {
    const text = 'gate g\n  on load.send each line\n  block when line.note is present';
    const program = compileProgram([{ name: 'f', text }], {
      records: { line: { fields: { note: { type: 'text?' } } } },
      points: { 'load.send': { facts: { lines: { type: 'list of line' } } } },
    });
    const [gate] = program.gates;
    assert.ok(gate);
    const lines = Object.assign(new Array<unknown>(2), { 1: {} });
    for (let time = 0; time < 30; time++) {
      assert.equal(gate.evaluate('load.send', { lines }, {}).verdict, 'fail');
    }
  });
});

describe('no gate passes on bad data', () => {
  const delta = ruleOf('delta');
  const fields = Object.fromEntries(Object.keys(delta.vars).map((name) => [name, { type: 'kg' }]));
  const of = (text: string): string =>
    text.replaceAll(/\b(\w+_kg)\b/g, 'session.$1').replace('<=', '>');
  const text = `gate delta\n  on session.close\n  block when ${of(delta.text)}\n`;
  const catalog = {
    records: { session: { fields } },
    points: { 'session.close': { facts: { session: { type: 'session' } } } },
  };
  for (const generate of [true, false]) {
    it(generate ? 'generated' : 'as closures', () => {
      const program = compileProgram([{ name: 'f', text }], catalog, { generate });
      assert.deepEqual(program.diagnostics, []);
      const [gate] = program.gates;
      assert.ok(gate);
      const env = { now: new Date('2025-08-28T10:00Z') };
      const good = goodOf(delta);
      const spoiled = BAD_CASES.filter(({ key }) => key === 'delta').map(({ spoil }) =>
        spoil(good),
      );
      for (let time = 0; time < 30; time++) {
        assert.equal(gate.evaluate('session.close', { session: good }, env).verdict, 'pass');
        for (const session of [...spoiled, null, undefined, 5, [good], Object.create(good)]) {
          const result = gate.evaluate('session.close', { session }, env);
          assert.ok(result.verdict === 'fail' && result.failures[0]?.fault !== undefined);
        }
        assert.equal(gate.evaluate('session.close', {}, env).verdict, 'fail');
      }
    });
  }
});

describe('a record that has to be there and is not', () => {
  const catalog = {
    records: {
      sku: { fields: { kg_per_m: { type: 'kg/m', optional: true } } },
      device: { fields: { calibration_due_at: { type: 'instant', optional: true } } },
      line: { fields: { device: { type: 'device' }, sku: { type: 'sku' } } },
      load: { fields: { line: { type: 'line' }, left_at: { type: 'instant' } } },
    },
    points: {
      'package.create': { facts: { sku: { type: 'sku' } } },
      'load.send': { facts: { lines: { type: 'list of line' } } },
      'load.close': { facts: { load: { type: 'load?' }, sure: { type: 'bool' } } },
    },
  };
  const formulas = `
formula has(s: sku?) = s is present
formula stamped(i: instant?) = i is present
formula known(line: line) = has(line.sku)`;
  const due = 'line.device.calibration_due_at';
  const gates: readonly (readonly [string, string, string, Bag, string])[] = [
    ['package.create', '', 'sku.kg_per_m is present', {}, 'Q9001'],
    ['package.create', '', 'sku.kg_per_m is missing', { sku: null }, 'Q9001'],
    ['load.send', ' each line', `${due} is present and ${due} < now`, { lines: [{}] }, 'Q9001'],
    ['load.send', ' each line', `${due} is present and ${due} < now`, { lines: [null] }, 'Q9004'],
    ['package.create', '', 'has(sku)', {}, 'Q9001'],
    ['load.send', ' each line', 'not has(line.sku)', { lines: [{}] }, 'Q9001'],
    ['load.send', ' each line', 'known(line)', { lines: [{}] }, 'Q9001'],
    ['load.close', '', 'load.line.device.calibration_due_at is present', { load: {} }, 'Q9001'],
    ['load.close', '', 'stamped(load.left_at)', { load: {} }, 'Q9001'],
    ['load.close', '', '(if sure then sure else missing) is present', {}, 'Q9001'],
  ];
  for (const [point, each, condition, facts, code] of gates) {
    it(`${condition} of ${JSON.stringify(facts)}`, () => {
      const text = `gate g\n  on ${point}${each}\n  block when ${condition}\n${formulas}`;
      for (const generate of [true, false]) {
        const { diagnostics, gates } = compileProgram([{ name: 'f', text }], catalog, { generate });
        assert.deepEqual(diagnostics, []);
        for (let time = 0; time < 30; time++) {
          const result = gates[0]?.evaluate(point, facts, { now: new Date('2025-08-28T10:00Z') });
          assert.ok(result?.verdict === 'fail');
          assert.equal(result.failures[0]?.fault?.code, code);
        }
      }
    });
  }
});
