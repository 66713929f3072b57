import { forbidden, invalid } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { flag, id, instant, list, oneOf, text } from '../api/fields.ts';
import type { Actor, OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { silence } from './records.ts';
import { CHANNEL_KEEPERS, type ChannelOperationParts } from './shared.ts';
import { minuteOf, type SilenceRow } from './silence.ts';

const MOST_MS = 400 * 86_400_000;

/** When messages wait or are left out; quiet hours of his own are everybody's affair. */
export function silenceOperations({ channels, wake }: ChannelOperationParts): OperationDef[] {
  return [
    operation({
      name: 'silences.list',
      http: 'GET /silences',
      summary: { uz: 'Sokin vaqtlar', ru: 'Окна тишины', en: 'Silence windows' },
      roles: '*',
      effect: 'read',
      input: { ended: flag().default(false).doc('those that are over too') },
      async run({ db, input, actor, now }) {
        const rows = await db.sql<SilenceRow & { user_name: string | null }>(
          `select s.id, s.created_at, s.channel, s.user_id, s.kind, s.mode, s.from_at, s.to_at, s.days,
             s.from_time, s.to_time, s.p1_passes, s.reason, s.author, s.ended_at, u.full_name as user_name
           from silences s left join users u on u.id = s.user_id
           where (?::uuid is null or s.user_id = ?::uuid)
             and (? or (s.ended_at is null and (s.kind = 'weekly' or s.to_at > ?)))
           order by s.created_at desc limit 200`,
          [...twice(isKeeper(actor) ? null : (actor.id ?? NOBODY)), input.ended, now],
        );
        return { items: rows };
      },
    }),
    operation({
      name: 'silences.add',
      http: 'POST /silences',
      summary: { uz: 'Sokin vaqt qo‘shish', ru: 'Добавить окно тишины', en: 'Add a silence' },
      roles: '*',
      effect: 'record',
      input: {
        kind: oneOf('once', 'weekly'),
        mode: oneOf('hold', 'drop').default('hold').doc('wait until the end, or leave out'),
        channel: text({ maxLength: 64 }).optional().doc('without it all that reach out'),
        user_id: id('user').optional().doc('for the messages of one person'),
        from_at: instant().optional(),
        to_at: instant().optional(),
        days: list(oneOf('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')).default([]),
        from_time: text({ maxLength: 5 }).optional().doc('HH:MM of the plant'),
        to_time: text({ maxLength: 5 }).optional(),
        p1_passes: flag().default(true),
        reason: text({ pattern: '\\S', maxLength: 500 }),
      },
      async run({ db, input, actor, now }) {
        if (!isKeeper(actor) && (input.user_id === null || input.user_id !== actor.id))
          throw forbidden('not_your_silence', 'Quiet hours of others are kept by an administrator');
        if (input.channel !== null && !channels().some(({ name }) => name === input.channel))
          throw invalid('channel_unknown', `There is no channel ${input.channel}`, {
            channel: input.channel,
          });
        checkWindow(input, now);
        return db.of(silence).insert({ ...input, author: actor.name });
      },
    }),
    operation({
      name: 'silences.end',
      http: 'POST /silences/:silence_id/end',
      status: 200,
      summary: { uz: 'Sokin vaqtni tugatish', ru: 'Закончить тишину', en: 'End a silence' },
      roles: '*',
      effect: 'record',
      input: { silence_id: id('silence') },
      facts: { silence: byId(silence, 'silence_id', { lock: true }) },
      async run({ db, facts, actor, now, afterCommit }) {
        const { silence: row } = facts;
        if (!isKeeper(actor) && row.user_id !== actor.id)
          throw forbidden('not_your_silence', 'Quiet hours of others are kept by an administrator');
        if (row.ended_at !== null) return row;
        // What it held back goes now; what other silences hold back, they will.
        await db.sql(
          `update alert_deliveries set next_at = ? where status = 'ready' and failure = 'silence'`,
          [now],
        );
        afterCommit(wake);
        return db.of(silence).update(row.id, { ended_at: now });
      },
    }),
  ];
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
const twice = <T>(value: T): [T, T] => [value, value];
const isKeeper = ({ roles }: Actor) =>
  roles.some((role) => CHANNEL_KEEPERS.some((one) => one === role));

interface Window {
  readonly kind: 'once' | 'weekly';
  readonly from_at: Date | null;
  readonly to_at: Date | null;
  readonly from_time: string | null;
  readonly to_time: string | null;
}

/** @throws Refusal silence_period, silence_hours */
function checkWindow({ kind, from_at, to_at, from_time, to_time }: Window, now: Date): void {
  if (kind === 'once') {
    const fits =
      from_at !== null &&
      to_at !== null &&
      to_at > from_at &&
      to_at > now &&
      to_at.getTime() - from_at.getTime() <= MOST_MS;
    if (!fits)
      throw invalid(
        'silence_period',
        'Give a beginning and an end in the future, at most 400 days apart',
      );
    return;
  }
  if (minuteOf(from_time) === undefined || minuteOf(to_time) === undefined)
    throw invalid('silence_hours', 'Give the hours as HH:MM, from 00:00 to 23:59');
}
