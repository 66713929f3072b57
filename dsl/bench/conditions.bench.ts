/**
 * The conditions of three gates as expressions: our compiled function, json-logic-js on the very
 * JSON Logic that we write for the expression, and a function written by hand.
 */
import { strict as assert } from 'node:assert';
import jsonLogic from 'json-logic-js';
import { compileExpression, JSON_LOGIC_OPERATORS } from '../src/index.ts';
import { line } from './support/figures.ts';
import { nanosecondsEach } from './support/loops.ts';

for (const [name, run] of Object.entries(JSON_LOGIC_OPERATORS)) {
  jsonLogic.add_operation(name, run as (...args: unknown[]) => unknown);
}

type Values = Readonly<Record<string, unknown>>;
interface Condition {
  readonly gate: string;
  readonly text: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly passes: Values;
  readonly refuses: Values;
  /** True where the gate refuses. */
  byHand(values: never): boolean;
}

const now = new Date('2025-08-28T10:00:00Z');
const kg = 'kg';
const balance = {
  input: 800,
  good: 742.5,
  wip: 12.3,
  linked: 42.5,
  disposed: 2,
  outstanding: 0,
};

const CONDITIONS: readonly Condition[] = [
  {
    gate: 'delta_exceeded',
    text: 'abs(input - good - wip - (linked + disposed + outstanding)) > min(floor(1% of input, 1 g), 5 kg)',
    vars: { input: kg, good: kg, wip: kg, linked: kg, disposed: kg, outstanding: kg },
    passes: balance,
    refuses: { ...balance, linked: 0, outstanding: 6.1 },
    byHand: (v: typeof balance) =>
      Math.abs(v.input - v.good - v.wip - (v.linked + v.disposed + v.outstanding)) >
      Math.min(Math.floor(v.input * 10) / 1000, 5),
  },
  {
    gate: 'calibration_expired',
    text: 'due is missing or due < now',
    vars: { due: 'instant?' },
    passes: { due: new Date('2026-08-01T00:00:00Z') },
    refuses: { due: new Date('2025-08-01T00:00:00Z') },
    byHand: ({ due }: { due: Date | null }) => due === null || due < now,
  },
  {
    gate: 'gt_2_extruder',
    text: 'type = extruder and lines > (if grade is present and grade in (katta, starshiy) then 2 else 1)',
    vars: {
      type: 'oneof(extruder, cutter)',
      lines: 'number',
      grade: 'oneof(stajor, kichik, katta, starshiy)?',
    },
    passes: { type: 'extruder', lines: 2, grade: 'katta' },
    refuses: { type: 'extruder', lines: 3, grade: 'katta' },
    byHand: (v: { type: string; lines: number; grade: string | null }) =>
      v.type === 'extruder' && v.lines > (v.grade === 'katta' || v.grade === 'starshiy' ? 2 : 1),
  },
];

console.log('  JSON Logic gets its data in its own form already: making it is not counted.\n');
console.log(line('', 'ours ns', 'json-logic ns', 'by hand ns', 'ours/hand', 'logic/ours'));
for (const condition of CONDITIONS) {
  for (const refuses of [false, true]) compare(condition, refuses);
}

function compare(condition: Condition, refuses: boolean): void {
  const values = refuses ? condition.refuses : condition.passes;
  const compiled = compileExpression(condition.text, condition.vars);
  const form = compiled.jsonLogic;
  assert.ok('rule' in form, condition.gate);
  const rule = JSON.parse(JSON.stringify(form.rule)) as jsonLogic.RulesLogic;
  const clock = { now };
  const data = compiled.jsonLogicData(values, clock);
  const hand = condition.byHand as (values: Values) => boolean;
  const works = [
    () => compiled.evaluate(values, clock) === true,
    () => jsonLogic.apply(rule, data) === true,
    () => hand(values),
  ];
  assert.deepEqual(
    works.map((work) => work()),
    [refuses, refuses, refuses],
    condition.gate,
  );
  const [ours, logic, plain] = nanosecondsEach(works) as [number, number, number];
  const title = `${condition.gate}, ${refuses ? 'refuses' : 'passes'}`;
  const ratios = [`${(ours / plain).toFixed(0)} ×`, `${(logic / ours).toFixed(1)} ×`];
  console.log(line(title, ours.toFixed(0), logic.toFixed(0), plain.toFixed(1), ...ratios));
}
