/**
 * What it costs to make a rule of a text: each phase, ten thousand rules, the heap they hold, and
 * the first evaluation, which is when code is generated.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { worldWithoutBlocks } from '../src/check/context.ts';
import { createContext, inputScope } from '../src/check/expression/check-expression.ts';
import { infer } from '../src/check/expression/infer.ts';
import { emitUnit } from '../src/compile/js/emit.ts';
import { verifyEmitted } from '../src/compile/js/verify.ts';
import { compileExpression, compileProgram } from '../src/index.ts';
import type { Unit } from '../src/ir/ir.ts';
import { lower } from '../src/ir/lower.ts';
import { parseExpression } from '../src/language/parse.ts';
import { createReporter } from '../src/source/diagnostic.ts';
import { EMPTY_CATALOG, indexCatalog } from '../src/types/catalog.ts';
import { parseTypeText } from '../src/types/type-text.ts';
import { PLANT as WHOLE_PLANT } from '../test/support/catalog.ts';
import { CASES, type Case } from './cases.ts';
import { busyness, cpuTime, median } from './support/figures.ts';
import { race } from './support/races.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const RULES = 10_000;
const ALLOW = { guards: 'allow' } as const;
const [delta] = CASES as [Case, ...Case[]];

/** Rules of one shape that differ in their limit, as a plant's do. */
const textOf = (i: number): string => delta.text.replace('5 kg', `${5 + i / 1000} kg`);
const NAMES = Object.keys(delta.vars);
/** Rules no two of which read the same names in the same places: none shares another's function. */
function ownNames(i: number): string {
  const digits = i.toString(6).padStart(6, '0');
  const [a, b, c, d, e, f] = [...digits].map((digit) => NAMES[Number(digit)]);
  return `abs(${a} - ${b} - ${c} - (${d} + ${e} + ${f})) <= min(1% of ${a}, 5 kg)`;
}

const us = (ms: number): string => `${(ms * 1000).toFixed(1)} µs`;
const say = (title: string, value: string): void =>
  console.log(`  ${title.padEnd(58)}${value.padStart(12)}`);

/** The middle time of a call in milliseconds, over texts that differ. */
function each(times: number, run: (i: number) => unknown): number {
  const samples: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    run(i);
    samples.push(performance.now() - start);
  }
  return median(samples);
}

const world = worldWithoutBlocks(indexCatalog(EMPTY_CATALOG));
const types = new Map(
  Object.entries(delta.vars).map(([name, text]) => {
    const type = parseTypeText(text);
    if (!('kind' in type)) throw new TypeError(text);
    return [name, type] as const;
  }),
);

function checked(text: string) {
  const { expr } = parseExpression(text);
  if (expr === undefined) throw new TypeError(text);
  const context = createContext({
    world,
    reporter: createReporter('expression'),
    scope: inputScope(types),
    demandGuards: false,
    dynamic: false,
  });
  infer(expr, context);
  return { expr, context };
}

function unitOf(text: string): Unit {
  const { expr, context } = checked(text);
  const body = lower(expr, context.typing);
  return { name: 'rule', file: 'rule', params: [], slots: context.typing.slots, body };
}

const ENTRY = { settings: 'among the values', gives: 'value' } as const;
const none = new Map<string, Unit>();
function emitted(text: string) {
  const made = emitUnit(unitOf(text), none, ENTRY);
  if (made === undefined) throw new TypeError(text);
  return made;
}

console.log('  one rule, the session delta gate, warm');
const begin = performance.now();
compileExpression(textOf(0), delta.vars, ALLOW);
say('the very first (everything is cold)', `${(performance.now() - begin).toFixed(1)} ms`);
for (let i = 0; i < 5_000; i++) compileExpression(textOf(i), delta.vars, ALLOW);
const parse = each(2_000, (i) => parseExpression(textOf(i)));
const check = each(2_000, (i) => checked(textOf(i))) - parse;
const tree = each(2_000, (i) => unitOf(textOf(i))) - parse - check;
say('lex and parse', us(parse));
say('names, types, units', us(check));
say('typed tree', us(tree));
const whole = each(2_000, (i) => compileExpression(textOf(i), delta.vars, ALLOW));
say('text to rule (bar 50 µs)', us(whole));
const text = each(500, (i) => emitted(textOf(i))) - parse - check - tree;
say('at the first evaluation: its text', us(text));
const sample = emitted(textOf(0));
say('  the second wall', us(each(500, () => verifyEmitted(sample.text, sample.names))));

const turn = (): Promise<void> => new Promise((done) => setImmediate(() => setImmediate(done)));

/** What the heap holds once all that nobody needs is gone: typed trees are held weakly. */
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await turn();
    collect();
  }
  return process.memoryUsage().heapUsed;
}

async function many(title: string, make: (i: number) => string): Promise<void> {
  const texts = Array.from({ length: RULES }, (_, i) => make(i));
  const record = delta.records[0] ?? {};
  const before = await heap();
  const start = performance.now();
  const rules = texts.map((each) => compileExpression(each, delta.vars, ALLOW));
  say(`${title}: compiled (bar 500 ms)`, `${(performance.now() - start).toFixed(0)} ms`);
  const each = async (): Promise<string> =>
    `${(((await heap()) - before) / rules.length).toFixed(0)} B`;
  say(`${title}: heap a rule (bar 2 kB)`, await each());
  const second = performance.now();
  for (const rule of rules) rule.evaluate(record);
  say(`${title}: each evaluated once`, `${(performance.now() - second).toFixed(0)} ms`);
  say(`${title}: heap a rule then`, await each());
}

console.log(`\n  ${RULES} rules`);
await many('one shape', textOf);
await many('each its own names', ownNames);

/** Rules of each kind, by their number: what a plant has most of. */
const KINDS: readonly (readonly [string, (i: number) => string])[] = [
  [
    'gates',
    (i) => `gate r${i}
  on session.close
  block when session.input_kg - session.good_kg > ${(i % 97) + 1} kg
`,
  ],
  [
    'automations',
    (i) => `automation r${i}
  when relay.input as e where e.duration > ${(i % 90) + 1} s and e.kind = press
  if count(open_sessions) > ${i % 7}
  do relay.set_all(device: e.device, state: \`off\`)
`,
  ],
  [
    'alerts',
    (i) => `alert r${i}
  when relay.input as e where e.duration > ${(i % 90) + 1} s and e.kind = press
  severity P2
  value e.duration
  threshold ${(i % 90) + 1} s
  message "held for {e.duration}"
  notify texnolog
`,
  ],
  [
    'schedules',
    (i) => `schedule r${i}
  every day at 0${i % 9}:00
  if count(open_sessions) > ${i % 7}
  do relay.set_all(device: "h${i}", state: \`on\`)
`,
  ],
  [
    'KPIs',
    (i) => `kpi r${i} per shift_report
  where closed
  result share: number? = actual_crew / norm_crew * ${(i % 90) + 1}
`,
  ],
  [
    'approvals',
    (i) => `approval r${i}
  on session.close
  when session.input_kg - session.good_kg > ${(i % 90) + 1} kg
  steps texnolog then direktor when session.input_kg > 1 t
  message "too much: {session.input_kg}"
`,
  ],
];
const A_FILE = 1_000;

console.log(`\n  programs of ${RULES} rules of a kind: time of the thread, heap a rule (bar 2 kB)`);
for (const [kind, rule] of KINDS) {
  const took = { ms: 0 };
  const program = { held: undefined as unknown };
  const before = await heap();
  program.held = compiled(rule, took);
  const weight = ((await heap()) - before) / RULES;
  // Nothing of one kind may be there when the next is weighed.
  program.held = undefined;
  say(kind, `${took.ms.toFixed(0)} ms  ${weight.toFixed(0)} B`);
}

function compiled(rule: (i: number) => string, took: { ms: number }): unknown {
  const files = Array.from({ length: RULES / A_FILE }, (_, f) => ({
    name: `${f}.qoida`,
    text: `module m.f${f}\n${Array.from({ length: A_FILE }, (_, i) => rule(f * A_FILE + i)).join('\n')}`,
  }));
  const started = cpuTime();
  const program = compileProgram(files, WHOLE_PLANT);
  took.ms = cpuTime() - started;
  if (program.diagnostics.length > 0) throw new Error(program.diagnostics[0]?.message);
  return program;
}

console.log('\n  explaining');
const [plain, explained] = [0, 1].map(() => compileExpression(delta.text, delta.vars, ALLOW));
if (plain === undefined || explained === undefined) throw new Error('two rules');
for (const record of delta.records) explained.explain(record);
const [never = 0, often = 0] = race([
  { name: 'never', records: delta.records, run: plain.evaluate as (record: never) => unknown },
  { name: 'often', records: delta.records, run: explained.evaluate as (record: never) => unknown },
]).map(({ calm }) => calm);
say(
  'evaluating a rule that was explained, beside one never was',
  `${(often / never).toFixed(2)} ×`,
);
say('an explanation', us(each(300, (i) => plain.explain(delta.records[i % 64] ?? {}))));
console.log(`\n  ${busyness()}`);
