import { uuid } from '../domain/uuid.ts';
import { createAccess, type TokenAnswer } from './access.ts';
import { ApiError, OfflineError, WaitingError, waitingOf } from './errors.ts';
import { exclusively } from './exclusive.ts';

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

/** The language in which the platform words its refusals. */
export function speak(next: string): void {
  locale = next;
}

/** Called when the session ends by itself (revoked, disabled, or left too long). */
export function onSessionEnd(listener: () => void): void {
  endListeners.add(listener);
}

export const access = createAccess({
  renew: askForToken,
  now: () => Date.now(),
  exclusively,
  later: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  onEnd: () => {
    for (const listener of endListeners) listener();
  },
});

async function askForToken(): Promise<TokenAnswer | undefined> {
  const response = await send('POST', '/auth/refresh', { body: {} }, undefined);
  if (response.ok) return (await response.json()) as TokenAnswer;
  if (response.status >= 500) throw new ApiError(response.status, await bodyOf(response));
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
  const body = await bodyOf(response);
  const waiting = waitingOf(response.status, body);
  if (waiting !== undefined) throw new WaitingError(waiting);
  if (response.ok) return body as T;
  const retry = Number(response.headers.get('retry-after'));
  throw new ApiError(
    response.status,
    body,
    Number.isFinite(retry) && retry > 0 ? retry : undefined,
  );
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  request<T>('GET', path, {
    ...(query === undefined ? {} : { query }),
    ...(signal === undefined ? {} : { signal }),
  });

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
