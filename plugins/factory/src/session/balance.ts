import type { BaseContext, RowOf } from '@qoida/core';
import { byId, id, operation } from '@qoida/core';
import { grams, kg } from '../mass.ts';
import { DIR, OPR, OTK, SEX, TEX } from '../roles.ts';
import { session } from './records.ts';

/** Computed columns that the balance is made of. */
export const BALANCE_TERMS = [
  'input_kg',
  'good_kg',
  'wip_kg',
  'outstanding_kg',
  'rework_in_linked_kg',
  'disposed_linked_kg',
] as const;

/** F-M7-03; the signed rest is shown too: positive is scrap not found, negative more out than in. */
export interface Balance {
  readonly input_kg: number;
  readonly good_kg: number;
  readonly wip_kg: number;
  readonly scrap_expected_kg: number;
  readonly rework_in_linked_kg: number;
  readonly disposed_linked_kg: number;
  readonly outstanding_kg: number;
  readonly unexplained_kg: number;
  readonly delta_session_kg: number;
  readonly limit_kg: number;
}

/** The balance of a session as the published rules have it (`factory.balance`, F-ALG-05). */
export function balanceOf(context: BaseContext, row: RowOf<typeof session>): Balance {
  const figure = (formula: string) =>
    kg(grams(context.rules.compute<number>(`factory.balance.${formula}`, { session: row })));
  return {
    input_kg: row.input_kg,
    good_kg: row.good_kg,
    wip_kg: row.wip_kg,
    scrap_expected_kg: figure('scrap_expected'),
    rework_in_linked_kg: row.rework_in_linked_kg,
    disposed_linked_kg: row.disposed_linked_kg,
    outstanding_kg: row.outstanding_kg,
    unexplained_kg: figure('unexplained'),
    delta_session_kg: figure('delta'),
    limit_kg: figure('delta_limit'),
  };
}

export type BalanceWarning = 'negative_scrap' | 'no_snapshot';

/** What a person should look at although it doesn't stop the close (F-OP-04, F-OP-20). */
export async function balanceWarnings(
  context: BaseContext,
  sessionId: string,
  balance: Balance,
): Promise<BalanceWarning[]> {
  const warnings: BalanceWarning[] = [];
  if (balance.scrap_expected_kg < 0) warnings.push('negative_scrap');
  const [snapshot] = await context.db.sql(SNAPSHOT_OF_SHIFT, [sessionId]);
  if (snapshot === undefined) warnings.push('no_snapshot');
  return warnings;
}

const SNAPSHOT_OF_SHIFT = `
select 1 from sessions s join shop_snapshots h on h.business_date = s.business_date and h.shift = s.shift
where s.id = ? limit 1`;

/** The same computation as the close, and not one write (F-M7-03, F-UT-092). */
export const previewBalance = operation({
  name: 'session.balance_preview',
  http: 'GET /sessions/:session_id/balance/preview',
  summary: { uz: 'Balansni ko‘rish', ru: 'Предпросмотр баланса', en: 'Preview the balance' },
  roles: [SEX, TEX, DIR, OPR, OTK],
  effect: 'read',
  input: { session_id: id('session') },
  facts: { session: byId(session, 'session_id', { computed: [...BALANCE_TERMS] }) },
  async run(context) {
    const { session: row } = context.facts;
    const balance = balanceOf(context, row);
    return {
      session_id: row.id,
      status: row.status,
      ...balance,
      gate_ok: balance.delta_session_kg <= balance.limit_kg,
      warnings: await balanceWarnings(context, row.id, balance),
    };
  },
});
