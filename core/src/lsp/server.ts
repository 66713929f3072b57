import {
  createConnection,
  type InitializeParams,
  type InitializeResult,
  PositionEncodingKind,
  ProposedFeatures,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { ACTION_KINDS, TOKEN_MODIFIERS, TOKEN_TYPES } from './answers.ts';
import { addFeatures } from './features.ts';
import { beginSession, type Session, type Surroundings } from './session.ts';

export interface LanguageServerOptions {
  readonly version: string;
  /** Asked once, with the rule files of the workspace. When it throws, the client is told, and nothing is known but the language. */
  readonly surroundings: (files: readonly string[]) => Promise<Surroundings>;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Speaks the language server protocol until the client goes away. */
export function startLanguageServer(options: LanguageServerOptions): void {
  const connection = createConnection(ProposedFeatures.all, options.input, options.output);
  let params: InitializeParams | undefined;
  connection.onInitialize((asked) => {
    params = asked;
    return capabilities(options.version);
  });
  const session = new Promise<Session>((resolve) => {
    connection.onInitialized(() => resolve(beginSession(connection, options.surroundings, params)));
  });
  const documents = new TextDocuments(TextDocument);
  documents.onDidChangeContent(({ document }) => {
    // The document itself is changed by the next edit; the text is taken at once.
    void session.then(({ files, findings }) => {
      files.open(document);
      findings.changed();
    });
  });
  documents.onDidClose(({ document }) => {
    void session.then(({ files, findings }) => {
      files.close(document.uri);
      findings.changed();
    });
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    void session.then(({ files, findings }) => {
      for (const { uri } of changes) files.read(uri);
      findings.changed();
    });
  });
  connection.onShutdown(() => void session.then(({ findings }) => findings.stop()));
  addFeatures(connection, session);
  documents.listen(connection);
  connection.listen();
}

const capabilities = (version: string): InitializeResult => ({
  serverInfo: { name: 'qoida', version },
  capabilities: {
    positionEncoding: PositionEncodingKind.UTF16,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    completionProvider: { triggerCharacters: ['.', ' ', '(', '{'] },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    documentFormattingProvider: true,
    codeActionProvider: { codeActionKinds: [...ACTION_KINDS] },
    documentHighlightProvider: true,
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    inlayHintProvider: true,
    signatureHelpProvider: { triggerCharacters: ['(', ','] },
    semanticTokensProvider: {
      legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
      full: true,
      range: true,
    },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  },
});
