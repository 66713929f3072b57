import { beginning, isStorable } from '@qoida/core';
import { INPUT_KINDS, type InputKind, type Source } from '../records.ts';

/** Version of the protocol; another one is told so and closed (S-WS-03). */
export const VERSION = 1;
export const PROTOCOL = 'relay.v1';

/** One relay as a device reports it. */
export interface ReportedRelay {
  readonly relay: number;
  readonly on: boolean;
  readonly source: Source | 'command';
}
export interface ReportedInput {
  readonly input: number;
  readonly active: boolean;
}

/** A frame of a device, read. Unknown fields were left out. */
export type DeviceFrame =
  | {
      readonly type: 'hello';
      readonly id: string;
      readonly firmware: string | null;
      readonly bootId: string;
      readonly configVersion: number;
    }
  | {
      readonly type: 'state_report';
      readonly id: string;
      readonly corr: string | null;
      readonly bootId: string | null;
      readonly seq: number | null;
      readonly relays: readonly ReportedRelay[];
      readonly inputs: readonly ReportedInput[];
    }
  | {
      readonly type: 'input_event';
      readonly id: string;
      readonly input: number;
      readonly kind: InputKind;
      readonly active: boolean;
      readonly durationMs: number;
      readonly ageMs: number;
      readonly eventId: string;
      readonly effect: number | null;
    }
  | {
      readonly type: 'ack';
      readonly corr: string;
      readonly status: AckStatus;
      readonly code: string | null;
      readonly message: string | null;
      readonly states: readonly boolean[] | null;
    }
  | { readonly type: 'config_ack'; readonly version: number }
  | { readonly type: 'ping'; readonly id: string; readonly nonce: unknown }
  | { readonly type: 'pong' }
  | { readonly type: 'fault'; readonly code: string; readonly message: string }
  | { readonly type: 'unsupported'; readonly id: string; readonly was: string }
  | { readonly type: 'unsupported_version'; readonly id: string };

export const ACK_STATUSES = [
  'ok',
  'accepted',
  'rejected',
  'duplicate',
  'expired',
  'error',
] as const;
export type AckStatus = (typeof ACK_STATUSES)[number];

/** The words of devices for where a change came from. */
const SOURCE_OF: ReadonlyMap<unknown, Source | 'command'> = new Map([
  ['ws', 'command'],
  ['command', 'command'],
  ['input', 'input'],
  ['button', 'input'],
  ['timer', 'timer'],
  ['restore', 'restore'],
]);

/** `press` … as it is; the three words for a hold are one kind, told by its duration. */
const KIND_OF: ReadonlyMap<string, InputKind> = new Map([
  ...INPUT_KINDS.map((kind): [string, InputKind] => [kind, kind]),
  ['hold_start', 'hold'],
  ['hold_repeat', 'hold'],
  ['hold_end', 'release'],
]);

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads one frame of a relay device (reference relay-switch §2; the short names of S-WS-02 as well).
 * @throws Error naming what is wrong: such a connection is ended
 */
export function readFrame(value: unknown): DeviceFrame {
  const frame = objectOf(value, 'a frame');
  const id = typeof frame.id === 'string' ? beginning(frame.id, 64) : '';
  if (frame.v !== undefined && frame.v !== VERSION) return { type: 'unsupported_version', id };
  const type = textOf(frame.type, 'type');
  const data = frame.data === undefined ? frame : objectOf(frame.data, 'data');
  switch (type) {
    case 'hello':
      return {
        type,
        id,
        firmware: optionalText(data.fw_version, 'fw_version'),
        bootId: optionalText(data.boot_id, 'boot_id') ?? '',
        configVersion: count(data.config_version ?? 0, 'config_version'),
      };
    case 'state_report':
      return {
        type,
        id,
        corr: optionalText(frame.corr, 'corr'),
        bootId: optionalText(data.boot_id ?? frame.boot_id, 'boot_id'),
        seq: frame.seq === undefined ? null : count(frame.seq, 'seq'),
        relays: relaysIn(data),
        inputs: listOf(data.inputs ?? [], 'inputs').map(inputOf),
      };
    case 'input_event':
      return { type, id, ...inputEventOf(data, id) };
    case 'ack':
    case 'cmd_ack':
      return { type: 'ack', corr: beginning(textOf(frame.corr, 'corr'), 64), ...ackOf(data) };
    case 'config_ack':
      return { type, version: count(data.version, 'version') };
    case 'ping':
      return { type, id, nonce: data.nonce ?? null };
    case 'pong':
      return { type };
    case 'log':
    case 'fault': {
      const [code, message] = [
        optionalText(data.code, 'code') ?? type,
        optionalText(data.message, 'message') ?? '',
      ];
      return { type: 'fault', code, message };
    }
    default:
      return { type: 'unsupported', id, was: type.slice(0, 40) };
  }
}

/** The id of an event whose other words may make no sense; null for every other frame. */
export function eventIdIn(value: unknown): string | null {
  const { type, id } = (value ?? {}) as { type?: unknown; id?: unknown };
  return type === 'input_event' && typeof id === 'string' && id !== '' ? beginning(id, 64) : null;
}

/** The compact snapshot of an answer: `[true, false, true]`; null where there is none. */
export function statesOf(value: unknown): readonly boolean[] | null {
  if (!Array.isArray(value) || value.length > 32) return null;
  return value.every((on) => typeof on === 'boolean') ? (value as boolean[]) : null;
}

/** One by one with who moved each, or in short `states: [true, false, true]`. */
function relaysIn(data: Json): ReportedRelay[] {
  if (data.relays !== undefined || data.states === undefined)
    return listOf(data.relays, 'relays').map(relayOf);
  return listOf(data.states, 'states').map((on, relay) => ({
    relay,
    on: flagOf(on, 'a state'),
    source: 'device',
  }));
}

function relayOf(value: unknown): ReportedRelay {
  const one = objectOf(value, 'a relay');
  return {
    relay: channel(one.ch),
    on: flagOf(one.on, 'on'),
    source: SOURCE_OF.get(one.source) ?? 'device',
  };
}

function inputOf(value: unknown): ReportedInput {
  const one = objectOf(value, 'an input');
  return { input: channel(one.ch), active: flagOf(one.active, 'active') };
}

function inputEventOf(data: Json, id: string) {
  const word = textOf(data.event ?? data.kind, 'event');
  const kind = KIND_OF.get(word);
  if (kind === undefined) throw new Error(`"${word.slice(0, 40)}" is no event of an input`);
  const effect = data.effect == null ? null : objectOf(data.effect, 'effect');
  return {
    input: data.ch === undefined ? index(data.input) : channel(data.ch),
    kind,
    active: typeof data.active === 'boolean' ? data.active : kind === 'press' || kind === 'hold',
    durationMs: millis(data.duration_ms ?? 0, 'duration_ms'),
    ageMs: millis(data.age_ms ?? 0, 'age_ms'),
    eventId: beginning(textOf(data.event_id ?? id, 'event_id'), 64),
    effect: effect === null ? null : channel(effect.relay),
  };
}

function ackOf(data: Json) {
  const said = data.status ?? (data.ok === true ? 'ok' : data.ok === false ? 'error' : undefined);
  const status = ACK_STATUSES.find((known) => known === said);
  if (status === undefined) throw new Error('an ack has no status');
  return {
    status,
    code: optionalText(data.code ?? data.error, 'code'),
    message: optionalText(data.message, 'message'),
    states: statesOf(data.state ?? data.states),
  };
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Error(`${what} must be an object`);
}
function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= 32) return value;
  throw new Error(`${what} must be a list of at most 32`);
}
function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${what} must be a text`);
  if (isStorable(value)) return value;
  throw new Error(`${what} must hold no NUL and no half of a surrogate pair`);
}
const optionalText = (value: unknown, what: string): string | null =>
  typeof value === 'string' && value !== '' ? beginning(textOf(value, what), 500) : null;
function flagOf(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new Error(`${what} must be true or false`);
}
function count(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${what} must be a number from 0 on`);
}
/** Whole milliseconds; a part of one counts for nothing, so that no threshold is met early. */
function millis(value: unknown, what: string): number {
  return count(typeof value === 'number' ? Math.floor(value) : value, what);
}
/** The short words count from 0, as the API does. */
function index(value: unknown): number {
  const at = count(value, 'input');
  if (at < 32) return at;
  throw new Error('input must be from 0 to 31');
}
/** On the wire channels begin with 1, as on the box. */
function channel(value: unknown): number {
  const ch = count(value, 'ch');
  if (ch >= 1 && ch <= 32) return ch - 1;
  throw new Error('ch must be from 1 to 32');
}
