import type { AlertState, CompiledAlert, Notice } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { AlertNotice } from '../channels/queue.ts';
import type { AlertRow } from './records.ts';
import type { AlertRule } from './rules.ts';

const STATUS_OF_STATE = { open: 'open', acknowledged: 'ack', closed: 'closed' } as const;

/** An alert while moves change it. */
export interface Life {
  readonly id: string;
  readonly key: string;
  readonly found: AlertRule;
  /** As it is in the database; null for one that opens. */
  readonly row: AlertRow | null;
  readonly raised: { readonly runId: string; readonly rulesHash: string; readonly traceId: string };
  state: AlertState;
  figures: Pick<AlertRow, 'value' | 'threshold' | 'unit'>;
  /** What the firing that opened it came to. */
  readonly message: AlertRow['message'];
  closedAt: number | null;
  readonly notices: Notice[];
}

type Recipients = CompiledAlert['recipients'];

/**
 * What an alert remembers, as the text of its rule that counts now understands it: which people were told
 * stands by the place of their clause. Others than before are told, the same ones not again.
 */
export function alignedState(row: AlertRow, { rule, hash }: AlertRule, now: Date): AlertState {
  const state = row.state as AlertState;
  if (row.rule_hash === hash || state.status !== 'open') return state;
  const before = row.recipients as Recipients | null;
  const known = new Set(state.told.map((place) => clauseOf(before?.[place])));
  const told =
    before === null
      ? state.told
      : rule.recipients.flatMap((clause, place) => (known.has(clauseOf(clause)) ? [place] : []));
  // Asked at once: others may be due by now.
  return { ...state, told, timer: now.getTime() };
}

const clauseOf = (clause: Recipients[number] | undefined): string =>
  JSON.stringify([clause?.roles.toSorted(), clause?.channels.toSorted()]);

export const noticeOf = ({
  id,
  found,
  row,
  message,
  figures,
  state,
  notices,
}: Life): AlertNotice => ({
  id,
  rule: found.id,
  severity: row?.severity ?? found.rule.severity,
  message,
  ...figures,
  openedAt: row?.ts ?? new Date(state.openedAt),
  count: state.count,
  notices,
});

/** Whom an alert was told, by its id. */
export type Routed = ReadonlyMap<string, readonly string[]>;

const changesOf = (life: Life, routed: Routed) => ({
  id: life.id,
  state: life.state,
  status: STATUS_OF_STATE[life.state.status],
  count: life.state.count,
  last_raised_at: new Date(life.state.firing.at),
  value: life.figures.value,
  threshold: life.figures.threshold,
  timer_at: life.state.timer === null ? null : new Date(life.state.timer),
  closed_at: life.closedAt === null ? null : new Date(life.closedAt),
  rule_hash: life.found.hash,
  recipients: life.found.rule.recipients,
  routed_to: [...new Set([...(life.row?.routed_to ?? []), ...(routed.get(life.id) ?? [])])],
  routed_roles: [
    ...new Set([...(life.row?.routed_roles ?? []), ...life.notices.flatMap(({ roles }) => roles)]),
  ],
});

const CHANGED = [
  'state',
  'status',
  'count',
  'last_raised_at',
  'value',
  'threshold',
  'timer_at',
  'closed_at',
  'rule_hash',
  'recipients',
  'routed_to',
  'routed_roles',
] as const;
const CHANGED_TYPES = `id uuid, state jsonb, status text, count bigint, last_raised_at timestamptz, value numeric,
  threshold numeric, timer_at timestamptz, closed_at timestamptz, rule_hash text, recipients jsonb,
  routed_to uuid[], routed_roles text[]`;

/** Keeps what became of alerts that are in the database. */
export async function updateAlerts(tx: Tx, lives: readonly Life[], routed: Routed): Promise<void> {
  const rows = lives.filter(({ row }) => row !== null).map((life) => changesOf(life, routed));
  if (rows.length === 0) return;
  await tx.sql(
    `update alerts a set ${CHANGED.map((name) => `${name} = r.${name}`).join(', ')}
     from jsonb_to_recordset(?::jsonb) as r (${CHANGED_TYPES}) where a.id = r.id`,
    [JSON.stringify(rows)],
  );
}

/** Keeps alerts that opened. */
export async function insertAlerts(tx: Tx, lives: readonly Life[], routed: Routed): Promise<void> {
  const rows = lives
    .filter(({ row }) => row === null)
    .map((life) => {
      const { name, severity } = life.found.rule;
      return {
        ...changesOf(life, routed),
        rule: life.found.id,
        metric_code: name,
        group_key: life.state.group.slice(0, 1_000),
        dedupe_key: life.key,
        severity,
        unit: life.figures.unit,
        ts: new Date(life.state.openedAt),
        message: life.message,
        run_id: life.raised.runId,
        rules_hash: life.raised.rulesHash,
        trace_id: life.raised.traceId,
      };
    });
  if (rows.length === 0) return;
  const columns = `rule, metric_code, group_key, dedupe_key, severity, unit, ts, message, run_id, rules_hash, trace_id`;
  await tx.sql(
    `insert into alerts (id, ${CHANGED.join(', ')}, ${columns})
     select id, ${CHANGED.join(', ')}, ${columns} from jsonb_to_recordset(?::jsonb) as r (${CHANGED_TYPES},
       rule text, metric_code text, group_key text, dedupe_key text, severity text, unit text, ts timestamptz,
       message jsonb, run_id uuid, rules_hash text, trace_id uuid)`,
    [JSON.stringify(rows)],
  );
}
