import type { AlertStatus, DeliveryStatus, Severity } from '../../data/alerts.ts';

type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'plain';

export const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  P1: 'bad',
  P2: 'warn',
  P3: 'calm',
};
export const STATUS_TONE: Readonly<Record<AlertStatus, Tone>> = {
  open: 'bad',
  ack: 'warn',
  closed: 'good',
};
export const DELIVERY_TONE: Readonly<Record<DeliveryStatus, Tone>> = {
  ready: 'calm',
  sending: 'calm',
  sent: 'good',
  dead: 'bad',
  skipped: 'plain',
  silenced: 'plain',
};
