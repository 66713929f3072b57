import assert from 'node:assert/strict';
import jsonLogic from 'json-logic-js';
import {
  compileExpression,
  compileProgram,
  createDispatcher,
  JSON_LOGIC_OPERATORS,
} from '../src/index.ts';

/** Facts whose getters and proxies throw: a fault like all other bad data, and nothing is thrown. */
for (const [name, run] of Object.entries(JSON_LOGIC_OPERATORS)) {
  jsonLogic.add_operation(name, run as (...args: unknown[]) => unknown);
}

const boom = (): never => {
  throw new Error('the host threw');
};
const HANDLER: ProxyHandler<object> = {
  get: boom,
  has: boom,
  ownKeys: boom,
  getPrototypeOf: boom,
  getOwnPropertyDescriptor: boom,
};
const revoked = (of: object): object => {
  const { proxy, revoke } = Proxy.revocable(of, {});
  revoke();
  return proxy;
};
const throwing = (name: string, rest: object = {}): object =>
  Object.defineProperty({ ...rest }, name, { get: boom, enumerable: true });

/** A session that has `input_kg`, but it can't be read. */
const SESSIONS: Readonly<Record<string, () => unknown>> = {
  'a getter': () => throwing('input_kg', { good_kg: 1 }),
  'a proxy': () => new Proxy({}, HANDLER),
  'a proxy that is revoked': () => revoked({}),
  'a proxy of a list': () => new Proxy([], HANDLER),
  'a value that is a proxy': () => ({ input_kg: new Proxy({}, HANDLER), good_kg: 1 }),
};
const FACTS: Readonly<Record<string, () => unknown>> = {
  ...Object.fromEntries(
    Object.entries(SESSIONS).map(([name, make]) => [
      `${name} inside`,
      () => ({ session: make(), lines: [{ session: make() }] }),
    ]),
  ),
  'a getter outside': () => throwing('session', { lines: new Proxy([], HANDLER) }),
  'a proxy outside': () => new Proxy({}, HANDLER),
  'a revoked proxy outside': () => revoked({}),
  'a list whose elements throw': () => ({
    session: revoked({}),
    lines: Object.defineProperty([1], 0, { get: boom }),
  }),
  nothing: () => null,
  'a text': () => 'session',
  'a list': () => [{}],
};

const CATALOG = {
  records: {
    session: {
      fields: { input_kg: { type: 'kg?' }, good_kg: { type: 'kg' } },
    },
    line: { fields: { session: { type: 'session' } } },
  },
  points: {
    'session.close': {
      facts: { session: { type: 'session' }, lines: { type: 'list of line' } },
    },
  },
  events: { told: { fields: { session: { type: 'session' } } } },
  actions: { note: { effect: 'record', params: {} } },
  facts: { session: { type: 'session' } },
  roles: ['boss'],
} as const;
const TEXT = `
gate one
  on session.close
  block when session.input_kg is present and session.input_kg > 5 kg
  remedy en "{session.input_kg}"
gate each_one
  on session.close each line
  block when line.session.input_kg is present and line.session.input_kg > 5 kg
formula told_of(session: session): bool = session.input_kg is present
approval much
  on session.close
  when session.input_kg is present and session.input_kg > 5 kg
  steps boss
automation noted
  when told
  where told.session.input_kg is present
  if session.input_kg is missing
  do note()
kpi shown per session
  result fed: kg? = session.input_kg
`;
const ENV = { now: new Date('2025-08-28T10:00Z') };

describe('facts that throw', () => {
  for (const [name, make] of Object.entries(FACTS)) {
    it(`refuse a gate: ${name}`, () => {
      for (const generate of [true, false]) {
        const program = compileProgram([{ name: 'f', text: TEXT }], CATALOG, { generate });
        assert.deepEqual(program.diagnostics, []);
        for (const gate of program.gates) {
          for (let time = 0; time < 20; time++) {
            const result = gate.evaluate('session.close', make() as object as never, ENV);
            assert.ok(result.verdict === 'fail', gate.name);
            const [failure] = result.failures;
            assert.equal(failure?.fault?.code, 'Q9004', gate.name);
            failure?.message('en');
            failure?.remedy('en');
            failure?.details();
            failure?.explain('en');
            failure?.remedies('en');
          }
        }
      }
    });

    it(`are faults everywhere else: ${name}`, () => {
      const program = compileProgram([{ name: 'f', text: TEXT }], CATALOG);
      const facts = () => make() as Readonly<Record<string, unknown>>;
      const [formula] = program.formulas;
      assert.ok(formula);
      const outcome = formula.tryEvaluate(facts(), ENV);
      assert.ok('fault' in outcome && outcome.fault.code === 'Q9004');
      formula.explain(facts(), ENV, 'en');
      const [approval] = program.approvals;
      assert.equal(approval?.needed('session.close', facts(), ENV)?.undecided[0]?.code, 'Q9004');
      approval?.explain('session.close', facts(), ENV, 'en');
      const [automation] = program.automations;
      assert.ok(automation);
      const context = { ...ENV, facts: facts() };
      const event = { type: 'told', at: ENV.now.getTime(), data: facts() };
      const step = automation.step(undefined, { kind: 'event', event }, context);
      assert.deepEqual(step.fired, []);
      const dispatcher = createDispatcher(program);
      dispatcher.match(event, context);
      const [kpi] = program.kpis;
      const computed = kpi?.compute(facts(), ENV).results.fed;
      assert.ok(computed !== undefined && 'fault' in computed);
      kpi?.rows(facts());
      kpi?.explain(facts(), 'fed', ENV, 'en');
    });
  }

  for (const [name, make] of Object.entries(SESSIONS)) {
    it(`are one fault in all back ends: ${name}`, () => {
      const text = 'session.input_kg is present and sum(v for v in list) > 3';
      const vars = { session: '{input_kg: kg?}', list: 'list of number' };
      const values = { session: make(), list: [4] } as Readonly<Record<string, unknown>>;
      for (const backend of ['reference', 'closures', 'generated'] as const) {
        const compiled = compileExpression(text, vars, { guards: 'allow', backend });
        for (let time = 0; time < 20; time++) {
          const outcome = compiled.tryEvaluate(values);
          assert.ok('fault' in outcome && outcome.fault.code === 'Q9004', backend);
        }
        compiled.explain(values);
      }
      const compiled = compileExpression(text, vars, { guards: 'allow' });
      const form = compiled.jsonLogic;
      assert.ok('rule' in form);
      const result: unknown = jsonLogic.apply(
        form.rule as jsonLogic.RulesLogic,
        compiled.jsonLogicData(values),
      );
      const outcome = compiled.jsonLogicOutcome(result);
      assert.ok('fault' in outcome && outcome.fault.code === 'Q9004');
      const statement = compiled.sql();
      assert.ok('text' in statement);
      compiled.sqlValues(statement, values);
    });
  }
});
