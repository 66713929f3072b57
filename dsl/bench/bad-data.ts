import type { Bag, CaseKey } from './cases.ts';

/** A record that no rule may answer: what is wrong with it, and how it is made of a good one. */
export interface BadCase {
  readonly key: CaseKey;
  readonly wrong: string;
  readonly spoil: (good: Bag) => Bag;
}

const set =
  (field: string, value: unknown) =>
  (good: Bag): Bag => ({ ...good, [field]: value });
const without =
  (field: string) =>
  (good: Bag): Bag =>
    Object.fromEntries(Object.entries(good).filter(([name]) => name !== field));
const inPackage =
  (spoil: (item: Bag) => Bag) =>
  (good: Bag): Bag => {
    const [, ...rest] = good.packages as readonly Bag[];
    const weighed = { weight_kg: 25, qc: 'ok', trusted: true };
    return { ...good, packages: [spoil(weighed), ...rest] };
  };

const bad = (key: CaseKey, wrong: string, spoil: BadCase['spoil']): BadCase => ({
  key,
  wrong,
  spoil,
});

export const BAD_CASES: readonly BadCase[] = [
  bad('delta', 'outstanding_kg missing', without('outstanding_kg')),
  bad('delta', 'rework_kg null', set('rework_kg', null)),
  bad('delta', 'good_kg NaN', set('good_kg', Number.NaN)),
  bad('delta', 'input_kg a text', (good) => ({ ...good, input_kg: String(good.input_kg) })),
  bad('delta', 'input_kg infinite', set('input_kg', Number.POSITIVE_INFINITY)),
  bad('kpi', 'norm_crew 0', set('norm_crew', 0)),
  bad('kpi', 'actual_crew 0', set('actual_crew', 0)),
  bad('kpi', 'fact missing', without('fact')),
  bad('kpi', 'plan_24h null', set('plan_24h', null)),
  bad('kpi', 'shift_hours NaN', set('shift_hours', Number.NaN)),
  bad('kpi', 'fact a text', (good) => ({ ...good, fact: String(good.fact) })),
  bad('gate', 'status missing', without('status')),
  bad('gate', 'due_at null', set('due_at', null)),
  bad('gate', 'due_at no date', set('due_at', new Date(Number.NaN))),
  bad('gate', 'line missing', without('line')),
  bad('gate', 'hold missing', without('hold')),
  bad('gate', 'hold null', set('hold', null)),
  bad('gate', 'hold "false"', set('hold', 'false')),
  bad('gate', 'priority unheard of', set('priority', 'asap')),
  bad('sum', 'a weight missing', inPackage(without('weight_kg'))),
  bad('sum', 'a weight null', inPackage(set('weight_kg', null))),
  bad('sum', 'a weight NaN', inPackage(set('weight_kg', Number.NaN))),
  bad('sum', 'a weight a text', inPackage(set('weight_kg', '25'))),
  bad('sum', 'trusted missing', inPackage(without('trusted'))),
  bad('sum', 'packages missing', without('packages')),
];
