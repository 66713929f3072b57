import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Refusal } from '../api/errors.ts';
import { noteExchange } from './access-log.ts';
import type { Translate } from './answer.ts';
import { type Client, clientReader, type ReadClient } from './client.ts';
import { type GatewayService, gatewayService, UNMATCHED } from './gateway.ts';
import { type Authenticator, answerError, type Exchange } from './handle.ts';
import { setSecurityHeaders } from './headers.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { isUnder, safePath } from './path.ts';
import { createRateLimits } from './rate-limit.ts';
import type { RouteDef } from './route.ts';
import { staticFiles } from './static-files.ts';

/** An application behind ours on the same port; it answers everything under its prefix. */
export interface Proxy {
  /** '/red' */
  readonly prefix: string;
  handle(req: IncomingMessage, res: ServerResponse): void;
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface HttpSettings {
  /** Requests a minute and user. */
  readonly API_RATE_LIMIT_RPM: number;
  /** Dry runs a minute and user (default 600). */
  readonly CHECK_RATE_LIMIT_RPM?: number | null;
  /** Addresses or CIDR ranges whose forwarded headers are believed. */
  readonly TRUSTED_PROXIES?: readonly string[] | null;
}

/** The part of the broker that the gateway needs. */
export interface ServiceHost {
  createService(schema: Record<string, unknown>): unknown;
  destroyService(service: unknown): Promise<void>;
}

export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly broker: ServiceHost;
  readonly routes: readonly RouteDef[];
  readonly rootRoutes: readonly RouteDef[];
  readonly auth: Authenticator;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings: HttpSettings;
  readonly translate: Translate;
  /** Built web app. */
  readonly staticDir?: string;
  readonly proxies?: readonly Proxy[];
  /** Takes an upgrade (WebSocket) that no proxy claims; false refuses it. */
  readonly upgrade?: (
    req: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    client: Client,
  ) => boolean;
}

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  /** Lets running requests end (5 s at most), then closes every connection. */
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 5_000;
/** Of an address that is told back in an answer. */
const LONGEST_TOLD = 200;

/**
 * Starts the HTTP server: gateway, proxied applications and the web app on one port.
 * @throws the error of listen (EADDRINUSE …)
 */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { broker, settings } = options;
  const limits = createRateLimits({
    user: settings.API_RATE_LIMIT_RPM,
    check: settings.CHECK_RATE_LIMIT_RPM ?? 600,
  });
  const readClient = clientReader(settings.TRUSTED_PROXIES ?? []);
  const service = broker.createService(gatewayService({ ...options, limits })) as GatewayService;
  const answers = new Set<ServerResponse>();
  const server = createServer(
    { requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 20_000 },
    dispatcher(options, service, { readClient, answers }),
  );
  const upgraded = acceptUpgrades(server, options, readClient);
  server.on('clientError', refuseBrokenRequest);
  await listen(server, options.port, options.host);
  const { port } = server.address() as AddressInfo;
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    async stop() {
      await close(server, upgraded, answers);
      await broker.destroyService(service);
    },
  };
}

/** What every request passes: who calls, and the answers under way. */
interface Entry {
  readonly readClient: ReadClient;
  readonly answers: Set<ServerResponse>;
}

function dispatcher(options: HttpOptions, service: GatewayService, entry: Entry) {
  const serveStatic = options.staticDir === undefined ? null : staticFiles(options.staticDir);
  return (req: IncomingMessage, res: ServerResponse): void => {
    const exchange = begin(req, res, entry, options);
    const fail = (error: unknown) => answerError(error, req, res, exchange, options);
    const elsewhere = async (error?: unknown) => {
      if (error !== undefined) throw error;
      // The gateway has cut the prefix of the route it looked into.
      req.url = req.originalUrl ?? '/';
      exchange.route = 'static';
      if (!isUnder(safePath(req.url), '/api') && (await serveStatic?.(req, res))) return;
      exchange.route = UNMATCHED;
      throw nothingAt(safePath(req.url));
    };
    try {
      const path = safePath(req.url ?? '');
      const proxy = options.proxies?.find((candidate) => isUnder(path, candidate.prefix));
      setSecurityHeaders(res, { secure: exchange.client.secure, proxied: proxy !== undefined });
      if (proxy) {
        exchange.route = proxy.prefix;
        proxy.handle(req, res);
        return;
      }
      req.originalUrl = req.url ?? '/';
      service.httpHandler(req, res, (error) => void elsewhere(error).catch(fail)).catch(fail);
    } catch (error) {
      setSecurityHeaders(res, { secure: exchange.client.secure, proxied: false });
      fail(error);
    }
  };
}

/** A misspelt name of an operation is told as that: who calls by name knows no routes. */
function nothingAt(path: string): Refusal {
  const [, operation] =
    /^\/api\/v1\/operations\/([^/]+)(?:\/check)?$/.exec(path.slice(0, LONGEST_TOLD)) ?? [];
  if (operation === undefined)
    return new Refusal('not_found', 'unknown_route', 'There is nothing at this address');
  const message = `There is no operation ${operation}`;
  return new Refusal('not_found', 'unknown_operation', message, { operation });
}

function begin(
  req: IncomingMessage,
  res: ServerResponse,
  entry: Entry,
  options: HttpOptions,
): Exchange {
  const client = entry.readClient(req);
  const gone = new AbortController();
  const exchange: Exchange = {
    client,
    gone: gone.signal,
    startedAt: performance.now(),
    route: UNMATCHED,
    actor: null,
    params: {},
    refusal: null,
  };
  Object.assign(req, { exchange });
  res.setHeader('X-Request-Id', client.requestId);
  res.setHeader('X-Trace-Id', client.traceId);
  entry.answers.add(res);
  res.once('close', () => {
    entry.answers.delete(res);
    gone.abort();
    noteExchange(req, res, exchange, options);
  });
  return exchange;
}

function acceptUpgrades(server: Server, options: HttpOptions, readClient: ReadClient): Set<Duplex> {
  const open = new Set<Duplex>();
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    try {
      const path = safePath(req.url ?? '');
      const proxy = options.proxies?.find((candidate) => isUnder(path, candidate.prefix));
      if (proxy) proxy.upgrade(req, socket, head);
      else if (!options.upgrade?.(req, socket, head, readClient(req)))
        endRaw(socket, '404 Not Found');
    } catch {
      endRaw(socket, '400 Bad Request');
    }
  });
  return open;
}

function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  endRaw(socket, tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request');
}

const endRaw = (socket: Duplex, status: string) =>
  void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

const isEventStream = (res: ServerResponse) =>
  String(res.getHeader('Content-Type')).startsWith('text/event-stream');

async function close(
  server: Server,
  upgraded: ReadonlySet<Duplex>,
  answers: ReadonlySet<ServerResponse>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of upgraded) socket.destroy();
  for (const res of answers) if (isEventStream(res)) res.destroy();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
  await closed;
  clearTimeout(force);
}
