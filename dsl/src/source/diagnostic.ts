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

function fill(template: string, params: Params): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, key: string) => params[key] ?? whole);
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
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  return {
    file,
    diagnostics,
    report(name, span, params, fix) {
      const key = `${name}:${span.start}:${span.end}`;
      if (seen.has(key)) return;
      seen.add(key);
      diagnostics.push(diagnose(name, file, span, params, fix));
    },
  };
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
