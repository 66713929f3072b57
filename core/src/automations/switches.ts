import type { Tx } from '../api/operations.ts';

/** The owner is told here by other nodes: an organisation has work, or its rules were switched. */
export const CHANNEL = 'qoida_automations';
export const rulesChanged = (organizationId: string): string => `${organizationId} rules`;

/** Rules that a person has switched off. */
export async function switchedOff(tx: Tx): Promise<ReadonlySet<string>> {
  const rows = await tx.sql<{ rule: string }>('select rule from rule_switches where off');
  return new Set(rows.map(({ rule }) => rule));
}

/** Tells the node that runs the organisation's automations, when the transaction commits. */
export const tellSwitched = (tx: Tx): Promise<unknown> =>
  tx.sql('select pg_notify(?, ?)', [CHANNEL, rulesChanged(tx.organizationId)]);

/** There is work for the node that runs the organisation's automations, when the transaction commits. */
export const tellWork = (tx: Tx): Promise<unknown> =>
  tx.sql('select pg_notify(?, ?)', [CHANNEL, tx.organizationId]);
