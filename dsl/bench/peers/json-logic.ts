import { LogicEngine } from 'json-logic-engine';
import jsonLogic from 'json-logic-js';
import type { CaseKey } from '../cases.ts';
import { DUE, type Peer } from './peer.ts';

const v = (name: string) => ({ var: name });
const minus = (...terms: readonly unknown[]): unknown => terms.reduce((a, b) => ({ '-': [a, b] }));

/** The rules as JSON Logic; `abs` is an operator of our own, as it has none. */
const RULES: Readonly<Record<CaseKey, unknown>> = {
  delta: {
    '<=': [
      {
        abs: [
          minus(v('input_kg'), v('good_kg'), v('wip_kg'), {
            '+': [v('rework_kg'), v('disposed_kg'), v('outstanding_kg')],
          }),
        ],
      },
      { min: [{ '*': [0.01, v('input_kg')] }, 5] },
    ],
  },
  kpi: {
    min: [
      100,
      {
        '*': [
          {
            '/': [
              v('fact'),
              {
                '*': [
                  v('plan_24h'),
                  { '/': [v('shift_hours'), 24] },
                  { '/': [v('actual_crew'), v('norm_crew')] },
                ],
              },
            ],
          },
          100,
        ],
      },
    ],
  },
  gate: {
    and: [
      { '==': [v('status'), 'running'] },
      { '>=': [v('due_at'), DUE] },
      { in: [v('line.code'), ['A', 'B', 'C']] },
      { in: [v('priority'), ['high', 'urgent']] },
      { '!': [v('hold')] },
    ],
  },
  sum: {
    reduce: [
      { filter: [v('packages'), { and: [{ '==': [v('qc'), 'ok'] }, v('trusted')] }] },
      { '+': [v('accumulator'), v('current.weight_kg')] },
      0,
    ],
  },
};

jsonLogic.add_operation('abs', (x: unknown) => Math.abs(x as number));
const engine = new LogicEngine();
engine.addMethod('abs', ([x]: readonly number[]) => Math.abs(x as number), {
  deterministic: true,
});

export const JSON_LOGIC_PEERS: readonly Peer[] = [
  {
    name: 'json-logic-js 2.0.5',
    how: 'interpreter',
    prepare: (key) => ({
      run: (record) => jsonLogic.apply(RULES[key] as jsonLogic.RulesLogic, record) as unknown,
    }),
  },
  {
    name: 'json-logic-engine 5.0.7, run',
    how: 'interpreter',
    prepare: (key) => ({ run: (record) => engine.run(RULES[key], record) as unknown }),
  },
  {
    name: 'json-logic-engine 5.0.7, build',
    how: 'generated code',
    prepare: (key) => ({ run: engine.build(RULES[key]) as (record: unknown) => unknown }),
  },
];
