import { CODES, type CodeEntry, type CodeName, type Severity } from './codes.ts';
import type { Span } from './text.ts';

/** A change that cures a diagnostic, in editor terms. */
export interface Fix {
  readonly title: string;
  readonly span: Span;
  readonly text: string;
}

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly file: string;
  readonly span: Span;
  readonly message: string;
  readonly help?: string;
  readonly fix?: Fix;
}

export type Params = Readonly<Record<string, string>>;

/** A name may be as long as a file; a sentence should not be. */
const MOST_CHARACTERS = 300;

const cut = (text: string | undefined): string | undefined =>
  text === undefined || text.length <= MOST_CHARACTERS
    ? text
    : `${text.slice(0, MOST_CHARACTERS - 1)}…`;

function fill(template: string, params: Params): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, key: string) => cut(params[key]) ?? whole);
}

/** Makes a diagnostic from the table of codes. */
export function diagnose(
  name: CodeName,
  file: string,
  span: Span,
  params: Params = {},
  fix?: Fix,
): Diagnostic {
  const entry: CodeEntry = CODES[name];
  return {
    code: entry.code,
    severity: entry.severity,
    file,
    span,
    message: fill(entry.message, params) + (fix === undefined ? '' : `; ${fix.title}`),
    ...(entry.help === undefined ? {} : { help: fill(entry.help, params) }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** The diagnostics of one file while a phase works on it. */
export interface Reporter {
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
  report(name: CodeName, span: Span, params?: Params, fix?: Fix): void;
}

/** A reporter that keeps one diagnostic per code and place. */
export function createReporter(file: string): Reporter {
  return new Report(file);
}

const NOTHING: readonly Diagnostic[] = [];

/** Most texts have no fault: a report costs nothing before the first one. */
class Report implements Reporter {
  readonly file: string;
  #diagnostics: Diagnostic[] | undefined;
  #seen: Set<string> | undefined;

  constructor(file: string) {
    this.file = file;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics ?? NOTHING;
  }

  report(name: CodeName, span: Span, params?: Params, fix?: Fix): void {
    this.#seen ??= new Set();
    const key = `${name}:${span.start}:${span.end}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#diagnostics ??= [];
    this.#diagnostics.push(diagnose(name, this.file, span, params, fix));
  }
}

/** Thrown where a program asks for a value and the text has errors. */
export class QoidaError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${d.code} ${d.message}`).join('\n') || 'the text has errors');
    this.name = 'QoidaError';
    this.diagnostics = diagnostics;
  }
}
