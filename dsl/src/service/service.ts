import { type FormatOptions, format } from '../format/index.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { QoidaError } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import type { Catalog } from '../types/catalog.ts';
import { needCatalog } from '../types/catalog-check.ts';
import type { CodeAction } from './code-action.ts';
import { codeActionsAt } from './code-actions.ts';
import { completionsAt } from './completion.ts';
import type { Completion } from './drafts.ts';
import { type InlayHint, inlayHintsIn } from './hints.ts';
import { hoverAt } from './hover.ts';
import type { Hover } from './hover-parts.ts';
import {
  definitionAt,
  type Place,
  type Renamed,
  referencesAt,
  renamableAt,
  renameAt,
} from './navigate.ts';
import {
  foldingOf,
  type SemanticToken,
  type SymbolEntry,
  semanticTokens,
  symbolsOf,
} from './outline.ts';
import { type SignatureHelp, signatureHelpAt } from './signature.ts';
import { Workspace } from './workspace.ts';

/**
 * What an editor asks about a set of rule files, in offsets and plain values. It knows no editor;
 * an adapter turns its answers into those of Monaco or of the language server protocol.
 */
export interface LanguageService {
  /** Adds a file or changes its text. */
  setFile(name: string, text: string): void;
  removeFile(name: string): void;
  diagnostics(name: string): readonly Diagnostic[];
  /**
   * What the rules of all files say together (see `deepCheck`). It takes longer: on false from
   * `goOn` it is left off, answers undefined, and goes on from there when it is asked again.
   */
  deepDiagnostics(goOn?: () => boolean): readonly Diagnostic[] | undefined;
  completion(name: string, offset: number): Completion[];
  hover(name: string, offset: number): Hover | undefined;
  definition(name: string, offset: number): Place | undefined;
  references(name: string, offset: number): Place[];
  /** The name at an offset, when it can be renamed. */
  renamable(name: string, offset: number): Span | undefined;
  rename(name: string, offset: number, newName: string): Renamed;
  /** The file in the one layout, or in another language; undefined while it can't be read. */
  format(name: string, options?: FormatOptions): string | undefined;
  tokens(name: string): SemanticToken[];
  symbols(name: string): SymbolEntry[];
  folding(name: string): { start: number; end: number }[];
  /** The types and units that a part of a file does not spell out. */
  inlayHints(name: string, span: Span): InlayHint[];
  signatureHelp(name: string, offset: number): SignatureHelp | undefined;
  /** Cures of what is wrong in a span, and ways to write it differently. */
  codeActions(name: string, span: Span): CodeAction[];
}

export interface LanguageServiceOptions {
  /** Language of descriptions: 'uz', 'ru' or 'en'. */
  readonly language?: string;
}

export function createLanguageService(
  catalog: Catalog,
  options: LanguageServiceOptions = {},
): LanguageService {
  needCatalog(catalog);
  const workspace = new Workspace(catalog);
  const language = options.language ?? 'en';
  const ofFile = <T>(
    name: string,
    make: (file: NonNullable<ReturnType<Workspace['file']>>) => T[],
  ): T[] => {
    const file = workspace.file(name);
    return file === undefined ? [] : make(file);
  };
  return {
    setFile: (name, text) => workspace.set(name, text),
    removeFile: (name) => workspace.remove(name),
    diagnostics: (name) => workspace.diagnostics(name),
    deepDiagnostics: (goOn = () => true) => workspace.deepDiagnostics(goOn),
    completion: (name, offset) => completionsAt(workspace, name, offset, language),
    hover: (name, offset) => hoverAt(workspace, name, offset, language),
    definition: (name, offset) => definitionAt(workspace, name, offset),
    references: (name, offset) => referencesAt(workspace, name, offset),
    renamable: (name, offset) => renamableAt(workspace, name, offset),
    rename: (name, offset, newName) =>
      renameAt(workspace, { file: name, offset, name: newName }, language),
    format(name, options) {
      const file = workspace.file(name);
      if (file === undefined) return undefined;
      try {
        return format(file.source.text, options);
      } catch (error) {
        if (error instanceof QoidaError) return undefined;
        throw error;
      }
    },
    tokens: (name) => ofFile(name, semanticTokens),
    symbols: (name) => ofFile(name, symbolsOf),
    folding: (name) => ofFile(name, foldingOf),
    inlayHints: (name, span) => inlayHintsIn(workspace, name, span),
    signatureHelp: (name, offset) => signatureHelpAt(workspace, name, offset, language),
    codeActions: (name, span) => codeActionsAt(workspace, name, span, language),
  };
}
