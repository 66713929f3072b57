/**
 * How long a gate of the factory takes to let an operation through or to refuse it, beside the same
 * condition written by hand in JavaScript without units, missing values or explanations.
 */
import { strict as assert } from 'node:assert';
import { compileProgram } from '@qoida/dsl';
import { busyness, line } from '../../dsl/bench/support/figures.ts';
import { nanosecondsEach } from '../../dsl/bench/support/loops.ts';
import { catalogOf } from '../src/platform/catalog.ts';
import { configure } from '../src/platform/configuration.ts';
import { settingsForRules } from '../src/rules/asked-with.ts';
import { readShipped } from '../src/rules/index.ts';

const configuration = await configure({ QOIDA_CONFIG: '/nowhere/local.json' });
const shipped = configuration.plugins.flatMap(({ name, rules }) => readShipped(name, rules ?? []));
const files = shipped.map(({ module, text }) => ({ name: `${module}.qoida`, text }));
const program = compileProgram(files, catalogOf(configuration));
assert.deepEqual(
  program.diagnostics.filter(({ severity }) => severity === 'error'),
  [],
);

const settings = settingsForRules(configuration.settings);
const now = new Date('2025-08-28T10:00:00Z');
const env = { now, settings, zone: configuration.settings.PLANT_TZ };

const session = {
  input_kg: 800,
  good_kg: 742.5,
  wip_kg: 12.3,
  rework_in_linked_kg: 42.5,
  disposed_linked_kg: 2,
  outstanding_kg: 0,
};
const lineOn = (due: string) => ({
  device: { code: 'scale-MAIN-01', calibration_due_at: new Date(due) },
});
const operator = (lines: number) => ({
  user: { full_name: 'Jasur Aliyev', grade: 'katta' },
  running_lines: lines,
});
const extruder = { code: 'E1', type: 'extruder' };

type Facts = Readonly<Record<string, unknown>>;
interface Case {
  readonly gate: string;
  readonly point: string;
  readonly passes: Facts;
  readonly refuses: Facts;
  /** True where the gate refuses. */
  byHand(facts: never): boolean;
}

const CASES: readonly Case[] = [
  {
    gate: 'delta_exceeded',
    point: 'session.close',
    passes: { session },
    refuses: { session: { ...session, rework_in_linked_kg: 0, outstanding_kg: 6.1 } },
    byHand: ({ session: s }: { session: typeof session }) => {
      const scrap = s.input_kg - s.good_kg - s.wip_kg;
      const linked = s.rework_in_linked_kg + s.disposed_linked_kg + s.outstanding_kg;
      return Math.abs(scrap - linked) > Math.min(Math.floor(s.input_kg * 10) / 1000, 5);
    },
  },
  {
    gate: 'calibration_expired',
    point: 'stock.transfer.send',
    passes: { lines: [lineOn('2026-08-01T00:00:00Z'), lineOn('2026-08-01T00:00:00Z')] },
    refuses: { lines: [lineOn('2026-08-01T00:00:00Z'), lineOn('2025-08-01T00:00:00Z')] },
    byHand: ({ lines }: { lines: readonly ReturnType<typeof lineOn>[] }) =>
      lines.some(({ device: { calibration_due_at } }) => !(calibration_due_at >= now)),
  },
  {
    gate: 'gt_2_extruder',
    point: 'session.start',
    passes: { workcenter: extruder, operators: [operator(1), operator(2)] },
    refuses: { workcenter: extruder, operators: [operator(1), operator(3)] },
    byHand: (facts: {
      workcenter: typeof extruder;
      operators: readonly ReturnType<typeof operator>[];
    }) =>
      facts.operators.some(({ user, running_lines }) => {
        const most = user.grade === 'katta' || user.grade === 'starshiy' ? 2 : 1;
        return facts.workcenter.type === 'extruder' && running_lines > most;
      }),
  },
];

console.log(line('', 'gate ns', 'by hand ns', 'times'));
for (const { gate: name, point, passes, refuses, byHand } of CASES) {
  const gate = program.gates.find((each) => each.name === name);
  assert.ok(gate, name);
  for (const [verdict, facts] of [
    ['pass', passes],
    ['fail', refuses],
  ] as const) {
    const hand = byHand as (facts: Facts) => boolean;
    assert.equal(gate.evaluate(point, facts, env).verdict, verdict, `${name}: ${verdict}`);
    assert.equal(hand(facts), verdict === 'fail', `${name} by hand: ${verdict}`);
    const [rule, plain] = nanosecondsEach([
      () => gate.evaluate(point, facts, env).verdict === 'fail',
      () => hand(facts),
    ]) as [number, number];
    const title = `${name}, ${verdict === 'pass' ? 'passes' : 'refuses'}`;
    console.log(line(title, rule.toFixed(0), plain.toFixed(1), `${(rule / plain).toFixed(0)} ×`));
  }
}
console.log(`\n  two lines or operators each; a refusal without its texts; ${busyness()}`);
