import zen from '@gorules/zen-engine';
import { compileExpression as compileFiltrex, useDotAccessOperator } from 'filtrex';
import jsonata from 'jsonata';
import { create, all as everything } from 'mathjs';
import type { CaseKey } from '../cases.ts';
import { DUE, type Peer } from './peer.ts';

const BALANCE = 'input_kg - good_kg - wip_kg - (rework_kg + disposed_kg + outstanding_kg)';
const PLAN = 'plan_24h * (shift_hours / 24) * (actual_crew / norm_crew)';

const FILTREX: Readonly<Record<Exclude<CaseKey, 'sum'>, string>> = {
  delta: `abs(${BALANCE}) <= min(0.01 * input_kg, 5)`,
  kpi: `min(100, fact / (${PLAN}) * 100)`,
  gate: `status == "running" and due_at >= ${DUE} and line.code in ("A", "B", "C") and priority in ("high", "urgent") and not hold`,
};

const JSONATA: Readonly<Record<CaseKey, string>> = {
  delta: `$abs(${BALANCE}) <= $min([0.01 * input_kg, 5])`,
  kpi: `$min([100, fact / (${PLAN}) * 100])`,
  gate: `status = "running" and due_at >= ${DUE} and line.code in ["A", "B", "C"] and priority in ["high", "urgent"] and $not(hold)`,
  sum: '$sum(packages[qc = "ok" and trusted].weight_kg)',
};

const ZEN: Readonly<Record<CaseKey, string>> = {
  delta: `abs(${BALANCE}) <= min([0.01 * input_kg, 5])`,
  kpi: `min([100, fact / (${PLAN}) * 100])`,
  gate: `status == "running" and due_at >= ${DUE} and line.code in ["A", "B", "C"] and priority in ["high", "urgent"] and not hold`,
  sum: 'sum(map(filter(packages, #.qc == "ok" and #.trusted), #.weight_kg))',
};

/** mathjs compares texts with a function; membership is a function of the host. */
const MATHJS: Readonly<Record<Exclude<CaseKey, 'sum'>, string>> = {
  delta: `abs(${BALANCE}) <= min(0.01 * input_kg, 5)`,
  kpi: `min(100, fact / (${PLAN}) * 100)`,
  gate: `equalText(status, "running") and due_at >= ${DUE} and oneOf(line.code, ["A", "B", "C"]) and oneOf(priority, ["high", "urgent"]) and not hold`,
};

const math = create(everything ?? {});
math.import(
  {
    oneOf: (x: unknown, list: { valueOf(): unknown[] }) => list.valueOf().includes(x),
  },
  {},
);

export const EXPRESSION_PEERS: readonly Peer[] = [
  {
    name: 'filtrex 3.1.0',
    how: 'generated code',
    prepare(key) {
      if (key === 'sum') return { cannot: 'no way to walk a list' };
      const rule = compileFiltrex(FILTREX[key], { customProp: useDotAccessOperator });
      // It refuses null where it expects a text.
      return {
        run: (record) => rule(record) as unknown,
        data: (record) => (record.priority === null ? { ...record, priority: 'normal' } : record),
      };
    },
  },
  {
    name: 'mathjs 15.2.0',
    how: 'closures',
    prepare(key) {
      if (key === 'sum') return { cannot: 'no records in its lists' };
      const rule = math.compile(MATHJS[key]);
      return { run: (record) => rule.evaluate(record) as unknown };
    },
  },
  {
    name: 'ZEN engine 0.54.0',
    how: 'native, parses each time',
    prepare: (key) => ({
      run: (record) => zen.evaluateExpressionSync(ZEN[key], record) as unknown,
    }),
  },
  {
    name: 'JSONata 2.2.2',
    how: 'asynchronous interpreter',
    prepare(key) {
      const rule = jsonata(JSONATA[key]);
      return { run: (record) => rule.evaluate(record) as Promise<unknown>, later: true };
    },
  },
];
