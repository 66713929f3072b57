import assert from 'node:assert/strict';
import fc from 'fast-check';
import jsonLogic from 'json-logic-js';
import {
  type CompiledExpression,
  compileExpression,
  fromJsonLogic,
  JSON_LOGIC_OPERATORS,
  type Outcome,
} from '../src/index.ts';
import { Fault } from '../src/values/fault.ts';
import { CLOCK, DECLARED, expressions, facts } from './json-logic/random.ts';

for (const [name, run] of Object.entries(JSON_LOGIC_OPERATORS)) {
  jsonLogic.add_operation(name, run as (...args: unknown[]) => unknown);
}

const RULES = 3_000;

/** One zero, and numbers up to the last bits that another order of steps may change. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'number' ? Number((value + 0).toPrecision(12)) : value;
}

const answer = (outcome: Outcome): unknown =>
  'fault' in outcome ? { fault: outcome.fault.code } : { value: plain(outcome.value) };

function ruleOf(compiled: CompiledExpression): jsonLogic.RulesLogic {
  const { jsonLogic: made } = compiled;
  if (!('rule' in made)) throw new Error(made.notSupported);
  return JSON.parse(JSON.stringify(made.rule)) as jsonLogic.RulesLogic;
}

/** What a rule gave, in base units. */
const inBase = (result: unknown): unknown =>
  result instanceof Fault ? { fault: result.code } : plain(result ?? null);

describe('JSON Logic, both ways', () => {
  const options = { guards: 'allow', backend: 'reference' } as const;
  let values = 0;

  it(`means the same, there and back: ${RULES} random rules`, function () {
    this.timeout(120_000);
    const many = fc.array(facts, { minLength: 4, maxLength: 4 });
    const property = fc.property(expressions, many, (text, samples) => {
      const compiled = compileExpression(text, DECLARED, options);
      const rule = ruleOf(compiled);
      const back = fromJsonLogic(rule, DECLARED);
      const again = compileExpression(back, DECLARED, { ...options, dynamic: true });
      const ruleBack = ruleOf(again);
      for (const data of samples) {
        const wanted = compiled.tryEvaluate(data, CLOCK);
        if ('value' in wanted) values++;
        const ran: unknown = jsonLogic.apply(rule, compiled.jsonLogicData(data, CLOCK));
        assert.deepEqual(answer(compiled.jsonLogicOutcome(ran)), answer(wanted), 'as JSON Logic');
        // What is written out in a rule has lost its unit: both rules answer in base units.
        const reread: unknown = jsonLogic.apply(ruleBack, again.jsonLogicData(data, CLOCK));
        assert.deepEqual(inBase(reread), inBase(ran), `back as ${back}`);
      }
    });
    fc.assert(property, { numRuns: RULES, endOnFailure: true });
  });

  it('twice not of what is missing is a fault there and back', () => {
    const rule = ruleOf(compileExpression('not (not p)', DECLARED, options));
    assert.equal(fromJsonLogic(rule, DECLARED), 'not not p');
  });

  it('and most of them have a value', () => {
    assert.ok(values > RULES / 2, String(values));
  });
});
