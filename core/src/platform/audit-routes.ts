import { invalid, Refusal } from '../api/errors.ts';
import type { Actor } from '../api/operations.ts';
import type { Database } from '../data/index.ts';
import { searchAudit, verifyAudit } from '../data/index.ts';
import type { RouteDef, RouteRequest } from '../http/index.ts';

const READERS = ['direktor', 'integrator', 'admin'];

/** Search and proof of the audit chain (F-API-104, F-API-134). */
export function auditRoutes(parts: { db: Database; serverSecret: string }): RouteDef[] {
  return [
    {
      method: 'GET',
      path: '/audit',
      access: 'user',
      openapi: {
        summary: 'Who changed what: signed differences',
        tags: ['audit'],
        operationId: 'audit.search',
        parameters: ['object_type', 'object_id', 'from', 'to', 'page', 'page_size'].map((name) => ({
          name,
          in: 'query' as const,
        })),
        responses: { 200: { description: 'items, page, page_size, total' } },
        roles: READERS,
      },
      handle: (request) =>
        parts.db.read(actorOf(request).organizationId, (tx) =>
          searchAudit(tx, { ...request.query, ...objectOf(request), ...periodOf(request) }),
        ),
    },
    {
      method: 'GET',
      path: '/audit/verify',
      access: 'user',
      openapi: {
        summary: 'Check the signature chain of the audit log',
        tags: ['audit'],
        operationId: 'audit.verify',
        parameters: ['from', 'to'].map((name) => ({ name, in: 'query' as const })),
        responses: { 200: { description: 'checked, faults' } },
        roles: READERS,
      },
      handle: (request) =>
        verifyAudit(parts.db, actorOf(request).organizationId, {
          ...periodOf(request),
          serverSecret: parts.serverSecret,
        }),
    },
  ];
}

function actorOf(request: RouteRequest): Actor {
  if (request.actor === null) throw new Refusal('unauthorized', 'not_signed_in', 'Sign in first');
  return request.actor;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function objectOf({ query: { object_id } }: RouteRequest): { object_id?: string } {
  if (object_id === undefined || UUID.test(object_id)) return {};
  throw invalid('invalid_input', `"${object_id}" is not an id`, {
    fields: { object_id: object_id.slice(0, 100) },
  });
}

function periodOf(request: RouteRequest): { from?: Date; to?: Date } {
  const moment = (name: 'from' | 'to') => {
    const text = request.query[name];
    if (text === undefined) return {};
    const date = new Date(text);
    if (Number.isNaN(date.getTime()))
      throw invalid('invalid_input', `"${text}" is not a moment`, { fields: { [name]: text } });
    return { [name]: date };
  };
  return { ...moment('from'), ...moment('to') };
}
