import type { ExplainNode, Firing, Remedy } from '@qoida/dsl';
import { forbidden } from '../api/errors.ts';
import type { Say } from '../api/locale.ts';
import type { Actor, Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { deliveryView } from '../channels/deliveries.ts';
import type { delivery } from '../channels/records.ts';
import { settingsOfHash } from '../rules/asked-with.ts';
import type { Lost, PastRules } from '../rules/rule-sets.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import type { MayHear } from '../stream/index.ts';
import type { AlertRow } from './records.ts';
import { alertRulesOf, contextOf, type FactValues } from './rules.ts';

/** Who sees every alert of the plant (F-API-105); others see those that were routed to them. */
export const ALERT_READERS = [
  'sex_boshligi',
  'texnolog',
  'integrator',
  'direktor',
  'admin',
] as const;
/** Who acknowledges and closes beside those it was routed to (F-API-106, F-RBAC-21). */
const ALERT_KEEPERS: readonly string[] = ALERT_READERS;

const hasOne = (actor: Actor, roles: readonly string[]) =>
  actor.roles.some((role) => roles.includes(role));
const isRecipient = (actor: Actor, row: Pick<AlertRow, 'routed_to'>) =>
  actor.id !== null && row.routed_to.includes(actor.id);

export const seesAll = (actor: Actor): boolean => hasOne(actor, ALERT_READERS);

/** @throws Refusal alert_not_yours */
export function needReader(actor: Actor, row: AlertRow): void {
  if (!seesAll(actor) && !isRecipient(actor, row))
    throw forbidden('alert_not_yours', 'This alert was not routed to you');
}

export const mayKeep = (actor: Actor, row: Pick<AlertRow, 'routed_to'>): boolean =>
  hasOne(actor, ALERT_KEEPERS) || isRecipient(actor, row);

export interface AlertFilter {
  readonly status: 'open' | 'ack' | 'closed' | 'standing' | null;
  readonly severity: 'P1' | 'P2' | 'P3' | null;
  readonly rule: string | null;
  readonly mine: boolean;
  readonly page: number;
  readonly page_size: number;
}

/** A page of alerts: those that stand first, the most severe before, then the newest. */
export async function listAlerts(
  db: Tx,
  actor: Actor,
  filter: AlertFilter,
): Promise<Record<string, unknown>> {
  const { status, severity, rule, page, page_size } = filter;
  const mine = filter.mine || !seesAll(actor) ? (actor.id ?? NOBODY) : null;
  const rows = await db.sql<AlertRow & { total: number }>(
    `select a.*, count(*) over () as total from alerts a
     where (?::text is null or status = ? or (? = 'standing' and status <> 'closed'))
       and (?::text is null or severity = ?) and (?::text is null or rule = ?)
       and (?::uuid is null or ?::uuid = any(routed_to))
     order by (status = 'closed'), case when status = 'closed' then 'P9' else severity end, ts desc, id
     limit ? offset ?`,
    [
      status,
      status,
      status,
      severity,
      severity,
      rule,
      rule,
      mine,
      mine,
      page_size,
      (page - 1) * page_size,
    ],
  );
  return {
    items: rows.map((row) => alertView(row, actor)),
    page,
    page_size,
    total: rows[0]?.total ?? 0,
  };
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** How many wait for somebody: what the menu shows. */
export async function countAlerts(db: Tx, actor: Actor): Promise<Record<string, unknown>> {
  const mine = seesAll(actor) ? null : (actor.id ?? NOBODY);
  const rows = await db.sql<{ status: string; severity: string; count: number }>(
    `select status, severity, count(*) as count from alerts
     where status <> 'closed' and (?::uuid is null or ?::uuid = any(routed_to)) group by status, severity`,
    [mine, mine],
  );
  const of = (status: string, severity?: string) =>
    rows
      .filter((row) => row.status === status && (severity ?? row.severity) === row.severity)
      .reduce((sum, row) => sum + row.count, 0);
  return { open: of('open'), ack: of('ack'), open_p1: of('open', 'P1') };
}

/** An alert in the reader's language. */
export function alertView(row: AlertRow, actor: Actor): Record<string, unknown> {
  const { id, rule, metric_code, group_key, severity, status, value, threshold, unit } = row;
  return {
    id,
    rule,
    metric_code,
    group: group_key,
    severity,
    status,
    message: row.message[actor.locale],
    value,
    threshold,
    unit,
    ts: row.ts,
    last_raised_at: row.last_raised_at,
    count: row.count,
    routed_to: row.routed_to,
    routed_roles: row.routed_roles,
    acked_by: row.acked_name,
    acked_at: row.acked_at,
    closed_by: row.closed_name,
    closed_at: row.closed_at,
    note: row.note,
    mine: isRecipient(actor, row),
    may_act: status !== 'closed' && mayKeep(actor, row),
  };
}

interface RunRow {
  readonly key: string;
  readonly at: Date;
  readonly events: Firing['events'];
  readonly causes: readonly string[];
  readonly rules_hash: string;
  readonly decided_at: Date;
  readonly settings_hash: string;
  readonly facts: FactValues | null;
}

export interface ExplainingParts {
  readonly standing: Snapshot;
  readonly past: PastRules;
  readonly zone: string;
  readonly mayHear: MayHear;
  readonly say: Say;
}

interface HistoryRow {
  readonly note: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the platform did by itself, in the reader's language. */
const sayWhy = ({ reason, ...figures }: HistoryRow['details'], { locale }: Actor, say: Say) =>
  typeof reason === 'string' ? say(reason, locale, figures) : undefined;

/** Of an alert with a long life or very many receivers the latest are shown. */
const MOST_SHOWN = 200;

/** An alert with its history, its messages, and why it was raised by the rules of then. */
export async function alertDetail(
  db: Tx,
  row: AlertRow,
  actor: Actor,
  parts: ExplainingParts,
): Promise<Record<string, unknown>> {
  const history = await db.sql<HistoryRow>(
    `select at, change, by, note, details from (
       select seq, at, change, by_name as by, note, details from alert_history where alert_id = ?
       order by seq desc limit ${MOST_SHOWN}) as latest order by seq`,
    [row.id],
  );
  // Who only receives it is shown his own messages; those that did not arrive come first.
  const own = seesAll(actor) ? null : (actor.id ?? NOBODY);
  const deliveries = await db.sql<RowOf<typeof delivery> & { total: number }>(
    `select *, count(*) over () as total from alert_deliveries
     where alert_id = ? and (?::uuid is null or user_id = ?::uuid)
     order by (status = 'dead') desc, seq desc limit ${MOST_SHOWN}`,
    [row.id, own, own],
  );
  return {
    ...alertView(row, actor),
    history: history.map(({ note, details, ...entry }) => ({
      ...entry,
      note: sayWhy(details, actor, parts.say) ?? note,
      details,
    })),
    deliveries: deliveries.map((one) => deliveryView(one, actor)),
    deliveries_total: deliveries[0]?.total ?? 0,
    ...(await explained(db, row, actor, parts)),
  };
}

interface Explained {
  readonly explanation: Readonly<Record<string, ExplainNode>> | null;
  /** What would close it by its rule. */
  readonly would_close: readonly Remedy[];
  readonly events: readonly unknown[];
  /** Why these are not the rules that raised it; null when they are. */
  readonly rules_lost: Lost | 'rule_gone' | 'run_forgotten' | null;
  /** What raised it is for those who may read it: the message alone was routed to this reader. */
  readonly hidden: boolean;
}

async function explained(
  db: Tx,
  row: AlertRow,
  actor: Actor,
  { standing, past, zone, mayHear }: ExplainingParts,
): Promise<Explained> {
  const { locale } = actor;
  const [run] = await db.sql<RunRow>(
    `select key, at, events, causes, rules_hash, decided_at, settings_hash, facts
     from rule_runs where id = ?`,
    [row.run_id],
  );
  const none = { explanation: null, would_close: [], hidden: false };
  if (run === undefined) return { ...none, events: [], rules_lost: 'run_forgotten' };
  const nothing = { ...none, events: run.events };
  const then = await past.find(db, run.rules_hash, standing);
  const lost = typeof then === 'string' ? then : null;
  const { alerts } = alertRulesOf(typeof then === 'string' ? standing : then);
  const rule = alerts.get(row.rule)?.rule;
  // What nobody knows the events of any more is for those who see all.
  const heard =
    run.events.length === 0 ||
    (rule?.trigger.events ?? ['']).every((name) => mayHear(actor, `event.${name}`));
  if (!seesAll(actor) && !heard) return { ...none, events: [], rules_lost: null, hidden: true };
  if (rule === undefined) return { ...nothing, rules_lost: lost ?? 'rule_gone' };
  const asked = await settingsOfHash(db, run.settings_hash);
  const context = contextOf({
    now: run.decided_at,
    settings: asked?.settings ?? {},
    zone: asked?.zone ?? zone,
    facts: run.facts ?? {},
  });
  const firing: Firing = { rule: rule.name, ...run, at: run.at.getTime() };
  return {
    explanation: { ...rule.explain(firing, context, locale) },
    would_close: row.status === 'closed' ? [] : rule.clearRemedies(firing, context, locale),
    events: run.events,
    rules_lost: lost,
    hidden: false,
  };
}
