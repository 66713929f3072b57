import { event } from '../api/events.ts';
import { id, oneOf, text } from '../api/fields.ts';
import { operation } from '../api/operations.ts';
import { record } from '../api/records.ts';

/** A short message for the people of the plant, shown on the home screen. */
export const message = record(
  'message',
  'messages',
  {
    text: text({ maxLength: 2000 }),
    level: oneOf('info', 'warning', 'alarm').default('info'),
    source: text({ maxLength: 200 }),
  },
  {
    audit: false,
    indexes: [{ name: 'messages_newest', on: 'created_at desc' }],
    api: { path: 'messages', read: '*', filters: ['level', 'source'], sort: 'created_at desc' },
  },
);

export const messagePosted = event(
  'message.posted',
  { message_id: id('message'), text: text(), level: text(), source: text() },
  { title: { uz: 'Xabar qo‘yildi', ru: 'Размещено сообщение', en: 'Message posted' } },
);

export const boardOperations = [
  operation({
    name: 'message.post',
    http: 'POST /messages',
    summary: { uz: 'Xabar qo‘yish', ru: 'Разместить сообщение', en: 'Post a message' },
    roles: '*',
    effect: 'record',
    input: {
      text: text({ maxLength: 2000 }).example('FG-2025-08-28-000123: 20.520 kg'),
      level: oneOf('info', 'warning', 'alarm').default('info'),
    },
    emits: [messagePosted],
    async run({ input, actor, db, emit }) {
      const row = await db.of(message).insert({ ...input, source: actor.name });
      await emit(messagePosted, {
        message_id: row.id,
        text: row.text,
        level: row.level,
        source: row.source,
      });
      return { id: row.id, text: row.text, level: row.level, created_at: row.created_at };
    },
  }),
];
