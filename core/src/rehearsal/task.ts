import type { Catalog } from '@qoida/dsl';

export interface TaskModule {
  readonly module: string;
  readonly text: string;
}

/** What a value of a field, or each of a list, has to be made of a text. */
export type FieldKind = 'number' | 'instant' | 'other';

/** Where the rows of a KPI come from. */
export interface RecordSource {
  readonly name: string;
  /** Quoted; in its SQL a row is called `this`. */
  readonly table: string;
  /** SQL of each field, stored and computed. */
  readonly fields: Readonly<Record<string, string>>;
  /** Fields that are columns, so that a period can be asked of the database. */
  readonly stored: readonly string[];
  readonly kinds: Readonly<Record<string, FieldKind>>;
  /** Every change of a row is in the audit: it can be put back. */
  readonly audited: boolean;
  /** The field that says whose row it is; `id` of the people themselves, null where it is nobody's. */
  readonly person: string | null;
}

/** All that a rehearsal goes by: plain data, for another thread. */
export interface RehearsalTask {
  readonly organizationId: string;
  /** From this moment on, up to the other: ISO-8601 in UTC. */
  readonly from: string;
  readonly to: string;
  /** Every module as it would stand. */
  readonly draft: readonly TaskModule[];
  /** Every module as it stands. */
  readonly published: readonly TaskModule[];
  readonly catalog: Catalog;
  /** The settings of today, as rules read them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  /** Points whose operation accepts first where a gate says `pause … after`. */
  readonly accepting: readonly string[];
  readonly records: readonly RecordSource[];
  /** Records that keep rules from their beginning, and which facts of a point are of such a record. */
  readonly longLived: {
    readonly records: readonly string[];
    readonly facts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  /** Events, or the runs that they led to, are not all kept from before this. */
  readonly keptSince: string;
  /** When it was asked for: what is earlier has changed since. */
  readonly askedAt: string;
  /** For how long a look at how things stood counts, in milliseconds. */
  readonly lookFreshMs: number;
  /** Rows that are fetched at a time. */
  readonly pageSize: number;
}

/** What became of the rules' decisions: the kinds of entries that a rehearsal lists. */
export const ITEM_KINDS = [
  'newly_blocked',
  'newly_allowed',
  'otherwise_blocked',
  'newly_warned',
  'no_longer_warned',
  'newly_waits',
  'no_longer_waits',
  'waits_otherwise',
  'would_run',
  'would_not_run',
  'acts_otherwise',
  'alert_would_fire',
  'alert_would_not_fire',
  'alert_otherwise',
  'kpi_changed',
  'undecidable',
] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** One difference to what happened; plain JSON. */
export interface RehearsalItem {
  readonly kind: ItemKind;
  /** Point of a decision, rule of a run, KPI of a row. */
  readonly of: string;
  /** ISO-8601 in UTC; null for a row. */
  readonly at: string | null;
  /** The decision, run or row that it is about; null for a run that there was not. */
  readonly ref: string | null;
  /** Who acted. */
  readonly who: string | null;
  /** Whether the draft makes it: the rules in force may show the same. */
  readonly by_draft: boolean;
  /** What opens it: gates then and now, the events of a firing, figures before and after. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Progress {
  readonly phase: 'reading' | 'decisions' | 'events' | 'figures' | 'done';
  readonly done: number;
  readonly total: number;
}

/** Reads and nothing else: parameters are `$1`, `$2` … */
export interface Reader {
  rows<R>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** All rows of a statement, a page at a time, in one order. */
  pages<R>(text: string, values: readonly unknown[], size: number): AsyncIterable<R[]>;
}

/** Where a rehearsal tells what it found. */
export interface Sink {
  items(items: readonly RehearsalItem[]): Promise<void>;
  progress(progress: Progress): void;
}
