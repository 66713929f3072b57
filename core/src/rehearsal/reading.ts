import { notFound } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { Waits } from './judged.ts';
import type { rehearsal } from './records.ts';
import type { Sight } from './sight.ts';
import type { ItemKind } from './task.ts';

export type RehearsalRow = RowOf<typeof rehearsal>;

/** A rehearsal as callers see it, without the texts it goes by. */
export function rehearsalView(
  row: Omit<RehearsalRow, 'asked' | 'result'>,
): Record<string, unknown> {
  return {
    id: row.id,
    state: row.state,
    from: row.from_at,
    to: row.to_at,
    modules: row.modules,
    asked_by: row.asked_by_name,
    asked_at: row.created_at,
    started_at: row.started_at,
    finished_at: row.finished_at,
    progress: { phase: row.phase, done: row.progress_done, total: row.progress_total },
    error: row.error,
    result_sha256: row.result_sha256,
  };
}

const LISTED = `id, created_at, asked_by, asked_by_name, from_at, to_at, modules, state, attempt, beat_at,
  phase, progress_done, progress_total, started_at, finished_at, result_sha256, error`;

interface Paging {
  readonly page: number;
  readonly page_size: number;
}

/** Rehearsals, the newest first. */
export async function listRehearsals(tx: Tx, { page, page_size }: Paging) {
  const [count] = await tx.sql<{ total: number }>('select count(*) as total from rehearsals');
  const rows = await tx.sql<RehearsalRow>(
    `select ${LISTED} from rehearsals order by created_at desc, id limit ? offset ?`,
    [page_size, (page - 1) * page_size],
  );
  return { items: rows.map(rehearsalView), page, page_size, total: count?.total ?? 0 };
}

/** What a rehearsal came to; of the figures by person those that its reader may see. */
interface Result {
  readonly people: readonly { readonly person: string; readonly record?: string }[];
  readonly by_person?: readonly PersonLine[];
  readonly kpis: readonly { readonly kpi: string; readonly record?: string }[];
}

interface PersonLine {
  readonly person: string;
  readonly kind: ItemKind;
  readonly of: string;
}

/** With the result, and the names of the people in it: these may change, the result does not. */
export async function wholeRehearsal(
  tx: Tx,
  row: RehearsalRow,
  sight: Sight,
): Promise<Record<string, unknown>> {
  if (row.result === null) return { ...rehearsalView(row), result: null, names: {}, hidden: [] };
  const whole = JSON.parse(row.result) as Result;
  const hidden = whole.kpis.filter(({ record }) => !sight.seesRows(record)).map(({ kpi }) => kpi);
  const result =
    hidden.length === 0
      ? whole
      : {
          ...whole,
          people: whole.people.filter(({ record }) => sight.seesRows(record)),
          by_person: (whole.by_person ?? []).filter(({ of }) => !hidden.includes(of)),
        };
  const people = [...result.people, ...(result.by_person ?? [])].map(({ person }) => person);
  const names = await namesOf(tx, people);
  return { ...rehearsalView(row), result, names, hidden: [...new Set(hidden)] };
}

/** What people are called, by their ids. */
export async function namesOf(
  tx: Tx,
  people: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  if (people.length === 0) return {};
  const rows = await tx.sql<{ id: string; name: string }>(
    'select id, full_name as name from users where id::text = any(?)',
    [[...new Set(people)]],
  );
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}

export interface ItemFilter {
  readonly kind: ItemKind | null;
  readonly of: string | null;
  readonly person: string | null;
  /** Only what the draft makes, or only what it does not. */
  readonly by_draft: boolean | null;
}

export interface ItemRow {
  readonly no: number;
  readonly kind: ItemKind;
  readonly of: string;
  readonly at: Date | null;
  readonly ref: string | null;
  readonly who: string | null;
  readonly by_draft: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

const ITEM = 'no, kind, of, at, ref, who, by_draft, detail';

/** The entries of a rehearsal in their order, a page at a time. */
export async function listItems(
  tx: Tx,
  rehearsalId: string,
  { page, page_size, ...filter }: ItemFilter & Paging,
  sight: Sight,
) {
  const { where, values } = whereOf(rehearsalId, filter);
  const [count] = await tx.sql<{ total: number }>(
    `select count(*) as total from rehearsal_items ${where}`,
    values,
  );
  const rows = await tx.sql<ItemRow>(
    `select ${ITEM} from rehearsal_items ${where} order by no limit ? offset ?`,
    [...values, page_size, (page - 1) * page_size],
  );
  const total = count?.total ?? 0;
  return { ...(await shownItems(tx, rows, sight)), page, page_size, total };
}

/** Entries as a list shows them, with the names of their people. */
export async function shownItems(tx: Tx, rows: readonly ItemRow[], sight: Sight) {
  const items = rows.map((row) => (sight.sees(row) ? shortItem(row) : hiddenItem(row)));
  const people = items.flatMap((item) => item.people);
  return { items, names: await namesOf(tx, people) };
}

/** The entries that an export takes along, at most so many. */
export function itemsToExport(
  tx: Tx,
  rehearsalId: string,
  filter: ItemFilter,
  most: number,
): Promise<ItemRow[]> {
  const { where, values } = whereOf(rehearsalId, filter);
  return tx.sql<ItemRow>(`select ${ITEM} from rehearsal_items ${where} order by no limit ?`, [
    ...values,
    most,
  ]);
}

function whereOf(rehearsalId: string, { kind, of, person, by_draft }: ItemFilter) {
  const where = `where rehearsal_id = ? and (?::text is null or kind = ?) and (?::text is null or of = ?)
    and (?::text is null or detail -> 'people' @> to_jsonb(?::text)) and (?::boolean is null or by_draft = ?)`;
  return {
    where,
    values: [rehearsalId, kind, kind, of, of, person, person, by_draft, by_draft],
  };
}

/** Of an entry what a list shows; the rest is for whoever opens it. */
function shortItem({ detail, ...item }: ItemRow) {
  const { was, now } = (detail.approval ?? {}) as Partial<Record<'was' | 'now', Waits | null>>;
  const isDecision = 'untold' in detail;
  return {
    ...item,
    hidden: false,
    gates_then: isDecision ? [...gatesOf(detail.was), ...rulesOf(was)] : [],
    gates_now: isDecision ? [...gatesOf(detail.now), ...rulesOf(now)] : [],
    key: detail.key ?? null,
    change: detail.change ?? null,
    result: detail.result ?? null,
    unit: detail.unit ?? null,
    before: detail.before ?? null,
    after: detail.after ?? null,
    people: (detail.people ?? []) as readonly string[],
  };
}

/** That there is a difference everybody may know; of what, who may see it. */
const hiddenItem = ({ no, kind, of, at, by_draft }: ItemRow) => ({
  ...shortItem({ no, kind, of, at, by_draft, ref: null, who: null, detail: {} }),
  hidden: true,
});

const gatesOf = (list: unknown): string[] =>
  Array.isArray(list)
    ? [...new Set(list.map(({ gate }: { gate?: string }) => gate ?? ''))].filter(Boolean)
    : [];

const rulesOf = (waits: Waits | null | undefined): string[] =>
  (waits?.rules ?? []).map((rule) => rule.slice(rule.lastIndexOf('.') + 1));

/** @throws Refusal not_found */
export async function itemOf(tx: Tx, rehearsalId: string, no: number): Promise<ItemRow> {
  const [row] = await tx.sql<ItemRow>(
    `select ${ITEM} from rehearsal_items where rehearsal_id = ? and no = ?`,
    [rehearsalId, no],
  );
  if (row === undefined) throw notFound('rehearsal_item', String(no));
  return row;
}
