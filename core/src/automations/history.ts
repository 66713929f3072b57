import type { ConditionTrace, ExplainNode } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { pageOf } from '../data/paging.ts';
import { type Failure, type WordedFor, worded } from './reasons.ts';
import { type ruleAction, ruleRun, ruleTrace } from './records.ts';

type RunRow = RowOf<typeof ruleRun>;
type TraceRow = RowOf<typeof ruleTrace>;
type ActionRow = RowOf<typeof ruleAction>;
type Explanation = Readonly<Record<string, ExplainNode>>;

/** A condition as it came out, with the values that it was made from. */
export interface ConditionView extends ConditionTrace {
  /** In a sentence, with units: "9 s, needed 10 s: 1 s too little". */
  readonly words: string | null;
  readonly values: readonly {
    readonly text: string;
    readonly label: string | null;
    readonly value: string;
  }[];
}

/** Of which rule, and which page. */
interface OfRule {
  readonly rule: string;
  readonly page: number;
  readonly page_size: number;
}

/** Values of a condition that are shown; of a long list the first. */
const MOST_VALUES = 6;

/**
 * Near misses of a rule, the latest first, each condition with its values and units.
 * @param explain how the conditions of one came out, in the reader's language; empty where nobody knows any more
 */
export async function missesOf(
  tx: Tx,
  query: OfRule,
  explain: (row: TraceRow) => Promise<Explanation>,
) {
  const { rows, ...page } = await pageOfRows<TraceRow>(tx, ruleTrace.table, query);
  const items = [];
  for (const row of rows) {
    const { id, rule, key, at, outcome } = row;
    const conditions = conditionsIn(row.conditions, await explain(row));
    items.push({ id, rule, key, at, outcome, conditions });
  }
  return { items, ...page };
}

/** Runs of a rule, the latest first: each condition with its values, each action with what came of it. */
export async function runsOf(
  tx: Tx,
  query: OfRule,
  explain: (row: RunRow) => Promise<Explanation>,
  words: WordedFor,
) {
  const { rows, ...page } = await pageOfRows<RunRow>(tx, ruleRun.table, query);
  const actions = await actionsOf(
    tx,
    rows.map(({ id }) => id),
    words,
  );
  const items = [];
  for (const row of rows) {
    const { id, kind, rule, key, at, chain, status, finished_at } = row;
    const conditions = conditionsIn(row.conditions, await explain(row));
    const own = actions.get(id) ?? [];
    items.push({
      ...{ id, kind, rule, key, at, chain, status, finished_at },
      ...{ conditions, actions: own },
    });
  }
  return { items, ...page };
}

async function pageOfRows<Row>(tx: Tx, table: string, query: OfRule) {
  const { offset, page, page_size } = pageOf(query);
  const rows = await tx.sql<Row>(
    `select * from ${table} where rule = ? order by created_at desc, id limit ? offset ?`,
    [query.rule, page_size, offset],
  );
  const [count] = await tx.sql<{ total: number }>(
    `select count(*) as total from ${table} where rule = ?`,
    [query.rule],
  );
  return { rows, page, page_size, total: count?.total ?? 0 };
}

const SHOWN = [
  ...['id', 'run_id', 'phase', 'group_no', 'place', 'action', 'target', 'args', 'status'],
  ...['attempts', 'approval_id', 'next_at', 'reason', 'message', 'details', 'note', 'finished_at'],
].join(', ');

async function actionsOf(tx: Tx, runs: readonly string[], words: WordedFor) {
  const rows = await tx.sql<ActionRow>(
    `select ${SHOWN} from rule_actions where run_id = any(?::uuid[])
     order by run_id, phase, group_no, place`,
    [[...runs]],
  );
  return Map.groupBy(await withWhy(tx, rows, words), ({ run_id }) => run_id);
}

/** Rows of actions with why they failed, for the reader. */
export async function withWhy<Row extends Failure>(
  tx: Tx,
  rows: readonly Row[],
  words: WordedFor,
): Promise<readonly (Omit<Row, 'details'> & { readonly why: string | null })[]> {
  const why = await worded(tx, rows, words);
  return rows.map(({ details: _, ...row }, index) => ({ ...row, why: why[index] ?? null }));
}

function conditionsIn(conditions: unknown, explanation: Explanation): readonly ConditionView[] {
  return (conditions as readonly ConditionTrace[]).map((condition) => {
    const root = explanation[condition.clause];
    const node = root === undefined ? undefined : nodeOf(root, squeezed(condition.text));
    const children = node?.children.filter(({ skipped }) => skipped !== true) ?? [];
    return {
      ...condition,
      words: node?.words ?? null,
      values: children.slice(0, MOST_VALUES).map(({ text, label, value }) => ({
        ...{ text, label: label ?? null, value },
      })),
    };
  });
}

const squeezed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The part of a tree that is this condition; one that was not looked at has no values. */
function nodeOf(node: ExplainNode, text: string): ExplainNode | undefined {
  if (node.skipped === true) return undefined;
  if (squeezed(node.text) === text) return node;
  for (const child of node.children) {
    const found = nodeOf(child, text);
    if (found !== undefined) return found;
  }
  return undefined;
}
