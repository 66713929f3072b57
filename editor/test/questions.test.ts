import assert from 'node:assert/strict';
import { Questions } from '../src/monaco/questions.ts';
import type { Question } from '../src/monaco/rule-service.ts';

const question = (id: number): Question => ({
  kind: 'ask',
  id,
  method: 'hover',
  text: '',
  args: [],
});

/**
 * Questions whose thread comes to rest only when the test says so.
 * @param pieces how many pieces the work on a question has, by its number; one where it is not said
 */
function asked(pieces: Readonly<Record<number, number>> = {}) {
  const answered: number[] = [];
  const plans: (() => void)[] = [];
  const done = new Map<number, number>();
  const questions = new Questions(
    ({ id }) => {
      answered.push(id);
      done.set(id, (done.get(id) ?? 0) + 1);
      return done.get(id) === (pieces[id] ?? 1);
    },
    (next) => plans.push(next),
  );
  return { answered, questions, rest: () => plans.shift()?.() };
}

describe('questions to the language', () => {
  it('are answered one by one, in their order, with a rest before each', () => {
    const { answered, questions, rest } = asked();
    for (const id of [1, 2, 3]) questions.add(question(id));
    assert.deepEqual(answered, []);
    rest();
    assert.deepEqual(answered, [1]);
    rest();
    rest();
    rest();
    assert.deepEqual(answered, [1, 2, 3]);
  });

  it('that nobody waits for any more are not worked on', () => {
    const { answered, questions, rest } = asked();
    for (const id of [1, 2, 3]) questions.add(question(id));
    questions.cancel(1);
    rest();
    questions.cancel(3);
    rest();
    assert.deepEqual(answered, [2]);
    questions.add(question(4));
    rest();
    assert.deepEqual(answered, [2, 4]);
  });

  it('that take long are worked on in pieces, and let the others go first', () => {
    const { answered, questions, rest } = asked({ 1: 3 });
    questions.add(question(1));
    rest();
    questions.add(question(2));
    for (let i = 0; i < 5; i += 1) rest();
    assert.deepEqual(answered, [1, 1, 2, 1]);
    const other = asked({ 1: 3 });
    other.questions.add(question(1));
    other.rest();
    other.questions.cancel(1);
    for (let i = 0; i < 5; i += 1) other.rest();
    assert.deepEqual(other.answered, [1], 'nobody waits for it any more');
  });
});
