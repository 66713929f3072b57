import type * as Monaco from 'monaco-editor/editor';
import { asked, type Connection } from './connection.ts';
import { type Model, rangeIn, type Span, spanIn } from './places.ts';
import type { CodeAction, Completion, Hover } from './rule-service.ts';
import { LANGUAGE } from './setup.ts';

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

const nothing = () => undefined;

/** What helps while somebody writes: completion, hover, signatures, hints, layout, fixes and other ways to write. */
export function writing(connection: Connection): Monaco.IDisposable[] {
  const { monaco, page } = connection;
  const { languages } = monaco;
  return [
    languages.registerCompletionItemProvider(LANGUAGE, {
      triggerCharacters: ['.', ' '],
      async provideCompletionItems(model, position, _context, token) {
        const at = model.getOffsetAt(position);
        // What is typed meanwhile narrows the list: the editor does that, and asks no second time.
        const late = { forTextAsItWas: true };
        const items = await asked(connection, model, 'completion', [at], token, late);
        const ofThisLine = (items ?? []).filter(({ span }) => at - span.start < position.column);
        return {
          suggestions: ofThisLine.map((item, index) =>
            suggestionOf(monaco, rangeAround(position, at, item.span), item, index),
          ),
        };
      },
    }),
    languages.registerHoverProvider(LANGUAGE, {
      async provideHover(model, position, token) {
        const at = model.getOffsetAt(position);
        const hover = await asked(connection, model, 'hover', [at], token);
        return hover === undefined
          ? null
          : { range: rangeIn(model, hover.span), contents: hoverContents(hover) };
      },
    }),
    languages.registerSignatureHelpProvider(LANGUAGE, {
      signatureHelpTriggerCharacters: ['(', ','],
      async provideSignatureHelp(model, position, token) {
        const at = model.getOffsetAt(position);
        const help = await asked(connection, model, 'signatureHelp', [at], token);
        if (help === undefined) return null;
        const parameters = help.params.map(({ start, end }) => ({
          label: [start, end] as [number, number],
        }));
        const documentation = help.doc === undefined ? {} : { documentation: { value: help.doc } };
        return {
          value: {
            signatures: [{ label: help.label, parameters, ...documentation }],
            activeSignature: 0,
            activeParameter: help.active,
          },
          dispose: nothing,
        };
      },
    }),
    languages.registerInlayHintsProvider(LANGUAGE, {
      async provideInlayHints(model, range, token) {
        const span = spanIn(model, range);
        const hints = (await asked(connection, model, 'inlayHints', [span], token)) ?? [];
        return {
          hints: hints.map(({ offset, label }) => ({
            position: model.getPositionAt(offset),
            label: label.trim(),
            kind: languages.InlayHintKind.Type,
            paddingLeft: label.startsWith(' '),
          })),
          dispose: nothing,
        };
      },
    }),
    languages.registerDocumentFormattingEditProvider(LANGUAGE, {
      async provideDocumentFormattingEdits(model, _options, token) {
        const text = await asked(connection, model, 'format', [], token);
        return text === undefined ? [] : [{ range: model.getFullModelRange(), text }];
      },
    }),
    languages.registerCodeActionProvider(
      LANGUAGE,
      {
        async provideCodeActions(model, range, { only }, token) {
          const found = page.editable()
            ? await asked(connection, model, 'codeActions', [spanIn(model, range)], token)
            : [];
          const actions = (found ?? [])
            .filter(({ kind }) => only === undefined || `${kind}.`.startsWith(`${only}.`))
            .map((action) => actionOf(model, action));
          return { actions, dispose: nothing };
        },
      },
      { providedCodeActionKinds: ['quickfix', 'refactor'] },
    ),
  ];
}

/** A span in the cursor's line, found from the cursor: it also holds when the text has changed since. */
const rangeAround = (
  { lineNumber, column }: Monaco.IPosition,
  at: number,
  { start, end }: Span,
): Monaco.IRange => ({
  startLineNumber: lineNumber,
  startColumn: column - (at - start),
  endLineNumber: lineNumber,
  endColumn: column + (end - at),
});

function suggestionOf(
  monaco: typeof Monaco,
  range: Monaco.IRange,
  item: Completion,
  index: number,
): Monaco.languages.CompletionItem {
  return {
    label: item.label,
    kind: monaco.languages.CompletionItemKind[KINDS[item.kind]],
    insertText: item.insert,
    range,
    // The service has put the likeliest first.
    sortText: String(index).padStart(5, '0'),
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    ...(item.doc === undefined ? {} : { documentation: item.doc }),
  };
}

const actionOf = (
  model: Model,
  { title, kind, edits, diagnostic }: CodeAction,
): Monaco.languages.CodeAction => ({
  title,
  kind,
  // What only a person can choose among is never taken by itself.
  isPreferred: diagnostic?.fix !== undefined,
  edit: {
    edits: edits.map(({ span, text }) => ({
      resource: model.uri,
      versionId: model.getVersionId(),
      textEdit: { range: rangeIn(model, span), text },
    })),
  },
});
