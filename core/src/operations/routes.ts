import { forbidden, invalid, Refusal } from '../api/errors.ts';
import type { FieldSpec, Texts } from '../api/fields.ts';
import { specsOf } from '../api/fields.ts';
import { fromTexts } from '../api/from-text.ts';
import { jsonSchemaOf } from '../api/json-schema.ts';
import type { Actor, Reply } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';
import type { Broker } from '../broker/index.ts';
import type { Database } from '../data/index.ts';
import { listRecord } from '../data/index.ts';
import type { Method, RouteDef, RouteRequest } from '../http/index.ts';
import type { RegisteredOperation, Registry } from './registry.ts';
import type { Road } from './road.ts';

/** Every operation over HTTP: its own route, `POST /operations/{name}` and its `/check`. */
export function operationRoutes(registry: Registry, broker: Broker, road: Road): RouteDef[] {
  return [...registry.operations.values()].flatMap((operation) => [
    ...(operation.def.http === undefined ? [] : [ownRoute(operation, broker)]),
    genericRoute(operation, broker),
    checkRoute(operation, road),
  ]);
}

function ownRoute(operation: RegisteredOperation, broker: Broker): RouteDef {
  const { def } = operation;
  const [method, path] = (def.http ?? '').split(' ') as [Method, string];
  const inPath = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  const bodyFields = Object.fromEntries(
    Object.entries(operation.input).filter(([name]) => !inPath.includes(name)),
  );
  const isGet = method === 'GET';
  return {
    method,
    path,
    access: 'user',
    bodyLimit: bodyLimitOf(operation),
    openapi: {
      ...docOf(operation),
      operationId: def.name,
      ...(isGet
        ? { parameters: queryParameters(bodyFields) }
        : { requestBody: jsonSchemaOf(bodyFields, { input: true }) }),
      responses: successOf(operation),
    },
    handle: (request) => {
      const given = isGet ? fromTexts(operation.input, request.query) : objectOf(request.body);
      const named = fromTexts(operation.input, request.params);
      return callOperation(operation, broker, request, { ...given, ...named });
    },
  };
}

function genericRoute(operation: RegisteredOperation, broker: Broker): RouteDef {
  return {
    method: 'POST',
    path: `/operations/${operation.def.name}`,
    access: 'user',
    bodyLimit: bodyLimitOf(operation),
    openapi: {
      ...docOf(operation),
      operationId: `run.${operation.def.name}`,
      requestBody: jsonSchemaOf(operation.input, { input: true }),
      responses: successOf(operation),
    },
    handle: (request) => callOperation(operation, broker, request, objectOf(request.body)),
  };
}

function checkRoute(operation: RegisteredOperation, road: Road): RouteDef {
  return {
    method: 'POST',
    path: `/operations/${operation.def.name}/check`,
    access: 'user',
    rateLimit: 'check',
    openapi: {
      ...docOf(operation),
      summary: `${titleOf(operation.def.summary)} (would it be let through?)`,
      operationId: `check.${operation.def.name}`,
      requestBody: jsonSchemaOf(operation.input, { input: true }),
      responses: { 200: { description: 'allowed, refusals, warnings' } },
    },
    handle: (request) =>
      road.check({
        operation: operation.def.name,
        input: objectOf(request.body),
        actor: actorOf(request),
        traceId: request.traceId,
      }),
  };
}

const MEBIBYTE = 1_048_576;

/** Room for the longest texts that the input allows (a character takes up to 4 bytes escaped). */
function bodyLimitOf(operation: RegisteredOperation): number {
  const characters = Object.values(operation.input).reduce(
    (sum, spec) => sum + (spec.kind === 'text' ? (spec.maxLength ?? 0) : 0),
    0,
  );
  return Math.min(Math.max(MEBIBYTE, characters * 4), 24 * MEBIBYTE);
}

function docOf(operation: RegisteredOperation) {
  return {
    summary: titleOf(operation.def.summary),
    tags: [operation.plugin],
    roles: operation.def.roles,
  };
}

function successOf(operation: RegisteredOperation) {
  const status = operation.def.status ?? (operation.def.http?.startsWith('POST ') ? 201 : 200);
  const { output } = operation.def;
  return {
    [status]: {
      description: 'done',
      ...(output === undefined ? {} : { schema: jsonSchemaOf(specsOf(output), { input: false }) }),
    },
  };
}

const titleOf = (texts: Texts) =>
  typeof texts === 'string' ? texts : (texts.en ?? texts.ru ?? texts.uz ?? '');

function queryParameters(fields: RegisteredOperation['input']) {
  return Object.entries(fields).map(([name, spec]) => ({
    name,
    in: 'query' as const,
    required: !spec.optional && spec.default === undefined,
    schema: propertySchema(name, spec),
  }));
}

function propertySchema(name: string, spec: FieldSpec): Record<string, unknown> {
  const { properties } = jsonSchemaOf({ [name]: spec }, { input: true });
  return (properties as Record<string, Record<string, unknown>>)[name] ?? {};
}

function callOperation(
  operation: RegisteredOperation,
  broker: Broker,
  request: RouteRequest,
  input: Record<string, unknown>,
): Promise<Reply> {
  const key = request.headers['idempotency-key'];
  return broker.call(operation.action, input, {
    actor: actorOf(request),
    traceId: request.traceId,
    ip: request.ip,
    ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
  });
}

function actorOf(request: RouteRequest): Actor {
  if (request.actor === null) throw new Refusal('unauthorized', 'not_signed_in', 'Sign in first');
  return { ...request.actor, locale: request.locale };
}

function objectOf(body: unknown): Record<string, unknown> {
  if (body === undefined || body === null) return {};
  if (typeof body === 'object' && !Array.isArray(body)) return body as Record<string, unknown>;
  throw invalid('invalid_input', 'The body must be a JSON object');
}

/** Paged reads of every record that declares an `api`. */
export function recordRoutes(records: Iterable<RecordDef>, db: Database): RouteDef[] {
  return [...records].flatMap((record) =>
    record.options.api === undefined ? [] : [listRoute(record, db), oneRoute(record, db)],
  );
}

function listRoute(record: RecordDef, db: Database): RouteDef {
  const api = apiOf(record);
  const aliases = api.aliases ?? {};
  const names = [...(api.filters ?? []), ...Object.keys(aliases), 'page', 'page_size', 'sort'];
  return {
    method: 'GET',
    path: `/${api.path}`,
    access: 'user',
    fallback: true,
    openapi: {
      summary: `List of ${record.table}`,
      tags: ['records'],
      operationId: `list.${record.name}`,
      parameters: names.map((name) => ({ name, in: 'query' as const, required: false })),
      responses: { 200: { description: 'items, page, page_size, total' } },
      roles: api.read,
    },
    async handle(request) {
      const actor = mayRead(record, request);
      const unknown = Object.keys(request.query).filter((name) => !names.includes(name));
      if (unknown.length > 0) {
        throw invalid(
          'filter_unknown',
          `No filter ${unknown.join(', ')}; there are ${names.join(', ')}`,
          { unknown },
        );
      }
      const query = Object.fromEntries(
        Object.entries(request.query).map(([name, value]) => [aliases[name] ?? name, value]),
      );
      return db.read(actor.organizationId, (tx) => listRecord(tx, record, query));
    },
  };
}

function oneRoute(record: RecordDef, db: Database): RouteDef {
  const api = apiOf(record);
  return {
    method: 'GET',
    path: `/${api.path}/:id`,
    access: 'user',
    fallback: true,
    openapi: {
      summary: `One of ${record.table}, by id${record.options.code === undefined ? '' : ' or code'}`,
      tags: ['records'],
      operationId: `get.${record.name}`,
      responses: { 200: { description: 'the record' } },
      roles: api.read,
    },
    async handle(request) {
      const actor = mayRead(record, request);
      const row = await db.read(actor.organizationId, (tx) =>
        tx.of(record).get(request.params.id ?? ''),
      );
      return visible(record, row as Record<string, unknown>);
    },
  };
}

function apiOf(record: RecordDef) {
  const { api } = record.options;
  if (api === undefined) throw new Error(`record ${record.name} has no api`);
  return api;
}

function mayRead(record: RecordDef, request: RouteRequest): Actor {
  const actor = actorOf(request);
  const { read } = apiOf(record);
  if (read !== '*' && !read.some((role) => actor.roles.includes(role))) {
    throw forbidden(
      'role_required',
      `Reading ${record.table} needs one of the roles ${read.join(', ')}`,
      { roles: read },
    );
  }
  return actor;
}

function visible(record: RecordDef, row: Record<string, unknown>): Record<string, unknown> {
  const hidden = new Set([...(record.options.api?.hidden ?? []), 'organization_id']);
  return Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.has(name)));
}
