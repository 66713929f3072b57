import {
  byId,
  conflict,
  definePlugin,
  event,
  flag,
  id,
  integer,
  operation,
  quantity,
  record,
  text,
} from '@qoida/core';

/** A crate that is shipped, moved and scrapped: what people have to agree to. */
export const crate = record(
  'crate',
  'crates',
  {
    code: text({ unique: true, maxLength: 40 }),
    load_kg: quantity('kg', { resolution: 0.001 }).default(0),
    shipped: integer().default(0),
    place: text({ maxLength: 40 }).optional(),
    held: flag().default(false),
  },
  {
    code: 'code',
    lockOrder: 20,
    api: { path: 'crates', read: ['operator', 'sex_boshligi', 'texnolog', 'direktor', 'admin'] },
  },
);
const title = (en: string) => ({ uz: en, ru: en, en });
const shipped = event('crate.shipped', { crate_id: id('crate') });
const facts = { crate: byId(crate, 'crate_id', { lock: true }) };
const input = { crate_id: id('crate') };
const roles = ['operator', 'sex_boshligi', 'texnolog', 'direktor'];

const ship = operation({
  name: 'crate.ship',
  http: 'POST /crates/:crate_id/ship',
  status: 200,
  summary: title('Ship a crate'),
  roles,
  effect: 'record',
  input: { ...input, place: text({ maxLength: 40 }).optional() },
  facts,
  emits: [shipped],
  async run({ db, facts: { crate: row }, input: { place }, emit }) {
    if (row.place === 'gone') throw conflict('crate_gone', 'It is gone');
    await emit(shipped, { crate_id: row.id });
    return db.of(crate).update(row.id, { shipped: row.shipped + 1, place });
  },
});

/** Stacked by a crane: the point at which gates of every mode stand. */
const stack = operation({
  name: 'crate.stack',
  http: 'POST /crates/:crate_id/stack',
  status: 200,
  summary: title('Stack a crate'),
  roles,
  effect: 'record',
  input,
  facts,
  // What `pause crate` and `hold crate` mean here.
  async pause({ db, facts: { crate: row } }) {
    await db.of(crate).update(row.id, { held: true });
  },
  run: ({ db, facts: { crate: row } }) => db.of(crate).update(row.id, { shipped: row.shipped + 1 }),
});

export const crates = definePlugin({
  name: 'crates',
  version: '1.0.0',
  title: title('Crates'),
  roles: {
    operator: title('Operator'),
    sex_boshligi: title('Chief'),
    texnolog: title('Technologist'),
    direktor: title('Director'),
    otk: title('Inspector'),
  },
  records: [crate],
  events: [shipped],
  migrations: new URL('./fixture/', import.meta.url),
  rules: ['crates', 'stacking', 'lifting'].map(
    (name) => new URL(`./fixture/${name}.qoida`, import.meta.url),
  ),
  messages: { crate_gone: title('It is gone.') },
  operations: [
    operation({
      name: 'crate.create',
      http: 'POST /crates',
      summary: title('Add a crate'),
      roles: '*',
      effect: 'record',
      input: {
        code: text({ maxLength: 40 }),
        load_kg: quantity('kg', { resolution: 0.001 }).default(0),
      },
      run: ({ db, input: given }) => db.of(crate).insert(given),
    }),
    operation({
      name: 'crate.load',
      http: 'POST /crates/:crate_id/load',
      status: 200,
      summary: title('Load a crate'),
      roles: '*',
      effect: 'record',
      input: { ...input, load_kg: quantity('kg', { resolution: 0.001 }) },
      facts,
      run: ({ db, facts: { crate: row }, input: { load_kg } }) =>
        db.of(crate).update(row.id, { load_kg }),
    }),
    ship,
    stack,
    operation({
      name: 'crate.put',
      http: 'POST /crates/:crate_id/put',
      status: 200,
      summary: title('Put a crate somewhere'),
      roles: '*',
      effect: 'record',
      input: { ...input, place: text({ maxLength: 40 }) },
      facts,
      run: ({ db, facts: { crate: row }, input: { place } }) =>
        db.of(crate).update(row.id, { place, held: false }),
    }),
    operation({
      name: 'crate.ship_again',
      http: 'POST /crates/:crate_id/ship_again',
      status: 200,
      summary: title('Ship a crate by another operation'),
      roles,
      effect: 'record',
      input: { ...input, anyway: flag().default(false) },
      facts,
      async run({ facts: { crate: row }, input: { anyway }, call, db }) {
        await db.of(crate).update(row.id, { place: 'yard' });
        try {
          return await call(ship, { crate_id: row.id });
        } catch (error) {
          if (!anyway) throw error;
          return { shipped: false };
        }
      },
    }),
    operation({
      name: 'crate.lift',
      http: 'POST /crates/:crate_id/lift',
      status: 200,
      summary: title('Lift a crate with the crane'),
      roles,
      effect: 'device',
      input,
      facts,
      run: ({ db, facts: { crate: row } }) => db.of(crate).update(row.id, { place: 'hook' }),
    }),
    operation({
      name: 'crate.call',
      http: 'POST /crates/:crate_id/call',
      status: 200,
      summary: title('Call a crate over the loudspeaker'),
      roles,
      effect: 'device',
      input,
      facts,
      run: async ({ db, facts: { crate: row } }) => {
        await db.of(crate).update(row.id, { place: 'called' });
        return { crate_id: row.id };
      },
      // Each delivery is counted in the crate itself.
      async deliver({ run }, kept) {
        const { crate_id } = kept as { crate_id: string };
        await run('crate.heard', { crate_id });
        return { crate_id, heard: true };
      },
    }),
    operation({
      name: 'crate.heard',
      summary: title('A crate was called'),
      roles: [],
      effect: 'record',
      input,
      facts,
      run: ({ db, facts: { crate: row } }) =>
        db.of(crate).update(row.id, { shipped: row.shipped + 1 }),
    }),
    operation({
      name: 'crate.scrap',
      http: 'POST /crates/:crate_id/scrap',
      status: 200,
      summary: title('Scrap a crate'),
      roles,
      effect: 'record',
      input,
      facts,
      run: ({ db, facts: { crate: row } }) => db.of(crate).update(row.id, { place: 'scrap' }),
    }),
    operation({
      name: 'crate.move',
      http: 'POST /crates/:crate_id/move',
      status: 200,
      summary: title('Move a crate'),
      roles,
      effect: 'record',
      input: { ...input, place: text({ maxLength: 40 }) },
      facts,
      run: ({ db, facts: { crate: row }, input: { place } }) =>
        db.of(crate).update(row.id, { place, shipped: row.shipped + 1 }),
    }),
    operation({
      name: 'crate.weigh',
      http: 'POST /crates/:crate_id/weigh',
      status: 200,
      summary: title('Weigh a crate'),
      roles,
      effect: 'record',
      input: { ...input, device_id: id('device') },
      facts,
      async run({ db, facts: { crate: row }, input: { device_id }, readings }) {
        const { net_kg } = await readings.bind(device_id, { crate_id: row.id });
        return db.of(crate).update(row.id, { load_kg: net_kg });
      },
    }),
  ],
});
