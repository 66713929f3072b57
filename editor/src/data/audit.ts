import { authorised, change, get, type Page, patiently, type Query, refusalOf } from './http.ts';

/** One field of a difference, in the reader's language. */
export interface AuditChange {
  readonly field: string;
  readonly label: string;
  readonly kind: string | null;
  readonly unit: string | null;
  readonly old: unknown;
  readonly new: unknown;
  /** What the record is called that the field points at. */
  readonly old_name: string | null;
  readonly new_name: string | null;
}

/** A row of the audit log (F-M12-05). */
export interface AuditRow {
  readonly id: string;
  readonly ts: string;
  readonly actor: string | null;
  readonly role: string | null;
  readonly action: string;
  readonly action_title: string;
  readonly object_type: string;
  readonly object_title: string;
  readonly object_id: string;
  readonly object_code: string | null;
  readonly changes: readonly AuditChange[];
  readonly old_new_diff_json: { readonly old: object | null; readonly new: object | null };
  readonly result: string | null;
  readonly sig_hash: string;
}

export interface AuditFault {
  readonly kind: string;
  readonly id?: string | null;
  readonly object_type?: string;
  readonly object_id?: string;
  readonly checkpoint?: number;
}

export interface Checkpoint {
  readonly number: number;
  readonly at: string;
  readonly objects: number;
  readonly entries: number;
  readonly key_id: string;
  readonly hash: string;
}

export interface AuditCheck {
  readonly at: string;
  readonly rows: number;
  readonly checkpoints: number;
  readonly faults: number;
}

interface Pages {
  readonly checked: number;
  readonly objects?: number;
  readonly faults: readonly AuditFault[];
  readonly next: string | number | null;
}

export const searchAudit = (query: Query) => get<Page<AuditRow>>('/audit', query);
export const auditTypes = () =>
  get<{ items: readonly { object_type: string; title: string }[] }>('/audit/types');
export const listCheckpoints = (query: Query) => get<Page<Checkpoint>>('/audit/checkpoints', query);
export const listChecks = () => get<{ items: readonly AuditCheck[] }>('/audit/checks');
export const signCheckpoint = () =>
  change<{ checkpoint: Checkpoint | null; unsigned: readonly AuditFault[]; more: boolean }>(
    'POST',
    '/audit/checkpoints',
    {},
  );

/** Checks every chain and every checkpoint, a page at a time; `told` hears of each page. */
export async function verifyAudit(
  told: (page: { rows: number; checkpoints: number; faults: readonly AuditFault[] }) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let after: string | number | null = ''; after !== null && !signal.aborted; ) {
    const page: Pages = await get('/audit/verify', { limit: 500, after }, signal);
    told({ rows: page.checked, checkpoints: 0, faults: page.faults });
    after = page.next;
  }
  for (let after: string | number | null = 0; after !== null && !signal.aborted; ) {
    const page: Pages = await get('/audit/verify/checkpoints', { after }, signal);
    told({ rows: 0, checkpoints: page.checked, faults: page.faults });
    after = page.next;
  }
}

/** A checkpoint as a file to be kept elsewhere. @throws ApiError when it is gone */
export async function checkpointFile(number: number): Promise<Blob> {
  return patiently(async () => {
    const response = await authorised('GET', `/audit/checkpoints/${number}`);
    if (response.ok) return response.blob();
    throw await refusalOf(response);
  });
}
