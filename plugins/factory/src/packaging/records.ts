import {
  computed,
  date,
  flag,
  id,
  instant,
  integer,
  list,
  number,
  oneOf,
  quantity,
  record,
  ref,
  text,
} from '@qoida/core';
import { DIR, FGO, INT, OPR, OTK, SEX, TEX } from '../roles.ts';

const mass = (min?: number) =>
  quantity('kg', { resolution: 0.001, ...(min === undefined ? {} : { min }) });

const ofSession = (what: string, more = '') =>
  `(select ${what} from sessions s ${more} where s.id = this.session_id)`;

/** F-DM-22, states F-SM-02, F-SM-03 */
export const packageRecord = record(
  'package',
  'packages',
  {
    session_id: ref('session'),
    sku_id: ref('sku'),
    qr_code: text({ maxLength: 40 }).changeable(false),
    status: oneOf(
      'draft_manual',
      'awaiting_qc',
      'qc_ok',
      'qc_partial',
      'qc_reject',
      'void',
    ).default('awaiting_qc'),
    gross_kg: mass(0).optional().changeable(false),
    tare_kg: mass(0).default(0).changeable(false),
    /** Net: what the balance, the tolerance and the KPI count (F-OP-55). */
    weight_kg: mass(0).optional(),
    weight_trusted: flag().default(true),
    weight_source: oneOf('rs', 'manual', 'split_rs', 'split_derived').default('rs'),
    scale_event_id: id('scale_event').optional().changeable(false),
    length_m: quantity('m', { resolution: 0.01, min: 0 }).optional(),
    length_mode: oneOf('auto', 'manual').optional(),
    length_trusted: flag().optional(),
    length_reason: text({ maxLength: 500 }).optional(),
    /** Where the counter stood, so that the next automatic length is the difference (F-OP-18). */
    length_counter_m: quantity('m', { resolution: 0.01, min: 0 }).optional().changeable(false),
    length_device_id: ref('device').optional(),
    /** A typed length waits for the chief (F-APR-02). */
    length_state: oneOf('none', 'pending', 'approved', 'rejected').default('none'),
    norm_kg: mass(0).optional(),
    diff_pct: number({ resolution: 0.001, min: 0 }).optional(),
    tolerance_status: oneOf('ok', 'review'),
    tolerance_reason: text({ maxLength: 64 }).optional(),
    review_state: oneOf('none', 'submitted', 'approved', 'rejected').default('none'),
    parent_package_id: ref('package').optional().changeable(false),
    degaz_status: oneOf('pending', 'done').optional(),
    comment: text({ maxLength: 500 }).optional(),
    created_by: ref('user').optional().changeable(false),
  },
  {
    title: { uz: 'Paket', ru: 'Упаковка', en: 'Package' },
    code: 'qr_code',
    lockOrder: 40,
    checks: {
      package_weight: "weight_kg is not null or status in ('draft_manual', 'void')",
    },
    computed: {
      workcenter: computed(
        text(),
        ofSession('w.code', 'join workcenters w on w.id = s.workcenter_id'),
      ),
      sku: computed(text(), '(select k.code from skus k where k.id = this.sku_id)'),
      partiya_no: computed(text(), ofSession('s.partiya_no')),
      /** Somebody has asked for it to be void, and nobody has decided yet (F-APR-10). */
      void_asked: computed(
        flag(),
        `exists (select 1 from approval_requests r
          where r.operation = 'package.void' and r.object_id = this.id and r.state = 'pending')`,
      ),
    },
    unique: [['qr_code']],
    indexes: [['status', 'created_at'], ['session_id'], ['parent_package_id']],
    api: {
      path: 'packages',
      read: [OPR, SEX, OTK, TEX, DIR, FGO, INT],
      filters: [
        'session_id',
        'sku_id',
        'status',
        'review_state',
        'tolerance_status',
        'degaz_status',
        'qr_code',
      ],
      sort: 'created_at desc',
    },
  },
);

/** F-DM-23 */
export const packageReview = record(
  'package_review',
  'package_reviews',
  {
    package_id: ref('package'),
    reason: text({ maxLength: 1000 }),
    images: list(text({ maxLength: 500 })).default([]),
    submitted_by: ref('user').optional().changeable(false),
    decided_by: ref('user').optional().changeable(false),
    decided_at: instant().optional().changeable(false),
    decision: oneOf('approved', 'rejected').optional(),
    outcome: oneOf('scrap', 'repack').optional(),
    comment: text({ maxLength: 1000 }).optional(),
  },
  { indexes: [['package_id']] },
);

/** One number per local date; the row's lock makes the numbers gapless inside committed work (F-ALG-19). */
export const qrCounter = record(
  'qr_counter',
  'qr_counters',
  { local_date: date(), last: integer({ min: 1 }) },
  { audit: false, unique: [['local_date']] },
);

export const packagingRecords = [packageRecord, packageReview, qrCounter] as const;
