import type { Outcome } from '@qoida/dsl';

/** A result of a row: its value, why there is none, or null where the row does not count. */
export type Figure = { readonly value: unknown } | { readonly fault: string } | null;

/** The figures of one KPI's result over all rows, or over one person's. */
export interface KpiFigure {
  readonly kpi: string;
  /** The record that a row is. */
  readonly record: string;
  readonly result: string;
  readonly unit: string;
  /** An amount of money: what people are paid by. */
  readonly pay: boolean;
  /** Shares and rates have a mean over the rows; amounts add up; what is no number has neither. */
  readonly as: 'sum' | 'mean' | null;
  readonly rows: number;
  readonly changed: number;
  /** Rows of which it is not computed: they are in neither figure. */
  readonly not_computed: { readonly before: number; readonly after: number };
  readonly before: number | null;
  readonly after: number | null;
}

/** A currency alone: what people are paid by. */
const PAY = /^(?:UZS|USD|RUB|EUR)\??$/;
/** A share, or so much for each of something. */
const MEAN = /^%|\//;
const NO_NUMBER = /^(?:text|bool|date|time|instant|oneof|list|\{)/;
/** Sums of decimals are told to the millionth, so that binary rests do not show. */
const told = (value: number): number => Math.round(value * 1e6) / 1e6;

class Side {
  sum = 0;
  computed = 0;
  faults = 0;

  add(figure: Figure): void {
    if (figure === null) return;
    if ('fault' in figure || figure.value === null) this.faults += 1;
    else if (typeof figure.value === 'number') {
      this.sum += figure.value;
      this.computed += 1;
    }
  }

  total(as: KpiFigure['as']): number | null {
    // Where no row counts there is no amount: it is not 0.
    if (as === null || this.computed === 0) return null;
    return told(as === 'sum' ? this.sum : this.sum / this.computed);
  }
}

/** Adds a result up, before and after. */
export class Sum {
  readonly #about: Pick<KpiFigure, 'kpi' | 'record' | 'result' | 'unit'>;
  readonly #before = new Side();
  readonly #after = new Side();
  #rows = 0;
  #changed = 0;

  constructor(about: Pick<KpiFigure, 'kpi' | 'record' | 'result' | 'unit'>) {
    this.#about = about;
  }

  add(before: Figure, after: Figure, changed: boolean): void {
    this.#rows += 1;
    if (changed) this.#changed += 1;
    this.#before.add(before);
    this.#after.add(after);
  }

  get figure(): KpiFigure {
    const { unit } = this.#about;
    const as = NO_NUMBER.test(unit) ? null : MEAN.test(unit) ? 'mean' : 'sum';
    return {
      ...this.#about,
      pay: PAY.test(unit),
      as,
      rows: this.#rows,
      changed: this.#changed,
      not_computed: { before: this.#before.faults, after: this.#after.faults },
      before: this.#before.total(as),
      after: this.#after.total(as),
    };
  }
}

/** A row's result as plain JSON. */
export const figureOf = (outcome: Outcome): Figure =>
  'fault' in outcome
    ? { fault: outcome.fault.code }
    : { value: JSON.parse(JSON.stringify(outcome.value ?? null)) as unknown };
