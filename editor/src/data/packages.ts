import { ePechat } from '../domain/e-pechat.ts';
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
  /** A typed length waits for the chief. */
  readonly length_state?: 'none' | 'pending' | 'approved' | 'rejected';
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
export const approveReview = (id: string) =>
  change<unknown>('POST', `/packages/${id}/review/approve`, {});
export const rejectReview = (id: string, comment: string, outcome: 'scrap' | 'repack') =>
  change<unknown>('POST', `/packages/${id}/review/reject`, { comment, outcome });

/** F-API-055. */
export const qcQueue = (query: Query = {}) => get<Page<Package>>('/qc/queue', query);
/** What the chief decides: the weight of a draft, or a typed length (F-API-102). */
export const decideApproval = (
  type: 'manual_weight' | 'manual_length',
  id: string,
  approve: boolean,
  input: { comment: string; weight_kg?: number },
) => change<unknown>('POST', `/approvals/${type}/${id}/${approve ? 'approve' : 'reject'}`, input);

/** F-API-054: stamped with the inspector's own key, which is asked for each time and kept nowhere. */
export async function decideQuality(
  item: Package,
  decision: 'ok' | 'reject',
  note: string,
): Promise<void> {
  const { inspector_id, key } = await change<{ inspector_id: string; key: string }>(
    'POST',
    '/qc/stamp-key',
    {},
  );
  const stamped = { package_id: item.id, decision, weight_kg: item.weight_kg ?? 0, inspector_id };
  await change('POST', '/qc/decide', {
    package_id: item.id,
    decision,
    protocol: { note },
    e_pechat: ePechat(key, stamped),
  });
}
