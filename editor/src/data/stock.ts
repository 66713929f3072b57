import { change, get, type Page, type Query } from './http.ts';

export interface StockItem {
  readonly id: string;
  readonly location: string;
  readonly item_type: 'material' | 'sku' | 'vt';
  readonly material_id: string | null;
  readonly item_code: string;
  readonly batch_no: string | null;
  readonly qty: number;
  readonly uom: string;
}

export interface TransferLine {
  readonly id: string;
  readonly material_id: string;
  /** Code of the material. */
  readonly material: string;
  readonly batch_no: string;
  readonly sent_kg: number;
  readonly received_kg: number | null;
  readonly diff_kg: number | null;
}

export interface Transfer {
  readonly id: string;
  readonly direction: 'main_to_shop' | 'shop_to_main';
  readonly status: 'in_transit' | 'completed' | 'discrepancy' | 'cancelled';
  readonly comment: string | null;
  readonly created_at: string;
  readonly lines: readonly TransferLine[];
}

/** A weighed line: the weight is the reading held by the capture, never a typed figure. */
export interface WeighedLine {
  material_id: string;
  batch_no: string;
  capture_id: string;
  session_id?: string;
}

export interface SentTransfer {
  readonly transfer_id: string;
  readonly status: Transfer['status'];
  readonly lines: readonly { material: string; batch_no: string; qty_kg: number }[];
}

export interface SnapshotLine {
  readonly material: string;
  readonly batch_no: string;
  readonly measured_kg: number;
  readonly book_kg: number;
  readonly variance_kg: number;
  readonly wip_kg: number;
}

export const listStock = (query: Query) => get<Page<StockItem>>('/stock/items', query);
export const listTransfers = (query: Query) => get<Page<Transfer>>('/stock/transfers', query);
export const readTransfer = (id: string) => get<Transfer>(`/stock/transfers/${id}`);
export interface MaterialRequest {
  readonly id: string;
  readonly sku_id: string | null;
  readonly workcenter_id: string | null;
  readonly status: 'open' | 'fulfilled' | 'cancelled';
  readonly note: string | null;
  readonly created_at: string;
  readonly lines: readonly { material_id: string; material: string; qty_kg: number | null }[];
}

export const openRequests = () =>
  get<Page<MaterialRequest>>('/stock/requests', { status: 'open', page_size: 200 });
/** F-API-124: the materials of the product's recipe. */
export const requestMaterial = (input: { sku_id: string; note?: string }) =>
  change<unknown>('POST', '/stock/requests', input);

/** F-M1-02: which batches to take, the oldest first. */
export const proposeBatches = (material: string, kg: number, location: 'MAIN' | 'SHOP') =>
  get<{ batches: readonly { batch_no: string; qty_kg: number }[] }>('/stock/proposal', {
    material_id: material,
    qty_kg: kg,
    location,
  });

/** F-API-030 and F-API-033. @throws ApiError gate_blocked, rs_not_found_in_window, insufficient_stock */
export const sendTransfer = (
  direction: Transfer['direction'],
  input: { lines: readonly WeighedLine[]; comment?: string; request_id?: string },
) => change<SentTransfer>('POST', `/stock/transfers/${direction.replaceAll('_', '-')}`, input);
/** F-API-031. */
export const receiveTransfer = (id: string, lines: readonly WeighedLine[]) =>
  change<{ status: Transfer['status'] }>('POST', `/stock/transfers/${id}/receive`, { lines });
/** The chief takes a difference as it is (F-OP-13). */
export const acceptDiscrepancy = (id: string, reason: string) =>
  change<unknown>('POST', `/stock/transfers/${id}/accept-discrepancy`, { reason });
/** F-API-032. */
export const takeSnapshot = (input: {
  items: readonly WeighedLine[];
  shift: 'day' | 'night';
  shift_finished: boolean;
}) => change<{ lines: readonly SnapshotLine[] }>('POST', '/stock/shop/snapshot', input);

/** F-API-126. @throws WaitingError the chief agrees first, and for much the director; ApiError stock_agrees, batch_unknown */
export const adjustStock = (input: WeighedLine & { location: 'MAIN' | 'SHOP'; reason: string }) =>
  change<unknown>('POST', '/stock/adjust', input);
