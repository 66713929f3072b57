import type {
  Completion,
  Diagnostic as Finding,
  SemanticToken,
  CodeAction as ServiceAction,
  Hover as ServiceHover,
  Span,
  SymbolEntry,
  TokenKind,
} from '@qoida/dsl';
import {
  type CodeAction,
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentSymbol,
  type Hover,
  MarkupKind,
  type Range,
  SemanticTokensBuilder,
  SymbolKind,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** Answers of the language service in the words of the protocol. */

export const rangeOf = (document: TextDocument, { start, end }: Span): Range => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});
export const spanOf = (document: TextDocument, { start, end }: Range): Span => ({
  start: document.offsetAt(start),
  end: document.offsetAt(end),
});

const SEVERITIES: Readonly<Record<string, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
};

/** @param find a document by its name, for the places a finding is related to */
export function diagnosticOf(
  document: TextDocument,
  item: Finding,
  find: (file: string) => TextDocument | undefined,
): Diagnostic {
  const related = (item.related ?? []).flatMap(({ file, span, message }) => {
    const other = find(file);
    return other === undefined
      ? []
      : [{ location: { uri: file, range: rangeOf(other, span) }, message }];
  });
  return {
    range: rangeOf(document, item.span),
    severity: SEVERITIES[item.severity] ?? DiagnosticSeverity.Information,
    code: item.code,
    source: 'qoida',
    message: item.help === undefined ? item.message : `${item.message}\n${item.help}`,
    ...(related.length === 0 ? {} : { relatedInformation: related }),
  };
}

const COMPLETIONS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  point: CompletionItemKind.Event,
  role: CompletionItemKind.Constant,
  gate: CompletionItemKind.Interface,
  name: CompletionItemKind.Variable,
  field: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  formula: CompletionItemKind.Method,
  value: CompletionItemKind.EnumMember,
  unit: CompletionItemKind.Unit,
  type: CompletionItemKind.Struct,
};

/** @param index the service has put the likeliest first */
export const completionOf = (
  document: TextDocument,
  { label, kind, insert, span, detail, doc }: Completion,
  index: number,
): CompletionItem => ({
  label,
  kind: COMPLETIONS[kind],
  textEdit: { range: rangeOf(document, span), newText: insert },
  sortText: String(index).padStart(5, '0'),
  ...(detail === undefined ? {} : { detail }),
  ...(doc === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value: doc } }),
});

/** The thing as code, then what it is for, what it costs and where it comes from. */
export function hoverOf(
  document: TextDocument,
  { span, title, doc, cost, origin }: ServiceHover,
): Hover {
  const parts = [
    `\`\`\`qoida\n${title}\n\`\`\``,
    ...(doc === undefined ? [] : [doc]),
    ...(cost === undefined ? [] : [cost]),
    ...(origin === undefined ? [] : [`_${origin}_`]),
  ];
  return {
    range: rangeOf(document, span),
    contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n') },
  };
}

const SYMBOLS: Readonly<Record<SymbolEntry['kind'], SymbolKind>> = {
  language: SymbolKind.File,
  requires: SymbolKind.File,
  module: SymbolKind.Module,
  formula: SymbolKind.Function,
  gate: SymbolKind.Interface,
  approval: SymbolKind.Interface,
  kpi: SymbolKind.Number,
  balance: SymbolKind.Number,
  automation: SymbolKind.Event,
  schedule: SymbolKind.Event,
  alert: SymbolKind.Event,
  entity: SymbolKind.Class,
  screen: SymbolKind.Object,
  test: SymbolKind.Method,
};
export const symbolKindOf = ({ kind }: SymbolEntry): SymbolKind => SYMBOLS[kind];

export const symbolOf = (document: TextDocument, symbol: SymbolEntry): DocumentSymbol => ({
  name: symbol.name || '""',
  detail: symbol.detail,
  kind: symbolKindOf(symbol),
  range: rangeOf(document, symbol.span),
  selectionRange: rangeOf(document, symbol.nameSpan),
  children: symbol.children.map(({ name, detail, span, nameSpan }) => ({
    name,
    detail,
    kind: SymbolKind.Field,
    range: rangeOf(document, span),
    selectionRange: rangeOf(document, nameSpan),
  })),
});

export const TOKEN_TYPES = [
  'keyword',
  'variable',
  'number',
  'type',
  'string',
  'operator',
  'comment',
] as const;
export const TOKEN_MODIFIERS = ['declaration', 'documentation'] as const;

const DECLARATION = 1;
const DOCUMENTATION = 2;
const TOKENS: Readonly<
  Record<TokenKind, readonly [type: (typeof TOKEN_TYPES)[number], modifiers: number]>
> = {
  keyword: ['keyword', 0],
  block: ['keyword', DECLARATION],
  name: ['variable', 0],
  number: ['number', 0],
  unit: ['type', 0],
  text: ['string', 0],
  date: ['number', 0],
  operator: ['operator', 0],
  comment: ['comment', 0],
  doc: ['comment', DOCUMENTATION],
};

/** @param within only tokens that touch it */
export function tokensOf(
  document: TextDocument,
  tokens: readonly SemanticToken[],
  within: Span = { start: 0, end: Number.POSITIVE_INFINITY },
) {
  const builder = new SemanticTokensBuilder();
  for (const { span, kind } of tokens) {
    if (span.end < within.start || span.start > within.end) continue;
    const { line, character } = document.positionAt(span.start);
    const [type, modifiers] = TOKENS[kind];
    builder.push(line, character, span.end - span.start, TOKEN_TYPES.indexOf(type), modifiers);
  }
  return builder.build();
}

/** The kinds of actions that are offered; the last is for what an editor does when it saves. */
export const ACTION_KINDS = [
  'quickfix',
  'refactor.extract',
  'refactor.inline',
  'refactor.rewrite',
  'source.fixAll',
] as const;

export const actionOf = (
  document: TextDocument,
  { title, edits, diagnostic }: ServiceAction,
  kind: string,
): CodeAction => ({
  title,
  kind,
  edit: {
    changes: {
      [document.uri]: edits.map(({ span, text }) => ({
        range: rangeOf(document, span),
        newText: text,
      })),
    },
  },
  ...(diagnostic === undefined
    ? {}
    : {
        diagnostics: [diagnosticOf(document, diagnostic, () => undefined)],
        // What only a person can choose among is never taken by itself.
        isPreferred: diagnostic.fix !== undefined,
      }),
});
