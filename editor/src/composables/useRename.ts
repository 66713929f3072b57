import { shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { saveTogether, type WorkingText, workingTexts } from '../data/joint-drafts.ts';
import { readCatalog } from '../data/rules.ts';
import { type EditedLine, editedLines, movedBy, withEdits } from '../domain/edited-lines.ts';
import type { RenameAnswer, RenameAsked } from '../monaco/connection.ts';
import { createRemoteService } from '../monaco/remote-service.ts';
import { fileOfModule, moduleOfFile } from '../monaco/rule-service.ts';
import type { DraftEditing } from './useDraft.ts';
import { useFault } from './useFault.ts';

/** So often a text is joined with what others write into it before a person is told. */
const SAVES = 3;

/** What a rename makes of one module. */
export interface RenamedModule {
  readonly working: WorkingText;
  readonly text: string;
  readonly places: number;
  readonly lines: readonly EditedLine[];
}
/** A rename that several modules take part in, looked at before anything is written. */
export interface RenamePlan {
  readonly asked: RenameAsked;
  /** The module in hand first. */
  readonly modules: readonly RenamedModule[];
  /** Where the name in hand stands then. */
  readonly offset: number;
}

/**
 * Renames over all modules as they are being written. What stays within the module in hand is the
 * editor's; what reaches others is a plan to be shown, and written for all of them or for none.
 */
export function useRename(module: string, draft: DraftEditing) {
  const { t, locale } = useI18n();
  const { sentence } = useFault();
  const plan = shallowRef<RenamePlan>();

  /** The rename as the language sees it now. */
  async function look(asked: RenameAsked): Promise<RenameAnswer | RenamePlan> {
    const [catalog, working] = await Promise.all([readCatalog(), workingTexts()]);
    const texts = new Map(working.map((one) => [fileOfModule(one.module), one]));
    const file = fileOfModule(module);
    const own = texts.get(file);
    const others = [...texts].flatMap(([name, { text }]) => (name === file ? [] : { name, text }));
    const service = createRemoteService({ catalog, others, language: locale.value }, file);
    try {
      const renamed = await service.ask('rename', asked.text, [asked.offset, asked.to]);
      if (renamed === undefined || own === undefined) return { refused: t('rename.changed') };
      if ('refused' in renamed) return renamed;
      const byFile = Map.groupBy(renamed.edits, (edit) => edit.file);
      const ours = byFile.get(file) ?? [];
      if ([...byFile.keys()].every((name) => name === file)) return { edits: ours };
      const modules = [...byFile].flatMap(([name, edits]) => {
        const found = texts.get(name);
        if (found === undefined) return [];
        // Of the module in hand what is on the screen counts: it is saved before it is renamed.
        const text = name === file ? asked.text : found.text;
        return {
          working: { ...found, text },
          text: withEdits(text, edits),
          places: edits.length,
          lines: editedLines(text, edits),
        };
      });
      const first = (name: string) => Number(moduleOfFile(name) !== module);
      modules.sort((a, b) => first(a.working.module) - first(b.working.module));
      return { asked, modules, offset: movedBy(ours, asked.start) };
    } finally {
      service.dispose();
    }
  }

  /** What an editor asks: edits of its own text, why not, or that the rest is shown beside it. */
  async function ask(asked: RenameAsked): Promise<RenameAnswer> {
    try {
      const found = await look(asked);
      if (!('modules' in found)) return found;
      plan.value = found;
      return { shown: true };
    } catch (error) {
      return { refused: sentence(error) };
    }
  }

  /** Has what was typed saved, also when it was joined with another's first. @throws what kept it from it */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < SAVES; turn++) {
      await draft.keep();
      if (draft.state.value === 'clean' || draft.state.value === 'saved') return;
    }
    throw draft.fault.value ?? new RenameStopped(t('rename.changed'));
  }

  /**
   * Looks again at texts that have changed meanwhile.
   * @throws Error with a sentence, where the rename is no longer possible
   */
  async function again(): Promise<void> {
    if (plan.value === undefined) return;
    await settle();
    await draft.load();
    const text = draft.text.value;
    const { asked } = plan.value;
    // Where the text has moved on, the name's first place is meant.
    const there = text.startsWith(asked.from, asked.start);
    const start = there ? asked.start : text.indexOf(asked.from);
    const found = await look({ ...asked, text, start, offset: Math.max(start, 0) });
    if ('modules' in found) plan.value = found;
    else throw new RenameStopped('refused' in found ? found.refused : t('rename.alone'));
  }

  /**
   * Writes the drafts of all modules, or none.
   * @returns the id of the change that they are
   * @throws ApiError drafts_conflict and what else the platform refuses; RenameStopped
   */
  async function write({ asked, modules }: RenamePlan): Promise<string> {
    await settle();
    if (draft.text.value !== asked.text) throw new RenameStopped(t('rename.changed'));
    const drafts = modules.map(({ working, text }) => {
      const own = working.module === module;
      const revision = own ? draft.revision() : working.draft?.revision;
      return {
        module: working.module,
        text,
        base_version: own ? draft.base.value : working.base_version,
        ...(revision === undefined ? {} : { revision }),
      };
    });
    const { bundle } = await saveTogether(drafts, `${asked.from} → ${asked.to}`);
    return bundle;
  }

  return { plan, ask, again, write };
}

/** A rename that can't be done any more, and why, in the reader's language. */
export class RenameStopped extends Error {}

export type Renaming = ReturnType<typeof useRename>;
