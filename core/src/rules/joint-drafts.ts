import { randomUUID } from 'node:crypto';
import { conflict } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { type DraftContext, keepText, type OtherDraft, otherDraft, type Typed } from './drafts.ts';
import { voidProposals } from './open-proposals.ts';
import { NOTE_MAX, ruleDraft, type ruleModule } from './records.ts';

type Module = RowOf<typeof ruleModule>;
export interface LookedAt {
  readonly module: Module;
  readonly typed: Typed;
}

/** All conflicts at once: nothing is done to any of the drafts then. @throws Refusal drafts_conflict */
export async function refuseOthers(db: Tx, drafts: readonly LookedAt[]): Promise<void> {
  const found: OtherDraft[] = [];
  for (const { module, typed } of drafts) {
    const other = await otherDraft(db, module, typed);
    if (other !== undefined) found.push(other);
  }
  if (found.length === 0) return;
  const modules = found.map(({ module, author }) => `${module} (${author})`).join(', ');
  throw conflict('drafts_conflict', `Changed in the meantime: ${modules}; nothing was saved`, {
    modules,
    conflicts: found,
  });
}

/**
 * Modules whose drafts are one change with those of the given ones, without these. Nothing is locked:
 * whoever locks them asks again.
 * @param modules names or ids
 */
export async function tiedTo(db: Tx, modules: readonly string[]): Promise<readonly string[]> {
  const rows = await db.sql<{ module: string }>(
    `select m.module from rule_drafts d join rule_modules m on m.id = d.module_id
      where d.bundle in (select own.bundle from rule_drafts own join rule_modules n on n.id = own.module_id
                          where n.module = any(?) or n.id::text = any(?))
        and not (m.module = any(?) or m.id::text = any(?))
      order by m.module`,
    [modules, modules, modules, modules],
  );
  return rows.map(({ module }) => module);
}

/**
 * Makes the drafts of modules one change. A draft that is part of another change brings that along:
 * a module has one draft, so both can only be published together.
 * @param modules whose rows are locked; those that `tiedTo` names are among them
 * @param note what the change is, for people
 * @returns the id of the change
 * @throws Refusal drafts_conflict where a draft has become part of a change meanwhile
 */
export async function tieDrafts(db: Tx, modules: readonly Module[], note: string): Promise<string> {
  const late = await tiedTo(
    db,
    modules.map(({ module }) => module),
  );
  if (late.length > 0) {
    const names = late.join(', ');
    throw conflict('drafts_conflict', `Changed in the meantime: ${names}; nothing was saved`, {
      modules: names,
      conflicts: [],
    });
  }
  const drafts = [];
  for (const { id } of modules) {
    const draft = await db.of(ruleDraft).find({ module_id: id }, { lock: true });
    if (draft !== null) drafts.push(draft);
  }
  const notes = new Set([...drafts.flatMap((draft) => draft.bundle_note ?? []), note]);
  const tied = { bundle: randomUUID(), bundle_note: [...notes].join('; ').slice(0, NOTE_MAX) };
  for (const { id } of drafts) await db.of(ruleDraft).update(id, tied);
  return tied.bundle;
}

/**
 * Throws drafts away, all of them or none; their texts are kept beside. The modules' rows are locked by
 * the caller.
 * @throws Refusal drafts_conflict where one is not that which was looked at
 */
export async function discardDrafts(
  { db, actor }: Pick<DraftContext, 'db' | 'actor'>,
  drafts: readonly LookedAt[],
): Promise<void> {
  await refuseOthers(db, drafts);
  for (const { module } of drafts) {
    const found = await db.of(ruleDraft).find({ module_id: module.id });
    if (found === null) continue;
    await keepText(db, found, actor.name);
    await voidProposals(db, module.id, 'text_changed');
    await db.of(ruleDraft).remove(found.id);
  }
}
