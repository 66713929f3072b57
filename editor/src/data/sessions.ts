import { change, get, type Page, type Query } from './http.ts';
import type { RecipeLine } from './master.ts';
import type { WeighedLine } from './stock.ts';

export type SessionStatus = 'opened' | 'paused' | 'closed';

/** The recipe with which a session runs: frozen at its start, and changed only for it (F-API-123). */
export interface RecipeSnapshot {
  readonly version: number;
  /** How often it was changed while the session ran. */
  readonly revision?: number;
  readonly vt_limit_pct: number;
  readonly lines: readonly RecipeLine[];
}

export interface SessionRow {
  readonly id: string;
  readonly status: SessionStatus;
  readonly workcenter_id: string;
  readonly workcenter_code: string;
  readonly sku_id: string;
  readonly sku_code: string;
  readonly partiya_no: string;
  readonly shift: 'day' | 'night';
  readonly business_date: string;
  readonly started_at: string;
  readonly production_ended_at: string | null;
  readonly ended_at: string | null;
  readonly pause_reason: string | null;
}

export interface Session extends SessionRow {
  readonly people: readonly { id: string; username: string; full_name: string }[];
  readonly recipe_snapshot: RecipeSnapshot | null;
  readonly pending_packages: number;
  readonly open_vt_gates: number;
}

/** F-API-043. */
export interface Balance {
  readonly session_id: string;
  readonly input_kg: number;
  readonly good_kg: number;
  readonly wip_kg: number;
  readonly scrap_expected_kg: number;
  readonly rework_in_linked_kg: number;
  readonly disposed_linked_kg: number;
  readonly outstanding_kg: number;
  /** Positive: scrap that nobody found; negative: more came out than went in. */
  readonly unexplained_kg: number;
  readonly delta_session_kg: number;
  readonly limit_kg: number;
  readonly gate_ok: boolean;
  readonly warnings: readonly ('negative_scrap' | 'no_snapshot')[];
}

export const listSessions = (query: Query) => get<Page<SessionRow>>('/sessions', query);
export const readSession = (id: string) => get<Session>(`/sessions/${id}`);
/** F-API-040. @throws ApiError gate_blocked, recipe_missing, workcenter_busy */
export const openSession = (input: {
  workcenter_id: string;
  sku_id: string;
  partiya_no: string;
  shift: 'day' | 'night';
  operators: readonly string[];
}) => change<{ id: string }>('POST', '/sessions', input);
export const pauseSession = (id: string, reason: string) =>
  change<unknown>('PATCH', `/sessions/${id}/pause`, { reason });
export const resumeSession = (id: string) => change<unknown>('PATCH', `/sessions/${id}/resume`, {});
export const previewBalance = (id: string) => get<Balance>(`/sessions/${id}/balance/preview`);
/** F-API-044. @throws ApiError delta_exceeded, packages_pending, gate_open */
export const closeSession = (id: string) => change<unknown>('PATCH', `/sessions/${id}/close`, {});
/** F-API-046. @throws WaitingError three people have to agree first */
export const reopenSession = (id: string, reason: string) =>
  change<unknown>('POST', `/sessions/${id}/reopen`, { reason });

export interface RecipeChange {
  readonly lines: readonly {
    material_id: string;
    comp_type: RecipeLine['comp_type'];
    ratio_pct?: number;
    ratio_per_kg?: number;
    is_optional: boolean;
  }[];
  readonly vt_limit_pct: number;
  readonly reason: string;
}
/** F-API-123. @throws WaitingError the technologist has to agree first; ApiError recipe_ratio_sum */
export const changeRecipe = (id: string, input: RecipeChange) =>
  change<unknown>('POST', `/sessions/${id}/recipe-change`, input);
/** F-API-128: all packages of the session that still wait. */
export const endDegassing = (id: string) =>
  change<{ done: number }>('POST', `/sessions/${id}/degaz/done`, {});

/** F-M7-05: everything from which the difference could come. */
export interface Investigation {
  readonly inputs: readonly {
    material: string | null;
    sku: string | null;
    batch_no: string;
    qty_kg: number;
    created_at: string;
  }[];
  readonly packages: readonly {
    id: string;
    qr_code: string;
    status: string;
    weight_kg: number | null;
    created_at: string;
  }[];
  readonly snapshots: readonly {
    material: string;
    batch_no: string;
    wip_kg: number;
    superseded: boolean;
    created_at: string;
  }[];
  readonly lots: readonly {
    id: string;
    source: string;
    seal_no: string | null;
    qty_kg: number;
    remaining_kg: number;
    created_at: string;
  }[];
  readonly rework_links: readonly {
    scrap_kg: number;
    vt_kg: number;
    mode: string;
    created_at: string;
  }[];
  readonly disposed: readonly { id: string; qty_kg: number; reason: string; created_at: string }[];
  readonly rs_events: readonly {
    id: string;
    device: string;
    gross_kg: number;
    ts_device: string;
  }[];
}
export const investigate = (id: string) => get<Investigation>(`/sessions/${id}/investigate`);
/** F-API-120. */
export const feedSession = (id: string, lines: readonly WeighedLine[]) =>
  change<unknown>('POST', `/sessions/${id}/inputs`, { lines });
/** F-API-121. */
export const registerScrap = (
  id: string,
  input: { capture_id: string; tare_kg?: number; seal_no?: string },
) => change<unknown>('POST', `/sessions/${id}/scrap`, input);
