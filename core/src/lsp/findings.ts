import type { Diagnostic as Finding, LanguageService } from '@qoida/dsl';
import type { Connection } from 'vscode-languageserver/node';
import { diagnosticOf } from './answers.ts';
import type { RuleFiles } from './files.ts';

/** Nobody has typed for so long before rules are looked at together. */
const IDLE_MS = 300;
/** So long the deep work may keep others waiting. */
const SLICE_MS = 20;

/**
 * Tells the client what is wrong, file by file, as soon as it changes; and in idle time what the
 * rules say together, in slices, so that a keystroke never waits for it.
 */
export class Findings {
  readonly #connection: Connection;
  readonly #service: LanguageService;
  readonly #files: RuleFiles;
  readonly #told = new Map<string, string>();
  #deep: readonly Finding[] = [];
  #soon: NodeJS.Immediate | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(connection: Connection, service: LanguageService, files: RuleFiles) {
    this.#connection = connection;
    this.#service = service;
    this.#files = files;
  }

  /** Something has changed. Several changes at once are told together. */
  changed(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#look(), IDLE_MS);
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      // What was found before the change may not hold any more.
      this.#deep = [];
      this.#tell();
    });
  }

  stop(): void {
    clearTimeout(this.#idle);
    clearImmediate(this.#soon);
  }

  #look(): void {
    const until = performance.now() + SLICE_MS;
    const found = this.#service.deepDiagnostics(() => performance.now() < until);
    if (found === undefined) this.#idle = setTimeout(() => this.#look(), 0);
    else {
      this.#deep = found;
      this.#tell();
    }
  }

  #tell(): void {
    const files = this.#files.own;
    for (const uri of new Set([...files, ...this.#told.keys()])) {
      const document = files.includes(uri) ? this.#files.get(uri) : undefined;
      const found =
        document === undefined
          ? []
          : [
              ...this.#service.diagnostics(uri),
              ...this.#deep.filter(({ file }) => file === uri),
            ].map((item) => diagnosticOf(document, item, (file) => this.#files.get(file)));
      const text = JSON.stringify(found);
      if (text === (this.#told.get(uri) ?? '[]')) continue;
      if (found.length === 0) this.#told.delete(uri);
      else this.#told.set(uri, text);
      void this.#connection.sendDiagnostics({ uri, diagnostics: found });
    }
  }
}
