import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { ruleProposal } from './version-records.ts';

/** Open proposals that came together with one, itself among them; in one order, whoever changes them. */
export async function bundleOf(
  tx: Tx,
  proposal: RowOf<typeof ruleProposal>,
): Promise<readonly RowOf<typeof ruleProposal>[]> {
  const { bundle } = proposal;
  if (bundle === null) return [proposal];
  return tx.of(ruleProposal).list({ bundle, state: 'open' }, { sort: 'id' });
}

/**
 * Ends the open proposal of a module whose ground has changed, with all that came together with it:
 * nobody confirms what was not proposed.
 * @param text what the proposal may still say; the same text leaves it open
 */
export async function voidProposals(
  tx: Tx,
  moduleId: string,
  reason: 'text_changed' | 'version_changed',
  text?: string,
): Promise<void> {
  const open = await tx.of(ruleProposal).find({ module_id: moduleId, state: 'open' });
  if (open === null || (reason === 'text_changed' && open.text === text)) return;
  for (const { id } of await bundleOf(tx, open))
    await tx.of(ruleProposal).update(id, { state: 'void', reason });
}
