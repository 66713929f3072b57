import {
  computed,
  date,
  flag,
  id,
  instant,
  integer,
  json,
  list,
  money,
  number,
  object,
  oneOf,
  quantity,
  record,
  ref,
  text,
} from '@qoida/core';

/** Records that use every kind of field; their tables are made by `fixture/`. */
export const shelf = record(
  'shelf',
  'shelves',
  {
    code: text({ unique: true, maxLength: 20 }),
    title: text(),
    capacity_kg: quantity('kg', { resolution: 0.001, min: 0, max: 5000 }).default(100),
    state: oneOf('open', 'closed').default('open'),
  },
  {
    code: 'code',
    lockOrder: 10,
    computed: {
      stored_kg: computed(
        quantity('kg', { resolution: 0.001 }),
        "(select coalesce(sum(b.weight_kg), 0) from boxes b where b.shelf_id = this.id and b.labels <> array['?'])",
      ),
    },
    api: {
      path: 'shelves',
      read: '*',
      filters: ['state', 'capacity_kg', 'stored_kg'],
      sort: 'code',
      hidden: ['title'],
    },
  },
);

export const box = record(
  'box',
  'boxes',
  {
    shelf_id: ref('shelf'),
    weight_kg: quantity('kg', { resolution: 0.001, min: 0 }),
    density: quantity('kg/m').optional(),
    ratio: number().optional(),
    price: money('UZS').optional(),
    pieces: integer().optional(),
    fragile: flag().default(false),
    packed_on: date().optional(),
    sealed_at: instant().optional(),
    labels: list(text()).default([]),
    seen_by: list(id('user')).optional(),
    lines: list(
      object({ name: text(), kg: quantity('kg', { resolution: 0.001 }), at: instant() }),
    ).optional(),
    note: json().optional(),
    pin: text({ secret: true }).optional(),
  },
  {
    lockOrder: 20,
    unique: [
      { name: 'boxes_sealed_once', on: 'shelf_id, sealed_at', where: 'sealed_at is not null' },
    ],
    indexes: [['shelf_id', 'packed_on']],
    checks: { boxes_fragile_light: 'not fragile or weight_kg < 50' },
    api: {
      path: 'boxes',
      read: '*',
      filters: ['shelf_id', 'fragile', 'labels', 'packed_on', 'pieces'],
      sort: 'weight_kg desc',
    },
  },
);

/** Partitioned by day and outside the audit, like what devices send. */
export const tick = record(
  'tick',
  'ticks',
  { at: instant(), value: number() },
  { partition: { by: 'at', every: 'day' }, audit: false },
);

export const records = [shelf, box, tick];
