import { request } from 'node:http';
import { connect } from 'node:net';
import { ServiceBroker } from 'moleculer';
import { Refusal } from '../../src/api/errors.ts';
import type { Actor } from '../../src/api/operations.ts';
import {
  createMetrics,
  type HttpOptions,
  type HttpServer,
  type Log,
  type Metrics,
  type RouteDef,
  startHttp,
} from '../../src/http/index.ts';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

export interface Platform extends HttpServer {
  readonly lines: LogLine[];
  readonly metrics: Metrics;
  /** Stops server and broker. */
  end(): Promise<void>;
}

export const ORGANIZATION = '00000000-0000-4000-8000-000000000001';

/** Starts the real server over a real broker with its protections on, on a free port. */
export async function startPlatform(options: Partial<HttpOptions> = {}): Promise<Platform> {
  const lines: LogLine[] = [];
  const broker = new ServiceBroker({
    nodeID: `test-${process.pid}-${Math.random()}`,
    logger: false,
    requestTimeout: 300,
    bulkhead: { enabled: true, concurrency: 2, maxQueueSize: 1 },
    circuitBreaker: { enabled: true, minRequestCount: 1 },
    tracking: { enabled: true, shutdownTimeout: 5_000 },
  });
  await broker.start();
  const metrics = createMetrics();
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    broker: broker as never,
    routes: [],
    rootRoutes: [],
    auth: { authenticate: rolesFromToken },
    metrics,
    log: collector(lines),
    settings: { API_RATE_LIMIT_RPM: 1_000 },
    translate: () => undefined,
    ...options,
  });
  const end = async () => {
    await http.stop();
    await broker.stop();
  };
  return { ...http, lines, metrics, end };
}

/** Credentials of these tests: `Bearer operator.otk` is somebody with those two roles. */
async function rolesFromToken(authorization: string | undefined): Promise<Actor> {
  const roles = /^Bearer ([a-z_.]+)$/.exec(authorization ?? '')?.[1]?.split('.');
  if (!roles) throw new Refusal('unauthorized', 'not_signed_in', 'Sign in first');
  return {
    kind: 'user',
    id: roles[0] ?? '',
    name: roles[0] ?? '',
    roles,
    locale: 'uz',
    organizationId: ORGANIZATION,
  };
}

function collector(lines: LogLine[]): Log {
  const at =
    (level: string) =>
    (fields: object, message = '') =>
      void lines.push({ level, message, fields: fields as Record<string, unknown> });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A route with the documentation that the tests don't care about. */
export function route(
  method: RouteDef['method'],
  path: string,
  handle: RouteDef['handle'],
  more: Partial<Omit<RouteDef, 'openapi'>> & { roles?: readonly string[] | '*' } = {},
): RouteDef {
  const { roles = '*', ...rest } = more;
  return {
    method,
    path,
    access: 'public',
    openapi: {
      summary: path,
      tags: ['test'],
      operationId: `${method} ${path}`,
      roles,
      responses: { 200: { description: 'OK' } },
    },
    handle,
    ...rest,
  };
}

export interface Envelope {
  readonly success: false;
  readonly error: {
    code: string;
    reason: string;
    message: string;
    details: Record<string, unknown>;
  };
  readonly trace_id: string;
  readonly request_id: string;
}

export const envelope = async (response: Response) => (await response.json()) as Envelope;

/** Sends a path exactly as it is written; `fetch` would tidy it up first. */
export function rawGet(
  platform: HttpServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: platform.port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Writes bytes to the port and returns everything that comes back. */
export function rawBytes(platform: HttpServer, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(platform.port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
