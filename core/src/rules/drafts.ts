import { randomInt } from 'node:crypto';
import { conflict } from '../api/errors.ts';
import type { RunContext, Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { refuseRemoved } from './authoring.ts';
import { voidProposals } from './open-proposals.ts';
import { ruleDraft, type ruleModule } from './records.ts';
import { versionOf } from './store.ts';
import { ruleDraftText } from './version-records.ts';

export type DraftContext = Pick<RunContext<never, never>, 'db' | 'actor' | 'now'>;

/** A text that somebody wants to keep as the draft of a module. */
export interface Typed {
  readonly text: string;
  /** The version it was written on. */
  readonly baseVersion: number;
  /** Of the draft it was written on; none where there was no draft. */
  readonly revision: number | null;
}

/** What stands in the place of the draft that somebody had before him. */
export interface OtherDraft {
  readonly module: string;
  readonly text: string;
  /** None where there is no draft any more: it was published, or thrown away. */
  readonly revision: number | null;
  readonly author: string;
  readonly base_version: number;
  readonly saved_at: Date;
}

const MOST = 2 ** 30;

/** Drafts begin somewhere: the revision of one that is gone is never taken for that of the next. */
const firstRevision = (): number => randomInt(1, MOST);

/**
 * What was kept since somebody looked at a draft, or at the published text where there was none.
 * The module's row is locked by the caller.
 */
export async function otherDraft(
  db: Tx,
  module: RowOf<typeof ruleModule>,
  { baseVersion, revision }: Typed,
): Promise<OtherDraft | undefined> {
  const found = await db.of(ruleDraft).find({ module_id: module.id }, { lock: true });
  if (found !== null) {
    if (found.revision === revision) return undefined;
    const { text, author, base_version, saved_at } = found;
    return {
      module: module.module,
      text,
      revision: found.revision,
      author,
      base_version,
      saved_at,
    };
  }
  if (revision === null && baseVersion === module.published_version) return undefined;
  const standing = await versionOf(db, module, module.published_version);
  const thrown = await db.sql<{ replaced_by: string; created_at: Date }>(
    `select replaced_by, created_at from rule_draft_texts
      where module_id = ? and created_at > ? order by created_at desc limit 1`,
    [module.id, standing.created_at],
  );
  return {
    module: module.module,
    text: standing.text,
    revision: null,
    author: thrown[0]?.replaced_by ?? standing.author,
    base_version: standing.version,
    saved_at: thrown[0]?.created_at ?? standing.created_at,
  };
}

/**
 * Keeps a text as the draft of a module; what somebody else had typed there is kept beside it. The
 * module's row is locked by the caller.
 * @throws Refusal module_removed; draft_conflict with what stands there by now
 */
export async function saveDraft(
  { db, actor, now }: DraftContext,
  module: RowOf<typeof ruleModule>,
  typed: Typed,
): Promise<{ revision: number; saved_at: Date }> {
  refuseRemoved(module);
  const other = await otherDraft(db, module, typed);
  if (other !== undefined)
    throw conflict('draft_conflict', `${other.author} changed this draft in the meantime`, {
      ...other,
    });
  const { text, baseVersion } = typed;
  await voidProposals(db, module.id, 'text_changed', text);
  const found = await db.of(ruleDraft).find({ module_id: module.id });
  const entry = {
    text,
    base_version: baseVersion,
    author: actor.name,
    author_id: actor.id,
    saved_at: now,
    revision: found === null ? firstRevision() : (found.revision % MOST) + 1,
  };
  if (found === null) await db.of(ruleDraft).insert({ ...entry, module_id: module.id });
  else {
    if (found.author_id !== actor.id && found.text !== text) await keepText(db, found, actor.name);
    await db.of(ruleDraft).update(found.id, entry);
  }
  return { revision: entry.revision, saved_at: now };
}

/** Keeps what somebody writes over or throws away. */
export async function keepText(db: Tx, draft: RowOf<typeof ruleDraft>, by: string): Promise<void> {
  await db.of(ruleDraftText).insert({
    module_id: draft.module_id,
    text: draft.text,
    author: draft.author,
    saved_at: draft.saved_at,
    replaced_by: by,
  });
}
