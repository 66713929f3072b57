import {
  computed,
  date,
  flag,
  id,
  instant,
  integer,
  json,
  number,
  oneOf,
  quantity,
  record,
  ref,
  text,
} from '@qoida/core';
import { DIR, INT, MAI, SEX, SHP, TEX } from '../roles.ts';

export const TXN_TYPES = [
  'MAIN_TO_SHOP',
  'SHOP_TO_MAIN',
  'SHOP_SNAPSHOT',
  'SHOP_TO_SESSION',
  'FG_RECEIVE',
  'REWORK_VT_IN',
  'DISPOSE_WASTE',
  'OPENING',
  'ADJUST',
  'FG_TO_SHOP',
  'FG_ISSUE',
] as const;
export type TxnType = (typeof TXN_TYPES)[number];

const mass = (min?: number) =>
  quantity('kg', { resolution: 0.001, ...(min === undefined ? {} : { min }) });
const uom = () => oneOf('kg', 'm', 'm2');
const itemType = () => oneOf('material', 'sku', 'vt');
const batchNo = () => text({ maxLength: 64 });

/** Stock of one item in one place (F-DM-15). Derived from the ledger, which is what the audit holds. */
export const stockItem = record(
  'stock_item',
  'stock_items',
  {
    location_id: ref('stock_location'),
    item_type: itemType(),
    material_id: ref('material').optional(),
    sku_id: ref('sku').optional(),
    batch_no: batchNo().optional(),
    qty: number({ resolution: 0.001, min: 0 }).default(0),
    uom: uom(),
    degaz_status: oneOf('pending', 'done').optional(),
  },
  {
    title: { uz: 'Qoldiq', ru: 'Остаток', en: 'Stock' },
    audit: false,
    lockOrder: 30,
    computed: {
      location: computed(
        text(),
        '(select l.code from stock_locations l where l.id = this.location_id)',
      ),
      item_code: computed(
        text(),
        `coalesce((select m.code from materials m where m.id = this.material_id),
                  (select s.code from skus s where s.id = this.sku_id))`,
      ),
    },
    checks: { stock_item_one_thing: '(material_id is null) <> (sku_id is null)' },
    unique: [
      {
        name: 'stock_items_key',
        on: "location_id, item_type, coalesce(material_id, sku_id), coalesce(batch_no, '')",
      },
    ],
    api: {
      path: 'stock/items',
      read: '*',
      filters: ['location_id', 'location', 'item_type', 'material_id', 'sku_id', 'batch_no'],
      sort: 'batch_no',
    },
  },
);

/** What a posting did to the book beside moving `qty` (F-DM-56), and what it belongs to. */
export interface RefDoc {
  readonly leg?: 'send' | 'receive' | 'cancel';
  readonly transfer_id?: string;
  readonly session_id?: string;
  readonly snapshot_id?: string;
  readonly disposed_id?: string;
  /** Snapshots only: what the row does to the book of `to_location`, signed kilograms. */
  readonly mode?: 'level' | 'return' | 'reverse';
  readonly book_kg?: number;
  readonly effect_kg?: number;
}

/** The ledger (F-DM-16): stock is the sum of it, nothing else. */
export const stockTxn = record(
  'stock_txn',
  'stock_txn',
  {
    type: oneOf(...TXN_TYPES),
    from_location_id: ref('stock_location').optional(),
    to_location_id: ref('stock_location').optional(),
    item_type: itemType(),
    material_id: ref('material').optional(),
    sku_id: ref('sku').optional(),
    batch_no: batchNo().optional(),
    qty: number({ resolution: 0.001, min: 0 }),
    uom: uom(),
    ts: instant().changeable(false),
    by_user: ref('user').optional().changeable(false),
    ref_doc: json<RefDoc>().optional(),
    scale_event_id: id('scale_event').optional().changeable(false),
    trace_id: id('trace').optional().changeable(false),
  },
  {
    title: { uz: 'Ombor harakati', ru: 'Движение', en: 'Stock movement' },
    partition: { by: 'ts', every: 'month' },
    checks: {
      stock_txn_one_thing: '(material_id is null) <> (sku_id is null)',
      stock_txn_qty: "qty > 0 or type = 'SHOP_SNAPSHOT'",
    },
    indexes: [['type', 'ts']],
    api: {
      path: 'stock/txn',
      read: [MAI, SHP, SEX, TEX, DIR, INT],
      filters: ['type', 'material_id', 'sku_id', 'batch_no', 'from_location_id', 'to_location_id'],
      sort: 'ts desc',
    },
  },
);

const LINES_OF_TRANSFER = `(select coalesce(jsonb_agg(jsonb_build_object(
  'id', l.id, 'material_id', l.material_id, 'material', m.code, 'batch_no', l.batch_no, 'sent_kg', l.sent_kg,
  'received_kg', l.received_kg, 'diff_kg', l.sent_kg - l.received_kg, 'received_at', l.received_at)
  order by m.code, l.batch_no), '[]')
  from stock_transfer_lines l join materials m on m.id = l.material_id where l.transfer_id = this.id)`;

/** F-DM-17, states F-SM-06 */
export const stockTransfer = record(
  'stock_transfer',
  'stock_transfers',
  {
    direction: oneOf('main_to_shop', 'shop_to_main'),
    request_id: ref('material_request').optional(),
    status: oneOf('in_transit', 'completed', 'discrepancy', 'cancelled').default('in_transit'),
    comment: text({ maxLength: 500 }).optional(),
    created_by: ref('user').optional().changeable(false),
    received_by: ref('user').optional().changeable(false),
    received_at: instant().optional().changeable(false),
    accepted_by: ref('user').optional(),
    accept_reason: text({ maxLength: 500 }).optional(),
  },
  {
    title: { uz: 'Ko‘chirish', ru: 'Перемещение', en: 'Transfer' },
    lockOrder: 25,
    computed: { lines: computed(json<unknown[]>(), LINES_OF_TRANSFER) },
    indexes: [['status', 'created_at']],
    api: {
      path: 'stock/transfers',
      read: [MAI, SHP, SEX, TEX, DIR, INT],
      filters: ['status', 'direction'],
      sort: 'created_at desc',
    },
  },
);

/** F-DM-18 */
export const stockTransferLine = record(
  'stock_transfer_line',
  'stock_transfer_lines',
  {
    transfer_id: ref('stock_transfer'),
    material_id: ref('material'),
    batch_no: batchNo(),
    sent_kg: mass(0).changeable(false),
    sent_event_id: id('scale_event').optional().changeable(false),
    received_kg: mass(0).optional(),
    received_event_id: id('scale_event').optional().changeable(false),
    received_at: instant().optional().changeable(false),
  },
  {
    computed: { diff_kg: computed(mass().optional(), '(this.sent_kg - this.received_kg)') },
    checks: { stock_transfer_line_sent: 'sent_kg > 0' },
    unique: [['transfer_id', 'material_id', 'batch_no']],
  },
);

const LINES_OF_REQUEST = `(select coalesce(jsonb_agg(jsonb_build_object(
  'material_id', l.material_id, 'material', m.code, 'qty_kg', l.qty_kg) order by m.code), '[]')
  from material_request_lines l join materials m on m.id = l.material_id where l.request_id = this.id)`;

/** F-DM-19 */
export const materialRequest = record(
  'material_request',
  'material_requests',
  {
    sku_id: ref('sku').optional(),
    recipe_id: ref('recipe').optional(),
    workcenter_id: ref('workcenter').optional(),
    shift: oneOf('day', 'night').optional(),
    status: oneOf('open', 'fulfilled', 'cancelled').default('open'),
    requested_by: ref('user').optional(),
    note: text({ maxLength: 500 }).optional(),
  },
  {
    title: { uz: 'Material so‘rovi', ru: 'Заявка на материал', en: 'Material request' },
    lockOrder: 24,
    computed: { lines: computed(json<unknown[]>(), LINES_OF_REQUEST) },
    indexes: [['status']],
    api: {
      path: 'stock/requests',
      read: [SEX, SHP, MAI, TEX, DIR],
      filters: ['status', 'workcenter_id', 'sku_id'],
      sort: 'created_at desc',
    },
  },
);

export const materialRequestLine = record(
  'material_request_line',
  'material_request_lines',
  { request_id: ref('material_request'), material_id: ref('material'), qty_kg: mass(0).optional() },
  { unique: [['request_id', 'material_id']] },
);

/** F-DM-26 */
export const shopSnapshot = record(
  'shop_snapshot',
  'shop_snapshots',
  {
    business_date: date(),
    shift: oneOf('day', 'night'),
    by_user: ref('user').optional().changeable(false),
    shift_finished: flag().default(false),
  },
  {
    title: { uz: 'Sex qoldig‘i', ru: 'Снимок цеха', en: 'Shop snapshot' },
    indexes: [['business_date', 'shift']],
    api: {
      path: 'stock/snapshots',
      read: [SHP, MAI, SEX, TEX, DIR],
      filters: ['business_date', 'shift'],
      sort: 'created_at desc',
    },
  },
);

export const shopSnapshotLine = record(
  'shop_snapshot_line',
  'shop_snapshot_lines',
  {
    snapshot_id: ref('shop_snapshot'),
    line_no: integer({ min: 1 }),
    material_id: ref('material'),
    batch_no: batchNo(),
    /** Set when the line was weighed at the machine of this session. */
    session_id: ref('session').optional(),
    measured_kg: mass(0),
    book_kg: mass(),
    variance_kg: mass(),
    wip_kg: mass(0),
    effect_kg: mass(),
    scale_event_id: id('scale_event').optional().changeable(false),
    stock_txn_id: id('stock_txn').optional(),
    superseded: flag().default(false),
  },
  { unique: [['snapshot_id', 'line_no']] },
);

/** The part of a snapshot line that is work in progress of one session (F-ALG-14). */
export const shopSnapshotWip = record(
  'shop_snapshot_wip',
  'shop_snapshot_wip',
  {
    line_id: ref('shop_snapshot_line'),
    session_id: ref('session'),
    wip_kg: mass(0),
    superseded: flag().default(false),
  },
  {
    unique: [['line_id', 'session_id']],
    indexes: [{ name: 'shop_snapshot_wip_session', on: 'session_id', where: 'not superseded' }],
  },
);

export const stockRecords = [
  stockItem,
  stockTxn,
  stockTransfer,
  stockTransferLine,
  materialRequest,
  materialRequestLine,
  shopSnapshot,
  shopSnapshotLine,
  shopSnapshotWip,
] as const;
