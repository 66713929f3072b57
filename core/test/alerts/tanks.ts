import {
  byId,
  definePlugin,
  event,
  id,
  integer,
  list,
  object,
  operation,
  quantity,
  record,
  standing,
  text,
} from '@qoida/core';

const title = (en: string) => ({ uz: en, ru: en, en });
const kg = () => quantity('kg', { resolution: 0.001, min: 0 });

/** A tank that is filled: the least that an alert can watch, by events and by how things stand. */
export const tank = record(
  'tank',
  'tanks',
  { code: text({ unique: true, maxLength: 20 }), level_kg: kg().default(0) },
  { code: 'code', lockOrder: 20, api: { path: 'tanks', read: '*' } },
);
/** Prices are not for everybody. */
const priced = event(
  'tank.priced',
  { tank_id: id('tank'), code: text(), price: integer() },
  { read: ['moliya'] },
);
const filled = event('tank.filled', { tank_id: id('tank'), code: text(), level_kg: kg() });

export const tanks = definePlugin({
  name: 'tanks',
  version: '1.0.0',
  title: title('Tanks'),
  roles: {
    operator: title('Operator'),
    texnolog: title('Technologist'),
    direktor: title('Director'),
    moliya: title('Finance'),
  },
  records: [tank],
  events: [filled, priced],
  migrations: new URL('./fixture/', import.meta.url),
  rules: [new URL('./fixture/tanks.qoida', import.meta.url)],
  standing: [
    standing(
      'full_tanks',
      title('tanks that are full'),
      list(object({ code: text(), level_kg: kg() })),
      ({ db }) => db.sql('select code, level_kg from tanks where level_kg >= 50 order by code'),
    ),
  ],
  operations: [
    operation({
      name: 'tank.create',
      http: 'POST /tanks',
      summary: title('Add a tank'),
      roles: '*',
      effect: 'record',
      input: { code: text({ maxLength: 20 }) },
      run: ({ db, input }) => db.of(tank).insert({ code: input.code }),
    }),
    operation({
      name: 'tank.fill',
      http: 'POST /tanks/:tank_id/fill',
      summary: title('Fill a tank'),
      roles: '*',
      effect: 'record',
      input: { tank_id: id('tank'), level_kg: kg() },
      facts: { tank: byId(tank, 'tank_id', { lock: true }) },
      emits: [filled],
      async run({ facts, input, db, emit }) {
        const { id: tank_id, code } = facts.tank;
        await emit(filled, { tank_id, code, level_kg: input.level_kg });
        return db.of(tank).update(tank_id, { level_kg: input.level_kg });
      },
    }),
    operation({
      name: 'tank.price',
      http: 'POST /tanks/:tank_id/price',
      summary: title('Say what a tank costs'),
      roles: '*',
      effect: 'record',
      input: { tank_id: id('tank'), price: integer() },
      facts: { tank: byId(tank, 'tank_id') },
      emits: [priced],
      async run({ facts, input, emit }) {
        const { id: tank_id, code } = facts.tank;
        await emit(priced, { tank_id, code, price: input.price });
        return { tank_id };
      },
    }),
    operation({
      name: 'tank.set',
      http: 'POST /tanks/:tank_id/set',
      summary: title('Correct a level, without an event'),
      roles: '*',
      effect: 'record',
      input: { tank_id: id('tank'), level_kg: kg() },
      run: ({ input, db }) => db.of(tank).update(input.tank_id, { level_kg: input.level_kg }),
    }),
  ],
});
