import type { Figure, ItemKind, RehearsalSummary } from '../../data/rehearsals.ts';

type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'plain';

/** Only what the draft makes, or all in which it differs from what happened. */
export type Scope = 'draft' | 'all';

/** How each kind of difference looks: what stops people is not what lets them on. */
export const KIND_TONES: Readonly<Record<ItemKind, Tone>> = {
  newly_blocked: 'bad',
  newly_allowed: 'good',
  otherwise_blocked: 'warn',
  newly_warned: 'warn',
  no_longer_warned: 'good',
  newly_waits: 'warn',
  no_longer_waits: 'good',
  waits_otherwise: 'calm',
  would_run: 'calm',
  would_not_run: 'warn',
  acts_otherwise: 'calm',
  alert_would_fire: 'warn',
  alert_would_not_fire: 'calm',
  alert_otherwise: 'calm',
  kpi_changed: 'calm',
  undecidable: 'plain',
};

export const STATE_TONES: Readonly<Record<RehearsalSummary['state'], Tone>> = {
  waiting: 'plain',
  running: 'calm',
  done: 'good',
  failed: 'bad',
  cancelled: 'plain',
};

const NOTHING = '–';

/** A row's figure as text: its value, the code of its fault, or a dash where the row does not count. */
export function figureText(figure: Figure, number: (value: number) => string): string {
  if (figure === null || (figure.value === null && figure.fault === undefined)) return NOTHING;
  if (figure.fault !== undefined) return figure.fault;
  return typeof figure.value === 'number' ? number(figure.value) : String(figure.value);
}

/** The same for a table that is taken along. */
export function figureCell(figure: Figure): string | number | null {
  if (figure === null) return null;
  const value = figure.fault ?? figure.value ?? null;
  return typeof value === 'number' || value === null ? value : String(value);
}

/** The unit of a result that may be missing is written with a question mark; people read it without. */
export const amountText = (
  value: number | null,
  unit: string,
  number: (value: number) => string,
): string => (value === null ? NOTHING : `${number(value)} ${unit.replace('?', '')}`);

/** Columns of a table of amounts. */
export const amountColumns = (whose: string, t: (key: string) => string) => [
  { key: 'whose', label: whose },
  { key: 'before', label: t('rehearsal.before'), num: true },
  { key: 'after', label: t('rehearsal.after'), num: true },
  { key: 'diff', label: t('rehearsal.difference'), num: true },
];

export const differenceOf = ({
  before,
  after,
}: {
  readonly before: number | null;
  readonly after: number | null;
}): number | null => (before === null || after === null ? null : after - before);
