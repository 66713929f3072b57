import assert from 'node:assert/strict';
import fc from 'fast-check';
import { choicesFor, samples, valueIn } from '../../src/deep/search.ts';
import { impossible } from '../../src/deep/solve.ts';
import { FALSE, TRUE, UNDECIDED } from '../../src/deep/state.ts';
import { NOWHERE, Terms } from '../../src/deep/terms.ts';
import type { Ir, Unit } from '../../src/ir/ir.ts';
import { environmentOf } from '../../src/program/runtime.ts';
import { evaluateUnit } from '../../src/reference/evaluate.ts';
import type { Value } from '../../src/values/border.ts';
import { pool, SEED } from '../agreement/cases.ts';
import { CLOCK, made } from '../agreement/units.ts';
import { anyCondition } from './conditions.ts';

const NONE = new Map<string, Unit>();
const OUTCOMES = [TRUE, FALSE, UNDECIDED, TRUE | UNDECIDED, FALSE | UNDECIDED, TRUE | FALSE];

/** The outcomes that are proved impossible for a text. */
function claims(text: string): number[] {
  const { unit } = made(text);
  return OUTCOMES.filter((mask) => {
    const terms = new Terms(NONE);
    return impossible([{ term: terms.of(unit.body, NOWHERE), mask }], terms);
  });
}
const neverTrue = (text: string): boolean => claims(text).includes(TRUE);
const neverFalse = (text: string): boolean => claims(text).includes(FALSE);

const outcome = (value: Value): number =>
  value === true ? TRUE : value === false ? FALSE : UNDECIDED;

describe('what is proved of conditions', () => {
  it('knows ranges, equal terms, enums, presence and formulas of them', () => {
    const impossibleOnes = [
      'a > 5 and a < 3',
      'a < b and a > b',
      'a <= b and a > b',
      'a < b and b < x and x < a',
      'a < b and b < x and x <= a',
      'ks <= ms and ms <= k and ks > 5 kg and k < 4 kg',
      'ks > 0.3 kg and ks < 0.301 kg',
      's = ok and s = bad',
      's not in (ok, bad)',
      'x is missing and x > 3',
      'p and not p',
      'min(a, b) > a',
      'a + 1 > 3 and a < 1',
      'abs(a) < 0',
      'rec is missing and rec.k > 1 kg',
      '(if p then 1 else 2) > 2',
      'any(r.w > 5 kg and r.w < 3 kg for r in rows)',
      'day > 2025-08-28 and day < 2025-08-29',
      't = "a" and t = "b"',
      'count(rows) < 0',
      'weekday(day) = monday and weekday(day) = sunday',
      'day - 1 day > day and day < 2025-01-01 and day - 1 day > 2025-01-02',
    ];
    assert.deepEqual(
      impossibleOnes.filter((text) => !neverTrue(text)),
      [],
    );
    assert.deepEqual(
      ['a > 5 or a <= 5', 'not (a > 5 and a < 3)', 's in (ok, bad)', 'abs(a) >= 0', 'a = a'].filter(
        (text) => !neverFalse(text),
      ),
      [],
    );
  });

  it('claims nothing that the tolerance of equality contradicts', () => {
    const open = [
      // Equal within the tolerance is not the same: a circle of these is possible.
      'a <= b and b <= x and a > x',
      'a >= 1 and a <= 1',
      'a <= 1 and a >= 1.000000000001',
      'k <= 0.3 kg and k >= 300 g',
      'a < 1.00000000001 and a > 1',
    ];
    assert.deepEqual(open.filter(neverTrue), []);
    assert.ok(!neverFalse('a = a + 0 or b > 1'));
  });

  it('says nothing of what stands apart', () => {
    const open = [
      'any(r.ok for r in rows) and any(not r.ok for r in rows)',
      'a > b',
      'x is missing',
    ];
    assert.deepEqual(
      open.flatMap((text) => [TRUE, FALSE].filter((m) => claims(text).includes(m))),
      [],
    );
  });

  it(`is right on random facts, near-ties and bad data among them (QOIDA_TEST_SEED=${SEED})`, function () {
    this.timeout(120_000);
    const facts = pool();
    const texts = fc.sample(anyCondition, { numRuns: 3_000, seed: SEED });
    let proved = 0;
    for (const [i, text] of texts.entries()) {
      const { unit } = made(text);
      const denied = claims(text);
      if (denied.length === 0) continue;
      proved += 1;
      const denies = (value: Value): boolean =>
        denied.some((mask) => (mask & outcome(value)) !== 0);
      const told = () => `${text}: never ${denied.join(', ')}`;
      for (let n = 0; n < 100; n += 1) {
        const values = facts[(i * 37 + n) % facts.length] ?? {};
        const environment = environmentOf(values, CLOCK);
        const value = evaluateUnit(unit, [], { units: NONE, environment });
        assert.ok(!denies(value), `${told()}, but ${String(value)} of ${JSON.stringify(values)}`);
      }
      const worlds = samples(choicesFor([{ unit }], NONE));
      for (let n = 0; n < 60; n += 1) {
        const world = worlds.next().value;
        const value = valueIn({ unit }, world, { units: NONE });
        assert.ok(
          !denies(value),
          `${told()}, but ${String(value)} of ${JSON.stringify(world.data)}`,
        );
      }
    }
    assert.ok(proved > 300, `only ${proved} claims were tried`);
  });

  it('is right of two parts of a condition at once', function () {
    this.timeout(120_000);
    const facts = pool();
    let proved = 0;
    for (const [i, text] of fc.sample(anyCondition, { numRuns: 1_500, seed: SEED + 1 }).entries()) {
      const { unit } = made(text);
      const nodes = conditionsIn(unit.body);
      for (const [first, second] of pairs(nodes).slice(0, 12)) {
        const masks = [OUTCOMES[i % 6] as number, OUTCOMES[(i * 5 + 2) % 6] as number] as const;
        const terms = new Terms(NONE);
        const goals = [first, second].map((ir, n) => ({
          term: terms.of(ir, NOWHERE),
          mask: masks[n] as number,
        }));
        if (!impossible(goals, terms)) continue;
        proved += 1;
        for (let n = 0; n < 100; n += 1) {
          const environment = environmentOf(facts[(i * 41 + n) % facts.length] ?? {}, CLOCK);
          const value = (body: Ir) =>
            outcome(evaluateUnit({ ...unit, body }, [], { units: NONE, environment }));
          const both = (value(first) & masks[0]) !== 0 && (value(second) & masks[1]) !== 0;
          assert.ok(!both, `${text}: ${masks.join(' and ')} of two parts`);
        }
      }
    }
    assert.ok(proved > 200, `only ${proved} claims were tried`);
  });
});

/**
 * The conditions a condition is made of, without those inside lists. What a branch says of a fact leans on what
 * its `if` has found of it: by itself, for other facts, it says nothing.
 */
function conditionsIn(ir: Ir): readonly Ir[] {
  if (ir.kind === 'and' || ir.kind === 'or')
    return [ir, ...conditionsIn(ir.left), ...conditionsIn(ir.right)];
  if (ir.kind === 'not') return [ir, ...conditionsIn(ir.operand)];
  if (ir.kind === 'if') return [ir, ...conditionsIn(ir.condition)];
  return [ir];
}

const pairs = <T>(items: readonly T[]): (readonly [T, T])[] =>
  items.flatMap((item, i) => items.slice(i + 1).map((other) => [item, other] as const));
