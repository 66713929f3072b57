import { event } from '../../src/api/events.ts';
import { byId } from '../../src/api/facts.ts';
import { date, flag, id, quantity, ref, text } from '../../src/api/fields.ts';
import { operation } from '../../src/api/operations.ts';
import { definePlugin } from '../../src/api/plugin.ts';
import { computed, record } from '../../src/api/records.ts';

const kg = () => quantity('kg', { resolution: 0.001 });
const title = (en: string) => ({ uz: en, ru: en, en });

/** Batches of a small shop: decisions, events and pay that a draft can be rehearsed on. */
export const batch = record(
  'batch',
  'batches',
  {
    code: text({ unique: true, maxLength: 20 }),
    worker_id: ref('user'),
    day: date(),
    made_kg: kg().default(0),
    scrap_kg: kg().default(0),
    finished: flag().default(false),
  },
  {
    code: 'code',
    lockOrder: 20,
    computed: { waste_pct: computed(quantity('%'), '(100 * this.scrap_kg / (this.made_kg + 1))') },
  },
);
const finished = event('batch.finished', { batch_id: id('batch'), made_kg: kg(), scrap_kg: kg() });

export const batches = definePlugin({
  name: 'batches',
  version: '1.0.0',
  title: title('Batches'),
  roles: { worker: title('Worker') },
  records: [batch],
  events: [finished],
  migrations: new URL('./fixture/', import.meta.url),
  rules: [new URL('./fixture/work.qoida', import.meta.url)],
  operations: [
    operation({
      name: 'batch.create',
      http: 'POST /batches',
      summary: title('Begin a batch'),
      roles: '*',
      effect: 'record',
      input: {
        code: text({ maxLength: 20 }),
        worker_id: id('user'),
        day: date(),
        made_kg: kg(),
        scrap_kg: kg(),
      },
      run: ({ db, input }) => db.of(batch).insert(input),
    }),
    operation({
      name: 'batch.finish',
      http: 'POST /batches/:batch_id/finish',
      summary: title('Finish a batch'),
      roles: '*',
      effect: 'record',
      input: { batch_id: id('batch') },
      facts: { batch: byId(batch, 'batch_id', { lock: true }) },
      emits: [finished],
      async run({ db, facts, emit }) {
        const { id: batch_id, made_kg, scrap_kg } = facts.batch;
        await emit(finished, { batch_id, made_kg, scrap_kg });
        return db.of(batch).update(batch_id, { finished: true });
      },
    }),
    operation({
      name: 'batch.note',
      http: 'POST /batches/:batch_id/note',
      summary: title('Note something of a batch'),
      roles: '*',
      effect: 'record',
      input: { batch_id: id('batch'), note: text({ maxLength: 200 }) },
      facts: { batch: byId(batch, 'batch_id', { lock: true }) },
      run: ({ db, facts }) => db.of(batch).update(facts.batch.id, { code: facts.batch.code }),
    }),
  ],
});

/** The module as the plugin ships it, with its limits to change. */
export const workModule = ({
  scrap = '5 kg',
  big = '100 kg',
  rate = '100',
  more = '',
}: Readonly<Partial<Record<'scrap' | 'big' | 'rate' | 'more', string>>> = {}) => `language en
module batches.work
requires batches

gate too_much_scrap
  on batch.finish
  block when batch.scrap_kg > ${scrap}
  message "{batch.code} has {batch.scrap_kg} of scrap"
  release never

automation note_big
  when batch.finished as b where b.made_kg >= ${big}
  do batch.note(batch_id: b.batch_id, note: "big")

kpi bonus per batch
  over batch.day
  where batch.finished
  result pay: UZS = batch.made_kg * ${rate} UZS/kg
${more}`;
