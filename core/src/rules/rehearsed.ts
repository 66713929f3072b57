import { invalid } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import { hashText } from './store.ts';

interface Claimed {
  readonly module: { readonly module: string };
  readonly text: string;
  readonly rehearsal?: string | null;
}

/**
 * A version says which rehearsal was looked at: that has to be one of this very text, and come to its end.
 * @throws Refusal rehearsal_of_another
 */
export async function refuseOtherRehearsal(db: Tx, entries: readonly Claimed[]): Promise<void> {
  for (const { module, text, rehearsal = null } of entries) {
    if (rehearsal === null) continue;
    const tried = JSON.stringify([{ module: module.module, hash: hashText(text) }]);
    const found = await db.sql(
      "select 1 from rehearsals where id::text = ? and state = 'done' and modules @> ?::jsonb",
      [rehearsal, tried],
    );
    if (found.length === 0)
      throw invalid('rehearsal_of_another', `${rehearsal} is no rehearsal of this text`, {
        module: module.module,
        rehearsal,
      });
  }
}
