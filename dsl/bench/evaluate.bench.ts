/**
 * What an evaluation costs, beside a function written by hand without any check and beside the
 * peers, and what each of them answers to bad data. All answer alike on the records before they are
 * measured; each has a loop of its own; rounds are interleaved, figures are medians. In brackets is
 * what the calm rounds say, of which a tenth were not slower: a busy machine spoils the others.
 */
import { strict as assert } from 'node:assert';
import { compileExpression } from '../src/index.ts';
import { BAD_CASES } from './bad-data.ts';
import { asJson, type Bag, CASES, type Case } from './cases.ts';
import { CEL_PEERS } from './peers/cel.ts';
import { EXPRESSION_PEERS } from './peers/expressions.ts';
import { JSON_LOGIC_PEERS } from './peers/json-logic.ts';
import type { Peer, Prepared } from './peers/peer.ts';
import { busyness } from './support/figures.ts';
import { type Racer, race, raceLater } from './support/races.ts';

const PEERS: readonly Peer[] = [...JSON_LOGIC_PEERS, ...CEL_PEERS, ...EXPRESSION_PEERS];
const ALLOW = { guards: 'allow' } as const;

const hand = (rule: Case): ((record: Bag) => unknown) => rule.byHand as (record: Bag) => unknown;
const dataOf = (rule: Case, { data }: Prepared): readonly Bag[] =>
  rule.records.map((record) => (data ?? ((same: Bag) => same))(asJson(record)));

function same(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) < 1e-6 : a === b;
}

const column = (text: string, width = 13): string => text.padStart(width);
const ns = (value: number): string =>
  value >= 10_000 ? `${(value / 1000).toFixed(1)} µs` : `${value.toFixed(value < 100 ? 1 : 0)} ns`;

async function compare(rule: Case): Promise<void> {
  const generated = compileExpression(rule.text, rule.vars, ALLOW);
  const closures = compileExpression(rule.text, rule.vars, { ...ALLOW, backend: 'closures' });
  const byHand = hand(rule);
  const racers: Racer[] = [
    { name: 'by hand, unchecked', records: rule.records, run: rule.byHand },
    // The functions themselves, as by hand and as the peers that make functions: a wrapper written
    // here once would be shared by the four rules, and its call foreseen for the first of them alone.
    { name: 'Qoida', records: rule.records, run: generated.evaluate },
    { name: 'Qoida, closures', records: rule.records, run: closures.evaluate },
  ];
  const later: {
    readonly name: string;
    readonly run: Prepared['run'];
    readonly data: readonly Bag[];
  }[] = [];
  const unable: string[] = [];
  for (const peer of PEERS) {
    const made = peer.prepare(rule.key);
    const name = `${peer.name} (${peer.how})`;
    if ('cannot' in made) unable.push(`${peer.name}: ${made.cannot}`);
    else if (made.later === true) later.push({ name, run: made.run, data: dataOf(rule, made) });
    else racers.push({ name, records: dataOf(rule, made), run: made.run });
  }
  for (const { name, records, run } of racers) {
    for (const [i, record] of rule.records.entries()) {
      const answer = (run as (record: unknown) => unknown)(records[i]);
      assert.ok(same(answer, byHand(record)), `${rule.name}: ${name} at ${i}`);
    }
  }
  for (const { name, run, data } of later)
    for (const [i, record] of rule.records.entries())
      assert.ok(same(await run(data[i] as Bag), byHand(record)), `${rule.name}: ${name} at ${i}`);

  const times = race(racers);
  const rows = racers.map(({ name }, i) => ({ name, time: times[i]?.median ?? Number.NaN }));
  for (const { name, run, data } of later)
    rows.push({ name, time: await raceLater(run as (record: unknown) => Promise<unknown>, data) });
  const [plain = Number.NaN, ours = Number.NaN] = times.map(({ median }) => median);
  const [calmPlain = Number.NaN, calmOurs = Number.NaN] = times.map(({ calm }) => calm);
  console.log(`\n  ${rule.name}`);
  for (const { name, time } of rows) {
    const ratios = `${column(`${(time / plain).toFixed(2)} × hand`)}${column(`${(time / ours).toFixed(1)} × ours`)}`;
    console.log(`    ${name.padEnd(52)}${column(ns(time))}${ratios}`);
  }
  const calmest = Math.min(...times.slice(3).map(({ calm }) => calm));
  const fastest = Math.min(...rows.slice(3).map(({ time }) => time));
  console.log(
    `    bar: ${rule.bar} × hand, is ${(ours / plain).toFixed(2)} (in calm rounds ${(calmOurs / calmPlain).toFixed(2)}); 5 × faster than the fastest peer, is ${(fastest / ours).toFixed(1)} (${(calmest / calmOurs).toFixed(1)})`,
  );
  for (const text of unable) console.log(`    cannot express it: ${text}`);
}

/** 64 rules, each with its own names, behind one call: what an engine cannot foresee. */
function behindOneCall(): void {
  const rule = CASES[0] as Case;
  const many = Array.from({ length: 64 }, (_, i) => {
    const renamed = (text: string): string => text.replaceAll(/\b([a-z]+)_kg\b/g, `$1_${i}_kg`);
    const record = Object.fromEntries(
      Object.entries(rule.records[i % rule.records.length] as Bag).map(([k, v]) => [renamed(k), v]),
    );
    const vars = Object.fromEntries(Object.entries(rule.vars).map(([k, v]) => [renamed(k), v]));
    const byHand = new Function('v', `return ${renamed(HAND_TEXT)};`) as (record: Bag) => unknown;
    return { record, qoida: compileExpression(renamed(rule.text), vars, ALLOW), byHand };
  });
  for (const { record, qoida, byHand } of many)
    assert.equal(qoida.evaluate(record), byHand(record));
  type One = (typeof many)[number];
  const [plain, ours] = race([
    { name: 'by hand', records: many, run: (one: One) => one.byHand(one.record) },
    { name: 'Qoida', records: many, run: (one: One) => one.qoida.evaluate(one.record) },
  ]).map(({ median }) => median) as [number, number];
  console.log('\n  64 session delta gates, each of its own names, behind one call');
  console.log(`    by hand ${ns(plain)}, Qoida ${ns(ours)}: ${(ours / plain).toFixed(2)} ×`);
}
const HAND_TEXT =
  'Math.abs(v.input_kg - v.good_kg - v.wip_kg - (v.rework_kg + v.disposed_kg + v.outstanding_kg)) <= Math.min(0.01 * v.input_kg, 5)';

type Answer = 'error' | 'no value' | 'an answer' | 'PASSES';

/** An error, nothing, a plain value, or the worst: a gate that passes, a KPI of 100. */
function judge(rule: Case, answer: unknown): Answer {
  if (answer instanceof Error) return 'error';
  const named = typeof answer === 'object' && answer !== null && 'name' in answer;
  if (named && String(answer.name).includes('Error')) return 'error';
  if (answer === null || answer === undefined) return 'no value';
  if (rule.key === 'kpi') return answer === 100 ? 'PASSES' : 'an answer';
  return answer === true ? 'PASSES' : 'an answer';
}

async function badData(): Promise<void> {
  const ours = (backend: 'generated' | 'closures' | 'reference'): Peer => ({
    name: `Qoida, ${backend}`,
    how: '',
    prepare(key) {
      const rule = CASES.find((each) => each.key === key) as Case;
      const compiled = compileExpression(rule.text, rule.vars, { ...ALLOW, backend });
      return { run: (record) => compiled.evaluate(record) };
    },
  });
  const all = [ours('generated'), ours('closures'), ours('reference'), ...PEERS];
  console.log(`\n  bad data, ${BAD_CASES.length} cases in the four rules`);
  const head = ['error', 'no value', 'an answer', 'PASSES'];
  console.log(`    ${''.padEnd(36)}${head.map((text) => column(text)).join('')}`);
  for (const peer of all) {
    const counts = new Map<Answer, number>();
    const worst: string[] = [];
    for (const { key, wrong, spoil } of BAD_CASES) {
      const rule = CASES.find((each) => each.key === key) as Case;
      const made = peer.prepare(key);
      if ('cannot' in made) continue;
      const good = rule.records.find((record) => hand(rule)(record) !== false) as Bag;
      const record = spoil(good);
      const given = peer.how === '' ? record : (made.data ?? ((one: Bag) => one))(asJson(record));
      let answer: Answer = 'error';
      try {
        answer = judge(rule, await made.run(given));
      } catch {
        answer = 'error';
      }
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
      if (answer === 'PASSES') worst.push(wrong);
      if (peer.how === '') assert.equal(answer, 'error', `${peer.name}: ${wrong}`);
    }
    const row = head.map((text) => column(String(counts.get(text as Answer) ?? 0))).join('');
    console.log(
      `    ${peer.name.padEnd(36)}${row}${worst.length > 0 ? `   ${worst.join(', ')}` : ''}`,
    );
  }
}

console.log('  Peers get their data in their own form (instants as milliseconds), uncounted.');
for (const rule of CASES) await compare(rule);
behindOneCall();
await badData();
console.log(`\n  ${busyness()}`);
