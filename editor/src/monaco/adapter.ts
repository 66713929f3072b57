import type * as Monaco from 'monaco-editor/editor';
import type { Completion, Diagnostic, Hover, RuleService } from './rule-service.ts';
import { LANGUAGE } from './setup.ts';
import { encodeTokens, TOKEN_TYPES } from './tokens.ts';

type Model = Monaco.editor.ITextModel;
interface Span {
  readonly start: number;
  readonly end: number;
}

const MARKERS = 'qoida';

function rangeIn(model: Model, { start, end }: Span): Monaco.IRange {
  const from = model.getPositionAt(start);
  const to = model.getPositionAt(Math.max(end, start));
  return {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}

const MARKS: Readonly<Record<string, 'Error' | 'Warning'>> = { error: 'Error', warning: 'Warning' };

/** Puts the language's findings under the text. */
export function showDiagnostics(
  monaco: typeof Monaco,
  model: Model,
  found: readonly Diagnostic[],
): void {
  const { MarkerSeverity } = monaco;
  monaco.editor.setModelMarkers(
    model,
    MARKERS,
    found.map((item) => ({
      ...rangeIn(model, item.span),
      severity: MarkerSeverity[MARKS[item.severity] ?? 'Info'],
      code: item.code,
      source: 'Qoida',
      message: item.help === undefined ? item.message : `${item.message}\n${item.help}`,
    })),
  );
}

const KINDS: Readonly<
  Record<Completion['kind'], keyof typeof Monaco.languages.CompletionItemKind>
> = {
  keyword: 'Keyword',
  point: 'Event',
  role: 'User',
  gate: 'Interface',
  name: 'Variable',
  field: 'Field',
  function: 'Function',
  formula: 'Method',
  value: 'EnumMember',
  unit: 'Unit',
  type: 'Struct',
};

/** A hover in Monaco's form: the thing as code, then what it is for, what it costs and where it comes from. */
const hoverContents = ({ title, doc, cost, origin }: Hover): Monaco.IMarkdownString[] => [
  { value: `\`\`\`${LANGUAGE}\n${title}\n\`\`\`` },
  ...(doc === undefined ? [] : [{ value: doc }]),
  ...(cost === undefined ? [] : [{ value: cost }]),
  ...(origin === undefined ? [] : [{ value: `_${origin}_` }]),
];

/** Completion, hover, colours, outline, formatting and fixes of the language for one model. */
export function connectService(
  monaco: typeof Monaco,
  service: RuleService,
  own: Model,
  findings: () => readonly Diagnostic[],
): Monaco.IDisposable {
  const { languages } = monaco;
  const parts: Monaco.IDisposable[] = [
    languages.registerCompletionItemProvider(LANGUAGE, {
      triggerCharacters: ['.', ' '],
      async provideCompletionItems(model, position) {
        if (model !== own) return null;
        const items = await service.completion(model.getValue(), model.getOffsetAt(position));
        return {
          suggestions: items.map((item, index) => suggestionOf(monaco, model, item, index)),
        };
      },
    }),
    languages.registerHoverProvider(LANGUAGE, {
      async provideHover(model, position) {
        if (model !== own) return null;
        const hover = await service.hover(model.getValue(), model.getOffsetAt(position));
        return hover === undefined
          ? null
          : { range: rangeIn(model, hover.span), contents: hoverContents(hover) };
      },
    }),
    languages.registerDocumentSemanticTokensProvider(LANGUAGE, {
      getLegend: () => ({ tokenTypes: [...TOKEN_TYPES], tokenModifiers: [] }),
      async provideDocumentSemanticTokens(model) {
        if (model !== own) return null;
        const text = model.getValue();
        return { data: encodeTokens(text, await service.tokens(text)) };
      },
      releaseDocumentSemanticTokens: () => undefined,
    }),
    languages.registerDocumentFormattingEditProvider(LANGUAGE, {
      async provideDocumentFormattingEdits(model) {
        const text = model === own ? await service.format(model.getValue()) : undefined;
        return text === undefined ? [] : [{ range: model.getFullModelRange(), text }];
      },
    }),
    languages.registerDocumentSymbolProvider(LANGUAGE, {
      async provideDocumentSymbols(model) {
        if (model !== own) return [];
        return (await service.symbols(model.getValue())).map((symbol) => ({
          name: symbol.name,
          detail: symbol.detail,
          kind: languages.SymbolKind.Function,
          tags: [],
          range: rangeIn(model, symbol.span),
          selectionRange: rangeIn(model, symbol.nameSpan),
        }));
      },
    }),
    languages.registerCodeActionProvider(LANGUAGE, {
      provideCodeActions(model, range) {
        const actions = model === own ? fixesAt(monaco, model, findings(), range) : [];
        return { actions, dispose: () => undefined };
      },
    }),
  ];
  return {
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}

function suggestionOf(
  monaco: typeof Monaco,
  model: Model,
  item: Completion,
  index: number,
): Monaco.languages.CompletionItem {
  return {
    label: item.label,
    kind: monaco.languages.CompletionItemKind[KINDS[item.kind]],
    insertText: item.insert,
    range: rangeIn(model, item.span),
    // The service has put the likeliest first.
    sortText: String(index).padStart(5, '0'),
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    ...(item.doc === undefined ? {} : { documentation: item.doc }),
  };
}

function fixesAt(
  monaco: typeof Monaco,
  model: Model,
  found: readonly Diagnostic[],
  at: Monaco.Range,
): Monaco.languages.CodeAction[] {
  return found.flatMap(({ fix, span }) => {
    if (fix === undefined || !monaco.Range.areIntersectingOrTouching(rangeIn(model, span), at))
      return [];
    const textEdit = { range: rangeIn(model, fix.span), text: fix.text };
    return [
      {
        title: fix.title,
        kind: 'quickfix',
        isPreferred: true,
        edit: { edits: [{ resource: model.uri, versionId: model.getVersionId(), textEdit }] },
      },
    ];
  });
}
