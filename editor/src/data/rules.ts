import { change, get } from './http.ts';

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
  /** Differs from what the plugin brought. */
  readonly edited: boolean;
  readonly broken: boolean;
  readonly blocks: readonly RuleBlock[];
}

export interface Draft {
  readonly text: string;
  readonly base_version: number;
  readonly author: string;
  readonly saved_at: string;
  readonly revision: number;
}

export interface RuleModule {
  readonly module: string;
  readonly plugin: string;
  readonly text: string;
  readonly version: number;
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

export interface CheckReport {
  readonly diagnostics: readonly RuleDiagnostic[];
  readonly tests: {
    readonly passed: number;
    readonly failed: number;
    readonly items: readonly TestItem[];
  };
}

export interface RuleVersion {
  readonly version: number;
  readonly author: string;
  readonly published_at: string;
  readonly note: string;
  readonly hash: string;
}

const path = (module: string, rest = '') => `/rules/modules/${encodeURIComponent(module)}${rest}`;

export const listModules = () => get<{ items: readonly ModuleSummary[] }>('/rules/modules');
export const readModule = (module: string) => get<RuleModule>(path(module));
/** What the language needs beside the module itself: the catalog, and the published text of every other module. */
export async function surroundingsOf(module: string, language: string) {
  const [catalog, { items }] = await Promise.all([get<unknown>('/rules/catalog'), listModules()]);
  const others = await Promise.all(
    items.filter((item) => item.module !== module).map((item) => readModule(item.module)),
  );
  return {
    catalog,
    language,
    others: others.map((other) => ({ name: `${other.module}.qoida`, text: other.text })),
  };
}
/** @throws ApiError draft_conflict, with the other person's text in its details */
export const saveDraft = (
  module: string,
  draft: { text: string; base_version: number; revision?: number },
) => change<{ revision: number }>('PUT', path(module, '/draft'), draft);
export const dropDraft = (module: string) => change<void>('DELETE', path(module, '/draft'));
export const checkRules = (module: string, text: string) =>
  change<CheckReport>('POST', path(module, '/check'), { text });
/** @throws ApiError rules_have_errors, version_conflict */
export const publishRules = (
  module: string,
  input: { text: string; base_version: number; note: string },
) => change<{ version: number; hash: string }>('POST', path(module, '/publish'), input);
export const listVersions = (module: string) =>
  get<{ items: readonly RuleVersion[] }>(path(module, '/versions'));
export const readVersion = (module: string, version: number) =>
  get<{ text: string }>(path(module, `/versions/${version}`));
export const rollBack = (module: string, version: number, note: string) =>
  change<{ version: number }>('POST', path(module, '/rollback'), { version, note });
