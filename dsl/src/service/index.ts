export type { CodeAction } from './code-action.ts';
export type { Completion, CompletionKind } from './drafts.ts';
export type { InlayHint } from './hints.ts';
export type { Hover } from './hover-parts.ts';
export type { Place, Renamed } from './navigate.ts';
export type { SemanticToken, SymbolEntry, SymbolPart, TokenKind } from './outline.ts';
export {
  createLanguageService,
  type LanguageService,
  type LanguageServiceOptions,
} from './service.ts';
export type { SignatureHelp } from './signature.ts';
