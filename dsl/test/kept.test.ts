import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compileProgram, deepCheck, runTests } from '../src/index.ts';
import { partsOfProgram } from '../src/program/program.ts';
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

describe('a compiled program', () => {
  it('is read again where more of it is asked than runs', async () => {
    const program = compile();
    assert.deepEqual(program.diagnostics, []);
    const gone = new WeakRef(partsOfProgram(program).checked);
    for (let i = 0; i < 20 && gone.deref() !== undefined; i++) {
      await new Promise((done) => setImmediate(done));
      collect();
    }
    assert.equal(gone.deref(), undefined, 'nothing but its text is held');
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

  it('tells positions in the file of what it reads again', () => {
    const [gate] = compile().gates;
    const facts = { session: { input_kg: 100 } };
    const result = gate?.evaluate('session.close', facts, {});
    const [failure] = result?.verdict === 'fail' ? result.failures : [];
    const { start = 0, end = 0 } = failure?.fault?.span ?? {};
    assert.equal(TEXT.slice(start, end), 'session.good_kg');
  });
});
