import type * as Monaco from 'monaco-editor/editor';
import { asked, type Connection } from './connection.ts';
import { type Model, rangeIn } from './places.ts';
import type { SymbolEntry } from './rule-service.ts';
import { LANGUAGE } from './setup.ts';
import { encodeTokens, TOKEN_TYPES } from './tokens.ts';

const KINDS: Readonly<Record<SymbolEntry['kind'], keyof typeof Monaco.languages.SymbolKind>> = {
  language: 'File',
  requires: 'File',
  module: 'Module',
  formula: 'Function',
  gate: 'Interface',
  approval: 'Interface',
  kpi: 'Number',
  balance: 'Number',
  automation: 'Event',
  schedule: 'Event',
  alert: 'Event',
  entity: 'Class',
  screen: 'Object',
  test: 'Method',
};

/** Colours, outline and folds of the module. */
export function outline(connection: Connection): Monaco.IDisposable[] {
  const { languages } = connection.monaco;
  const { SymbolKind } = languages;
  const partOf = (
    model: Model,
    { name, detail, span, nameSpan }: Omit<SymbolEntry, 'kind' | 'children'>,
    kind: Monaco.languages.SymbolKind,
  ): Monaco.languages.DocumentSymbol => ({
    name: name || '""',
    detail,
    kind,
    tags: [],
    range: rangeIn(model, span),
    selectionRange: rangeIn(model, nameSpan),
  });
  return [
    languages.registerDocumentSemanticTokensProvider(LANGUAGE, {
      getLegend: () => ({ tokenTypes: [...TOKEN_TYPES], tokenModifiers: [] }),
      async provideDocumentSemanticTokens(model, _last, token) {
        const tokens = await asked(connection, model, 'tokens', [], token);
        return tokens === undefined ? null : { data: encodeTokens(model.getValue(), tokens) };
      },
      releaseDocumentSemanticTokens: () => undefined,
    }),
    languages.registerDocumentSymbolProvider(LANGUAGE, {
      async provideDocumentSymbols(model, token) {
        const symbols = (await asked(connection, model, 'symbols', [], token)) ?? [];
        return symbols.map((symbol) => ({
          ...partOf(model, symbol, SymbolKind[KINDS[symbol.kind]]),
          children: symbol.children.map((part) => partOf(model, part, SymbolKind.Field)),
        }));
      },
    }),
    languages.registerFoldingRangeProvider(LANGUAGE, {
      async provideFoldingRanges(model, _context, token) {
        return (await asked(connection, model, 'folding', [], token)) ?? null;
      },
    }),
  ];
}
