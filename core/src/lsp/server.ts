import { type Catalog, createLanguageService, type LanguageService } from '@qoida/dsl';
import {
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  MessageType,
  PositionEncodingKind,
  ProposedFeatures,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from './answers.ts';
import { addFeatures } from './features.ts';
import { RuleFiles, rulesIn, type ShippedFile } from './files.ts';
import { Findings } from './findings.ts';

/** What the rules of a workspace are checked against. */
export interface Surroundings {
  readonly catalog: Catalog;
  readonly shipped: readonly ShippedFile[];
}

export interface LanguageServerOptions {
  readonly version: string;
  /** Asked once, with the rule files of the workspace. When it throws, the client is told, and nothing is known but the language. */
  readonly surroundings: (files: readonly string[]) => Promise<Surroundings>;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

const NOTHING: Surroundings = { catalog: { records: {}, points: {} }, shipped: [] };
const READERS = ['uz', 'ru', 'en'];

/** Speaks the language server protocol until the client goes away. */
export function startLanguageServer(options: LanguageServerOptions): void {
  const connection = createConnection(ProposedFeatures.all, options.input, options.output);
  let params: InitializeParams | undefined;
  connection.onInitialize((asked) => {
    params = asked;
    return capabilities(options.version);
  });
  const session = new Promise<Session>((resolve) => {
    connection.onInitialized(() => resolve(begin(connection, options, params)));
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

/** A client's workspace, from the moment it is read. */
export interface Session {
  readonly service: LanguageService;
  readonly files: RuleFiles;
  readonly findings: Findings;
}

async function begin(
  connection: Connection,
  { surroundings }: LanguageServerOptions,
  params: InitializeParams | undefined,
): Promise<Session> {
  const root = params?.rootUri ? [{ uri: params.rootUri }] : [];
  const folders = params?.workspaceFolders ?? root;
  const paths = folders.flatMap(({ uri }) => rulesIn(uri));
  const { catalog, shipped } = await surroundings(paths).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Qoida: the plugins can't be read, so no record or operation is known. ${reason}`;
    void connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Error,
      message,
    });
    return NOTHING;
  });
  const service = createLanguageService(catalog, { language: languageOf(params) });
  const files = new RuleFiles((uri, text) => {
    if (text === undefined) service.removeFile(uri);
    else service.setFile(uri, text);
  });
  const findings = new Findings(connection, service, files);
  for (const { uri } of folders) files.addFolder(uri);
  files.ship(shipped);
  if (params?.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true)
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: '**/*.qoida' }],
    });
  if (params?.capabilities.workspace?.workspaceFolders === true)
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const { uri } of removed) files.removeFolder(uri);
      for (const { uri } of added) files.addFolder(uri);
      findings.changed();
    });
  findings.changed();
  return { service, files, findings };
}

/** The reader's language: as the client asks for it, else that of the client. */
function languageOf(params: InitializeParams | undefined): string {
  const asked = (params?.initializationOptions as { language?: unknown } | undefined)?.language;
  const wanted = typeof asked === 'string' ? asked : (params?.locale ?? 'en');
  return READERS.find((language) => wanted.toLowerCase().startsWith(language)) ?? 'en';
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
    codeActionProvider: { codeActionKinds: ['quickfix', 'refactor'] },
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

/** What a person asked for can't be done, in a sentence for that person. */
export const refused = (message: string): ResponseError<void> =>
  new ResponseError(ErrorCodes.InvalidRequest, message);
