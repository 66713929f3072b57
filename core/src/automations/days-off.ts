import { invalid, notFound } from '../api/errors.ts';
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
    label: 'date',
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
      en: 'Make a day, or several in a row, days off',
    },
    roles: KEEPERS,
    effect: 'record',
    input: { ...days(), name: text({ pattern: '\\S', maxLength: 200 }) },
    async run({ db, input: { date: day, to, name } }) {
      const range = rangeOf(day, to);
      const known = await lockedDays(db, range);
      for (const each of range) {
        const id = known.get(each)?.id;
        if (id === undefined) await db.of(dayOff).insert({ date: each, name });
        else await db.of(dayOff).update(id, { name, stands: true });
      }
      await tellSwitched(db);
      return { date: day, to: range.at(-1), name, days: range.length };
    },
  }),
  operation({
    name: 'calendar.clear_day_off',
    http: 'DELETE /calendar/days-off/:date',
    summary: {
      uz: 'Dam olish kunini bekor qilish',
      ru: 'Отменить нерабочий день',
      en: 'Make a day off, or several in a row, working days again',
    },
    roles: KEEPERS,
    effect: 'record',
    input: days(),
    async run({ db, input: { date: day, to } }) {
      const range = rangeOf(day, to);
      const standing = [...(await lockedDays(db, range)).values()].filter(({ stands }) => stands);
      if (standing.length === 0) throw notFound('day_off', day);
      for (const { id } of standing) await db.of(dayOff).update(id, { stands: false });
      await tellSwitched(db);
      return { date: day, to: range.at(-1), days: standing.length };
    },
  }),
];

function days() {
  return {
    date: date(),
    to: date().optional().doc('the last day of several in a row, itself too'),
  };
}

const DAY_MS = 86_400_000;
/** Days that are changed at once, at most. */
const MOST_DAYS = 366;

/**
 * The days from one to another as `YYYY-MM-DD`, both themselves too.
 * @throws Refusal day_off_range the last day is before the first, or more than a year after it
 */
function rangeOf(from: string, to: string | null): readonly string[] {
  const first = Date.parse(from);
  const count = to === null ? 1 : (Date.parse(to) - first) / DAY_MS + 1;
  if (count < 1 || count > MOST_DAYS)
    throw invalid('day_off_range', `${from} to ${to} is no row of days`, {
      ...{ from, to, most: MOST_DAYS },
    });
  return Array.from({ length: count }, (_, index) =>
    new Date(first + index * DAY_MS).toISOString().slice(0, 10),
  );
}

interface KnownDay {
  readonly id: string;
  readonly date: string;
  readonly stands: boolean;
}

/** What is known of these days, taken back ones too; one changes the calendar at a time. */
async function lockedDays(
  db: Tx,
  range: readonly string[],
): Promise<ReadonlyMap<string, KnownDay>> {
  await db.sql('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `qoida.days_off ${db.organizationId}`,
  ]);
  const rows = await db.sql<KnownDay>(
    'select id, date, stands from days_off where date = any(?::date[]) order by date',
    [[...range]],
  );
  return new Map(rows.map((row) => [row.date, row]));
}
