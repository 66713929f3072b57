import { CODES, type CodeEntry, type CodeName, type Severity } from './codes.ts';
import type { Span } from './text.ts';

/** A change that cures a diagnostic, in editor terms. */
export interface Fix {
  readonly title: string;
  readonly span: Span;
  readonly text: string;
}

/** Another place that a diagnostic is about. */
export interface Related {
  readonly file: string;
  readonly span: Span;
  readonly message: string;
}

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly file: string;
  readonly span: Span;
  readonly message: string;
  readonly help?: string;
  readonly fix?: Fix;
  /** Values that show it, by path, as plain data in the units of their fields: they were tried. */
  readonly witness?: Readonly<Record<string, unknown>>;
  readonly related?: readonly Related[];
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

/** Puts the keywords that a sentence quotes in backticks into the words of a file's language. */
export type Quoting = (sentence: string) => string;

/** Parameters that are pieces of a program in keywords; all others come from the user's text. */
const QUOTED_PARAMS = ['block', 'clause', 'what'] as const;

function inOtherWords(params: Params, quoting: Quoting): Params {
  const changed: Record<string, string> = { ...params };
  for (const key of QUOTED_PARAMS) {
    const text = params[key];
    if (text !== undefined) changed[key] = quoting(`\`${text}\``).slice(1, -1);
  }
  return changed;
}

/** Makes a diagnostic from the table of codes. */
export function diagnose(
  name: CodeName,
  file: string,
  span: Span,
  told: Params = {},
  fix?: Fix,
  quoting?: Quoting,
): Diagnostic {
  const known: CodeEntry = CODES[name];
  const params = quoting === undefined ? told : inOtherWords(told, quoting);
  const entry: CodeEntry =
    quoting === undefined
      ? known
      : {
          ...known,
          message: quoting(known.message),
          ...(known.help === undefined ? {} : { help: quoting(known.help) }),
        };
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
  /** Undefined where keywords are English. */
  readonly quoting?: Quoting | undefined;
  report(name: CodeName, span: Span, params?: Params, fix?: Fix): void;
}

/**
 * A reporter that keeps one diagnostic per code and place.
 * @param quoting for files whose keywords are not English
 */
export function createReporter(file: string, quoting?: Quoting): Reporter {
  return new Report(file, quoting);
}

const NOTHING: readonly Diagnostic[] = [];

/** So many errors, and so many warnings, are told of one block: more of them tell nothing new. */
const MOST_DIAGNOSTICS = 100;

/** Most texts have no fault: a report costs nothing before the first one. */
class Report implements Reporter {
  readonly file: string;
  readonly quoting: Quoting | undefined;
  #diagnostics: Diagnostic[] | undefined;
  #seen: Set<string> | undefined;
  #told: Partial<Record<Severity, number>> | undefined;

  constructor(file: string, quoting: Quoting | undefined) {
    this.file = file;
    this.quoting = quoting;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics ?? NOTHING;
  }

  report(name: CodeName, span: Span, params?: Params, fix?: Fix): void {
    const { severity } = CODES[name];
    this.#told ??= {};
    const told = this.#told[severity] ?? 0;
    if (told === MOST_DIAGNOSTICS) return;
    this.#seen ??= new Set();
    const key = `${name}:${span.start}:${span.end}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#told[severity] = told + 1;
    this.#diagnostics ??= [];
    this.#diagnostics.push(diagnose(name, this.file, span, params, fix, this.quoting));
  }
}

/** The same diagnostics of a text that has moved by some characters. */
export function moveDiagnostics(found: readonly Diagnostic[], by: number): readonly Diagnostic[] {
  if (by === 0) return found;
  const move = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  return found.map((item) => {
    const span = move(item.span);
    const { fix } = item;
    return fix === undefined
      ? { ...item, span }
      : { ...item, span, fix: { ...fix, span: move(fix.span) } };
  });
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
