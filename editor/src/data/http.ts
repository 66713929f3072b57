import { uuid } from '../domain/uuid.ts';
import { createAccess, type TokenAnswer } from './access.ts';
import { ApiError, OfflineError, WaitingError, waitingOf } from './errors.ts';
import { exclusively } from './exclusive.ts';
import { createPace } from './pace.ts';

export const API = '/api/v1';

/** A page of a list (F-API-003). */
export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call {
  readonly query?: Query;
  readonly body?: unknown;
  /** A repeated call with the same key is done once (F-API-005). */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Where a broken stream goes on. */
  readonly lastEventId?: string;
}

let locale = 'uz';
const endListeners = new Set<() => void>();
const waitListeners = new Set<(until: number | undefined) => void>();

/** The language in which the platform words its refusals. */
export function speak(next: string): void {
  locale = next;
}

/** Called when the session ends by itself (revoked, disabled, or left too long). */
export function onSessionEnd(listener: () => void): void {
  endListeners.add(listener);
}

/** Called when reads have to wait, with the moment at which they go on, and when they do. */
export function onWait(listener: (until: number | undefined) => void): void {
  waitListeners.add(listener);
}

const now = () => Date.now();

function later(work: () => void, ms: number): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}

const pace = createPace({
  now,
  later,
  onWait: (until) => {
    for (const listener of waitListeners) listener(until);
  },
});

export const access = createAccess({
  renew: askForToken,
  now,
  // Whoever has to wait doesn't keep the other tabs waiting as well.
  exclusively: (work) => pace.read(undefined, () => exclusively(work)),
  later,
  onEnd: () => {
    for (const listener of endListeners) listener();
  },
});

async function askForToken(): Promise<TokenAnswer | undefined> {
  const response = await send('POST', '/auth/refresh', { body: {} }, undefined);
  if (response.ok) return (await response.json()) as TokenAnswer;
  // Neither says that the session is over.
  if (response.status >= 500 || response.status === 429) throw await refusalOf(response);
  return undefined;
}

function urlOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return `${API}${path}${text === '' ? '' : `?${text}`}`;
}

async function send(
  method: string,
  path: string,
  call: Call,
  token: string | undefined,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', 'x-locale': locale };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
  if (call.lastEventId !== undefined) headers['last-event-id'] = call.lastEventId;
  try {
    return await fetch(urlOf(path, call.query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new OfflineError(error);
  }
}

/** What the platform said no with. */
export async function refusalOf(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get('retry-after'));
  return new ApiError(
    response.status,
    await bodyOf(response),
    Number.isFinite(retry) && retry > 0 ? retry : undefined,
  );
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One request with the token; a 401 renews it once and repeats. */
export async function authorised(method: string, path: string, call: Call = {}): Promise<Response> {
  const token = await access.token();
  const response = await send(method, path, call, token);
  if (response.status !== 401 || token === undefined) return response;
  if (!(await access.renew())) return response;
  return send(method, path, call, await access.token());
}

/**
 * Calls the platform.
 * @throws ApiError the platform refused; WaitingError others have to agree first; OfflineError it did not answer
 */
export async function request<T>(method: string, path: string, call: Call = {}): Promise<T> {
  const response = await authorised(method, path, call);
  if (!response.ok) throw await refusalOf(response);
  const body = await bodyOf(response);
  const waiting = waitingOf(response.status, body);
  if (waiting !== undefined) throw new WaitingError(waiting);
  return body as T;
}

/** Reads something, at the pace that the platform lets. @throws ApiError, OfflineError */
export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  const call = {
    ...(query === undefined ? {} : { query }),
    ...(signal === undefined ? {} : { signal }),
  };
  // What its asker may end is nobody else's.
  const key = signal === undefined ? urlOf(path, query) : undefined;
  return pace.read(key, () => request<T>('GET', path, call), signal);
}

/** Asks what changes nothing and is no `get`, at the same pace; of a bare answer `ask` throws the `refusalOf`. */
export const patiently = <T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
  pace.read(undefined, ask, signal);

/** A change of state. The key makes a repeat after a lost answer harmless. */
export const change = <T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  key?: string,
) =>
  request<T>(method, path, {
    ...(body === undefined ? {} : { body }),
    idempotencyKey: key ?? uuid(),
  });
