import type { AlertState } from '@qoida/dsl';
import { conflict, forbidden } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { flag, id, integer, oneOf, text } from '../api/fields.ts';
import type { Say } from '../api/locale.ts';
import type { Actor, OperationDef, RunContext } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { PastRules } from '../rules/rule-sets.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import type { MayHear } from '../stream/index.ts';
import { alertAcked, alertClosed } from './events.ts';
import { keepHistory } from './history.ts';
import { alertDetail, countAlerts, listAlerts, mayKeep, needReader } from './reading.ts';
import { type AlertRow, alert } from './records.ts';

export interface AlertOperationParts {
  readonly runtime: RuleRuntime;
  readonly zone: string;
  /** Who may read what an event tells. */
  readonly mayHear: MayHear;
  readonly say: Say;
}

type Context = RunContext<never, never>;

/** Alerts as people see them, take them up and close them (F-API-105, F-API-106). */
export function alertOperations({
  runtime,
  zone,
  mayHear,
  say,
}: AlertOperationParts): OperationDef[] {
  const past = new PastRules();
  return [
    operation({
      name: 'alerts.list',
      http: 'GET /alerts',
      summary: { uz: 'Signallar', ru: 'Сигналы', en: 'Alerts' },
      roles: '*',
      effect: 'read',
      input: {
        status: oneOf('open', 'ack', 'closed', 'standing')
          .optional()
          .doc('standing: open or acknowledged'),
        severity: oneOf('P1', 'P2', 'P3').optional(),
        rule: text({ maxLength: 200 }).optional(),
        mine: flag().default(false).doc('those routed to me'),
        lang: lang(),
        page: integer({ min: 1 }).default(1),
        page_size: integer({ min: 1, max: 200 }).default(50),
      },
      run: ({ db, actor, input }) => listAlerts(db, reader(actor, input.lang), input),
    }),
    operation({
      name: 'alerts.count',
      http: 'GET /alerts/count',
      summary: { uz: 'Ochiq signallar soni', ru: 'Сколько сигналов', en: 'How many alerts stand' },
      roles: '*',
      effect: 'read',
      input: {},
      run: ({ db, actor }) => countAlerts(db, actor),
    }),
    operation({
      name: 'alerts.get',
      http: 'GET /alerts/:alert_id',
      summary: { uz: 'Signal', ru: 'Сигнал', en: 'An alert' },
      roles: '*',
      effect: 'read',
      input: { alert_id: id('alert'), lang: lang() },
      facts: { alert: byId(alert, 'alert_id') },
      async run({ db, actor, facts, input }) {
        needReader(actor, facts.alert);
        const standing = runtime.snapshot(db.organizationId);
        const parts = { standing, past, zone, mayHear, say };
        return alertDetail(db, facts.alert, reader(actor, input.lang), parts);
      },
    }),
    operation({
      name: 'alerts.ack',
      http: 'POST /alerts/:alert_id/ack',
      status: 200,
      summary: { uz: 'Signalni qabul qilish', ru: 'Принять сигнал', en: 'Acknowledge an alert' },
      roles: '*',
      effect: 'record',
      input: { alert_id: id('alert'), note: text({ maxLength: 1000 }).optional() },
      facts: { alert: byId(alert, 'alert_id', { lock: true }) },
      emits: [alertAcked],
      async run(context) {
        const { facts, input, actor, now } = context;
        const row = needStanding(actor, facts.alert, ['open']);
        const acknowledged = { at: now.getTime(), by: nameOf(actor) };
        return move(context as unknown as Context, row, {
          state: { ...stateOf(row), status: 'acknowledged', acknowledged, timer: null },
          patch: {
            status: 'ack',
            acked_by: personOf(actor),
            acked_name: actor.name,
            acked_at: now,
          },
          change: 'acknowledged',
          note: input.note,
        });
      },
    }),
    operation({
      name: 'alerts.close',
      http: 'POST /alerts/:alert_id/close',
      status: 200,
      summary: { uz: 'Signalni yopish', ru: 'Закрыть сигнал', en: 'Close an alert' },
      roles: '*',
      effect: 'record',
      input: { alert_id: id('alert'), note: text({ maxLength: 1000 }).optional() },
      facts: { alert: byId(alert, 'alert_id', { lock: true }) },
      emits: [alertClosed],
      async run(context) {
        const { facts, input, actor, now } = context;
        const row = needStanding(actor, facts.alert, ['open', 'ack']);
        const closed = { at: now.getTime(), by: nameOf(actor) };
        return move(context as unknown as Context, row, {
          state: { ...stateOf(row), status: 'closed', closed, timer: null },
          patch: {
            status: 'closed',
            closed_by: personOf(actor),
            closed_name: actor.name,
            closed_at: now,
          },
          change: 'closed',
          note: input.note,
        });
      },
    }),
  ];
}

const lang = () => oneOf('uz', 'ru', 'en').optional().doc('without it the reader’s own');
const reader = (actor: Actor, locale: Actor['locale'] | null): Actor => ({
  ...actor,
  locale: locale ?? actor.locale,
});
const personOf = (actor: Actor): string | null => (actor.kind === 'user' ? actor.id : null);
const nameOf = (actor: Actor): string => actor.id ?? actor.name;
const stateOf = (row: AlertRow) => row.state as AlertState;

/** @throws Refusal alert_not_yours, alert_wrong_state */
function needStanding(actor: Actor, row: AlertRow, from: readonly AlertRow['status'][]): AlertRow {
  if (!mayKeep(actor, row)) throw forbidden('alert_not_yours', 'This alert was not routed to you');
  if (!from.includes(row.status))
    throw conflict('alert_wrong_state', `This alert is ${row.status}`, { status: row.status });
  return row;
}

interface Move {
  readonly state: AlertState;
  readonly patch: Partial<AlertRow>;
  readonly change: 'acknowledged' | 'closed';
  readonly note: string | null;
}

async function move(
  { db, actor, now, emit }: Context,
  row: AlertRow,
  { state, patch, change, note: said }: Move,
) {
  const kept = await db
    .of(alert)
    .update(row.id, { ...patch, state, timer_at: null, ...(said === null ? {} : { note: said }) });
  const at = now.getTime();
  await keepHistory(db, [{ alertId: row.id, at, change, by: actor.name, note: said }]);
  const { rule, severity } = row;
  const payload = { alert_id: row.id, rule, severity };
  await emit(change === 'closed' ? alertClosed : alertAcked, payload);
  return {
    id: kept.id,
    status: kept.status,
    acked_by: kept.acked_name,
    acked_at: kept.acked_at,
    closed_by: kept.closed_name,
    closed_at: kept.closed_at,
    note: kept.note,
  };
}
