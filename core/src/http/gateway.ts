import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Refusal } from '../api/errors.ts';
import { answerError, type Exchange, type HandleOptions, handleRoute } from './handle.ts';
import type { RouteDef } from './route.ts';

export const API_PREFIX = '/api/v1';
/** What requests that no route answers are counted under. */
export const UNMATCHED = 'unmatched';

export interface GatewayOptions extends HandleOptions {
  /** Under `/api/v1`. */
  readonly routes: readonly RouteDef[];
  /** At the root: health, metrics, the page of the API. */
  readonly rootRoutes: readonly RouteDef[];
}

type Next = (error?: unknown) => void;
/** A gateway that waits for requests which another server hands to it. */
export interface GatewayService {
  httpHandler(req: IncomingMessage, res: ServerResponse, next: Next): Promise<void>;
}

interface GatewayRequest extends IncomingMessage {
  exchange: Exchange;
  $params?: { params?: Record<string, string> };
}

/**
 * The HTTP gateway as a Moleculer service schema (moleculer-web in middleware mode: the server is ours).
 * Its own actions that change routes over the bus are taken away, its body parsers and logs are off.
 */
export function gatewayService(options: GatewayOptions): Record<string, unknown> {
  const mixin: unknown = createRequire(import.meta.url)('moleculer-web');
  const common = {
    bodyParsers: false,
    logging: false,
    mergeParams: false,
    mappingPolicy: 'restrict',
    pathToRegexpOptions: { sensitive: true, trailing: false },
  };
  return {
    name: 'api',
    mixins: [mixin],
    settings: {
      $secureSettings: ['routes', 'onError', 'rootCallOptions'],
      server: false,
      logRequest: null,
      logRequestParams: null,
      logResponse: null,
      logRouteRegistration: null,
      rootCallOptions: (call: Record<string, unknown>, req: GatewayRequest) => {
        call.requestID = req.exchange.client.requestId;
        // A stream would hold up a stop; the server itself waits for running requests.
        call.trackContext = false;
      },
      routes: [
        { ...common, path: API_PREFIX, aliases: aliasesOf(API_PREFIX, options.routes, options) },
        { ...common, path: '/', aliases: aliasesOf('', options.rootRoutes, options) },
      ],
      onError: (req: GatewayRequest, res: ServerResponse, error: unknown) =>
        answerError(gatewayFault(error), req, res, req.exchange, options),
    },
    actions: {
      // Long answers (streams) go through here: a bulkhead or breaker would count them as stuck calls.
      rest: { bulkhead: { enabled: false }, circuitBreaker: { enabled: false } },
      listAliases: false,
      addRoute: false,
      removeRoute: false,
    },
    methods: {
      errorHandler(req: GatewayRequest, res: ServerResponse, error: unknown) {
        answerError(gatewayFault(error), req, res, req.exchange, options);
      },
    },
  };
}

function aliasesOf(prefix: string, routes: readonly RouteDef[], options: GatewayOptions) {
  return Object.fromEntries(
    [...uniqueRoutes(routes)].map(([key, route]) => [
      key,
      (req: GatewayRequest, res: ServerResponse) => {
        const { exchange } = req;
        exchange.route = prefix + route.path;
        exchange.params = req.$params?.params ?? {};
        return handleRoute(route, req, res, exchange, options);
      },
    ]),
  );
}

/**
 * Routes by 'METHOD /path'; a fallback gives way to another route of the same method and path.
 * @throws Error when two routes claim the same
 */
export function uniqueRoutes(routes: readonly RouteDef[]): ReadonlyMap<string, RouteDef> {
  const found = new Map<string, RouteDef>();
  const byShape = new Map<string, RouteDef>();
  for (const route of [...routes].sort(
    (a, b) => Number(a.fallback ?? false) - Number(b.fallback ?? false),
  )) {
    const key = `${route.method} ${route.path}`;
    const shape = key.replace(/:\w+/g, ':');
    const other = byShape.get(shape);
    if (other !== undefined && route.fallback) continue;
    if (other !== undefined)
      throw new Error(
        `two routes answer ${key}: ${other.openapi.operationId} and ${route.openapi.operationId}`,
      );
    byShape.set(shape, route);
    found.set(key, route);
  }
  return found;
}

/** The gateway's own client errors (a parameter it can't decode) are bad requests of ours. */
function gatewayFault(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (error instanceof Refusal || typeof code !== 'number' || code < 400 || code > 499)
    return error;
  return new Refusal(
    'bad_request',
    'bad_path',
    'The path of the request is malformed',
    {},
    { cause: error },
  );
}
