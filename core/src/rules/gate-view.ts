import type { Locale } from '../api/locale.ts';
import type { Actor, Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { gateLog } from './records.ts';
import type { Snapshot } from './snapshot.ts';
import { DECISION_READERS, type DecisionParts, maySeeDecisionsOf } from './who-sees.ts';

export interface GateFilter {
  readonly session_id: string | null;
  readonly gate: string | null;
  readonly state: 'open' | 'released' | 'all';
  readonly page: number;
  readonly page_size: number;
}

export interface GateReader {
  readonly actor: Actor;
  readonly parts: DecisionParts;
  /** The rules of today. */
  readonly standing: Snapshot;
}

type LogRow = RowOf<typeof gateLog>;
type Listed = LogRow & { readonly hit_by_id: string | null };

/**
 * Gates that were hit, newest first (F-API-100). That a gate is shut, where, and who may release it is told
 * to everybody; what it says of the facts only to those who may see its decisions, or release it.
 */
export async function listGates(
  tx: Tx,
  filter: GateFilter,
  reader: GateReader,
): Promise<Record<string, unknown>> {
  const where = `where (?::text is null or session_id::text = ?) and (?::text is null or gate = ?)
    and (? = 'all' or (released_at is null) = (? = 'open'))`;
  const { session_id, gate, state, page, page_size } = filter;
  const values = [session_id, session_id, gate, gate, state, state];
  const [count] = await tx.sql<{ total: number }>(
    `select count(*)::int as total from gate_log ${where}`,
    values,
  );
  const items = await tx.sql<Listed>(
    `select id, gate, module, point, mode, object_ref, session_id, message, explanation, words, release_roles,
            when_clear, releasable, decision_id, hits, created_at, last_hit_at, hit_by, released_at, released_by,
            cause_gone, note, (select actor_id from decisions d where d.id = decision_id) as hit_by_id
       from gate_log ${where} order by last_hit_at desc, id limit ? offset ?`,
    [...values, page_size, (page - 1) * page_size],
  );
  const total = count?.total ?? 0;
  return { items: items.map((item) => gateView(item, reader)), page, page_size, total };
}

/** A row of the gate log as a reader sees it. */
export function gateView(row: LogRow | Listed, reader: GateReader): Record<string, unknown> {
  const { id, gate, module, point, mode, object_ref, session_id, when_clear, releasable } = row;
  const { hits, created_at, last_hit_at, released_at, cause_gone, release_roles } = row;
  const told = maySee(row, reader) ? toldOf(row, reader.actor.locale) : UNTOLD;
  return {
    ...{ id, gate, module, point, point_title: pointTitle(point, reader), mode },
    ...{ object_ref, session_id, ...told },
    ...{ release_roles, when_clear, releasable, in_force: isInForce(row, reader.standing) },
    ...{ hits, created_at, last_hit_at, released_at, cause_gone },
  };
}

/** What the operation is called at which a gate stands; its name where it is gone. */
export function pointTitle(point: string, { actor, parts }: Omit<GateReader, 'standing'>): string {
  const title = parts.operation(point)?.summary;
  if (title === undefined || typeof title === 'string') return title ?? point;
  return title[actor.locale] ?? title.en ?? point;
}

function toldOf(row: LogRow | Listed, locale: Locale) {
  const { message, explanation, words, decision_id, hit_by, released_by, note } = row;
  const said = words?.[locale] ?? { message, explanation, remedy: null };
  return { ...said, decision_id, hit_by, released_by, note };
}

const UNTOLD = {
  message: null,
  remedy: null,
  explanation: null,
  decision_id: null,
  hit_by: null,
  released_by: null,
  note: null,
};

function maySee(row: LogRow | Listed, { actor, parts }: GateReader): boolean {
  const own = 'hit_by_id' in row && row.hit_by_id !== null && row.hit_by_id === actor.id;
  return (
    own ||
    row.release_roles.some((role) => actor.roles.includes(role)) ||
    maySeeDecisionsOf(actor, row.point, parts)
  );
}

/** Whether the rules of today still have the gate at its point; what doesn't compile is not gone. */
const isInForce = (row: LogRow, standing: Snapshot): boolean =>
  standing.brokenModules.includes(row.module) ||
  (standing.gatesAt.get(row.point) ?? []).some(({ name }) => name === row.gate);

/** Who may release a hit gate, and when. */
export interface Release {
  readonly roles: readonly string[];
  readonly releasable: boolean;
  readonly whenClear: boolean;
}

/**
 * By the rules in force, whatever they were when it was hit. A gate that is gone from them is closed by those
 * who could release it then, or who look after the rules.
 */
export function releaseOf(row: LogRow, snapshot: Snapshot): Release {
  const found = snapshot.gatesAt.get(row.point)?.find(({ name }) => name === row.gate);
  const { release_roles: roles, releasable, when_clear: whenClear } = row;
  if (found === undefined)
    return snapshot.brokenModules.includes(row.module)
      ? { roles, releasable, whenClear }
      : { roles: [...roles, ...DECISION_READERS], releasable: true, whenClear: false };
  const { release } = found;
  if (release === undefined || release === 'never')
    return { roles: [], releasable: false, whenClear: false };
  return { roles: release.roles, releasable: true, whenClear: release.whenClear };
}
