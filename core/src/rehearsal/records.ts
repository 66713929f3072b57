import { id, instant, integer, json, oneOf, text } from '../api/fields.ts';
import { record } from '../api/records.ts';
import type { TaskModule } from './task.ts';

export const STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type RehearsalState = (typeof STATES)[number];

/** What a rehearsal goes by, as it stood when it was asked for. */
export interface Asked {
  readonly draft: readonly TaskModule[];
  readonly published: readonly TaskModule[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  readonly keptSince: string;
  readonly askedAt: string;
  readonly lookFreshMs: number;
}

/** A module that a draft changes. */
export interface ChangedModule {
  readonly module: string;
  readonly hash: string;
}

/** A draft run against what was recorded; its entries are in `rehearsal_items`. */
export const rehearsal = record(
  'rehearsal',
  'rehearsals',
  {
    asked_by: id('user').optional(),
    asked_by_name: text({ maxLength: 200 }),
    from_at: instant(),
    to_at: instant(),
    modules: json<readonly ChangedModule[]>(),
    asked: json<Asked>(),
    state: oneOf(...STATES).default('waiting'),
    attempt: integer().default(0),
    beat_at: instant().optional(),
    phase: oneOf('reading', 'decisions', 'events', 'figures', 'done').default('reading'),
    progress_done: integer().default(0),
    progress_total: integer().default(0),
    started_at: instant().optional(),
    finished_at: instant().optional(),
    result: text({ maxLength: 100_000_000 }).optional(),
    result_sha256: text({ maxLength: 64 }).optional(),
    error: text({ maxLength: 2000 }).optional(),
  },
  // Nothing of the plant changes by it, and its progress would flood the chain.
  { audit: false, lockOrder: 12 },
);

/** That somebody took differences of a rehearsal along: they tell of people (F-SEC-07). */
export const rehearsalExport = record(
  'rehearsal_export',
  'rehearsal_exports',
  {
    rehearsal_id: id('rehearsal'),
    taken_by: text({ maxLength: 200 }),
    entries: integer(),
  },
  { lockOrder: 13 },
);

export const rehearsalRecords = [rehearsal, rehearsalExport] as const;
