import { flag, json, list, oneOf, quantity, record, ref, text } from '@qoida/core';
import { DIR, INT, OTK, SEX, TEX } from '../roles.ts';

const mass = () => quantity('kg', { resolution: 0.001, min: 0 });

/** F-DM-24; one per package, never edited (F-M6-03). */
export const qcRecord = record(
  'qc_record',
  'qc_records',
  {
    package_id: ref('package'),
    inspector_id: ref('user'),
    decision: oneOf('ok', 'partial', 'reject'),
    protocol: json<Record<string, unknown>>().optional(),
    e_pechat_hash: text({ maxLength: 64 }),
    photos: list(text({ maxLength: 500 })).default([]),
    ok_kg: mass().optional(),
    reject_kg: mass().optional(),
    parent_record_id: ref('qc_record').optional(),
    /** Written for a part of a split by its parent's decision. */
    derived: flag().default(false),
  },
  {
    title: { uz: 'OTK qarori', ru: 'Решение ОТК', en: 'Quality decision' },
    unique: [['package_id']],
    api: {
      path: 'qc/records',
      read: [OTK, SEX, TEX, DIR, INT],
      filters: ['package_id', 'inspector_id', 'decision'],
      sort: 'created_at desc',
    },
  },
);

export const qualityRecords = [qcRecord] as const;
