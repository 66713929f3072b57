import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compileProgram, type Diagnostic, deepCheck } from '../../src/index.ts';
import { PEOPLE, PLANT } from '../support/catalog.ts';

const found = (text: string): readonly Diagnostic[] =>
  deepCheck(compileProgram([{ name: 'rule.qoida', text }], PLANT), { holders: PEOPLE });

/** The rules of the golden cases, by the code they show. */
const cases = readFileSync(new URL('../cases/diagnostics.md', import.meta.url), 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const [code = '', ...lines] = part.split('\n');
    return { code: code.trim(), text: lines.join('\n').split('\n---\n')[0] ?? '' };
  })
  .filter(({ code }) => code.startsWith('Q6'));

const told = (text: string, code: string): readonly string[] =>
  found(text)
    .filter((item) => item.code === code)
    .flatMap(({ related = [] }) => related.map(({ message }) => message));

describe('the witness of a finding', () => {
  for (const { code, text } of cases)
    it(`of ${code} has values: ${text.split('\n', 1)[0]}`, () => {
      const mine = found(text).filter((item) => item.code === code);
      assert.ok(mine.length > 0);
      for (const { witness, message, help = '', related = [] } of mine) {
        assert.ok(Object.keys(witness ?? {}).length > 0 || /\d{4}-\d\d-\d\d/.test(help));
        const said = [message, help, ...related.map((one) => one.message)].join('\n');
        assert.match(said, / = |\d{4}-\d\d-\d\d|asks `|agrees|who holds the roles: `/);
      }
    });

  it('of what is always so stands on both sides of each question, and between them', () => {
    const gate = `gate shut
  on session.close
  block when session.vt_ratio <= 30% or session.vt_ratio > 20%
  release never
`;
    assert.deepEqual(told(gate, 'Q6005'), [
      'true with session.vt_ratio = 0%',
      'true with session.vt_ratio = 30%',
      'true with session.vt_ratio = 31%',
      'true with session.vt_ratio = 20%',
    ]);
  });

  it('of a circle is the chain of events, each with what the one before gives it', () => {
    const round = (name: string, door: string, next: string): string => `automation ${name}
  when door.opened as e where e.door = "${door}" if count(open_sessions) > 1
  do door.open(door: "${next}")

`;
    const text = round('one', 'a', 'b') + round('two', 'b', 'c') + round('three', 'c', 'a');
    assert.deepEqual(told(text, 'Q6008'), [
      '1. `one` acts with e.door = "a", count(open_sessions) = 2',
      '2. `two` acts with e.door = "b", count(open_sessions) = 2',
      '3. `three` acts with e.door = "c", count(open_sessions) = 2',
      '4. `one` acts with e.door = "a", count(open_sessions) = 2',
    ]);
  });

  it('of a gate that adds nothing never lets it refuse alone', () => {
    const gate = (name: string, limit: number): string => `gate ${name}
  on session.close
  block when session.input_kg > ${limit} kg
  release never
`;
    const messages = told(gate('strict', 10) + gate('loose', 20), 'Q6007');
    assert.deepEqual(messages, [
      'session.input_kg > 10 kg',
      'both let pass with session.input_kg = 0 kg',
      'only `strict` refuses with session.input_kg = 20 kg',
      'both refuse with session.input_kg = 20.001 kg',
      'both let pass with session.input_kg = 10 kg',
    ]);
  });
});
