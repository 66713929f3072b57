import assert from 'node:assert/strict';
import { ABSENT } from './agreement/absent.ts';
import { expressions, FACTS_EACH, firstFactOf, pool, SEED } from './agreement/cases.ts';
import { CLASSES, operatorsOf, Tally, Witness } from './agreement/classes.ts';
import { made, othersOf, referenceAnswer } from './agreement/units.ts';

const EXPRESSIONS = 10_000;

/** Random typed expressions with random facts: all back ends give one answer, faults included. */
describe(`all back ends agree (QOIDA_TEST_SEED=${SEED} plays it again)`, () => {
  const tally = new Tally();

  it(`on ${EXPRESSIONS * FACTS_EACH} random cases`, function () {
    this.timeout(180_000);
    const facts = pool();
    for (const [i, text] of expressions(EXPRESSIONS).entries()) {
      const expression = made(text);
      const others = Object.entries(othersOf(expression));
      const operators = operatorsOf(expression.expr);
      for (let n = 0; n < FACTS_EACH; n += 1) {
        const values = facts[firstFactOf(i) + n] ?? {};
        const witness = new Witness();
        const wanted = referenceAnswer(expression, values, witness.watch);
        tally.answer(wanted);
        for (const kind of [...operators, ...witness.seen]) tally.add(kind);
        for (const [backend, answer] of others) {
          const found = answer(values);
          if ('notSupported' in found) tally.add(`not in ${backend}`);
          else {
            tally.add(`in ${backend}`);
            // Messages are made only where something is wrong: there are a lot of cases.
            if (!same(found, wanted))
              assert.deepEqual(found, wanted, `${backend}: ${text} of ${show(values)}`);
          }
        }
      }
    }
    const backends = ['in closures', 'in swift', 'in generated', 'in jsonLogic'];
    assert.deepEqual(tally.rare([...CLASSES, ...backends]), [], 'too few cases of a kind');
  });
});

/** As JSON, where what is no number stays different from what is missing. */
const same = (a: unknown, b: unknown): boolean => show(a) === show(b);
const show = (facts: unknown): string =>
  JSON.stringify(facts, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );

describe('what has to be there and is not', () => {
  for (const { text, facts, wanted } of ABSENT) {
    it(`${text} of ${show(facts)}`, () => {
      const expression = made(text);
      assert.deepEqual(referenceAnswer(expression, facts), wanted);
      for (const [backend, answer] of Object.entries(othersOf(expression)))
        assert.deepEqual(answer(facts), wanted, backend);
    });
  }
});
