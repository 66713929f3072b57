import { API_PREFIX, uniqueRoutes } from './gateway.ts';
import type { JsonSchema, ParameterDoc, ResponseDoc, RouteDef } from './route.ts';

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  readonly routes: readonly RouteDef[];
  /** Schemas of records by name, for `$ref`. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
}

/** Answers every route may give beside its own. */
const COMMON_ERRORS: Readonly<Record<string, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Invalid',
  429: 'RateLimited',
  500: 'Internal',
};

const ERROR_TEXTS: Readonly<Record<string, string>> = {
  BadRequest: 'Malformed JSON, path or query',
  Unauthorized: 'No, expired or wrong credentials',
  Forbidden: "The caller's role doesn't allow it",
  NotFound: 'There is no such object',
  Conflict: 'A gate blocks it (`gate_blocked`) or the state forbids it (`business_conflict`)',
  Invalid: 'The input is invalid; `details.fields` names each fault by its path',
  RateLimited: 'Too many requests; wait for `Retry-After` seconds',
  Internal: 'A fault of the server; `trace_id` finds it in the log',
};

/** The OpenAPI 3.1 document of all routes under `/api/v1` (F-API-009). */
export function openApiOf(options: OpenApiOptions): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of uniqueRoutes(options.routes).values()) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: { title: options.title, version: options.version },
    servers: [{ url: API_PREFIX }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => a.localeCompare(b))),
    tags: [...new Set(options.routes.flatMap((route) => route.openapi.tags))]
      .sort()
      .map((name) => ({ name })),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Error: ERROR_SCHEMA, ...options.schemas },
      responses: Object.fromEntries(
        Object.entries(ERROR_TEXTS).map(([name, text]) => [name, errorResponse(text)]),
      ),
    },
  };
}

function operationOf(route: RouteDef): Record<string, unknown> {
  const { openapi } = route;
  const parameters = parametersOf(route);
  return {
    operationId: openapi.operationId,
    summary: openapi.summary,
    ...(openapi.description === undefined ? {} : { description: openapi.description }),
    tags: openapi.tags,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(openapi.requestBody === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              [openapi.requestContentType ?? 'application/json']: { schema: openapi.requestBody },
            },
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(openapi.responses).map(([status, doc]) => [status, responseOf(doc)]),
      ),
      ...errorsOf(route),
    },
    security: route.access === 'public' ? [] : [{ bearer: [] }],
    'x-roles': openapi.roles,
  };
}

function parametersOf(route: RouteDef): ParameterDoc[] {
  const told = route.openapi.parameters ?? [];
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const missing = inPath.filter(
    (name) => !told.some((known) => known.in === 'path' && known.name === name),
  );
  const inferred: ParameterDoc[] = missing.map((name) => ({ name, in: 'path' }));
  return [...inferred, ...told].map((parameter) => ({
    ...parameter,
    required: parameter.in === 'path' ? true : (parameter.required ?? false),
    schema: parameter.schema ?? { type: 'string' },
  }));
}

function errorsOf(route: RouteDef): Record<string, unknown> {
  const own = route.openapi.responses;
  const statuses = Object.entries(COMMON_ERRORS).filter(([status]) => {
    if (status in own) return false;
    return route.access === 'user' || (status !== '401' && status !== '403');
  });
  return Object.fromEntries(
    statuses.map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]),
  );
}

function responseOf(doc: ResponseDoc): Record<string, unknown> {
  if (doc.schema === undefined && doc.contentType === undefined)
    return { description: doc.description };
  return {
    description: doc.description,
    content: { [doc.contentType ?? 'application/json']: { schema: doc.schema ?? {} } },
  };
}

const errorResponse = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

const ERROR_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['success', 'error', 'trace_id', 'request_id'],
  properties: {
    success: { const: false },
    error: {
      type: 'object',
      required: ['code', 'reason', 'message', 'details'],
      properties: {
        code: { type: 'string', description: 'general code', examples: ['validation_error'] },
        reason: { type: 'string', description: 'specific reason', examples: ['invalid_input'] },
        message: { type: 'string', description: "a sentence in the caller's language" },
        details: { type: 'object' },
      },
    },
    trace_id: { type: 'string', format: 'uuid' },
    request_id: { type: 'string' },
  },
};
