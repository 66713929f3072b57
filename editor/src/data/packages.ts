import { ePechat } from '../domain/e-pechat.ts';
import type { GateRefusal } from './gates.ts';
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
  /** Products that give off gas first; null for all others. */
  readonly degaz_status?: 'pending' | 'done' | null;
  readonly created_at: string;
  /** In lists: where it comes from. */
  readonly workcenter?: string;
  readonly sku?: string;
  readonly partiya_no?: string;
  /** In lists: somebody asked for it to be void, and nobody has decided yet. */
  readonly void_asked?: boolean;
}

/** Nobody has decided on it yet, so it may still be void (F-APR-10). */
export const isOpen = ({ status }: Package): boolean =>
  status === 'draft_manual' || status === 'awaiting_qc';

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

/** F-APR-10. @throws WaitingError the chief has to agree first; ApiError package_decided */
export const voidPackage = (id: string, reason: string) =>
  change<Package>('POST', `/packages/${id}/void`, { reason });

/** One package that still gives off gas, with what stands in its session. */
export interface DegassingPackage {
  readonly id: string;
  readonly session_id: string;
  readonly qr_code: string;
  readonly status: PackageStatus;
  readonly weight_kg: number | null;
  readonly created_at: string;
  readonly sku: string;
  readonly workcenter: string;
  readonly partiya_no: string;
  readonly session_packages: number;
  readonly session_kg: number | null;
  readonly session_since: string;
}
/** F-OP-07: the session that has waited longest first. */
export const degassingQueue = (query: Query = {}) =>
  get<Page<DegassingPackage>>('/degaz/queue', query);
/** F-SM-13. @throws ApiError degaz_not_pending */
export const endPackageDegassing = (id: string) =>
  change<Package>('POST', `/packages/${id}/degaz/done`, {});

/** F-API-055. */
export const qcQueue = (query: Query = {}) => get<Page<Package>>('/qc/queue', query);
/** What the chief decides: the weight of a draft, or a typed length (F-API-102). */
export const decideApproval = (
  type: 'manual_weight' | 'manual_length',
  id: string,
  approve: boolean,
  input: { comment: string; weight_kg?: number },
) => change<unknown>('POST', `/approvals/${type}/${id}/${approve ? 'approve' : 'reject'}`, input);

/**
 * F-API-054: stamped with the inspector's own key, which is asked for each time and kept nowhere.
 * @returns what the gates have to say though they let it pass
 */
export async function decideQuality(
  item: Package,
  decision: 'ok' | 'reject',
  note: string,
): Promise<readonly GateRefusal[]> {
  const { inspector_id, key } = await change<{ inspector_id: string; key: string }>(
    'POST',
    '/qc/stamp-key',
    {},
  );
  const stamped = { package_id: item.id, decision, weight_kg: item.weight_kg ?? 0, inspector_id };
  const { warnings } = await change<{ warnings?: readonly GateRefusal[] }>('POST', '/qc/decide', {
    package_id: item.id,
    decision,
    protocol: { note },
    e_pechat: ePechat(key, stamped),
  });
  return warnings ?? [];
}
