import { event } from '../../src/api/events.ts';
import { byId, rows } from '../../src/api/facts.ts';
import {
  flag,
  id,
  integer,
  json,
  object,
  oneOf,
  quantity,
  specsOf,
  text,
} from '../../src/api/fields.ts';
import type { Actor } from '../../src/api/operations.ts';
import { operation } from '../../src/api/operations.ts';
import type { Plugin } from '../../src/api/plugin.ts';
import { definePlugin } from '../../src/api/plugin.ts';
import { computed, record, recordOf } from '../../src/api/records.ts';

/** A tray: small enough to read, with every kind of declaration that the catalog is made of. */
export const tray = record(
  'tray',
  'trays',
  {
    code: text({ unique: true, maxLength: 20 }),
    load_kg: quantity('kg', { resolution: 0.001, min: 0 }).default(0),
    state: oneOf('open', 'closed').default('open'),
  },
  {
    title: { uz: 'Patnis', ru: 'Поднос', en: 'Tray' },
    code: 'code',
    lockOrder: 20,
    bindsRules: true,
    computed: {
      load_t: computed(quantity('t'), '(this.load_kg / 1000)'),
    },
  },
);

const filled = event(
  'tray.filled',
  { tray_id: id('tray'), load_kg: quantity('kg', { resolution: 0.001 }) },
  { title: { en: 'A tray was filled' } },
);

const fill = operation({
  name: 'tray.fill',
  http: 'POST /trays/:tray_id/fill',
  summary: { uz: 'To‘ldirish', ru: 'Наполнить', en: 'Fill a tray' },
  roles: '*',
  effect: 'record',
  input: {
    tray_id: id('tray'),
    add_kg: quantity('kg', { resolution: 0.001, min: 0 }),
    where: object({ row: integer(), note: text().optional() }).optional(),
    anything: json().optional(),
  },
  facts: {
    tray: byId(tray, 'tray_id', { lock: true }),
    others: rows({ tray: recordOf(tray), heavy: flag() }, async () => []),
  },
  emits: [filled],
  async run({ db, facts, input }) {
    return db.of(tray).update(facts.tray.id, { load_kg: facts.tray.load_kg + input.add_kg });
  },
});

const make = operation({
  name: 'tray.make',
  summary: { en: 'Make a tray' },
  roles: '*',
  effect: 'record',
  input: { code: text({ maxLength: 20 }) },
  run: ({ db, input }) => db.of(tray).insert({ code: input.code }),
});

const close = operation({
  name: 'tray.close',
  summary: { en: 'Close a tray' },
  roles: '*',
  effect: 'record',
  input: { tray_id: id('tray') },
  facts: { tray: byId(tray, 'tray_id', { lock: true }) },
  run: ({ db, facts }) => db.of(tray).update(facts.tray.id, { state: 'closed' }),
});

export const trays: Plugin = definePlugin({
  name: 'trays',
  version: '1.0.0',
  title: 'Trays',
  records: [tray],
  events: [filled],
  operations: [make, fill, close],
  settings: {
    TRAY_LIMIT_KG: quantity('kg', { resolution: 0.001, min: 0 })
      .default(10)
      .doc('most a tray takes'),
    TRAY_KEY: text({ secret: true }).optional(),
  },
});

export const trayFields = specsOf({
  TRAY_LIMIT_KG: quantity('kg', { resolution: 0.001, min: 0 }).default(10),
  TRAY_KEY: text({ secret: true }).optional(),
});

export const actorOf = (organizationId: string, name: string, ...roles: string[]): Actor => ({
  kind: 'user',
  id: null,
  name,
  roles,
  locale: 'en',
  organizationId,
});

/** A module with one gate at `tray.fill`: the limit is what tests change. */
export const fillModule = (limit: string, more = '') => `language en
module trays.fill
requires trays

gate too_heavy
  on tray.fill
  block when tray.load_kg + input.add_kg > ${limit}
  message "{tray.code} takes at most {${limit}}"
  release by texnolog
${more}`;

/** A module with one gate at `tray.close`, released only when its cause is gone. */
export const CLOSE_MODULE = `language en
module trays.close
requires trays

gate not_empty
  on tray.close
  block when tray.load_kg > 0 kg
  message "{tray.code} still holds {tray.load_kg}"
  release by texnolog, sex_boshligi when clear

gate never_first
  on tray.close
  block when tray.code = "FIRST"
  message "The first tray stays open"
  release never
`;
