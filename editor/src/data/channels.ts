import type { Severity } from './alerts.ts';
import { change, get } from './http.ts';

type Words = string | { readonly uz?: string; readonly ru?: string; readonly en?: string };

interface SettingSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
}

/** A way to reach people, as an administrator sets it up. */
export interface Channel {
  readonly name: string;
  readonly title: Words;
  readonly enabled: boolean;
  /** All that it needs is there. */
  readonly ready: boolean;
  /** For how severe alerts it is meant where a rule names no channel. */
  readonly severities: readonly Severity[];
  /** It carries requests for approval. */
  readonly approvals: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret_fields: readonly string[];
  readonly secrets_kept: readonly string[];
  readonly labels: Readonly<Record<string, Words>>;
  readonly fields: { readonly properties?: Readonly<Record<string, SettingSchema>> };
  readonly address: { readonly title: Words; readonly example: string } | null;
}

export interface ChannelGiven {
  readonly enabled: boolean;
  readonly severities: readonly Severity[];
  readonly approvals: boolean;
  readonly settings: Record<string, unknown>;
}

export interface Address {
  readonly channel: string;
  readonly title: Words;
  readonly label: Words;
  readonly switched_on: boolean;
  readonly example: string;
  readonly address: string | null;
  readonly enabled: boolean;
}

export type Day = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** When messages wait or are left out. */
export interface NewSilence {
  readonly kind: 'once' | 'weekly';
  readonly mode: 'hold' | 'drop';
  readonly channel?: string;
  readonly user_id?: string;
  readonly from_at?: string;
  readonly to_at?: string;
  readonly days?: readonly Day[];
  readonly from_time?: string;
  readonly to_time?: string;
  readonly p1_passes: boolean;
  readonly reason: string;
}
export interface Silence {
  readonly id: string;
  readonly kind: 'once' | 'weekly';
  readonly mode: 'hold' | 'drop';
  readonly channel: string | null;
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly from_at: string | null;
  readonly to_at: string | null;
  readonly days: readonly Day[];
  readonly from_time: string | null;
  readonly to_time: string | null;
  readonly p1_passes: boolean;
  readonly reason: string;
  readonly author: string;
}

export const listChannels = () => get<{ items: readonly Channel[] }>('/channels');
export const setChannel = (name: string, given: ChannelGiven) =>
  change<Channel>('PUT', `/channels/${name}`, { ...given });
/** Sends a test message. @throws ApiError channel_incomplete, no_address */
export const testChannel = (name: string, address: string) =>
  change<{ delivery_id: string }>(
    'POST',
    `/channels/${name}/test`,
    address === '' ? {} : { address },
  );

export const listAddresses = () => get<{ items: readonly Address[] }>('/addresses');
/** An empty address takes away the one that is kept. @throws ApiError address_invalid */
export const setAddress = (channel: string, address: string) =>
  change<unknown>('PUT', `/addresses/${channel}`, address.trim() === '' ? {} : { address });

export const listSilences = () => get<{ items: readonly Silence[] }>('/silences');
export const addSilence = (silence: NewSilence) => change<Silence>('POST', '/silences', silence);
export const endSilence = (id: string) => change<Silence>('POST', `/silences/${id}/end`, {});

/** A text of the platform in the reader's language. */
export const wordsOf = (words: Words, locale: 'uz' | 'ru' | 'en'): string =>
  typeof words === 'string' ? words : (words[locale] ?? words.en ?? '');
