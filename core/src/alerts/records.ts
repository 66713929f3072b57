import { id, instant, integer, json, list, number, oneOf, text } from '../api/fields.ts';
import { type RowOf, record } from '../api/records.ts';

/** What an alert says, in each language. */
export type AlertTexts = Readonly<Record<'uz' | 'ru' | 'en', string>>;

const person = () => text({ maxLength: 200 }).optional();

/** One opening of a group's alert (F-DM-48, F-SM-11): open → ack → closed. */
export const alert = record(
  'alert',
  'alerts',
  {
    rule: text({ maxLength: 200 }),
    metric_code: text({ maxLength: 200 }),
    group_key: text({ maxLength: 1000 }),
    dedupe_key: text({ maxLength: 1300 }),
    severity: oneOf('P1', 'P2', 'P3'),
    status: oneOf('open', 'ack', 'closed').default('open'),
    value: number({ resolution: 0.001 }).optional(),
    threshold: number({ resolution: 0.001 }).optional(),
    unit: text({ maxLength: 40 }).optional(),
    ts: instant(),
    last_raised_at: instant(),
    count: integer().default(1),
    message: json<AlertTexts>(),
    routed_to: list(id('user')).default([]),
    routed_roles: list(text({ maxLength: 64 })).default([]),
    acked_by: id('user').optional(),
    acked_name: person(),
    acked_at: instant().optional(),
    closed_by: id('user').optional(),
    closed_name: person(),
    closed_at: instant().optional(),
    note: text({ maxLength: 1000 }).optional(),
    run_id: id('rule_run'),
    rules_hash: text({ maxLength: 64 }),
    trace_id: id('trace'),
    /** As the language keeps it (`AlertState`). */
    state: json(),
    timer_at: instant().optional(),
    /** Of the text that it was stepped by last, and whom that text tells. */
    rule_hash: text({ maxLength: 64 }).optional(),
    recipients: json().optional(),
  },
  { lockOrder: 97 },
);

export type AlertRow = RowOf<typeof alert>;

export const alertRecords = [alert] as const;
