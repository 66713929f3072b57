import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compileProgram, deepCheck, type Program, runTests } from '../src/index.ts';
import { partsOfProgram } from '../src/program/parts.ts';
import { PLANT } from './support/catalog.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const TEXT = `## Above it stands a comment, and a module.
module plant.rules

formula lost(session: session): kg = session.input_kg - session.good_kg

## What is lost in twice.
formula twice(session: session): kg = 2 * lost(session)

## Nobody knows
## where it went.
gate lost_kg
  on session.close
  pause session after when twice(session) > 10 kg and lost(session) > 1 kg
  answer business_conflict { lost: lost(session) }
  message "Lost: {lost(session)}"
  release by integrator until session.good_kg > released.good_kg

test "too much is lost"
  given session = { input_kg: 100 kg, good_kg: 80 kg }
  when session.close
  expect blocked by lost_kg
`;

const compile = () => compileProgram([{ name: 'rules.qoida', text: TEXT }], PLANT);

/** Waits until the trees of a program are not there any more. */
async function gone(program: Program): Promise<void> {
  const trees = new WeakRef(partsOfProgram(program).checked);
  for (let i = 0; i < 20 && trees.deref() !== undefined; i++) {
    await new Promise((done) => setImmediate(done));
    collect();
  }
  assert.equal(trees.deref(), undefined, 'nothing but its text is held');
}

describe('a compiled program', () => {
  it('is read again where more of it is asked than runs', async () => {
    const program = compile();
    assert.deepEqual(program.diagnostics, []);
    await gone(program);
    assert.deepEqual(deepCheck(program), []);
    const { passed, failed, coverage } = runTests(program);
    assert.deepEqual([passed, failed], [1, 0]);
    assert.deepEqual(
      coverage.map(({ rule }) => rule),
      ['lost_kg'],
    );
    const { checked, rules, runtime } = partsOfProgram(program);
    assert.equal(checked.gates[0]?.block.doc, 'Nobody knows\nwhere it went.');
    const unit = rules.get('lost_kg')?.get('session.close')?.unit;
    assert.equal(runtime.units.get('lost'), runtime.units.get('lost'));
    assert.equal(unit, partsOfProgram(program).rules.get('lost_kg')?.get('session.close')?.unit);
  });

  it('answers the same of each kind of rule when its trees are gone', async () => {
    const text = `automation off
  when relay.input as e where e.duration > 5 s if count(open_sessions) >= 0
  do relay.set_all(device: e.device, state: \`off\`)

alert held
  when relay.input as e where e.duration > 5 s
  severity P2
  value e.duration
  message "held for {e.duration}"
  notify texnolog

schedule morning
  every day at 08:00
  do relay.set_all(device: "h", state: \`on\`)

kpi norm per shift_report
  where closed
  result share: number? = actual_crew / norm_crew

balance made of session
  in fed = session.input_kg
  out good = session.good_kg
  tolerance 1 kg

approval reopen
  on session.close
  when session.input_kg > 10 kg
  steps texnolog
  message "too much: {session.input_kg}"
`;
    const make = () => compileProgram([{ name: 'rules.qoida', text }], PLANT);
    const program = make();
    assert.deepEqual(program.diagnostics, []);
    const now = new Date(0);
    const event = {
      id: '1',
      type: 'relay.input',
      data: { kind: 'press', device: 'd', duration: 6 },
    };
    const at = { now, facts: { open_sessions: [] } };
    const asked = { kind: 'event' as const, event: { ...event, at: now.getTime() } };
    const session = { input_kg: 20, good_kg: 5 };
    const answers = ({ automations, alerts, schedules, kpis, balances, approvals }: Program) => {
      const [auto, alert, schedule] = [automations[0], alerts[0], schedules[0]];
      const [kpi, balance, approval] = [kpis[0], balances[0], approvals[0]];
      assert.ok(auto && alert && schedule && kpi && balance && approval);
      const { fired } = auto.step(undefined, asked, at);
      const raised = alert.step(undefined, asked, at).fired[0];
      assert.ok(fired[0] && raised);
      const row = { shift_report: { closed: true, actual_crew: 4, norm_crew: 5 } };
      return [
        [auto.reads, auto.effects, auto.emits, auto.trigger, fired, auto.actions(fired[0], at)],
        [alert.reads, alert.value(raised, at), alert.message(raised, at, 'en')],
        [schedule.reads, schedule.effects, schedule.asks(at), schedule.actions(at)],
        [kpi.reads, kpi.grain, kpi.results, kpi.cost, kpi.compute(row, {})],
        [balance.reads, balance.terms, balance.figures, balance.evaluate(session, {})],
        [approval.reads('session.close'), approval.needed('session.close', { session }, {})],
        approval.message('session.close', { session }, {}, 'en'),
      ];
    };
    const before = answers(make());
    await gone(program);
    assert.deepEqual(answers(program), before);
    assert.deepEqual(answers(program), before);
  });

  it('tells positions in the file of what it reads again', () => {
    const [gate] = compile().gates;
    const facts = { session: { input_kg: 100 } };
    const result = gate?.evaluate('session.close', facts, {});
    const [failure] = result?.verdict === 'fail' ? result.failures : [];
    const { start = 0, end = 0 } = failure?.fault?.span ?? {};
    assert.equal(TEXT.slice(start, end), 'session.good_kg');
  });
});
