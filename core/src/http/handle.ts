import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import { refusalOf, sendRefusal, sendResult, type Translate } from './answer.ts';
import { DEFAULT_BODY_LIMIT, parseBody, readBody } from './body.ts';
import { type Client, localeOf } from './client.ts';
import type { Log } from './log.ts';
import { queryOf } from './path.ts';
import type { RateLimits } from './rate-limit.ts';
import type { RouteDef, RouteRequest } from './route.ts';

/** Who holds these credentials. */
export interface Authenticator {
  /** @throws Refusal unauthorized */
  authenticate(authorization: string | undefined): Promise<Actor>;
}

/** What is noted of a request while it is answered, for its log line and its measurement. */
export interface Exchange {
  readonly client: Client;
  /** Aborted when the answer is out or the client has left. */
  readonly gone: AbortSignal;
  readonly startedAt: number;
  /** Template of the route, never the address itself. */
  route: string;
  actor: Actor | null;
  params: Readonly<Record<string, string>>;
  refusal: Refusal | null;
}

export interface HandleOptions {
  readonly auth: Authenticator;
  readonly limits: RateLimits;
  readonly log: Log;
  readonly translate: Translate;
}

/**
 * Answers one request of a route: authenticate → role → rate limit → body → handler → answer.
 * Every error becomes the envelope; what isn't a Refusal is logged whole and answered as 500.
 */
export async function handleRoute(
  route: RouteDef,
  req: IncomingMessage,
  res: ServerResponse,
  exchange: Exchange,
  options: HandleOptions,
): Promise<void> {
  try {
    if (route.access === 'user') exchange.actor = await signIn(req, exchange, options);
    checkRole(route, exchange.actor);
    await limit(route, exchange, options.limits);
    const request = await requestOf(route, req, exchange, options);
    await sendResult(req, res, await route.handle(request));
  } catch (error) {
    answerError(error, req, res, exchange, options);
  }
}

/** Answers an error of any kind; the caller sees nothing of what isn't a Refusal. */
export function answerError(
  error: unknown,
  req: IncomingMessage,
  res: ServerResponse,
  exchange: Exchange,
  options: Pick<HandleOptions, 'log' | 'translate'>,
): void {
  const refusal = refusalOf(error);
  exchange.refusal = refusal;
  if (refusal !== error) {
    options.log.error(
      { err: error, trace_id: exchange.client.traceId, route: exchange.route },
      'request failed',
    );
  }
  const locale = localeOf(req, exchange.actor?.locale);
  sendRefusal(res, refusal, exchange.client, { locale, translate: options.translate });
}

async function signIn(
  req: IncomingMessage,
  exchange: Exchange,
  options: HandleOptions,
): Promise<Actor> {
  try {
    return await options.auth.authenticate(req.headers.authorization);
  } catch (error) {
    if (error instanceof Refusal)
      await options.limits.take('user', `unknown ${exchange.client.ip}`);
    throw error;
  }
}

function checkRole(route: RouteDef, actor: Actor | null): void {
  const { roles } = route.openapi;
  if (route.access === 'public' || roles === '*') return;
  if (actor?.roles.some((role) => roles.includes(role))) return;
  throw new Refusal(
    'forbidden',
    'role_required',
    `This needs one of the roles: ${roles.join(', ')}`,
    { roles },
  );
}

async function limit(route: RouteDef, exchange: Exchange, limits: RateLimits): Promise<void> {
  const bucket = route.rateLimit ?? 'user';
  if (bucket === 'none') return;
  const { actor, client } = exchange;
  await limits.take(bucket, actor ? `${actor.kind} ${actor.id ?? actor.name}` : `ip ${client.ip}`);
}

async function requestOf(
  route: RouteDef,
  req: IncomingMessage,
  exchange: Exchange,
  options: HandleOptions,
): Promise<RouteRequest> {
  const { client, actor, params } = exchange;
  const query = queryOf(req.originalUrl ?? req.url ?? '');
  const rawBody = await readBody(req, route.bodyLimit ?? DEFAULT_BODY_LIMIT);
  return {
    params,
    query,
    body: route.raw ? undefined : parseBody(req, rawBody),
    rawBody,
    headers: req.headers,
    ip: client.ip,
    secure: client.secure,
    local: client.local,
    actor,
    traceId: client.traceId,
    locale: localeOf(req, actor?.locale),
    signal: exchange.gone,
    currentActor: () =>
      options.auth
        .authenticate(req.headers.authorization)
        .catch((error: unknown) => (error instanceof Refusal ? null : actor)),
  };
}

declare module 'node:http' {
  interface IncomingMessage {
    /** The target as it came; the gateway shortens `url` by the route's prefix. */
    originalUrl?: string;
  }
}
