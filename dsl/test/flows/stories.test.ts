import assert from 'node:assert/strict';
import { compileProgram, runTests, type TestReport } from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';

function play(text: string): TestReport {
  const program = compileProgram([{ name: 'rules.qoida', text }], PLANT);
  assert.deepEqual(program.diagnostics, []);
  return runTests(program);
}
const reasons = (text: string): readonly string[] =>
  play(text).tests.flatMap((test) => test.reasons);

const HOLD = `
automation all_off
  when relay.input as e where e.kind = \`hold\` and e.duration >= 10 s
  do relay.set_all(device: e.device, state: \`off\`)
  cooldown 30 s
`;
const COLD = `
automation heat
  when any(r.temperature < 15 degC for r in rooms) stays true for 10 min
  do relay.set_all(device: "heater", state: \`on\`)
`;
const ROOM = '{ code: "a", temperature: 10 degC }';

describe('a story', () => {
  it('is played in its order: events, time, and what was done since', () => {
    const text = `${HOLD}
test "a hold"
  event relay.input { device: "hall", kind: \`hold\`, duration: 9.999 s }
  expect did nothing
  event relay.input { device: "hall", kind: \`hold\`, duration: 10 s }
  expect did relay.set_all { state: \`off\` } 1 times
  expect did relay.set_all { device: "hall" }
  after 29 s
  expect did nothing
  event relay.input { device: "hall", kind: \`hold\`, duration: 12 s }
  expect did nothing
  after 1 s
  event relay.input { device: "hall", kind: \`hold\`, duration: 12 s }
  expect did relay.set_all
`;
    assert.deepEqual(reasons(text), []);
    const { coverage } = play(text);
    assert.deepEqual(coverage, [
      {
        rule: 'all_off',
        conditions: [
          { text: 'e.kind = `hold`', seenTrue: true, seenFalse: false },
          { text: 'e.duration >= 10 s', seenTrue: true, seenFalse: true },
        ],
      },
    ]);
  });

  it('says what was done instead, and what nearly was', () => {
    const text = `${HOLD}
test "wrong"
  event relay.input { device: "hall", kind: \`hold\`, duration: 9 s }
  expect did relay.set_all { state: \`off\` } 2 times
  event relay.input { device: "hall", kind: \`hold\`, duration: 10 s }
  expect did relay.set_all { state: \`on\` }
  expect did nothing
`;
    assert.deepEqual(reasons(text), [
      'expected did relay.set_all { state: "off" } 2 times, but did nothing; nearly: all_off (e.duration >= 10 s is false)',
      'expected did relay.set_all { state: "on" }, but did relay.set_all { device: "hall", state: "off" }',
      'expected did nothing, but did relay.set_all { device: "hall", state: "off" }',
    ]);
  });

  it('lets conditions hold: what is given first is how things stand, later it is a change', () => {
    const text = `${COLD}
test "cold"
  given rooms = [${ROOM}]
  after 599.999 s
  expect did nothing
  after 1 ms
  expect did relay.set_all { device: "heater", state: \`on\` } 1 times
  after 10 h
  expect did nothing
  given rooms = []
  after 1 min
  given rooms = [${ROOM}]
  after 10 min
  expect did relay.set_all
`;
    assert.deepEqual(reasons(text), []);
  });

  it('runs schedules in the zone, and `at` lets time pass', () => {
    const text = `
schedule lights_out
  every day at 23:00
  if settings.vt_gate_hard
  do relay.set_all(device: "hall", state: \`off\`)
test "three nights"
  at 2025-08-28T22:00
  given settings.vt_gate_hard = true
  at 2025-08-30T23:00
  expect did relay.set_all 3 times
  given settings.vt_gate_hard = false
  at 2025-09-01
  expect did nothing
  at 2025-08-01
`;
    assert.deepEqual(reasons(text), ['the clock of a story does not go back']);
  });

  it('raises alerts, once for a group until they are over', () => {
    const text = `
alert heavy
  severity P2
  when scale.reading as r where r.weight > 100 kg
  notify integrator
  group by r.device
  clear when r.weight < 90 kg
test "heavy"
  event scale.reading { device: "a", weight: 101 kg }
  expect raised heavy
  event scale.reading { device: "a", weight: 102 kg }
  expect did nothing
  event scale.reading { device: "b", weight: 101 kg }
  expect raised heavy
  event scale.reading { device: "a", weight: 80 kg }
  event scale.reading { device: "a", weight: 101 kg }
  expect raised heavy
  event scale.reading { device: "a", weight: 95 kg }
  expect raised heavy
`;
    assert.deepEqual(reasons(text), ['expected raised heavy, but no alert was raised']);
  });

  it('plays the events that actions cause, and stops a chain that comes back to itself', () => {
    const rules = (leave: string) => `
automation let_in
  when door.denied as d
  do door.open(door: d.door)
automation again
  when door.opened as o where o.door = "a"
  do door.open(door: o.door) then message.send(text: o.door)
${leave}
test "chain"
  event door.denied { door: "a", person: "x" }
  expect did door.open`;
    assert.deepEqual(reasons(rules('')), ['again sets itself off again']);
    assert.deepEqual(reasons(`${rules('  allow repeat 2\n')} 4 times\n`), []);
  });

  it('does not go on behind an action without a value', () => {
    const text = `
automation greet
  when door.opened as d
  do door.open(door: d.person ?? d.door) then message.send(text: "in")
  on failure do message.send(text: "no")
test "a value is missing"
  event door.opened { door: missing }
  expect did message.send { text: "no" } 1 times
  expect did door.open
`;
    assert.deepEqual(reasons(text), [
      'expected did door.open, but did door.open without a value: d.door, message.send { text: "no" }',
    ]);
  });

  it('asks gates and approvals at a point, as often as it comes there', () => {
    const text = `
gate big
  on session.close
  block when session.input_kg > 500 kg
approval much
  on session.close
  when session.input_kg > 100 kg
  steps direktor
test "twice"
  when session.close
  expect allowed
  given session.input_kg = 200 kg
  when session.close
  expect waits for much
  expect allowed
  given session.input_kg = 501 kg
  when session.close
  expect blocked by big
  given session.input_kg = 10 kg
  when session.close
  expect waits for much
`;
    assert.deepEqual(reasons(text), ['expected waits for much, but it waits for nobody']);
    const { coverage } = play(text);
    assert.ok(
      coverage.every(({ conditions }) => conditions.every((c) => c.seenTrue && c.seenFalse)),
    );
  });

  it('stops where too much happens', () => {
    const text = `
schedule beat
  every 1 s
  do message.send(text: "x")
test "for days"
  after 48 h
  expect did message.send
`;
    assert.deepEqual(reasons(text), ['too much happens in this time']);
  });
});
