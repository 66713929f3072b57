import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../api/errors.ts';
import { docsPage } from '../docs.ts';
import type { Metrics } from '../metrics.ts';
import type { OpenApiOptions } from '../openapi.ts';
import { openApiOf } from '../openapi.ts';
import type { RouteDef, RouteRequest } from '../route.ts';
import { HttpReply } from '../route.ts';

export interface Readiness {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, unknown>>;
}

export interface SystemRouteOptions {
  readonly metrics: Metrics;
  /** Bearer token for `/metrics` from other machines; without it only this machine may read them. */
  readonly metricsToken: string | null;
  ready(): Promise<Readiness>;
}

const open = { access: 'public', rateLimit: 'none' } as const;
const doc = (operationId: string, summary: string) => ({
  summary,
  tags: ['system'],
  operationId,
  roles: '*' as const,
  responses: { 200: { description: 'OK' } },
});

/** `/health` (the process lives), `/ready` (it can work), `/metrics`, and the page of the API. */
export function systemRoutes(options: SystemRouteOptions): RouteDef[] {
  return [
    {
      ...open,
      method: 'GET',
      path: '/health',
      openapi: doc('health', 'The process lives'),
      handle: async () => ({ status: 'ok', uptime_s: Math.round(process.uptime()) }),
    },
    {
      ...open,
      method: 'GET',
      path: '/ready',
      openapi: doc('ready', 'The platform can work'),
      async handle() {
        const { ok, checks } = await options.ready();
        return new HttpReply(ok ? 200 : 503, { status: ok ? 'ready' : 'not_ready', checks });
      },
    },
    {
      ...open,
      method: 'GET',
      path: '/metrics',
      openapi: doc('metrics', 'Measurements in the Prometheus text form'),
      async handle(request) {
        allowMetrics(request, options.metricsToken);
        const { contentType, text } = await options.metrics.render();
        return new HttpReply(200, text, {
          'Content-Type': contentType,
          'Cache-Control': 'no-store',
        });
      },
    },
    ...docsPage(),
  ];
}

/** `GET /api/v1/openapi.json` for the given routes and itself. */
export function openApiRoute(options: OpenApiOptions): RouteDef {
  let text: string | undefined;
  const route: RouteDef = {
    ...open,
    method: 'GET',
    path: '/openapi.json',
    openapi: doc('openapi', 'This document'),
    async handle() {
      text ??= JSON.stringify(openApiOf({ ...options, routes: [...options.routes, route] }));
      return new HttpReply(200, text, {
        'Content-Type': 'application/json; charset=utf-8',
        'Cache-Control': 'no-cache',
      });
    },
  };
  return route;
}

function allowMetrics(request: RouteRequest, token: string | null): void {
  if (request.local) return;
  const given = /^Bearer (\S+)$/.exec(String(request.headers.authorization ?? ''))?.[1];
  if (token !== null && given !== undefined && sameText(given, token)) return;
  throw new Refusal(
    'unauthorized',
    'metrics_token_required',
    'Metrics need the METRICS_TOKEN from other machines',
  );
}

/** Compares without telling by time how much fits. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
