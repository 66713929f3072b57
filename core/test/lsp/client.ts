import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

/** So long a server may take to tell what is waited for; less than a test may. */
const PATIENCE_MS = 50_000;

const BIN = fileURLToPath(new URL('../../bin/qoida.js', import.meta.url));

/** An editor that has started `qoida lsp` on a folder. */
export class Client {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly messages: string[] = [];
  readonly #folder: string;
  readonly #found = new Map<string, readonly Diagnostic[]>();
  readonly #waiting = new Set<() => void>();
  readonly #versions = new Map<string, number>();
  #log = '';

  constructor(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.#folder = folder;
    const child = spawn(process.execPath, [BIN, 'lsp', ...args], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, QOIDA_DATA: `${folder}/data`, ...environment },
    });
    this.process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += `\n${text}`;
    });
    this.connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
      this.#found.set(uri, diagnostics);
      for (const look of this.#waiting) look();
    });
    this.connection.onNotification('window/showMessage', ({ message }) => {
      this.messages.push(message);
      for (const look of this.#waiting) look();
    });
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.listen();
  }

  uri(name: string): string {
    return pathToFileURL(`${this.#folder}/${name}`).href;
  }

  async begin(locale = 'en'): Promise<InitializeResult> {
    const uri = pathToFileURL(this.#folder).href;
    const result = (await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: uri,
      locale,
      capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
      workspaceFolders: [{ uri, name: 'rules' }],
    })) as InitializeResult;
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  async open(name: string, text: string): Promise<void> {
    this.#versions.set(name, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.uri(name), languageId: 'qoida', version: 1, text },
    });
  }

  /** Types a text at a place, letter by letter. */
  async type(name: string, line: number, character: number, text: string): Promise<void> {
    for (const [i, letter] of [...text].entries()) {
      const version = (this.#versions.get(name) ?? 1) + 1;
      this.#versions.set(name, version);
      const position = { line, character: character + i };
      await this.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: this.uri(name), version },
        contentChanges: [{ range: { start: position, end: position }, text: letter }],
      });
    }
  }

  /** Asks about a place in a file. */
  async at<T>(
    method: string,
    name: string,
    line: number,
    character: number,
    more: object = {},
  ): Promise<T> {
    return (await this.connection.sendRequest(`textDocument/${method}`, {
      textDocument: { uri: this.uri(name) },
      position: { line, character },
      ...more,
    })) as T;
  }

  /** The findings of a file, once they are as expected. */
  async findings(
    name: string,
    expected: (found: readonly Diagnostic[]) => boolean,
  ): Promise<readonly Diagnostic[]> {
    const find = () => this.#found.get(this.uri(name)) ?? [];
    await this.until(`findings of ${name}`, () => expected(find()));
    return find();
  }

  /**
   * Waits until a condition holds, which is looked at whenever the server has told something.
   * @param what it is, for the error when it doesn't hold within {@link PATIENCE_MS}
   */
  async until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const end = () => {
        clearTimeout(deadline);
        this.#waiting.delete(look);
      };
      const look = () => {
        if (!holds()) return;
        end();
        resolve();
      };
      const deadline = setTimeout(() => {
        end();
        const told = JSON.stringify({ messages: this.messages, findings: [...this.#found] });
        reject(
          new Error(`${what}: not within ${PATIENCE_MS} ms. Told so far: ${told}${this.#log}`),
        );
      }, PATIENCE_MS);
      this.#waiting.add(look);
    });
  }

  /** @returns the exit code */
  async end(): Promise<number | null> {
    const ended = this.ended();
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    return ended;
  }

  /** Ends the server whatever it is doing, so that no test that failed keeps it, or us, alive. */
  async kill(): Promise<void> {
    this.connection.dispose();
    const ended = this.ended();
    this.process.stdin?.destroy();
    this.process.kill();
    await ended;
    this.process.stdout?.destroy();
    this.process.stderr?.destroy();
  }

  ended(): Promise<number | null> {
    const { exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null) return Promise.resolve(exitCode);
    return new Promise((resolve) => this.process.once('exit', resolve));
  }
}
