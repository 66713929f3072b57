import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CompiledAutomation, FlowInput, Remedy, TriggerState } from '../../src/index.ts';
import { context, type Played, play, reading, rule } from './near-miss-support.ts';
import { SECOND, T0 } from './support.ts';

const RULES: readonly (readonly [trigger: string, rest: string])[] = [
  ['scale.reading as r where r.weight > 40 kg and r.stable', ''],
  ['scale.reading as r where r.weight between 10 kg and 20 kg', '  if line.on\n'],
  ['scale.reading as r where r.weight > line.load', '  if line.load < 200 kg\n'],
  ['3 times scale.reading as r in last 10 min where r.weight > 40 kg', ''],
  ['line.load > 250 kg stays true for 10 min', ''],
  ['line.load > 250 kg and line.on becomes true', ''],
];

describe('each of them', () => {
  const weight = fc.integer({ min: 0, max: 300_000 }).map((g) => g / 1000);
  const load = fc.integer({ min: 0, max: 500_000 }).map((g) => g / 1000);
  for (const [trigger, rest] of RULES)
    it(`sets it off, and a step less does not: ${trigger}`, () => {
      const automation = rule(trigger, rest);
      let [missed, told] = [0, 0];
      fc.assert(
        fc.property(
          fc.record({
            weight,
            stable: fc.boolean(),
            load,
            on: fc.boolean(),
            gap: fc.integer({ min: 0, max: 12 * 60 }),
          }),
          ({ weight: w, stable, load: l, on, gap }) => {
            const facts = { name: 'L', load: l, on };
            const later = T0 + gap * SECOND;
            const byEvent = automation.trigger.events.length > 0;
            const inputs: readonly FlowInput[] = byEvent
              ? [reading(45, T0), reading(w, later, { stable })]
              : [
                  { kind: 'facts', at: T0 },
                  { kind: 'facts', at: later },
                ];
            const miss = play(automation, inputs, facts);
            if (fires(automation, miss, facts, [], later)) return;
            missed += 1;
            const remedies = automation.remedies(miss, context(facts, later), 'en');
            if (remedies.length > 0) told += 1;
            for (const remedy of remedies) assertTried(automation, miss, facts, remedy, later);
          },
        ),
        { numRuns: 150, seed: 3 },
      );
      assert.ok(missed > 15, `${missed} missed`);
      // What has been true for long has no way to become so.
      const least = trigger.endsWith('becomes true') ? 0.7 : 0.95;
      assert.ok(told > least * missed, `${told} of ${missed}`);
    });
});

/** Does it go off with changes of the event and the line, more events, or after a time? */
function fires(
  automation: CompiledAutomation,
  { state, input, key }: Played,
  facts: object,
  changes: readonly { path: string; to: unknown }[],
  at: number,
  events = 0,
  waits: number | undefined = undefined,
): boolean {
  const inLine = Object.fromEntries(
    changes
      .filter(({ path }) => path.startsWith('line.'))
      .map(({ path, to }) => [path.slice(5), to]),
  );
  const inEvent = Object.fromEntries(
    changes
      .filter(({ path }) => path.startsWith('scale.reading.'))
      .map(({ path, to }) => [path.slice('scale.reading.'.length), to]),
  );
  const line = { ...facts, ...inLine };
  const changed: FlowInput =
    input.kind === 'event'
      ? { kind: 'event', event: { ...input.event, data: { ...input.event.data, ...inEvent } } }
      : input;
  const run = (from: TriggerState | undefined): boolean => {
    let result = automation.step(from, changed, context(line, at), key);
    if (result.fired.length > 0) return events === 0 && waits === undefined;
    for (let i = 1; i <= events; i++) {
      result = automation.step(result.state, changed, context(line, at), key);
      if (result.fired.length > 0) return i === events;
    }
    if (waits === undefined) return false;
    const due = at + waits;
    return (
      automation.step(result.state, { kind: 'timer', at: due }, context(line, due), key).fired
        .length > 0
    );
  };
  return (
    run(state) ||
    (input.kind === 'facts' && run(automation.step(state, input, context(facts, at), key).state))
  );
}

function assertTried(
  automation: CompiledAutomation,
  miss: Played,
  facts: object,
  { change, events, wait, text }: Remedy,
  at: number,
): void {
  assert.ok(fires(automation, miss, facts, change, at, events?.count ?? 0, wait?.ms), text);
  if (events !== undefined && events.count > 1)
    assert.ok(
      !fires(automation, miss, facts, change, at, events.count - 1),
      `one less than ${text}`,
    );
  if (wait !== undefined)
    assert.ok(!fires(automation, miss, facts, change, at, 0, wait.ms - 1), `sooner than ${text}`);
  for (const one of change) {
    if (typeof one.to !== 'number' || one.by === undefined) continue;
    assert.ok(one.to >= 0 && one.to <= (one.path.startsWith('line') ? 500 : 300), text);
    const nearer = Number((one.to - Math.sign(one.by) * 0.001).toFixed(3));
    const less = [...change, { path: one.path, to: nearer }];
    assert.ok(
      !fires(automation, miss, facts, less, at, events?.count ?? 0, wait?.ms),
      `less than ${text}`,
    );
  }
}
