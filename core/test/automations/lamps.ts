import {
  byId,
  conflict,
  definePlugin,
  event,
  flag,
  id,
  integer,
  oneOf,
  operation,
  quantity,
  record,
  text,
} from '@qoida/core';

/** A lamp with a button: small enough to read, and everything an automation can listen to and do. */
export const lamp = record(
  'lamp',
  'lamps',
  {
    code: text({ unique: true, maxLength: 20 }),
    lit: flag().default(false),
    switched: integer().default(0),
    broken: flag().default(false),
  },
  { code: 'code', lockOrder: 20, api: { path: 'lamps', read: '*' } },
);
const title = (en: string) => ({ uz: en, ru: en, en });
const pressed = event('lamp.pressed', {
  lamp_id: id('lamp'),
  kind: oneOf('click', 'hold'),
  held: quantity('s', { resolution: 0.1 }),
});
const switched = event('lamp.switched', { lamp_id: id('lamp'), lit: flag() });
const noted = event('lamp.noted', { lamp_id: id('lamp') });

export const lamps = definePlugin({
  name: 'lamps',
  version: '1.0.0',
  title: title('Lamps'),
  roles: { operator: title('Operator') },
  records: [lamp],
  events: [pressed, switched, noted],
  migrations: new URL('./fixture/', import.meta.url),
  rules: [new URL('./fixture/lamps.qoida', import.meta.url)],
  operations: [
    operation({
      name: 'lamp.create',
      http: 'POST /lamps',
      summary: title('Add a lamp'),
      roles: '*',
      effect: 'record',
      input: { code: text({ maxLength: 20 }) },
      run: ({ db, input }) => db.of(lamp).insert({ code: input.code }),
    }),
    operation({
      name: 'lamp.press',
      http: 'POST /lamps/:lamp_id/press',
      summary: title('Press the button'),
      roles: '*',
      effect: 'record',
      input: {
        lamp_id: id('lamp'),
        kind: oneOf('click', 'hold'),
        held: quantity('s', { resolution: 0.1 }).default(0),
      },
      facts: { lamp: byId(lamp, 'lamp_id') },
      emits: [pressed],
      async run({ facts, input, emit }) {
        await emit(pressed, { lamp_id: facts.lamp.id, kind: input.kind, held: input.held });
        return {};
      },
    }),
    operation({
      name: 'lamp.switch',
      http: 'POST /lamps/:lamp_id/switch',
      summary: title('Switch a lamp'),
      roles: '*',
      effect: 'record',
      input: { lamp_id: id('lamp'), lit: flag() },
      facts: { lamp: byId(lamp, 'lamp_id', { lock: true }) },
      emits: [switched],
      async run({ facts, input, db, emit }) {
        if (facts.lamp.broken) throw conflict('lamp_broken', 'This lamp is broken');
        const { id: lamp_id, switched: times } = facts.lamp;
        await emit(switched, { lamp_id, lit: input.lit });
        return db.of(lamp).update(lamp_id, { lit: input.lit, switched: times + 1 });
      },
    }),
    operation({
      name: 'lamp.note',
      summary: title('Note a lamp'),
      roles: '*',
      effect: 'record',
      input: { lamp_id: id('lamp') },
      emits: [noted],
      async run({ input, emit }) {
        await emit(noted, { lamp_id: input.lamp_id });
        return {};
      },
    }),
    operation({
      name: 'lamp.break',
      http: 'POST /lamps/:lamp_id/break',
      summary: title('Break or mend a lamp'),
      roles: '*',
      effect: 'record',
      input: { lamp_id: id('lamp'), broken: flag() },
      facts: { lamp: byId(lamp, 'lamp_id', { lock: true }) },
      run: ({ facts, input, db }) => db.of(lamp).update(facts.lamp.id, { broken: input.broken }),
    }),
  ],
});
