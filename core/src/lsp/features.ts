import type { Place } from '@qoida/dsl';
import {
  type Connection,
  ErrorCodes,
  InlayHintKind,
  type Location,
  MarkupKind,
  type Position,
  ResponseError,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  actionOf,
  completionOf,
  hoverOf,
  rangeOf,
  spanOf,
  symbolKindOf,
  symbolOf,
  tokensOf,
} from './answers.ts';
import type { Session } from './session.ts';

interface At {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

/** Answers each request of the protocol from the language service. */
export function addFeatures(connection: Connection, session: Promise<Session>): void {
  /** Answers about a document; about one that is not known there is nothing to say. */
  const about =
    <P extends { readonly textDocument: { readonly uri: string } }, R>(
      answer: (session: Session, document: TextDocument, params: P) => R,
    ) =>
    async (params: P): Promise<R | null> => {
      const ready = await session;
      const document = ready.files.get(params.textDocument.uri);
      return document === undefined ? null : answer(ready, document, params);
    };
  /** Answers about a place in a document. */
  const at = <P extends At, R>(
    answer: (session: Session, document: TextDocument, offset: number, params: P) => R,
  ) =>
    about((ready, document, params: P) =>
      answer(ready, document, document.offsetAt(params.position), params),
    );

  connection.onCompletion(
    at(({ service }, document, offset) =>
      service
        .completion(document.uri, offset)
        .map((item, index) => completionOf(document, item, index)),
    ),
  );
  connection.onHover(
    at(({ service }, document, offset) => {
      const hover = service.hover(document.uri, offset);
      return hover === undefined ? null : hoverOf(document, hover);
    }),
  );
  connection.onSignatureHelp(
    at(({ service }, document, offset) => {
      const help = service.signatureHelp(document.uri, offset);
      if (help === undefined) return null;
      const { label, doc, params, active } = help;
      const documentation = doc === undefined ? {} : { documentation: markdown(doc) };
      const parameters = params.map(({ start, end }) => ({
        label: [start, end] as [number, number],
      }));
      return {
        signatures: [{ label, parameters, ...documentation }],
        activeSignature: 0,
        activeParameter: active,
      };
    }),
  );
  connection.onDefinition(
    at(({ service, files }, document, offset) => {
      const place = service.definition(document.uri, offset);
      return place === undefined ? null : (locationsOf(files, [place])[0] ?? null);
    }),
  );
  connection.onReferences(
    at(({ service, files }, document, offset, { context }: At & WithContext) => {
      const places = service.references(document.uri, offset);
      return locationsOf(files, context.includeDeclaration ? places : places.slice(1));
    }),
  );
  connection.onPrepareRename(
    at(({ service }, document, offset) => {
      const span = service.renamable(document.uri, offset);
      return span === undefined ? null : rangeOf(document, span);
    }),
  );
  connection.onRenameRequest(
    at(({ service, files }, document, offset, { newName }: At & { newName: string }) => {
      const renamed = service.rename(document.uri, offset, newName);
      if ('refused' in renamed) return refused(renamed.refused);
      const shipped = renamed.edits.find(({ file }) => files.isShipped(file));
      if (shipped !== undefined) return refused(`${shipped.file} belongs to a plugin`);
      const changes: Record<string, TextEdit[]> = {};
      for (const { file, span, text } of renamed.edits) {
        const target = files.get(file);
        if (target === undefined) continue;
        changes[file] ??= [];
        changes[file].push({ range: rangeOf(target, span), newText: text });
      }
      return { changes };
    }),
  );
  connection.onDocumentFormatting(
    about(({ service }, document) => {
      const text = service.format(document.uri);
      const before = document.getText();
      if (text === undefined || text === before) return [];
      return [{ range: rangeOf(document, { start: 0, end: before.length }), newText: text }];
    }),
  );
  connection.onCodeAction(
    about(({ service }, document, { range, context: { only } }) => {
      const wants = (kind: string) => only?.some((one) => isKind(kind, one)) ?? true;
      const here = service
        .codeActions(document.uri, spanOf(document, range))
        .filter(({ kind }) => wants(kind))
        .map((action) => actionOf(document, action, action.kind));
      // What cures the whole file by itself is done only where somebody asks for just that.
      if (only === undefined || !wants(FIX_ALL)) return here;
      const whole = { start: 0, end: document.getText().length };
      const all = service.codeActions(document.uri, whole).filter((action) => action.all);
      return [...here, ...all.map((action) => actionOf(document, action, FIX_ALL))];
    }),
  );
  connection.onDocumentHighlight(
    at(({ service }, document, offset) =>
      service
        .references(document.uri, offset)
        .filter(({ file }) => file === document.uri)
        .map(({ span }) => ({ range: rangeOf(document, span) })),
    ),
  );
  connection.onDocumentSymbol(
    about(({ service }, document) =>
      service.symbols(document.uri).map((symbol) => symbolOf(document, symbol)),
    ),
  );
  connection.onWorkspaceSymbol(async ({ query }) => {
    const { service, files } = await session;
    const wanted = query.toLowerCase();
    return files.own.flatMap((uri) => {
      const document = files.get(uri);
      if (document === undefined) return [];
      return service
        .symbols(uri)
        .filter(({ name }) => name.toLowerCase().includes(wanted))
        .map((symbol) => ({
          name: symbol.name,
          kind: symbolKindOf(symbol),
          location: { uri, range: rangeOf(document, symbol.nameSpan) },
        }));
    });
  });
  connection.onFoldingRanges(
    about(({ service }, document) =>
      service
        .folding(document.uri)
        .map(({ start, end }) => ({ startLine: start - 1, endLine: end - 1 })),
    ),
  );
  connection.languages.semanticTokens.on(
    async (params) =>
      (await about(({ service }, document) => tokensOf(document, service.tokens(document.uri)))(
        params,
      )) ?? { data: [] },
  );
  connection.languages.semanticTokens.onRange(
    async (params) =>
      (await about(({ service }, document, { range }: typeof params) =>
        tokensOf(document, service.tokens(document.uri), spanOf(document, range)),
      )(params)) ?? { data: [] },
  );
  connection.languages.inlayHint.on(
    about(({ service }, document, { range }) =>
      service.inlayHints(document.uri, spanOf(document, range)).map(({ offset, label }) => ({
        position: document.positionAt(offset),
        label,
        kind: InlayHintKind.Type,
      })),
    ),
  );
}

interface WithContext {
  readonly context: { readonly includeDeclaration: boolean };
}

const FIX_ALL = 'source.fixAll';

const markdown = (value: string) => ({ kind: MarkupKind.Markdown, value });

/** `refactor.extract` is a kind of `refactor`. */
const isKind = (kind: string, wanted: string): boolean =>
  kind === wanted || kind.startsWith(`${wanted}.`);

const locationsOf = (files: Session['files'], places: readonly Place[]): Location[] =>
  places.flatMap(({ file, span }) => {
    const document = files.get(file);
    return document === undefined ? [] : [{ uri: file, range: rangeOf(document, span) }];
  });

/** What a person asked for can't be done, in a sentence for that person. */
const refused = (message: string): ResponseError<void> =>
  new ResponseError(ErrorCodes.InvalidRequest, message);
