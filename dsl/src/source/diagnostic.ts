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
  /** The clause that has to be written, in English and as the message names it: `on POINT`. */
  readonly lacks?: string;
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

const templates = new Map<string, readonly string[]>();

/** The texts of a template and, between them, the names of its parameters. */
function partsOf(template: string): readonly string[] {
  let parts = templates.get(template);
  if (parts === undefined) {
    parts = template.split(/\{([a-z]+)\}/);
    templates.set(template, parts);
  }
  return parts;
}

function fill(template: string, params: Params): string {
  const parts = partsOf(template);
  let text = parts[0] ?? '';
  for (let i = 1; i < parts.length; i += 2) {
    const key = parts[i] ?? '';
    text += (cut(params[key]) ?? `{${key}}`) + (parts[i + 1] ?? '');
  }
  return text;
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

const withCure = (message: string, fix: Fix | undefined): string =>
  fix === undefined ? message : `${message}; ${fix.title}`;

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
    message: withCure(fill(entry.message, params), fix),
    ...(entry.help === undefined ? {} : { help: fill(entry.help, params) }),
    ...(fix === undefined ? {} : { fix }),
    ...(name === 'missingClause' && told.clause !== undefined ? { lacks: told.clause } : {}),
  };
}

/** The diagnostics of one file while a phase works on it. */
export interface Reporter {
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The same for one text of many, for which so much is looked for together. */
  within(looking: Looking): readonly Diagnostic[];
  /** Undefined where keywords are English. */
  readonly quoting?: Quoting | undefined;
  /**
   * @param fix a change that cures it; one that takes long to find is looked for where it is told
   * @param related other places it is about
   */
  report(
    name: CodeName,
    span: Span,
    params?: Params,
    fix?: Fix | LateFix,
    related?: readonly Related[],
  ): void;
}

/** How many names may still be compared with those that nobody knows. */
export interface Looking {
  left: number;
}

/** A change that is looked for only when somebody is told: it takes what it costs from `looking`. */
export type Search = (looking: Looking) => Fix | undefined;

/** Makes a search, in what is known at that time. */
export type LateFix = () => Search;

/**
 * A reporter that keeps one diagnostic per code and place, and per clause that is lacking there.
 * @param quoting for files whose keywords are not English
 */
export function createReporter(file: string, quoting?: Quoting): Reporter {
  return new Report(file, quoting);
}

const NOTHING: readonly Diagnostic[] = [];

/** So many errors, and so many warnings, are told of one block: more of them tell nothing new. */
const MOST_DIAGNOSTICS = 100;
/** For so many errors of one block a nearer name is looked for among all that are known. */
const MOST_LOOKED = 10;

/** A diagnostic whose change has yet to be looked for, or what was found and what that took. */
interface Open {
  readonly at: number;
  readonly search: Search;
  found: { readonly fix: Fix | undefined; readonly cost: number } | undefined;
}

/** More characters than any text has; its square is still counted exactly. */
const WIDEST = 2 ** 26;

/** Most texts have no fault: a report costs nothing before the first one. */
class Report implements Reporter {
  readonly file: string;
  readonly quoting: Quoting | undefined;
  #diagnostics: Diagnostic[] | undefined;
  /** Where each code has been told: beginning and end in one number. */
  #seen: Map<string, Set<number>> | undefined;
  #told: Partial<Record<Severity, number>> | undefined;
  /** In the order of the diagnostics. */
  #open: Open[] | undefined;

  constructor(file: string, quoting: Quoting | undefined) {
    this.file = file;
    this.quoting = quoting;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.within({ left: Infinity });
  }

  within(looking: Looking): readonly Diagnostic[] {
    const plain = this.#diagnostics ?? NOTHING;
    if (this.#open === undefined) return plain;
    const told = [...plain];
    for (const open of this.#open) {
      if (looking.left <= 0) break;
      const fix = look(open, looking);
      const { message, ...rest } = told[open.at] as Diagnostic;
      if (fix !== undefined) told[open.at] = { ...rest, message: withCure(message, fix), fix };
    }
    return told;
  }

  report(
    name: CodeName,
    span: Span,
    params?: Params,
    fix?: Fix | LateFix,
    related?: readonly Related[],
  ): void {
    const { severity } = CODES[name];
    this.#told ??= {};
    const told = this.#told[severity] ?? 0;
    if (told === MOST_DIAGNOSTICS) return;
    // Of several clauses that a block lacks each is told.
    if (this.#isTold(name === 'missingClause' ? `${name} ${params?.clause}` : name, span)) return;
    this.#told[severity] = told + 1;
    this.#diagnostics ??= [];
    if (typeof fix === 'function') this.#keep(fix, this.#diagnostics.length);
    const cure = typeof fix === 'function' ? undefined : fix;
    const found = diagnose(name, this.file, span, params, cure, this.quoting);
    this.#diagnostics.push(related === undefined ? found : { ...found, related });
  }

  #isTold(name: string, { start, end }: Span): boolean {
    this.#seen ??= new Map();
    const at = start * WIDEST + end;
    const places = this.#seen.get(name);
    if (places === undefined) this.#seen.set(name, new Set([at]));
    else if (places.has(at)) return true;
    else places.add(at);
    return false;
  }

  #keep(fix: LateFix, at: number): void {
    this.#open ??= [];
    if (this.#open.length < MOST_LOOKED) this.#open.push({ at, search: fix(), found: undefined });
  }
}

/** What was found once takes as much again: what is told must not depend on what was told before. */
function look(open: Open, looking: Looking): Fix | undefined {
  if (open.found !== undefined) looking.left -= open.found.cost;
  else {
    const { left } = looking;
    const fix = open.search(looking);
    open.found = { fix, cost: left - looking.left };
  }
  return open.found.fix;
}

/** The same diagnostics of a text that has moved by some characters. */
export function moveDiagnostics(found: readonly Diagnostic[], by: number): readonly Diagnostic[] {
  if (by === 0) return found;
  const move = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  const moveRelated = (place: Related): Related => ({ ...place, span: move(place.span) });
  return found.map((item) => {
    const span = move(item.span);
    const { fix, related } = item;
    return {
      ...item,
      span,
      ...(fix === undefined ? {} : { fix: { ...fix, span: move(fix.span) } }),
      ...(related === undefined ? {} : { related: related.map(moveRelated) }),
    };
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
