import type { Look } from './moments.ts';
import type { RecordedEvent } from './replay.ts';
import type { Reader } from './task.ts';

interface EventRow {
  readonly id: string;
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
  readonly occurred_at: Date;
  readonly chain: readonly string[] | null;
}

interface LookRow {
  readonly at: Date;
  readonly same: boolean;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly cut: readonly string[];
  readonly gone: readonly string[];
}

/** One thing that happened, in the order in which it was recorded. */
export type Happened =
  | { readonly kind: 'look'; readonly at: number; readonly look: Look }
  | {
      readonly kind: 'closed';
      readonly at: number;
      readonly rule: string;
      readonly group: string;
      readonly by: string;
    }
  | { readonly kind: 'event'; readonly at: number; readonly event: RecordedEvent };

export interface Stretch {
  readonly from: Date;
  readonly to: string;
  readonly pageSize: number;
}

/** The events of these names. */
export async function* eventsOf(
  reader: Reader,
  { from, to, pageSize }: Stretch,
  names: readonly string[],
): AsyncGenerator<Happened> {
  const pages = reader.pages<EventRow>(
    `select o.id, o.name, o.payload, o.created_at, o.occurred_at, r.chain
     from outbox o left join rule_runs r on r.id = o.cause
     where o.created_at >= $1 and o.created_at < $2 and o.name = any($3) order by o.created_at, o.seq`,
    [from, to, names],
    pageSize,
  );
  for await (const rows of pages)
    for (const { id, name: type, payload: data, occurred_at, created_at, chain } of rows) {
      const event = { id, type, data, at: occurred_at.getTime(), chain: chain ?? [] };
      yield { kind: 'event', at: created_at.getTime(), event };
    }
}

/** What people have closed. */
export async function* closingsOf(
  reader: Reader,
  { from, to, pageSize }: Stretch,
): AsyncGenerator<Happened> {
  const pages = reader.pages<{ at: Date; rule: string; group_key: string; by_name: string }>(
    `select h.at, a.rule, a.group_key, h.by_name from alert_history h join alerts a on a.id = h.alert_id
     where h.change = 'closed' and h.by_name is not null and h.at >= $1 and h.at < $2 order by h.at, h.seq`,
    [from, to],
    pageSize,
  );
  for await (const rows of pages)
    for (const { at, rule, group_key: group, by_name: by } of rows)
      yield { kind: 'closed', at: at.getTime(), rule, group, by };
}

/**
 * How things stood: what was looked at from time to time, and what runs were decided on. What a run saw
 * counts only where everything was looked at not long before: else nobody knows what it came from.
 */
export async function* looksOf(
  reader: Reader,
  { from, to, pageSize }: Stretch,
  freshMs: number,
): AsyncGenerator<Happened> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  const first = await reader.rows<LookRow>(
    `select (select max(at) from standing_looks where at <= $1) as at, true as same,
       ${VALUES} from (
       select distinct on (fact) fact, value, cut from standing_samples where at <= $1
       order by fact, at desc) as s`,
    [from],
  );
  const pages = reader.pages<LookRow>(
    `select at, same, facts, cut, gone from (
       select l.at, true as same, ${VALUES}
       from standing_looks l left join standing_samples s on s.at = l.at
       where l.at > $1 and l.at < $2 group by l.at
       union all
       select least(decided_at, at), false, facts, '{}', '{}' from rule_runs
       where at > $1 and at < $2 and decided_at is not null and facts <> '{}'
     ) as looks order by at, same desc, facts`,
    [from, to],
    pageSize,
  );
  const known = first.filter(({ at }) => at !== null);
  for await (const rows of allOf(known, pages))
    for (const row of rows) {
      const at = row.at.getTime();
      if (row.same) lookedAt = at;
      else if (at - lookedAt > freshMs) continue;
      const gone = Object.fromEntries(row.gone.map((name) => [name, undefined]));
      const look = { at, values: { ...row.facts, ...gone }, cut: row.cut, same: row.same };
      yield { kind: 'look', at, look };
    }
}

const VALUES = `
  coalesce(jsonb_object_agg(s.fact, s.value) filter (where s.value is not null), '{}') as facts,
  coalesce(array_agg(s.fact order by s.fact) filter (where s.cut), '{}') as cut,
  coalesce(array_agg(s.fact order by s.fact) filter (where s.value is null and not s.cut), '{}') as gone`;

async function* allOf<R>(first: R[], more: AsyncIterable<R[]>): AsyncGenerator<R[]> {
  if (first.length > 0) yield first;
  yield* more;
}

/** Several stretches as one, by their time; of one moment those named first come first. */
export async function* inOrder(
  ...sources: readonly AsyncGenerator<Happened>[]
): AsyncGenerator<Happened> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let next = -1;
    for (const [index, head] of heads.entries()) {
      if (head.done === true) continue;
      const best = heads[next];
      if (best === undefined || best.done === true || head.value.at < best.value.at) next = index;
    }
    const found = heads[next];
    const source = sources[next];
    if (found === undefined || found.done === true || source === undefined) return;
    yield found.value;
    heads[next] = await source.next();
  }
}
