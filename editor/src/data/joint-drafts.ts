import { change, patiently } from './http.ts';
import {
  type CheckReport,
  exportRules,
  listDrafts,
  type Meanings,
  type ModuleSummary,
  type OpenDraft,
  type Said,
} from './rules.ts';

/** Drafts of several modules that are one change, and what it is. */
export interface JointChange {
  readonly bundle: string;
  readonly note: string;
  readonly modules: readonly string[];
  /** A second person has it to decide on. */
  readonly proposed: boolean;
}
/** A text that somebody writes on: the draft of a module, or what is in force where there is none. */
export interface WorkingText {
  readonly module: string;
  readonly text: string;
  readonly base_version: number;
  readonly draft: OpenDraft | undefined;
}
export interface ModuleDraft {
  readonly module: string;
  readonly text: string;
  readonly base_version: number;
  readonly revision?: number;
}
export interface JointReport extends Pick<CheckReport, 'diagnostics' | 'tests'> {
  readonly modules: readonly (Meanings & {
    readonly module: string;
    readonly version: number;
    readonly before: string;
  })[];
}
/** What became of texts of several modules: new versions, or proposals. */
export interface JointOutcome {
  readonly modules: readonly { readonly module: string; readonly version?: number }[];
  readonly pending_confirmation?: boolean;
}

/** The drafts of one change as they stand; none where it was published or thrown away. */
export const draftsOf = async (bundle: string): Promise<readonly OpenDraft[]> =>
  (await listDrafts()).items.filter((draft) => draft.bundle === bundle);
/** Every module as it is being written. */
export async function workingTexts(): Promise<readonly WorkingText[]> {
  const [{ files }, { items }] = await Promise.all([exportRules(), listDrafts()]);
  const drafts = new Map(items.map((draft) => [draft.module, draft]));
  return files.map(({ module, text, version }) => {
    const draft = drafts.get(module);
    return {
      module,
      text: draft?.text ?? text,
      base_version: draft?.base_version ?? version,
      draft,
    };
  });
}
/** Keeps all of the drafts as one change, or none. @throws ApiError drafts_conflict, module_removed */
export const saveTogether = (drafts: readonly ModuleDraft[], together: string) =>
  change<{ bundle: string }>('PUT', '/rules/drafts', { drafts, together });
/** Throws all of them away, or none. @throws ApiError drafts_conflict */
export const discardTogether = (drafts: readonly OpenDraft[]) =>
  change<void>('POST', '/rules/drafts/discard', {
    drafts: drafts.map(({ module, revision }) => ({ module, revision })),
  });
/** What texts of several modules would say together, and mean otherwise than those in force. */
export const checkTogether = (drafts: readonly Pick<OpenDraft, 'module' | 'text'>[]) =>
  patiently(() =>
    change<JointReport>('POST', '/rules/check', {
      modules: drafts.map(({ module, text }) => ({ module, text })),
    }),
  );
/** @throws ApiError rules_have_errors, rule_tests_failed, version_conflict, guards_loosened */
export const publishTogether = (drafts: readonly OpenDraft[], said: Said) =>
  change<JointOutcome>('POST', '/rules/publish', {
    modules: drafts.map(({ module, text, base_version }) => ({ module, text, base_version })),
    ...said,
  });

/** Changes of several modules that nobody has published yet; one that is left alone is a draft like others. */
export function jointChanges(items: readonly ModuleSummary[]): readonly JointChange[] {
  const found = new Map<string, JointChange>();
  for (const { module, bundle, bundle_note, proposed } of items) {
    if (bundle === null) continue;
    const before = found.get(bundle);
    found.set(bundle, {
      bundle,
      note: bundle_note ?? '',
      modules: [...(before?.modules ?? []), module],
      proposed: proposed && (before?.proposed ?? true),
    });
  }
  return [...found.values()].filter(({ modules }) => modules.length > 1);
}
