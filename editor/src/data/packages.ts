import { change, get, type Page, type Query } from './http.ts';

export type PackageStatus =
  | 'draft_manual'
  | 'awaiting_qc'
  | 'qc_ok'
  | 'qc_partial'
  | 'qc_reject'
  | 'void';

export interface Package {
  readonly id: string;
  readonly session_id: string;
  readonly sku_id: string;
  readonly qr_code: string;
  readonly weight_kg: number | null;
  readonly weight_trusted: boolean;
  readonly length_m: number | null;
  readonly norm_kg: number | null;
  readonly diff_pct: number | null;
  readonly tolerance_status: 'ok' | 'review';
  readonly review_state: 'none' | 'submitted' | 'approved' | 'rejected';
  readonly status: PackageStatus;
  readonly created_at: string;
}

export interface NewPackage {
  readonly session_id: string;
  readonly sku_id: string;
  readonly device_id: string;
  readonly length_mode: 'auto' | 'manual';
  readonly length_m?: number;
  readonly length_device_id?: string;
  readonly manual_reason?: string;
}

/** The package, or the draft that waits for an approval because no stable reading was there (202). */
export type CreatedPackage = Package & {
  readonly pending_approval?: boolean;
  readonly approval_id?: string;
};

export const listPackages = (query: Query) => get<Page<Package>>('/packages', query);
/** F-API-050. @throws ApiError gate_blocked, session_not_open, reading_already_used */
export const createPackage = (input: NewPackage, key: string) =>
  change<CreatedPackage>('POST', '/packages', input, key);
export const submitReview = (id: string, reason: string) =>
  change<unknown>('POST', `/packages/${id}/review/submit`, { reason, images: [] });
export const approveReview = (id: string) => change<unknown>('POST', `/packages/${id}/review/approve`, {});
export const rejectReview = (id: string, comment: string, outcome: 'scrap' | 'repack') =>
  change<unknown>('POST', `/packages/${id}/review/reject`, { comment, outcome });

/** F-API-055. */
export const qcQueue = (query: Query = {}) => get<Page<Package>>('/qc/queue', query);
/** F-API-054. */
export const decideQuality = (input: {
  package_id: string;
  decision: 'ok' | 'reject';
  protocol: { note: string };
  e_pechat?: string;
}) => change<unknown>('POST', '/qc/decide', input);
