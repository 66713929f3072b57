import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** A rule file that is part of the program but not of the workspace: one that a plugin ships. */
export interface ShippedFile {
  readonly uri: string;
  readonly text: string;
}

const EXTENSION = '.qoida';
/** Folders that hold no rules of the workspace's own. */
const SKIPPED = /^(?:\.|node_modules$|dist$)/;

/** The name of a module as its file tells it. */
export const moduleOf = (text: string): string | undefined =>
  /^\s*module\s+([\w.]+)/m.exec(text)?.[1];

/**
 * The rule files of a workspace: those on disk, as they are in the editor where they are open, and
 * those that plugins ship, where no file of the workspace takes their module's place.
 */
export class RuleFiles {
  readonly #set: (uri: string, text: string | undefined) => void;
  readonly #onDisk = new Map<string, TextDocument>();
  readonly #open = new Map<string, TextDocument>();
  readonly #shipped = new Map<string, TextDocument>();
  readonly #used = new Set<string>();

  /** @param set told what a file holds now; undefined when it is gone */
  constructor(set: (uri: string, text: string | undefined) => void) {
    this.#set = set;
  }

  /** The files of the workspace, shipped ones aside. */
  get own(): readonly string[] {
    return [...new Set([...this.#open.keys(), ...this.#onDisk.keys()])];
  }

  get(uri: string): TextDocument | undefined {
    return this.#open.get(uri) ?? this.#onDisk.get(uri) ?? this.#shipped.get(uri);
  }

  isShipped(uri: string): boolean {
    return this.#open.get(uri) === undefined && this.#used.has(uri);
  }

  ship(files: readonly ShippedFile[]): void {
    for (const { uri, text } of files)
      this.#shipped.set(uri, TextDocument.create(uri, 'qoida', 0, text));
    this.#settle();
  }

  open(document: TextDocument): void {
    this.#open.set(document.uri, document);
    this.#tell(document.uri);
  }

  close(uri: string): void {
    this.#open.delete(uri);
    this.read(uri);
  }

  /** Reads a file again; one that can't be read is gone. */
  read(uri: string): void {
    let text: string | undefined;
    try {
      text = readFileSync(fileURLToPath(uri), 'utf8');
    } catch {
      this.#onDisk.delete(uri);
    }
    if (text !== undefined) this.#onDisk.set(uri, TextDocument.create(uri, 'qoida', 0, text));
    this.#tell(uri);
  }

  addFolder(uri: string): void {
    for (const path of rulesIn(uri)) this.read(pathToFileURL(path).href);
  }

  removeFolder(uri: string): void {
    for (const file of [...this.#onDisk.keys()]) {
      if (!file.startsWith(`${uri}/`)) continue;
      this.#onDisk.delete(file);
      this.#tell(file);
    }
  }

  #tell(uri: string): void {
    if (!this.#shipped.has(uri) || this.#open.has(uri)) this.#set(uri, this.get(uri)?.getText());
    this.#settle();
  }

  /** A shipped module stands back for a file of the workspace with the same module. */
  #settle(): void {
    if (this.#shipped.size === 0) return;
    const taken = new Set(this.own.map((uri) => moduleOf(this.get(uri)?.getText() ?? '')));
    for (const [uri, document] of this.#shipped) {
      const used = !this.own.includes(uri) && !taken.has(moduleOf(document.getText()));
      if (used === this.#used.has(uri)) continue;
      if (used) this.#used.add(uri);
      else this.#used.delete(uri);
      if (!this.own.includes(uri)) this.#set(uri, used ? document.getText() : undefined);
    }
  }
}

/** The paths of the rule files in a folder and all below it; none for what is no folder on disk. */
export const rulesIn = (uri: string): string[] =>
  uri.startsWith('file:') ? rulesBelow(fileURLToPath(uri)) : [];

function rulesBelow(folder: string): string[] {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(folder);
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : rulesBelow(path);
    return entry.isFile() && entry.name.endsWith(EXTENSION) ? [path] : [];
  });
}

const list = (folder: string) => readdirSync(folder, { withFileTypes: true });
