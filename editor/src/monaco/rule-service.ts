import type { Completion, Diagnostic, Hover, SemanticToken, SymbolEntry } from '@qoida/dsl';

export type { Completion, Diagnostic, Hover, SemanticToken, SymbolEntry };

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

/** What the editor asks about the module in hand. Every answer is for the text that was sent with the question. */
export interface RuleService {
  diagnostics(text: string): Promise<readonly Diagnostic[]>;
  completion(text: string, offset: number): Promise<readonly Completion[]>;
  hover(text: string, offset: number): Promise<Hover | undefined>;
  tokens(text: string): Promise<readonly SemanticToken[]>;
  /** Undefined while the text can't be read. */
  format(text: string): Promise<string | undefined>;
  symbols(text: string): Promise<readonly SymbolEntry[]>;
}

export type ServiceMethod = keyof RuleService;
export type WorkerRequest =
  | { readonly kind: 'begin'; readonly surroundings: RuleSurroundings; readonly file: string }
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly method: ServiceMethod;
      readonly text: string;
      readonly offset: number;
    };
export type WorkerAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: string };

/** The file that the language takes a module from. */
export const fileOfModule = (module: string): string => `${module}.qoida`;
