import { forbidden } from '../api/errors.ts';
import type { Actor, BaseContext, OperationDef, Tx } from '../api/operations.ts';
import { APPROVAL_READERS } from '../auth/roles.ts';
import { rowsIn } from '../data/rows-in.ts';
import { personOf, type RequestRow, votesOf } from './judge.ts';
import { type Delegated, delegatedTo } from './people.ts';
import { approvalRequest } from './records.ts';
import { mayDecide } from './view.ts';

export interface RequestFilter {
  readonly box: 'inbox' | 'mine' | 'all';
  readonly mine: boolean;
  readonly state: RequestRow['state'] | 'decided' | 'all';
  readonly type: string | null;
  readonly object_id: string | null;
  readonly operation: string | null;
  readonly page: number;
  readonly page_size: number;
  readonly after: string | null;
}

type Reading = Pick<BaseContext, 'db' | 'actor' | 'now'>;

/**
 * Requests that a person may see, newest first; those that wait for him, the first to expire first. How many
 * they are is counted where they lie: only those of the page are read, and judged together.
 */
export async function listRequests(
  context: Reading,
  filter: RequestFilter,
  operations: readonly OperationDef[],
  views: (rows: readonly RequestRow[]) => Promise<Record<string, unknown>[]>,
): Promise<Record<string, unknown>> {
  const { db } = context;
  const { page, page_size } = filter;
  const inbox = filter.mine || filter.box === 'inbox';
  const which = inbox ? await waiting(context) : visible(context, filter, operations);
  const where = `${FILTER} and ${which.sql}`;
  const values = [...filterValues(filter), ...which.values];
  const [count] = await db.sql<{ total: number }>(
    `select count(*) as total from approval_requests r where ${where}`,
    values,
  );
  const total = count?.total ?? 0;
  const follows = filter.after === null ? 'true' : inbox ? AFTER.inbox : AFTER.newest;
  const offset = filter.after === null ? (page - 1) * page_size : 0;
  // Nobody turns to a page that can't be: a figure beyond the rows has none.
  const rows =
    offset >= total
      ? []
      : await db.sql<{ id: string }>(
          `select r.id from approval_requests r where ${where} and ${follows}
            order by ${inbox ? 'r.expires_at, r.id' : 'r.requested_at desc, r.id'} limit ? offset ?`,
          [...values, ...(filter.after === null ? [] : [filter.after]), page_size, offset],
        );
  const ids = rows.map(({ id }) => id);
  const found = new Map((await rowsIn(db, approvalRequest, 'id', ids)).map((row) => [row.id, row]));
  const items = await views(ids.flatMap((id) => found.get(id) ?? []));
  return { items, page, page_size, total };
}

interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Behind one that the caller has seen: the place stays where it was, whatever is decided meanwhile. */
const AFTER = {
  inbox: `(r.expires_at, r.id) > (select a.expires_at, a.id from approval_requests a where a.id = ?)`,
  newest: `exists (select 1 from approval_requests a where a.id = ? and (r.requested_at < a.requested_at
             or (r.requested_at = a.requested_at and r.id > a.id)))`,
} as const;

const FILTER = `(?::text is null or r.type = ?) and (?::text is null or r.object_id::text = ?)
  and (?::text is null or r.operation = ?) and (? = 'all' or r.state = ? or (? = 'decided' and r.state <> 'pending'))`;
const filterValues = ({ type, object_id, operation, state }: RequestFilter) => [
  type,
  type,
  object_id,
  object_id,
  operation,
  operation,
  state,
  state,
  state,
];

/**
 * What this person may decide now, by his own roles or in somebody's place, as the language judges it
 * (`seatOf`): the roles that bring a step on stand in the request, kept with each decision.
 */
async function waiting({ db, actor, now }: Reading): Promise<Condition> {
  if (actor.kind !== 'user') return { sql: 'false', values: [] };
  const me = personOf(actor);
  const delegated = await delegatedTo(db, me, now);
  const roles = [...new Set([...actor.roles, ...delegated.flatMap((one) => one.roles)])];
  const own = [...actor.roles];
  return {
    sql: `r.state = 'pending' and r.expires_at > ? and r.waiting_for && ?::text[] and ${UNDECIDED}
      and (${HELPS} or (${MAY_STAND_IN} and exists (
        select 1 from jsonb_to_recordset(?::jsonb) as d (id text, roles text[])
         where d.id <> ? and ${UNDECIDED_BY_HIM} and ${HELPS_BY_HIM})))`,
    values: [now, roles, me, me, own, me, me, me, me, own, placesOf(delegated), me, me, me],
  };
}

const placesOf = (delegated: readonly Delegated[]): string =>
  JSON.stringify(delegated.map(({ person, roles }) => ({ id: person.id, roles })));

/** Nobody decides twice, nor where somebody has decided in his place. */
const UNDECIDED = `not exists (select 1 from approval_votes v
  where v.request_id = r.id and (v.person = ? or v.for_person = ?))`;
const UNDECIDED_BY_HIM = `not exists (select 1 from approval_votes v
  where v.request_id = r.id and (v.person = d.id or v.for_person = d.id))`;
/** One of his roles brings the step on; in a request of his own only where the rule lets it. */
const HELPS = `exists (select 1 from unnest(?::text[]) as role where role = any(r.waiting_for)
  and (role = any(r.own) or not (r.requester = ? or ? = any(r.behind))))`;
/** Whose own request it is stands in for nobody, unless the rule lets one of his roles decide it. */
const MAY_STAND_IN = `(not (r.requester = ? or ? = any(r.behind)) or r.own && ?::text[])`;
const HELPS_BY_HIM = `exists (select 1 from unnest(d.roles) as role where role = any(r.waiting_for)
  and (role = any(r.own) or not (r.requester in (d.id, ?) or d.id = any(r.behind) or ? = any(r.behind))))`;

function visible(
  { actor }: Reading,
  { box }: RequestFilter,
  operations: readonly OperationDef[],
): Condition {
  const me = personOf(actor);
  if (box === 'mine') return { sql: 'r.requester = ?', values: [me] };
  if (actor.roles.some((role) => APPROVAL_READERS.includes(role)))
    return { sql: 'true', values: [] };
  const open = operations.filter((one) => mayRun(one, actor)).map(({ name }) => name);
  return {
    sql: `(r.requester = ? or r.operation = any(?::text[]) or r.waiting_for && ?::text[]
      or exists (select 1 from approval_votes v
                  where v.request_id = r.id and (v.person = ? or v.for_person = ?)))`,
    values: [me, open, [...actor.roles], me, me],
  };
}

const mayRun = (operation: OperationDef | undefined, { roles }: Actor): boolean =>
  operation !== undefined &&
  operation.roles !== '*' &&
  operation.roles.some((role) => roles.includes(role));

/** @throws Refusal role_required for who neither asked, nor decides, nor could run it himself */
export async function refuseStranger(
  { db, actor, now }: { db: Tx; actor: Actor; now: Date },
  row: RequestRow,
  find: (name: string) => OperationDef | undefined,
): Promise<void> {
  const me = personOf(actor);
  if (row.requester === me || actor.roles.some((role) => APPROVAL_READERS.includes(role))) return;
  if (row.operation !== null && mayRun(find(row.operation), actor)) return;
  if (row.waiting_for.some((role) => actor.roles.includes(role))) return;
  const votes = await votesOf(db, row.id);
  if (votes.some(({ person, for_person }) => person === me || for_person === me)) return;
  if (mayDecide(row, votes, await delegatedTo(db, me, now), { actor, now })) return;
  throw forbidden('role_required', 'Whoever asked and whoever decides read a request', {
    roles: [...row.waiting_for],
  });
}
