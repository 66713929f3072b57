import { conflict } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { ruleDraft, type ruleModule } from './records.ts';
import { versionOf } from './store.ts';

interface Said {
  readonly module: RowOf<typeof ruleModule>;
  readonly text: string;
}

/**
 * Those of the texts that say something else than what is in force; the drafts of the others are over.
 * Going back to what was in force earlier is a change. The modules' rows are locked by the caller.
 * @throws Refusal text_unchanged where none does: it would be a version that changes nothing
 */
export async function changedOf<T extends Said>(
  db: Tx,
  wanted: readonly T[],
): Promise<readonly T[]> {
  const changed: T[] = [];
  const same: T[] = [];
  for (const entry of wanted) {
    const { text } = await versionOf(db, entry.module, entry.module.published_version);
    // What was removed is in force nowhere.
    (entry.text === text && !entry.module.removed ? same : changed).push(entry);
  }
  if (changed.length === 0) throw textUnchanged(same);
  for (const { module, text } of same) {
    const draft = await db.of(ruleDraft).find({ module_id: module.id });
    if (draft?.text === text) await db.of(ruleDraft).remove(draft.id);
  }
  return changed;
}

function textUnchanged(same: readonly Said[]) {
  const modules = same.map(({ module }) => module.module).join(', ');
  return conflict('text_unchanged', `What ${modules} would say is in force already`, {
    modules,
    ...(same.length === 1 ? { version: same[0]?.module.published_version } : {}),
  });
}
