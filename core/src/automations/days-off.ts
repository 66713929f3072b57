import { notFound } from '../api/errors.ts';
import { date, flag, text } from '../api/fields.ts';
import { type OperationDef, operation, type Tx } from '../api/operations.ts';
import { record } from '../api/records.ts';
import { tellSwitched } from './switches.ts';

const KEEPERS = ['texnolog', 'integrator', 'admin'] as const;

/**
 * A day on which the plant does not work: schedules pass over it (`holidays skip`) or run on it alone
 * (`holidays only`). One that is taken back stays, for its audit.
 */
export const dayOff = record(
  'day_off',
  'days_off',
  { date: date(), name: text({ maxLength: 200 }), stands: flag().default(true) },
  {
    title: { uz: 'Dam olish kuni', ru: 'Нерабочий день', en: 'Day off' },
    unique: [['date']],
    lockOrder: 93,
  },
);

/** The days off, as schedules ask for them: local dates. */
export async function daysOff(tx: Pick<Tx, 'sql'>): Promise<readonly string[]> {
  const rows = await tx.sql<{ date: string }>('select date from days_off where stands');
  return rows.map((row) => row.date);
}

/** The calendar of days off. Where it changes, what was planned for the day does at once. */
export const calendarOperations: readonly OperationDef[] = [
  operation({
    name: 'calendar.days_off',
    http: 'GET /calendar/days-off',
    summary: { uz: 'Dam olish kunlari', ru: 'Нерабочие дни', en: 'Days off' },
    roles: '*',
    effect: 'read',
    input: { from: date().optional(), to: date().optional().doc('the last day, itself too') },
    async run({ db, input: { from, to } }) {
      const items = await db.sql(
        `select date, name from days_off where stands and (?::date is null or date >= ?)
           and (?::date is null or date <= ?) order by date limit 2000`,
        [from, from, to, to],
      );
      return { items };
    },
  }),
  operation({
    name: 'calendar.set_day_off',
    http: 'PUT /calendar/days-off/:date',
    summary: {
      uz: 'Dam olish kunini belgilash',
      ru: 'Назначить нерабочий день',
      en: 'Make a day a day off',
    },
    roles: KEEPERS,
    effect: 'record',
    input: { date: date(), name: text({ pattern: '\\S', maxLength: 200 }) },
    async run({ db, input: { date: day, name } }) {
      const known = await lockedDay(db, day);
      const row =
        known === undefined
          ? await db.of(dayOff).insert({ date: day, name })
          : await db.of(dayOff).update(known.id, { name, stands: true });
      await tellSwitched(db);
      return { date: row.date, name: row.name };
    },
  }),
  operation({
    name: 'calendar.clear_day_off',
    http: 'DELETE /calendar/days-off/:date',
    summary: {
      uz: 'Dam olish kunini bekor qilish',
      ru: 'Отменить нерабочий день',
      en: 'Make a day off a working day again',
    },
    roles: KEEPERS,
    effect: 'record',
    input: { date: date() },
    async run({ db, input: { date: day } }) {
      const known = await lockedDay(db, day);
      if (known?.stands !== true) throw notFound('day_off', day);
      await db.of(dayOff).update(known.id, { stands: false });
      await tellSwitched(db);
      return { date: day };
    },
  }),
];

/** One at a time for a day. */
async function lockedDay(db: Tx, day: string) {
  await db.sql('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `qoida.day_off ${db.organizationId} ${day}`,
  ]);
  const [row] = await db.sql<{ id: string; stands: boolean }>(
    'select id, stands from days_off where date = ?',
    [day],
  );
  return row;
}
