export type { Completion, CompletionKind } from './drafts.ts';
export type { Hover } from './hover-parts.ts';
export type { Place, Renamed } from './navigate.ts';
export type { SemanticToken, SymbolEntry, SymbolPart, TokenKind } from './outline.ts';
export {
  createLanguageService,
  type LanguageService,
  type LanguageServiceOptions,
} from './service.ts';
