import type { Actor, Tx } from '../api/operations.ts';
import { pointTitle } from './gate-view.ts';
import { DECISION_READERS, type DecisionParts } from './who-sees.ts';

export interface DecisionFilter {
  readonly point: string | null;
  readonly verdict: string | null;
  readonly trace_id: string | null;
  readonly page: number;
  readonly page_size: number;
}

/**
 * Decisions that somebody may see, newest first: his own and those of `points`.
 * @param points operations whose decisions are open to him; whoever looks after the rules sees also
 *   those of operations that are gone
 */
export async function listDecisions(
  tx: Tx,
  filter: DecisionFilter,
  actor: Actor,
  points: readonly string[],
  parts: DecisionParts,
): Promise<Record<string, unknown>> {
  const all = DECISION_READERS.some((role) => actor.roles.includes(role));
  const terms: [string, unknown[]][] = [
    ...(all
      ? []
      : [
          ['(point = any(?::text[]) or actor_id = ?::uuid)', [points, actor.id]] as [
            string,
            unknown[],
          ],
        ]),
    ...(['point', 'verdict', 'trace_id'] as const).flatMap((name): [string, unknown[]][] =>
      filter[name] === null ? [] : [[`${name}::text = ?`, [filter[name]]]],
    ),
  ];
  const where = terms.length === 0 ? '' : `where ${terms.map(([term]) => term).join(' and ')}`;
  const values = terms.flatMap(([, given]) => given);
  const [count] = await tx.sql<{ total: number }>(
    `select count(*)::int as total from decisions ${where}`,
    values,
  );
  const { page, page_size } = filter;
  const rows = await tx.sql<{ point: string }>(
    `select id, created_at, point, verdict, failed, facts, rules_hash, decided_at, settings_hash,
       outcome, cut, approval, actor_id, actor, trace_id
     from decisions ${where} order by created_at desc, id limit ? offset ?`,
    [...values, page_size, (page - 1) * page_size],
  );
  const items = rows.map((row) => ({
    ...row,
    point_title: pointTitle(row.point, { actor, parts }),
  }));
  return { items, page, page_size, total: count?.total ?? 0 };
}
