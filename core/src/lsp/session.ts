import { type Catalog, createLanguageService, type LanguageService } from '@qoida/dsl';
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  MessageType,
  ShowMessageNotification,
} from 'vscode-languageserver/node';
import { RuleFiles, rulesIn, type ShippedFile } from './files.ts';
import { Findings } from './findings.ts';

/** What the rules of a workspace are checked against. */
export interface Surroundings {
  readonly catalog: Catalog;
  readonly shipped: readonly ShippedFile[];
}

const NOTHING: Surroundings = { catalog: { records: {}, points: {} }, shipped: [] };
const READERS = ['uz', 'ru', 'en'];

/** A client's workspace, from the moment it is read. */
export interface Session {
  readonly service: LanguageService;
  readonly files: RuleFiles;
  readonly findings: Findings;
}

/** Reads the workspace of a client and asks once what its rules are checked against. */
export async function beginSession(
  connection: Connection,
  surroundings: (files: readonly string[]) => Promise<Surroundings>,
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
