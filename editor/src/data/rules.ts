import { ApiError } from './errors.ts';
import { change, get, patiently } from './http.ts';

export interface RuleBlock {
  readonly kind: string;
  readonly name: string;
  readonly points: readonly string[];
}

export interface ModuleSummary {
  readonly module: string;
  readonly plugin: string;
  readonly published_version: number;
  readonly draft: boolean;
  /** Drafts that are one change have the same; what it is. */
  readonly bundle: string | null;
  readonly bundle_note: string | null;
  /** Differs from what the plugin brought. */
  readonly edited: boolean;
  readonly broken: boolean;
  /** A text waits for a second person. */
  readonly proposed: boolean;
  readonly blocks: readonly RuleBlock[];
}

export interface Draft {
  readonly text: string;
  readonly base_version: number;
  readonly author: string;
  readonly saved_at: string;
  readonly revision: number;
  /** The change of several modules that it is part of, and what that is. */
  readonly bundle: string | null;
  readonly bundle_note: string | null;
}

export interface RuleModule {
  readonly module: string;
  readonly plugin: string;
  readonly text: string;
  readonly version: number;
  /** Who published it. */
  readonly author: string;
  readonly draft: Draft | null;
}

export interface RuleDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

export interface TestItem {
  readonly title: string;
  readonly passed: boolean;
  /** Why it failed, one sentence each. */
  readonly reasons: readonly string[];
}

/** A difference between two texts by what it means, in the reader's language. */
export interface Meaning {
  readonly kind: string;
  readonly effect: 'stricter' | 'looser' | 'same' | 'unclear';
  readonly text: string;
}
export interface Loosened {
  readonly guard: string;
  readonly how: 'removed' | 'looser' | 'unclear';
}
export interface Meanings {
  readonly changes: readonly Meaning[];
  /** Gates and approvals that are removed or loosened, or may be. */
  readonly loosened: readonly Loosened[];
}

export interface CheckReport extends Meanings {
  readonly diagnostics: readonly RuleDiagnostic[];
  readonly tests: {
    readonly passed: number;
    readonly failed: number;
    readonly items: readonly TestItem[];
  };
}

/** What stands in the way of texts that were refused, sentence by sentence: errors, or tests that fail. */
export function obstaclesOf(fault: unknown): readonly string[] {
  if (!(fault instanceof ApiError)) return [];
  const { diagnostics = [], tests } = fault.details as Partial<CheckReport>;
  const failed = (tests?.items ?? []).filter(({ passed }) => !passed);
  return [
    ...diagnostics.map(({ message }) => message),
    ...failed.map(({ title, reasons }) => [title, ...reasons].join(': ')),
  ];
}

export interface RuleVersion {
  readonly version: number;
  readonly author: string;
  readonly published_at: string;
  readonly note: string;
  readonly hash: string;
  readonly proposed_by: string | null;
  readonly restored_from: number | null;
  readonly rehearsal: string | null;
  readonly changes: readonly Meaning[];
  readonly loosened: readonly Loosened[] | null;
  readonly tests: { readonly passed: number; readonly failed: number } | null;
}

export interface Comparison extends Meanings {
  readonly before: string;
  readonly after: string;
}

/** What became of a text: a new version, or a proposal. */
export interface Outcome {
  readonly version?: number;
  readonly pending_confirmation?: boolean;
}

const path = (module: string, rest = '') => `/rules/modules/${encodeURIComponent(module)}${rest}`;

export const listModules = () => get<{ items: readonly ModuleSummary[] }>('/rules/modules');
/** @throws ApiError module_exists */
export const createModule = (name: string) =>
  change<{ module: string }>('POST', '/rules/modules', { name });
/** The text of a module without rules. */
export const emptyText = (module: string) => `module ${module}\n`;
/** @throws ApiError rules_have_errors, rule_tests_failed, version_conflict, guards_loosened */
export const removeModule = (module: string, input: Said & { base_version: number }) =>
  change<Outcome & { removed?: boolean }>('DELETE', path(module), input);
/** A draft as it stands, with the module it is of. */
export interface OpenDraft extends Draft {
  readonly module: string;
}
export const listDrafts = () => get<{ items: readonly OpenDraft[] }>('/rules/drafts');
export const readModule = (module: string) => get<RuleModule>(path(module));
/** What rules can name on this platform. */
export const readCatalog = () => get<unknown>('/rules/catalog');
/**
 * Reads what the language needs beside a module itself: the catalog, and every other module as it is in
 * force, or as its draft says where both are one change.
 */
export function surroundingsReader() {
  return async (module: string, language: string) => {
    const [catalog, { files }, { items: drafts }] = await Promise.all([
      readCatalog(),
      exportRules(),
      listDrafts(),
    ]);
    const bundle = drafts.find((draft) => draft.module === module)?.bundle ?? null;
    const tied = new Map(
      drafts.flatMap((one) =>
        bundle !== null && one.bundle === bundle ? [[one.module, one.text] as const] : [],
      ),
    );
    const others = files
      .filter((file) => file.module !== module)
      .map((file) => ({ name: `${file.module}.qoida`, text: tied.get(file.module) ?? file.text }));
    return { catalog, language, others };
  };
}
export type SurroundingsReader = ReturnType<typeof surroundingsReader>;
/** @throws ApiError draft_conflict, with the other person's text in its details */
export const saveDraft = (
  module: string,
  draft: { text: string; base_version: number; revision?: number },
) => change<{ revision: number }>('PUT', path(module, '/draft'), draft);
export const dropDraft = (module: string) => change<void>('DELETE', path(module, '/draft'));
export const checkRules = (module: string, text: string) =>
  patiently(() => change<CheckReport>('POST', path(module, '/check'), { text }));
export interface Said {
  readonly note: string;
  /** Gates and approvals that may be removed or loosened by it. */
  readonly accepts: readonly string[];
}
/** @throws ApiError text_unchanged, rules_have_errors, rule_tests_failed, version_conflict, guards_loosened */
export const publishRules = (
  module: string,
  input: Said & { text: string; base_version: number; rehearsal?: string },
) => change<Outcome>('POST', path(module, '/publish'), input);
export const listVersions = (module: string, page = 1) =>
  get<{ items: readonly RuleVersion[]; page: number; page_size: number; total: number }>(
    path(module, '/versions'),
    { page: String(page) },
  );
export const readVersion = (module: string, version: number) =>
  get<{ text: string }>(path(module, `/versions/${version}`));
export const compareVersions = (module: string, from: number, to: number) =>
  get<Comparison>(path(module, '/compare'), { from: String(from), to: String(to) });
export const rollBack = (module: string, input: Said & { version: number; base_version: number }) =>
  change<Outcome>('POST', path(module, '/rollback'), input);

export interface RuleFile {
  readonly path: string;
  readonly text: string;
}
export interface ImportAnswer {
  readonly files: readonly (Meanings & {
    readonly path: string;
    readonly module: string;
    /** The version in force; 0 where there is no such module yet. */
    readonly version: number;
    /** The version that said the same before. */
    readonly earlier: number | null;
    readonly changed: boolean;
  })[];
  readonly diagnostics?: readonly RuleDiagnostic[];
  readonly tests?: CheckReport['tests'];
}
export const exportRules = () =>
  get<{ files: readonly (RuleFile & { readonly module: string; readonly version: number })[] }>(
    '/rules/files',
  );
/** @param input with the versions that a check has told; @throws ApiError version_conflict with others in force by now */
export const importRules = (
  input: {
    files: readonly (RuleFile & { readonly base_version?: number })[];
    mode: 'check' | 'drafts' | 'publish';
  } & Partial<Said>,
) => change<ImportAnswer>('POST', '/rules/files', input);
