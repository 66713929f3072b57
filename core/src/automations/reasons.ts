import type { Refusal } from '../api/errors.ts';
import type { Say } from '../api/locale.ts';
import type { Actor, Tx } from '../api/operations.ts';

type Details = Readonly<Record<string, unknown>>;

/** What something failed for, as it is kept. */
export interface Failure {
  readonly reason: string | null;
  readonly message: string | null;
  readonly details: Details | null;
}

export interface WordedFor {
  readonly say: Say;
  readonly locale: Actor['locale'];
  readonly zone: string;
}

/** What the sentence of a refusal can show: its plain figures, and which gates refused. */
export function figuresOf({ details }: Pick<Refusal, 'details'>): Details {
  const plain = (value: unknown) => typeof value !== 'object' || value === null;
  const gates = Array.isArray(details.gates) ? (details.gates as { gate_id?: unknown }[]) : [];
  const ids = gates.flatMap(({ gate_id }) => (typeof gate_id === 'string' ? [gate_id] : []));
  return {
    ...Object.fromEntries(
      Object.entries(details).flatMap(([name, value]) => {
        if (value instanceof Date) return [[name, value.toISOString()]];
        const shown = Array.isArray(value) ? value.every(plain) : plain(value);
        return shown ? [[name, value]] : [];
      }),
    ),
    ...(ids.length === 0 ? {} : { gate_ids: ids }),
  };
}

/** Reasons of the platform itself; those of operations have sentences of their own. */
const OWN: Readonly<Record<string, string>> = {
  argument_fault: 'action_argument_fault',
  stale: 'action_stale',
  earlier_failed: 'action_earlier_failed',
  skipped_offline: 'device_offline',
  approval_rejected: 'action_approval_rejected',
  approval_expired: 'action_approval_expired',
  approval_withdrawn: 'action_approval_withdrawn',
  internal: 'action_broke',
  no_answer: 'action_no_answer',
};

/** What is told by its reason alone, or by what was said. */
const NEED_NO_FIGURES: ReadonlySet<string> = new Set([
  'earlier_failed',
  'internal',
  'no_answer',
  'approval_expired',
  'approval_withdrawn',
]);

/**
 * Why something failed, for a reader: by its reason and figures, what gates said by what is kept of them.
 * Where a reason has no sentence, or none of its figures are kept, it is what was said at the time.
 * @returns one for each failure, in their order; null where nothing failed
 */
export async function worded(
  tx: Tx,
  failures: readonly Failure[],
  { say, locale, zone }: WordedFor,
): Promise<readonly (string | null)[]> {
  const gates = await gateSentences(
    tx,
    failures.flatMap(({ details }) => gateIdsOf(details)),
    locale,
  );
  return failures.map(({ reason, message, details }) => {
    if (reason === null) return message;
    const ids = gateIdsOf(details);
    if (ids.length > 0) {
      const said = ids.flatMap((id) => gates.get(id) ?? []);
      // A gate that was hit again meanwhile says something else by now.
      const same = said.every(({ told }) => told.some((one) => message?.includes(one) === true));
      if (!same || said.length < ids.length) return message;
      return [...new Set(said.map(({ now }) => now))].join(' · ');
    }
    // A gate's own words, of which no row is known.
    if (details !== null && Object.hasOwn(details, 'gate')) return message;
    const figures = { ...details, ...(message === null ? {} : { message }) };
    const own = OWN[reason];
    if (details === null && !NEED_NO_FIGURES.has(reason)) return message ?? reason;
    return say(own ?? reason, locale, shownIn(figures, zone)) ?? message ?? reason;
  });
}

const gateIdsOf = (details: Details | null): readonly string[] =>
  Array.isArray(details?.gate_ids) ? (details.gate_ids as string[]) : [];

interface Said {
  /** In every language: whoever was refused was told in one of them. */
  readonly told: readonly string[];
  readonly now: string;
}

async function gateSentences(
  tx: Tx,
  ids: readonly string[],
  locale: Actor['locale'],
): Promise<ReadonlyMap<string, Said>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.sql<{ id: string } & Said>(
    `select id, words #>> array[?, 'message'] as now,
            jsonb_path_query_array(words, '$.*.message') as told
     from gate_log where id = any(?::uuid[]) and words is not null`,
    [locale, [...new Set(ids)]],
  );
  return new Map(rows.map(({ id, ...said }) => [id, said]));
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Moments among the figures as the clocks of the plant show them. */
const shownIn = (details: Details, zone: string): Details =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' && INSTANT.test(value) ? momentIn(value, zone) : value,
    ]),
  );

function momentIn(value: string, zone: string): string {
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return value;
  const options = { dateStyle: 'short', timeStyle: 'medium', timeZone: zone } as const;
  return new Intl.DateTimeFormat('ru-RU', options).format(at);
}
