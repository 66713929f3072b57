import { CelScalar, celEnv, celFunc, listType, parse, plan } from '@bufbuild/cel';
import { Environment } from '@marcbachmann/cel-js';
import type { CaseKey } from '../cases.ts';
import { DUE, type Peer } from './peer.ts';

/** The rules in CEL. `abs`, `least` and `total` are functions of the host: CEL has none. */
const TEXTS: Readonly<Record<CaseKey, string>> = {
  delta:
    'abs(input_kg - good_kg - wip_kg - (rework_kg + disposed_kg + outstanding_kg)) <= least(0.01 * input_kg, 5.0)',
  kpi: 'least(100.0, fact / (plan_24h * (shift_hours / 24.0) * (actual_crew / norm_crew)) * 100.0)',
  gate: `status == "running" && due_at >= ${DUE}.0 && line.code in ["A", "B", "C"] && priority in ["high", "urgent"] && !hold`,
  sum: 'total(packages.filter(p, p.qc == "ok" && p.trusted).map(p, p.weight_kg))',
};

const add = (values: Iterable<unknown>): number => {
  let sum = 0;
  for (const value of values) sum += value as number;
  return sum;
};

const env = new Environment({ unlistedVariablesAreDyn: true })
  .registerFunction('abs(dyn): double', (x: unknown) => Math.abs(x as number))
  .registerFunction('least(double, double): double', (a: number, b: number) => Math.min(a, b))
  .registerFunction('total(list): double', (list: Iterable<unknown>) => add(list));

const bufEnv = celEnv({
  funcs: [
    celFunc('abs', [CelScalar.DOUBLE], CelScalar.DOUBLE, (x) => Math.abs(x)),
    celFunc('least', [CelScalar.DOUBLE, CelScalar.DOUBLE], CelScalar.DOUBLE, (a, b) =>
      Math.min(a, b),
    ),
    celFunc('total', [listType(CelScalar.DYN)], CelScalar.DOUBLE, (list) => add(list)),
  ],
});

export const CEL_PEERS: readonly Peer[] = [
  {
    name: '@marcbachmann/cel-js 8.0.0',
    how: 'closures',
    prepare(key) {
      const rule = env.parse(TEXTS[key]);
      return { run: (record) => rule(record as Record<string, unknown>) as unknown };
    },
  },
  {
    name: '@bufbuild/cel 0.6.1',
    how: 'plan',
    prepare(key) {
      const rule = plan(bufEnv, parse(TEXTS[key]));
      return { run: (record) => rule(record as never) as unknown };
    },
  },
];
