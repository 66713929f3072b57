import { readFileSync } from 'node:fs';
import { event } from '../../src/api/events.ts';
import { byId } from '../../src/api/facts.ts';
import { date, flag, id, integer, list, money, quantity, ref, text } from '../../src/api/fields.ts';
import { operation } from '../../src/api/operations.ts';
import { definePlugin } from '../../src/api/plugin.ts';
import { record } from '../../src/api/records.ts';
import { standing } from '../../src/api/standing.ts';

const kg = () => quantity('kg', { resolution: 0.001 });
const title = (en: string) => ({ uz: en, ru: en, en });

/** A load of bricks for a kiln. */
export const load = record(
  'load',
  'loads',
  {
    code: text({ unique: true, maxLength: 40 }),
    day: date(),
    crew: list(ref('user')).default([]),
    mass_kg: kg().default(0),
    spoiled_kg: kg().default(0),
    fired: flag().default(false),
  },
  { code: 'code', lockOrder: 20, bindsRules: true },
);

/** What somebody is paid for a month: the director's and the finance's affair. */
export const payslip = record(
  'payslip',
  'payslips',
  {
    user_id: ref('user'),
    month: date(),
    hours: quantity('h', { resolution: 0.001 }).default(0),
    base: money('UZS').default(0),
  },
  { lockOrder: 21, api: { path: 'payslips', read: ['direktor', 'moliya'] } },
);

const fired = event('load.fired', {
  load_id: id('load'),
  mass_kg: kg(),
  spoiled_kg: kg(),
  zone: text().optional(),
});
const facts = { load: byId(load, 'load_id', { lock: true }) };

/** Kilns: every kind of rule, approvals, standing facts and pay, for rehearsals. */
export const kilns = definePlugin({
  name: 'kilns',
  version: '1.0.0',
  title: title('Kilns'),
  roles: {
    worker: title('Worker'),
    sex_boshligi: title('Chief'),
    texnolog: title('Technologist'),
    direktor: title('Director'),
    moliya: title('Finance'),
  },
  records: [load, payslip],
  events: [fired],
  settings: { KILN_BIG_KG: kg().default(100), KILN_SMALL_KG: kg().default(1) },
  migrations: new URL('./kilns/', import.meta.url),
  rules: [new URL('./kilns/burn.qoida', import.meta.url)],
  standing: [
    standing('waiting_loads', title('loads that wait'), integer(), async ({ db }) => {
      const [row] = await db.sql<{ n: number }>('select count(*) as n from loads where not fired');
      return row?.n ?? 0;
    }),
  ],
  operations: [
    operation({
      name: 'load.create',
      http: 'POST /loads',
      summary: title('Stack a load'),
      roles: '*',
      effect: 'record',
      input: {
        code: text({ maxLength: 40 }),
        day: date(),
        crew: list(id('user')).default([]),
        mass_kg: kg(),
        spoiled_kg: kg().default(0),
      },
      run: ({ db, input }) => db.of(load).insert(input),
    }),
    operation({
      name: 'load.fire',
      http: 'POST /loads/:load_id/fire',
      status: 200,
      summary: title('Fire a load'),
      roles: '*',
      effect: 'record',
      input: { load_id: id('load'), zone: text().optional() },
      facts,
      emits: [fired],
      async run({ db, facts: { load: row }, input, emit }) {
        const { id: load_id, mass_kg, spoiled_kg } = row;
        await emit(fired, { load_id, mass_kg, spoiled_kg, zone: input.zone });
        return db.of(load).update(load_id, { fired: true });
      },
    }),
    operation({
      name: 'load.correct',
      http: 'POST /loads/:load_id/correct',
      status: 200,
      summary: title('Correct a load'),
      roles: '*',
      effect: 'record',
      input: { load_id: id('load'), mass_kg: kg() },
      facts,
      run: ({ db, facts: { load: row }, input }) =>
        db.of(load).update(row.id, { mass_kg: input.mass_kg }),
    }),
    operation({
      name: 'load.note',
      http: 'POST /loads/:load_id/note',
      summary: title('Note something of a load'),
      roles: '*',
      effect: 'record',
      input: { load_id: id('load'), note: text({ maxLength: 200 }) },
      facts,
      run: ({ db, facts: { load: row } }) => db.of(load).update(row.id, { code: row.code }),
    }),
    operation({
      name: 'payslip.change',
      http: 'POST /payslips/:payslip_id',
      status: 200,
      summary: title('Change a payslip'),
      roles: '*',
      effect: 'record',
      input: { payslip_id: id('payslip'), hours: quantity('h') },
      run: ({ db, input }) => db.of(payslip).update(input.payslip_id, { hours: input.hours }),
    }),
    operation({
      name: 'payslip.drop',
      http: 'POST /payslips/:payslip_id/drop',
      status: 200,
      summary: title('Drop a payslip'),
      roles: '*',
      effect: 'record',
      input: { payslip_id: id('payslip') },
      async run({ db, input }) {
        await db.of(payslip).remove(input.payslip_id);
        return {};
      },
    }),
    operation({
      name: 'payslip.write',
      http: 'POST /payslips',
      summary: title('Write a payslip'),
      roles: '*',
      effect: 'record',
      input: { user_id: id('user'), month: date(), hours: quantity('h'), base: money('UZS') },
      run: ({ db, input }) => db.of(payslip).insert(input),
    }),
  ],
});

/** The module as the plugin ships it. */
export const BURN = readFileSync(new URL('./kilns/burn.qoida', import.meta.url), 'utf8');
