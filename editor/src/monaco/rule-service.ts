import type {
  CodeAction,
  Completion,
  Diagnostic,
  Hover,
  LanguageService,
  Place,
  SemanticToken,
  SymbolEntry,
} from '@qoida/dsl';

export type { CodeAction, Completion, Diagnostic, Hover, Place, SemanticToken, SymbolEntry };

/** A rule file as the language knows it. */
export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

/** Everything the language needs to judge one module: the plant's catalog and the other modules. */
export interface RuleSurroundings {
  readonly catalog: unknown;
  readonly others: readonly RuleFile[];
  /** Language of descriptions. */
  readonly language: string;
}

/** What the editor asks the language about the module in hand. */
export type ServiceMethod =
  | 'diagnostics'
  | 'deepDiagnostics'
  | 'completion'
  | 'hover'
  | 'tokens'
  | 'format'
  | 'symbols'
  | 'folding'
  | 'inlayHints'
  | 'signatureHelp'
  | 'codeActions'
  | 'definition'
  | 'references'
  | 'renamable'
  | 'rename';

/** What a method takes behind the name of the file. */
export type Asked<K extends ServiceMethod> = K extends 'deepDiagnostics'
  ? []
  : Parameters<LanguageService[K]> extends [string, ...infer Rest]
    ? Rest
    : never;
export type Answer<K extends ServiceMethod> = ReturnType<LanguageService[K]>;

/** Tells that nobody waits for an answer any more; Monaco's tokens are such. */
export interface Cancel {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): unknown;
}

export interface RuleService {
  /**
   * @param text the module as it is now: the answer is for it
   * @param args what the method takes behind the name of the file
   * @returns undefined when it was cancelled
   */
  ask<K extends ServiceMethod>(
    method: K,
    text: string,
    args: Asked<K>,
    cancel?: Cancel,
  ): Promise<Answer<K> | undefined>;
}

export interface Question {
  readonly kind: 'ask';
  readonly id: number;
  readonly method: ServiceMethod;
  readonly text: string;
  readonly args: readonly unknown[];
}
export type WorkerRequest =
  | { readonly kind: 'begin'; readonly surroundings: RuleSurroundings; readonly file: string }
  | Question
  | { readonly kind: 'cancel'; readonly id: number };
export type WorkerAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: string };

/** The file that the language takes a module from, and the module of a file. */
export const fileOfModule = (module: string): string => `${module}.qoida`;
export const moduleOfFile = (file: string): string => file.replace(/\.qoida$/, '');
