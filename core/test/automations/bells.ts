import {
  conflict,
  definePlugin,
  event,
  flag,
  instant,
  integer,
  operation,
  Refusal,
  record,
  standing,
  text,
} from '@qoida/core';

/** Bells that ring: what a rule did stands in a table of their own, one row a ring. */
export const ring = record(
  'ring',
  'rings',
  {
    bell: text({ maxLength: 80 }),
    word: text({ maxLength: 80 }),
    rung_at: instant(),
  },
  { lockOrder: 20, api: { path: 'rings', read: '*', filters: ['bell', 'word'] } },
);
const title = (en: string) => ({ uz: en, ru: en, en });
const pulled = event(
  'bell.pulled',
  { bell: text({ maxLength: 80 }), force: integer(), pulled_at: instant().optional() },
  { stream: 'bell', at: 'pulled_at' },
);
const let_go = event('bell.let_go', { bell: text({ maxLength: 80 }) }, { stream: 'bell' });
const told = event('bell.told', {
  story: text({ maxLength: 20_000 }),
  type: text({ maxLength: 80 }).optional(),
});
const rang = event('bell.rang', { bell: text({ maxLength: 80 }), word: text({ maxLength: 80 }) });

/** How bells behave that are to fail: by their names. */
const faults = new Map<string, number>();

/** Keepers that answer only when the test lets them, by their bells, and what was delivered to any. */
export const keepers = new Map<string, Promise<void>>();
export const letters: { bell: string; repeated: boolean }[] = [];

/** Bells with a rope each, a text of rules, and faults on demand. */
export const bellsWith = (rules: URL) =>
  definePlugin({
    name: 'bells',
    version: '1.0.0',
    title: title('Bells'),
    roles: { ringer: title('Ringer') },
    messages: {
      bell_cracked: {
        uz: '“{bell}” {since} dan beri yorilgan',
        ru: 'Колокол {bell} треснул: {since}',
        en: 'The bell {bell} is cracked since {since}',
      },
    },
    records: [ring],
    events: [pulled, let_go, told, rang],
    migrations: new URL('./fixture/bells/', import.meta.url),
    rules: [rules],
    standing: [
      standing('storms', title('Rings of the storm bell'), integer(), async ({ db }) => {
        const [row] = await db.sql<{ count: number }>(
          `select count(*) as count from rings where bell = 'storm'`,
        );
        return row?.count ?? 0;
      }),
    ],
    operations: [
      operation({
        name: 'bell.pull',
        http: 'POST /bells/:bell/pull',
        summary: title('Pull a rope'),
        roles: '*',
        effect: 'record',
        input: {
          bell: text({ maxLength: 80 }),
          force: integer().default(1),
          pulled_at: instant().optional(),
        },
        emits: [pulled],
        async run({ input, emit }) {
          const { bell, force, pulled_at } = input;
          await emit(pulled, { bell, force, pulled_at });
          return {};
        },
      }),
      operation({
        name: 'bell.let_go',
        http: 'POST /bells/:bell/let-go',
        summary: title('Let a rope go'),
        roles: '*',
        effect: 'record',
        input: { bell: text({ maxLength: 80 }) },
        emits: [let_go],
        async run({ input, emit }) {
          await emit(let_go, { bell: input.bell });
          return {};
        },
      }),
      operation({
        name: 'bell.tell',
        http: 'POST /bells/tell',
        summary: title('Tell a story of a bell'),
        roles: '*',
        effect: 'record',
        input: { story: text({ maxLength: 20_000 }), type: text({ maxLength: 80 }).optional() },
        emits: [told],
        async run({ input, emit }) {
          await emit(told, { story: input.story, type: input.type });
          return {};
        },
      }),
      operation({
        name: 'bell.ring',
        summary: title('Ring a bell'),
        roles: '*',
        effect: 'record',
        input: { bell: text({ maxLength: 80 }), word: text({ maxLength: 80 }) },
        emits: [rang],
        async run({ input, db, emit, now }) {
          const left = faults.get(input.bell) ?? 0;
          faults.set(input.bell, left - 1);
          if (left > 0) throw new Refusal('unavailable', 'rope_stuck', 'The rope is stuck');
          if (input.bell.startsWith('cracked'))
            throw conflict('bell_cracked', 'It is cracked', {
              bell: input.bell,
              since: new Date('2026-03-01T20:30:00Z'),
            });
          await emit(rang, { bell: input.bell, word: input.word });
          return db.of(ring).insert({ bell: input.bell, word: input.word, rung_at: now });
        },
      }),
      operation({
        name: 'bell.toll',
        summary: title('Toll a bell that is far away'),
        roles: '*',
        effect: 'device',
        input: { bell: text({ maxLength: 80 }), word: text({ maxLength: 80 }) },
        run: async ({ input }) => ({ bell: input.bell }),
        async deliver(_context, intent) {
          const { bell } = intent as { bell: string };
          if (bell === 'deaf') throw new Refusal('unavailable', 'ack_timeout', 'No answer');
          throw conflict('device_offline', 'It is not connected');
        },
      }),
      operation({
        name: 'bell.write',
        summary: title('Write to the keeper of a bell'),
        roles: '*',
        effect: 'external',
        input: { bell: text({ maxLength: 80 }), word: text({ maxLength: 80 }) },
        run: ({ input, db, now }) =>
          db.of(ring).insert({ bell: input.bell, word: input.word, rung_at: now }),
        async deliver({ repeated }, kept) {
          const { bell } = kept as { bell: string };
          await keepers.get(bell);
          letters.push({ bell, repeated });
          return { bell };
        },
      }),
      operation({
        name: 'bell.stick',
        http: 'POST /bells/:bell/stick',
        summary: title('Make its rope stick some times'),
        roles: '*',
        effect: 'record',
        input: { bell: text({ maxLength: 80 }), times: integer(), quietly: flag().default(false) },
        async run({ input }) {
          faults.set(input.bell, input.times);
          return {};
        },
      }),
    ],
  });
