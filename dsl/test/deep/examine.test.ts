import assert from 'node:assert/strict';
import fc from 'fast-check';
import { examine } from '../../src/deep/examine.ts';
import { replaced } from '../../src/deep/replace.ts';
import { choicesFor, samples } from '../../src/deep/search.ts';
import { NOWHERE, Terms } from '../../src/deep/terms.ts';
import type { Unit } from '../../src/ir/ir.ts';
import { environmentOf } from '../../src/program/runtime.ts';
import { evaluateUnit } from '../../src/reference/evaluate.ts';
import { Fault } from '../../src/values/fault.ts';
import { pool, SEED } from '../agreement/cases.ts';
import { CLOCK, made } from '../agreement/units.ts';
import { anyCondition } from './conditions.ts';

const NONE = new Map<string, Unit>();

/** What is found in a text, in its own words. */
function found(text: string): string[] {
  const { unit } = made(text);
  return examine(unit.body, new Terms(NONE), NOWHERE).map(
    ({ kind, ir }) => `${kind}: ${text.slice(ir.span.start, ir.span.end)}`,
  );
}

describe('what is found in a rule', () => {
  it('looks into branches, lists and the parts of conditions', () => {
    const dead = '(if a > 1 then (if a > 0 then 1 else 2) else 3)';
    assert.deepEqual(found(dead), ['always: a > 0']);
    assert.deepEqual(found('sum(r.w for r in rows where r.w > k and r.w < k)'), [
      'never: r.w > k and r.w < k',
    ]);
    assert.deepEqual(found('p or (a > 5 and a < 3)'), ['never: a > 5 and a < 3']);
    assert.deepEqual(found('a > 5 and (p or a < 3)'), ['never: a < 3']);
    assert.deepEqual(found('a > 3 and a > 2'), ['twice: a > 2']);
    assert.deepEqual(found('a > 2 or a > 3'), ['twice: a > 3']);
    assert.deepEqual(found('s = ok and s != bad'), ['twice: s != bad']);
  });

  it('takes guards for what they are', () => {
    const guarded = [
      'x is present and x > 5',
      'x is missing or x > 5',
      'b != 0 and a / b > 1',
      'if x is present then x > 5 else a > 5',
      'ms is present and ms > 0 kg and k / ms > 2',
      'a between 1 and 5',
      'clock between 22:00 and 06:00',
      '(rec.in.n ?? 0) > 1 and rec is present',
      'any(r.w > 1 kg for r in rows) and any(r.w < 1 kg for r in rows)',
      'a > 5 and a < 7 or a > 9',
      'floor(1% of k, 1 g) < 5 kg and k > 400 kg',
    ];
    assert.deepEqual(guarded.flatMap(found), []);
  });

  it(`is right on random facts (QOIDA_TEST_SEED=${SEED})`, function () {
    this.timeout(120_000);
    const facts = pool();
    const tried = { never: 0, always: 0, twice: 0 };
    for (const [i, text] of fc.sample(anyCondition, { numRuns: 2_500, seed: SEED + 2 }).entries()) {
      const { unit } = made(text);
      const worlds = samples(choicesFor([{ unit }], NONE));
      for (const { kind, ir, value } of examine(unit.body, new Terms(NONE), NOWHERE)) {
        tried[kind] += 1;
        const body = replaced(unit.body, ir, { ...ir, kind: 'const', value });
        for (let n = 0; n < 80; n += 1) {
          const data = n < 50 ? facts[(i * 43 + n) % facts.length] : worlds.next().value.data;
          const environment = environmentOf(data ?? {}, CLOCK);
          const answer = (of: Unit) => evaluateUnit(of, [], { units: NONE, environment });
          const before = answer(unit);
          if (before instanceof Fault || before === null) continue;
          const part = text.slice(ir.span.start, ir.span.end);
          const told = `${text}: ${part} is ${kind}, but not with ${JSON.stringify(data)}`;
          assert.equal(answer({ ...unit, body }), before, told);
        }
      }
    }
    for (const [kind, count] of Object.entries(tried)) assert.ok(count > 10, `${count} ${kind}`);
  });
});
