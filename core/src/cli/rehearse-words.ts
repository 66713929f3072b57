/** What a rehearsal came to, in lines for a terminal, and its differences as CSV. */

interface Figure {
  readonly kpi: string;
  readonly result: string;
  readonly unit: string;
  readonly as: 'sum' | 'mean' | null;
  readonly before: number | null;
  readonly after: number | null;
  readonly changed: number;
}

export interface Result {
  readonly figures: Readonly<Record<string, number>>;
  readonly by_draft: Readonly<Record<string, number>>;
  readonly asked: Readonly<Record<string, number>>;
  readonly by: readonly { kind: string; of: string; gate: string | null; count: number }[];
  readonly by_person: readonly { person: string; kind: string; of: string; count: number }[];
  readonly undecidable: readonly { of: string; reason: string; names: string[]; count: number }[];
  readonly days_off_as_of_now?: readonly string[];
  readonly kpis: readonly Figure[];
  readonly people: readonly (Figure & { readonly person: string })[];
  readonly items: { readonly count: number; readonly listed: number };
}

export interface Rehearsal {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: { readonly phase: string; readonly done: number; readonly total: number };
  readonly modules: readonly object[];
  readonly error: string | null;
  readonly result: Result | null;
  readonly names: Readonly<Record<string, string>>;
  /** KPIs whose rows the reader may not see. */
  readonly hidden: readonly string[];
}

export interface Item {
  readonly no: number;
  readonly kind: string;
  readonly of: string;
  readonly at: string | null;
  readonly ref: string | null;
  readonly who: string | null;
  readonly people: readonly string[];
  readonly by_draft: boolean;
  readonly hidden: boolean;
  readonly gates_then: readonly string[];
  readonly gates_now: readonly string[];
  readonly result: string | null;
  readonly before: { readonly value?: unknown; readonly fault?: string } | null;
  readonly after: { readonly value?: unknown; readonly fault?: string } | null;
  readonly unit: string | null;
}

/** The figures, by point, gate and person. */
export function* told({ result, names, modules, hidden }: Rehearsal): Generator<string> {
  if (result === null) return;
  const { asked } = result;
  yield `${asked.decisions} decision(s), ${asked.events} event(s), ${asked.runs} run(s) and ${asked.rows} row(s) taken again`;
  const found = Object.entries(result.figures).filter(([, count]) => count > 0);
  if (found.length === 0) yield 'Everything that can be told comes out as it happened';
  for (const [kind, count] of found) {
    const own = result.by_draft[kind] ?? 0;
    const standing = modules.length > 0 && own < count ? ` (${own} by the draft)` : '';
    yield `${kind}: ${count}${standing}`;
    for (const entry of result.by.filter((one) => one.kind === kind))
      yield `  ${entry.of}${entry.gate === null ? '' : ` by ${entry.gate}`}: ${entry.count}`;
    for (const line of result.by_person.filter((one) => one.kind === kind && isCounted(kind)))
      yield `  ${line.of}, ${names[line.person] ?? line.person}: ${line.count}`;
  }
  for (const { of, reason, names: facts, count } of result.undecidable)
    yield `can't be told: ${of} (${reason}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}): ${count}`;
  const { days_off_as_of_now: days = [] } = result;
  if (days.length > 0) yield `days off as of now, not as of then: ${days.join(', ')}`;
  for (const figure of result.kpis) if (figure.changed > 0) yield figureLine(figure, 'all');
  for (const figure of result.people)
    if (figure.changed > 0) yield figureLine(figure, names[figure.person] ?? figure.person);
  if (hidden.length > 0) yield `not shown to everybody, by person: ${hidden.join(', ')}`;
  if (result.items.listed < result.items.count)
    yield `${result.items.listed} of ${result.items.count} differences are listed`;
}

/** Figures are told by person with their amounts. */
const isCounted = (kind: string): boolean => kind !== 'kpi_changed' && kind !== 'undecidable';

const figureLine = (
  { kpi, result, unit, as, before, after, changed }: Figure,
  whose: string,
): string => {
  const mean = as === 'mean' ? 'mean ' : '';
  return `${kpi}.${result}, ${whose}: ${mean}${before ?? '–'} → ${after ?? '–'} ${unit} in ${changed} row(s)`;
};

/** A difference in a line. */
export const itemLine = ({ no, kind, of, at, who, ref }: Item): string =>
  `${no} ${kind} ${of} ${at ?? ''} ${who ?? ''} ${ref ?? ''}`.trimEnd();

const COLUMNS = [
  'no',
  'kind',
  'of',
  'at',
  'who',
  'rules_then',
  'rules_now',
  'result',
  'before',
  'after',
  'unit',
  'by_draft',
  'exported_by',
  'exported_at',
] as const;

/** Differences as CSV; each line says who took it along and when (F-SEC-07). */
export function csvOf(
  items: readonly Item[],
  names: Readonly<Record<string, string>>,
  mark: { readonly exported_by: string; readonly exported_at: string },
): string {
  const lines = items.map((item) => [
    item.no,
    item.kind,
    item.of,
    item.at,
    item.people.map((person) => names[person] ?? person).join(', ') || item.who,
    item.gates_then.join(', '),
    item.gates_now.join(', '),
    item.result,
    figureOf(item.before),
    figureOf(item.after),
    item.unit,
    item.by_draft,
    mark.exported_by,
    mark.exported_at,
  ]);
  return [COLUMNS, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

const figureOf = (figure: Item['before']): unknown => figure?.fault ?? figure?.value ?? null;

/** A text that a spreadsheet would take for a formula is given a quote before it. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
