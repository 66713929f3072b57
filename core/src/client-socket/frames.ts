import { Refusal } from '../api/errors.ts';
import { inspectJson } from '../http/index.ts';

/** Version of the protocol; another one is told so and closed (S-WS-03). */
export const VERSION = 1;
/** Sub-protocol that a client may name. */
export const PROTOCOL = 'qoida.v1';
export const MAX_FRAME_BYTES = 16 * 1024;

/** Close codes, the same as those of devices. */
export const CLOSE = {
  stopping: 1001,
  protocol: 4400,
  unauthorized: 4401,
  rate: 4429,
} as const;

/** A frame of a client, read: the envelope by itself, and what the client asks for beside it. */
export interface ClientFrame {
  readonly type: string;
  /** Comes back as `corr` of the answer. */
  readonly id: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** A command that is sent again with the same key is done once. */
  readonly idempotencyKey: string | null;
}

export class UnsupportedVersion extends Error {
  readonly id: string;
  constructor(id: string) {
    super('unsupported_version');
    this.name = 'UnsupportedVersion';
    this.id = id;
  }
}

/** A frame that holds what no frame may; whoever sent it is told so, by its id. */
export class FrameRefused extends Error {
  readonly id: string;
  readonly refusal: Refusal;
  constructor(id: string, refusal: Refusal) {
    super(refusal.reason);
    this.name = 'FrameRefused';
    this.id = id;
    this.refusal = refusal;
  }
}

const MAX_ID = 64;
const ENVELOPE = ['v', 'type', 'id', 'corr', 'ts', 'idempotency_key'];

/**
 * Reads a frame: `{v, type, id, …}`; what is no part of the envelope are the arguments, also under `data`.
 * @throws Error naming what is wrong; UnsupportedVersion; FrameRefused
 */
export function readFrame(text: string): ClientFrame {
  const frame = objectOf(JSON.parse(text), 'a frame');
  const id = typeof frame.id === 'string' ? frame.id.slice(0, MAX_ID) : '';
  if (frame.v !== undefined && frame.v !== VERSION) throw new UnsupportedVersion(id);
  try {
    inspectJson(text);
  } catch (error) {
    throw error instanceof Refusal ? new FrameRefused(id, error) : error;
  }
  const { type, idempotency_key: key } = frame;
  if (typeof type !== 'string' || type === '') throw new Error('type must be a text');
  const own = Object.entries(frame).filter(([name]) => !ENVELOPE.includes(name));
  const args = frame.data === undefined ? Object.fromEntries(own) : objectOf(frame.data, 'data');
  return { type, id, args, idempotencyKey: typeof key === 'string' && key !== '' ? key : null };
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error(`${what} must be an object`);
}

/** A text argument. @throws Refusal validation_error bad_frame */
export function textArg(args: ClientFrame['args'], name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Refusal('validation_error', 'bad_frame', `"${name}" must be a text`, { field: name });
}

/** An object argument; none is an empty one. @throws Refusal validation_error bad_frame */
export function objectArg(args: ClientFrame['args'], name: string): Record<string, unknown> {
  const value = args[name] ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Refusal('validation_error', 'bad_frame', `"${name}" must be an object`, {
    field: name,
  });
}
