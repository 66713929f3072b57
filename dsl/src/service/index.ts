export type { Completion, CompletionKind } from './completion.ts';
export type { Hover } from './hover.ts';
export type { Place, Renamed } from './navigate.ts';
export type { SemanticToken, SymbolEntry, TokenKind } from './outline.ts';
export {
  createLanguageService,
  type LanguageService,
  type LanguageServiceOptions,
} from './service.ts';
