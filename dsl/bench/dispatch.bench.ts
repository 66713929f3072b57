/**
 * Events to rules: the dispatcher's index beside a loop over all compiled rules, a loop over
 * json-logic-engine's built functions, and a map by hand. One rule matches each event.
 */
import { strict as assert } from 'node:assert';
import { LogicEngine } from 'json-logic-engine';
import { type Catalog, compileProgram, createDispatcher } from '../src/index.ts';
import { busyness, line, median, whole } from './support/figures.ts';

const CATALOG: Catalog = {
  records: {},
  points: {},
  events: {
    'scale.reading': { fields: { device: { type: 'text' }, weight: { type: 'kg' } } },
    'relay.input': { fields: { device: { type: 'text' } } },
  },
  actions: { 'message.send': { effect: 'external', params: { text: { type: 'text' } } } },
};
const SIZES = [10, 100, 1_000, 10_000];
const ROUNDS = 7;
const ROUND_MS = 80;
const NOW = new Date('2025-08-28T10:00:00Z');

interface Load {
  readonly title: string;
  /** The condition of rule `i` of `n`, in Qoida and in JSON Logic. */
  text(i: number, n: number): string;
  logic(i: number, n: number): unknown;
  event(i: number, n: number): { device: string; weight: number };
  /** The same by hand: how many rules an event sets off. */
  byHand(n: number): (data: { device: string; weight: number }) => number;
}

const LOADS: readonly Load[] = [
  {
    title: 'device = "…" and weight > 20 kg',
    text: (i) => `e.device = "d${i}" and e.weight > 20 kg`,
    logic: (i) => ({
      and: [{ '===': [{ var: 'device' }, `d${i}`] }, { '>': [{ var: 'weight' }, 20] }],
    }),
    event: (i) => ({ device: `d${i}`, weight: 30 }),
    byHand(n) {
      const limits = new Map(Array.from({ length: n }, (_, i) => [`d${i}`, [20]]));
      return ({ device, weight }) => {
        let fired = 0;
        for (const limit of limits.get(device) ?? []) if (weight > limit) fired += 1;
        return fired;
      };
    },
  },
  {
    title: 'weight between … and …',
    text: (i) => `e.weight between ${i} kg and ${i}.4 kg`,
    logic: (i) => ({ '<=': [i, { var: 'weight' }, i + 0.4] }),
    event: (i) => ({ device: 'd', weight: i + 0.2 }),
    byHand(n) {
      const lows = Float64Array.from({ length: n }, (_, i) => i);
      return ({ weight }) => {
        const i = below(lows, weight);
        return i > 0 && weight <= (lows[i - 1] as number) + 0.4 ? 1 : 0;
      };
    },
  },
  {
    title: 'weight > …, only the last holds',
    text: (i, n) => `e.weight > ${n + i} kg`,
    logic: (i, n) => ({ '>': [{ var: 'weight' }, n + i] }),
    event: (_, n) => ({ device: 'd', weight: n + 0.5 }),
    byHand(n) {
      const limits = Float64Array.from({ length: n }, (_, i) => n + i);
      return ({ weight }) => below(limits, weight);
    },
  },
];

/** How many of the sorted numbers are not greater. */
function below(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rulesOf(load: Load, n: number) {
  const text = Array.from(
    { length: n },
    (_, i) =>
      `automation r${i}\n  when scale.reading as e where ${load.text(i, n)}\n  do message.send(text: "x")\n`,
  ).join('\n');
  const program = compileProgram([{ name: 'rules.qoida', text }], CATALOG);
  assert.deepEqual(program.diagnostics, []);
  return program;
}

/** Nanoseconds an event of each work, medians of rounds. */
function race(works: readonly ((turn: number) => number)[], events: number): number[] {
  const times = works.map((work) => {
    let count = 16;
    for (;;) {
      const spent = spend(work, count, events);
      if (spent > ROUND_MS / 2 || count > 1e9) return { work, count, samples: [] as number[] };
      count *= 2;
    }
  });
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { work, count, samples } of times)
      samples.push((spend(work, count, events) * 1e6) / count);
  return times.map(({ samples }) => median(samples));
}

function spend(work: (turn: number) => number, count: number, events: number): number {
  const start = performance.now();
  let found = 0;
  for (let i = 0; i < count; i += 1) found += work(i % events);
  const spent = performance.now() - start;
  assert.equal(found, count);
  return spent;
}

console.log(`${busyness()}, Node ${process.version}\n`);
for (const load of LOADS) {
  console.log(load.title);
  console.log(
    line(
      '',
      'index ns',
      'events/s',
      'by hand ns',
      'loop ns',
      'json-logic ns',
      'loop/index',
      'build ms',
    ),
  );
  const costs: number[] = [];
  for (const n of SIZES) {
    const program = rulesOf(load, n);
    const begun = performance.now();
    const dispatcher = createDispatcher(program);
    const build = performance.now() - begun;
    const context = { now: NOW, settings: {}, facts: {}, trace: false };
    const type = 'scale.reading';
    // A prime step through the rules: neighbours in time are not neighbours in memory.
    const datas = Array.from({ length: n }, (_, i) => load.event((i * 7919) % n, n));
    const events = datas.map((data) => ({ type, data, at: NOW.getTime() }));
    const at = (turn: number) => events[turn] as (typeof events)[number];
    const hand = load.byHand(n);
    // Apart from the loops, whose garbage would be cleared away at the cost of the quick ones.
    const [index, plain] = race(
      [(turn) => dispatcher.match(at(turn), context).length, (turn) => hand(at(turn).data)],
      n,
    ) as [number, number];
    const engine = new LogicEngine();
    const built = Array.from({ length: n }, (_, i) => engine.build(load.logic(i, n) as object));
    const [loop, logic] = race(
      [
        (turn) => {
          let fired = 0;
          for (const { step } of program.automations)
            fired += step(undefined, { kind: 'event', event: at(turn) }, context).fired.length;
          return fired;
        },
        (turn) => {
          let fired = 0;
          for (const rule of built) if (rule(at(turn).data) === true) fired += 1;
          return fired;
        },
      ],
      n,
    ) as [number, number];
    costs.push(index);
    console.log(
      line(
        `${whole(n)} rules`,
        index.toFixed(0),
        whole(1e9 / index),
        plain.toFixed(0),
        whole(loop),
        whole(logic),
        `${whole(loop / index)} ×`,
        build.toFixed(0),
      ),
    );
  }
  const growth = (costs.at(-1) ?? 0) / (costs[0] ?? 1);
  console.log(`  10 to 10,000 rules: ${growth.toFixed(1)} × per event\n`);
}
