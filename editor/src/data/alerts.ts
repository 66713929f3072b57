import type { ExplainNode, Remedy } from '@qoida/dsl';
import { change, get, type Page, type Query } from './http.ts';

export type Severity = 'P1' | 'P2' | 'P3';
export type AlertStatus = 'open' | 'ack' | 'closed';

/** Something is not as it should be, and people were told (F-DM-48). */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly metric_code: string;
  readonly group: string;
  readonly severity: Severity;
  readonly status: AlertStatus;
  readonly message: string;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly unit: string | null;
  readonly ts: string;
  readonly last_raised_at: string;
  readonly count: number;
  readonly routed_roles: readonly string[];
  readonly acked_by: string | null;
  readonly acked_at: string | null;
  readonly closed_by: string | null;
  readonly closed_at: string | null;
  readonly note: string | null;
  readonly may_act: boolean;
}

export type DeliveryStatus = 'ready' | 'sending' | 'sent' | 'dead' | 'skipped' | 'silenced';

/** One message on its way to one place: of an alert, of a request for approval, or a test. */
export interface Delivery {
  readonly id: string;
  readonly alert_id: string | null;
  readonly approval_id: string | null;
  readonly reason: 'opened' | 'escalated' | 'repeated' | 'test' | 'asked' | 'reminded' | 'ended';
  readonly severity: Severity | null;
  readonly channel: string;
  readonly recipient: string;
  readonly address: string | null;
  /** Null where what an approval is about is not this reader's to see. */
  readonly subject: string | null;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly next_at: string | null;
  readonly failure: string | null;
  readonly message: string | null;
  readonly finished_at: string | null;
  readonly created_at: string;
}

export interface AlertDetail extends Alert {
  readonly history: readonly {
    readonly at: string;
    readonly change: 'opened' | 'told' | 'acknowledged' | 'closed';
    readonly by: string | null;
    readonly note: string | null;
    readonly details: { readonly roles?: readonly string[]; readonly messages?: number };
  }[];
  readonly deliveries: readonly Delivery[];
  readonly explanation: Readonly<Record<string, ExplainNode>> | null;
  readonly would_close: readonly Remedy[];
  readonly rules_lost: string | null;
  /** What raised it is for those who may read it; this reader got the message alone. */
  readonly hidden: boolean;
  /** The latest of them are in `deliveries`. */
  readonly deliveries_total: number;
}

export interface AlertCount {
  readonly open: number;
  readonly ack: number;
  readonly open_p1: number;
}

export const listAlerts = (query: Query) => get<Page<Alert>>('/alerts', query);
export const countAlerts = () => get<AlertCount>('/alerts/count');
export const readAlert = (id: string, lang: string) => get<AlertDetail>(`/alerts/${id}`, { lang });
/** F-API-106. @throws ApiError alert_wrong_state, alert_not_yours */
export const ackAlert = (id: string, note: string) =>
  change<unknown>('POST', `/alerts/${id}/ack`, note === '' ? {} : { note });
export const closeAlert = (id: string, note: string) =>
  change<unknown>('POST', `/alerts/${id}/close`, note === '' ? {} : { note });

export const listDeliveries = (query: Query) => get<Page<Delivery>>('/deliveries', query);
export const readDelivery = (id: string) => get<Delivery>(`/deliveries/${id}`);
export const retryDelivery = (id: string) =>
  change<Delivery>('POST', `/deliveries/${id}/retry`, {});
export const dismissDelivery = (id: string, note: string) =>
  change<Delivery>('POST', `/deliveries/${id}/dismiss`, { note });
