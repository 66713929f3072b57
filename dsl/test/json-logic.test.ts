import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LogicEngine } from 'json-logic-engine';
import jsonLogic from 'json-logic-js';
import { STANDARD_OPERATORS } from '../src/from-json-logic/translate.ts';
import { compileExpression, JSON_LOGIC_OPERATORS, type Outcome } from '../src/index.ts';

type Run = (...args: readonly unknown[]) => unknown;
const OPERATORS = Object.entries(JSON_LOGIC_OPERATORS) as unknown as readonly [string, Run][];
for (const [name, run] of OPERATORS) jsonLogic.add_operation(name, run);

const ruleOf = (text: string, vars: Readonly<Record<string, string>>) => {
  const compiled = compileExpression(text, vars, { guards: 'allow' });
  const { jsonLogic: made } = compiled;
  assert.ok('rule' in made, JSON.stringify(made));
  return { compiled, ...made, rule: made.rule as jsonLogic.RulesLogic };
};

/** The rules of the comparison of engines, and data that most engines answer. */
const E1 =
  'abs(input_kg - good_kg - wip_kg - (rework_kg + disposed_kg + outstanding_kg)) <= min(0.01 * input_kg, 5 kg)';
const E1_VARS = Object.fromEntries(
  ['input_kg', 'good_kg', 'wip_kg', 'rework_kg', 'disposed_kg', 'outstanding_kg'].map((name) => [
    name,
    'kg',
  ]),
);
const e1 = {
  input_kg: 100,
  good_kg: 90,
  wip_kg: 5,
  rework_kg: 2,
  disposed_kg: 2,
  outstanding_kg: 1,
};
const E2 = 'min(1, fact / (plan_24h * (shift_hours / 24 h) * (actual_crew / norm_crew)))';
const E2_VARS = {
  fact: 'kg',
  plan_24h: 'kg',
  shift_hours: 'h',
  actual_crew: 'number',
  norm_crew: 'number',
};
const e2 = { fact: 90, plan_24h: 240, shift_hours: 12, actual_crew: 4, norm_crew: 5 };
const E3 = 'qc = ok and due_date >= 2025-08-28 and not hold';
const E3_VARS = { qc: 'oneof(ok, bad)', due_date: 'date', hold: 'bool' };
const e3 = { qc: 'ok', due_date: '2025-09-01', hold: false };

const BAD_DATA: readonly (readonly [string, string, Record<string, string>, object])[] = [
  ['a field is missing', E1, E1_VARS, { ...e1, good_kg: undefined }],
  ['a field is null', E1, E1_VARS, { ...e1, good_kg: null }],
  ['a field is NaN', E1, E1_VARS, { ...e1, good_kg: Number.NaN }],
  ['numbers as text', E1, E1_VARS, { ...e1, good_kg: '90', input_kg: '100' }],
  ['norm_crew is 0', E2, E2_VARS, { ...e2, norm_crew: 0 }],
  ['actual_crew is 0', E2, E2_VARS, { ...e2, actual_crew: 0 }],
  ['fact is missing', E2, E2_VARS, { ...e2, fact: undefined }],
  ['qc is missing', E3, E3_VARS, { ...e3, qc: undefined }],
  ['due_date is null', E3, E3_VARS, { ...e3, due_date: null }],
  ['hold is missing', E3, E3_VARS, { ...e3, hold: undefined }],
  ['hold is "false"', E3, E3_VARS, { ...e3, hold: 'false' }],
];

describe('bad data never gets an answer from our JSON Logic', () => {
  const good: readonly (readonly [string, Record<string, string>, object])[] = [
    [E1, E1_VARS, e1],
    [E2, E2_VARS, e2],
    [E3, E3_VARS, e3],
  ];
  it('while good data does', () => {
    for (const [text, vars, values] of good) {
      const { compiled, rule } = ruleOf(text, vars);
      const data = compiled.jsonLogicData({ ...values });
      const outcome = compiled.jsonLogicOutcome(jsonLogic.apply(rule, data));
      assert.deepEqual(outcome, compiled.tryEvaluate({ ...values }));
      assert.ok('value' in outcome);
    }
  });

  for (const [name, text, vars, values] of BAD_DATA) {
    it(name, () => {
      const { compiled, rule } = ruleOf(text, vars);
      const outcomes: Outcome[] = [
        compiled.jsonLogicOutcome(
          jsonLogic.apply(rule, compiled.jsonLogicData({ ...values } as Record<string, unknown>)),
        ),
      ];
      // Data that nobody prepared, too: then dates are texts, so only E1 and E2 can be asked.
      if (text !== E3) outcomes.push(compiled.jsonLogicOutcome(jsonLogic.apply(rule, values)));
      for (const outcome of outcomes) assert.ok('fault' in outcome, JSON.stringify(outcome));
    });
  }

  it('nor where our operators are not registered', () => {
    const { compiled, rule, operators } = ruleOf('a > 2 and b < 5', { a: 'number', b: 'number' });
    assert.deepEqual(operators, []);
    const run = (values: Record<string, unknown>): unknown =>
      jsonLogic.apply(rule, compiled.jsonLogicData(values));
    for (const [name] of OPERATORS) jsonLogic.rm_operation(name);
    try {
      assert.equal(run({ a: 3, b: 4 }), true);
      for (const b of [undefined, null, '4', true])
        assert.throws(() => run({ a: 3, b }), String(b));
    } finally {
      for (const [name, operator] of OPERATORS) jsonLogic.add_operation(name, operator);
    }
  });

  it('nor a field that only a text, a list or a fault has', () => {
    const vars = { rec: '{kind: text, length: number}' };
    for (const field of ['kind', 'length']) {
      const { compiled, rule } = ruleOf(`rec.${field}`, vars);
      for (const values of [{ rec: 'abc' }, { rec: [1] }, { rec: 5 }]) {
        const result = jsonLogic.apply(rule, compiled.jsonLogicData(values));
        assert.ok('fault' in compiled.jsonLogicOutcome(result), field);
      }
    }
  });
});

describe('JSON Logic sees outside a list', () => {
  const CASES: readonly (readonly [string, unknown])[] = [
    ['sum(r.w for r in rows where r.w > limit)', 5],
    ['count(for r in rows where any(part > r.w + limit for part in r.parts))', 1],
    ['count(for r in rows where r.at < now and date_of(r.at) = today)', 1],
    ['max({ w: r.w, n: limit }.w for r in rows)', 3],
    ['any(r.w in [limit, 3 kg] for r in rows)', true],
    ['{ a: limit, d: today }', { a: 1.5, d: '2025-08-28' }],
  ];
  const VARS = { rows: 'list of {w: kg, at: instant, parts: list of kg}', limit: 'kg' };
  const values = {
    limit: 1.5,
    rows: [
      { w: 2, at: '2025-08-28T01:00', parts: [4, 1] },
      { w: 3, at: '2025-08-27T01:00', parts: [] },
    ],
  };
  const clock = { now: new Date('2025-08-28T05:00:00Z') };
  for (const [text, wanted] of CASES) {
    it(text, () => {
      const { compiled, rule } = ruleOf(text, VARS);
      const sent = JSON.parse(JSON.stringify(rule)) as jsonLogic.RulesLogic;
      const data = compiled.jsonLogicData(values, clock);
      assert.deepEqual(compiled.jsonLogicOutcome(jsonLogic.apply(sent, data)), { value: wanted });
      const engine = new LogicEngine();
      for (const [name, run] of OPERATORS)
        engine.addMethod(name, (args: unknown[]) => run(...args));
      assert.deepEqual(compiled.jsonLogicOutcome(engine.run(sent, data)), { value: wanted });
    });
  }

  it('and stays as large as what was written', () => {
    let text = 'a';
    for (let i = 0; i < 30; i++) text = `sum([${text}, 1])`;
    const { compiled, rule } = ruleOf(text, { a: 'number' });
    const data = compiled.jsonLogicData({ a: 2 });
    assert.deepEqual(compiled.jsonLogicOutcome(jsonLogic.apply(rule, data)), { value: 32 });
  });

  it('but not where the clock has the name', () => {
    const { jsonLogic: made } = compileExpression('qoida + 1', { qoida: 'number' });
    assert.deepEqual(made, { notSupported: 'the name `qoida` is taken by the clock' });
  });
});

describe('docs/json-logic.md', () => {
  const text = readFileSync(new URL('../../docs/json-logic.md', import.meta.url), 'utf8');

  it('lists each of our operators once', () => {
    const rows = [...text.matchAll(/^\| (`qoida\.[^|]*)\|/gm)].map(([, names = '']) => names);
    const listed = rows.flatMap((names) => names.match(/qoida\.\w+/g) ?? []);
    assert.deepEqual(listed.sort(), Object.keys(JSON_LOGIC_OPERATORS).sort());
  });

  it('names the operators that are read', () => {
    const [, names = ''] = /reads `([^`]*)`/.exec(text) ?? [];
    assert.deepEqual(names.split(' ').sort(), [...STANDARD_OPERATORS].sort());
  });

  it('has examples that run', async () => {
    const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.docs-'));
    try {
      const examples = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
      assert.equal(examples.length, 4);
      for (const [i, code] of examples.entries()) {
        const entry = new URL('../src/index.ts', import.meta.url).href;
        const file = join(folder, `example${i}.ts`);
        writeFileSync(file, code.replace("'@qoida/dsl'", `'${entry}'`));
        await import(pathToFileURL(file).href);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
