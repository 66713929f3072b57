import { flag, id, oneOf, quantity, record, ref, text } from '@qoida/core';
import { DIR, DRB, OPR, SEX, TEX } from '../roles.ts';

const mass = () => quantity('kg', { resolution: 0.001, min: 0 });

/** Scrap that somebody weighed (F-DM-25, F-OP-01); the sum of what remains is `outstanding_kg`. */
export const scrapLot = record(
  'scrap_lot',
  'scrap_lots',
  {
    session_id: ref('session'),
    source: oneOf('container', 'qc_reject', 'qc_partial', 'review_reject'),
    package_id: ref('package').optional(),
    seal_no: text({ maxLength: 64 }).optional(),
    gross_kg: mass().optional().changeable(false),
    tare_kg: mass().optional().changeable(false),
    qty_kg: mass(),
    remaining_kg: mass(),
    recyclable: flag(),
    scale_event_id: id('scale_event').optional().changeable(false),
    status: oneOf('outstanding', 'in_rework', 'consumed').default('outstanding'),
    created_by: ref('user').optional().changeable(false),
  },
  {
    title: { uz: 'Chiqindi partiyasi', ru: 'Партия отходов', en: 'Scrap lot' },
    lockOrder: 22,
    checks: { scrap_lot_qty: 'qty_kg > 0', scrap_lot_remaining: 'remaining_kg <= qty_kg' },
    unique: [
      {
        name: 'scrap_lots_open_seal',
        on: 'seal_no',
        where: "seal_no is not null and status <> 'consumed'",
      },
    ],
    indexes: [
      { name: 'scrap_lots_waiting', on: 'session_id, created_at', where: 'remaining_kg > 0' },
    ],
    api: {
      path: 'rework/lots',
      read: [OPR, SEX, TEX, DIR, DRB],
      filters: ['session_id', 'status', 'seal_no', 'source'],
      sort: 'created_at',
    },
  },
);

/** Scrap of a session that went through rework, in kilograms of the IN side (F-OP-02). */
export const scrapLink = record(
  'scrap_link',
  'scrap_links',
  {
    session_id: ref('session'),
    /** Missing: scrap that nobody had registered. */
    scrap_lot_id: ref('scrap_lot').optional(),
    scrap_kg: mass(),
    vt_kg: mass(),
    mode: oneOf('auto', 'manual'),
    created_by: ref('user').optional().changeable(false),
  },
  { checks: { scrap_link_kg: 'scrap_kg > 0' }, indexes: [['session_id']] },
);

/** F-DM-34 */
export const disposedLog = record(
  'disposed',
  'disposed_log',
  {
    reason: text({ maxLength: 500 }),
    qty_kg: mass(),
    by_user: ref('user').optional(),
    session_id: ref('session'),
    scrap_lot_id: ref('scrap_lot').optional(),
    scale_event_id: id('scale_event').optional().changeable(false),
    stock_txn_id: id('stock_txn').optional(),
    trusted: flag().default(true),
  },
  {
    title: { uz: 'Yo‘q qilingan', ru: 'Утилизировано', en: 'Disposed' },
    checks: { disposed_qty: 'qty_kg > 0' },
    indexes: [['session_id']],
    api: {
      path: 'rework/disposed',
      read: [SEX, TEX, DIR, DRB],
      filters: ['session_id', 'scrap_lot_id'],
      sort: 'created_at desc',
    },
  },
);

export const scrapRecords = [scrapLot, scrapLink, disposedLog] as const;
