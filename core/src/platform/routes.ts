import type { FieldSpec, Texts } from '../api/fields.ts';
import { jsonSchemaOf } from '../api/json-schema.ts';
import type { Plugin } from '../api/plugin.ts';
import { auditRoutes } from '../audit/index.ts';
import { type Auth, createRegistration } from '../auth/index.ts';
import type { Broker } from '../broker/index.ts';
import type { PlatformSettings } from '../config/index.ts';
import type { Database } from '../data/index.ts';
import type { Metrics, RouteDef } from '../http/index.ts';
import {
  authRoutes,
  httpMessages,
  openApiRoute,
  streamRoute,
  systemRoutes,
  userRoutes,
} from '../http/index.ts';
import type { Registry, Road } from '../operations/index.ts';
import { operationRoutes, recordRoutes } from '../operations/index.ts';
import { metaRoute } from '../operations/meta.ts';
import type { RuleRuntime } from '../rules/index.ts';
import { mayHear, type StreamHub } from '../stream/index.ts';

export interface RouteParts {
  readonly registry: Registry;
  readonly broker: Broker;
  readonly road: Road;
  readonly db: Database;
  readonly auth: Auth;
  readonly stream: StreamHub;
  readonly metrics: Metrics;
  readonly runtime: RuleRuntime;
  readonly roles: Readonly<Record<string, Texts>>;
  readonly organizationId: string;
  readonly settings: Pick<PlatformSettings, 'REGISTRATION_ROLE' | 'REGISTRATION_WAITS'>;
  readonly serverSecret: string;
  readonly metricsToken: string | null;
  readonly version: string;
  readonly zone: string;
  readonly demo: boolean;
  /** Routes of areas that don't go down the road: ingest, Node-RED. */
  readonly more: readonly RouteDef[];
  readonly ready: () => Promise<{ ok: boolean; checks: Record<string, unknown> }>;
}

/** Every route of the platform, and the document that describes them. */
export function allRoutes(parts: RouteParts): { routes: RouteDef[]; rootRoutes: RouteDef[] } {
  const { registry, db, auth, organizationId, settings } = parts;
  const { run } = parts.road;
  const registration = createRegistration({ auth, run, settings, organizationId });
  const routes: RouteDef[] = [
    ...authRoutes(auth, registration, organizationId),
    ...userRoutes({ db, roles: parts.roles, permissions: () => permissionsOf(registry) }),
    streamRoute({ hub: parts.stream, mayRead: mayHear(registry.plugins) }),
    ...parts.more,
    ...auditRoutes({ db, serverSecret: parts.serverSecret, registry }),
    catalogRoute(parts.runtime),
    metaRoute(registry, { demo: parts.demo, version: parts.version, zone: parts.zone }),
    ...operationRoutes(registry, parts.broker, parts.road),
    ...recordRoutes(registry.records.values(), db),
  ];
  return {
    routes: [
      ...routes,
      openApiRoute({
        title: 'Qoida',
        version: parts.version,
        routes,
        schemas: schemasOf(registry),
      }),
    ],
    rootRoutes: systemRoutes({
      metrics: parts.metrics,
      metricsToken: parts.metricsToken,
      ready: parts.ready,
    }),
  };
}

/** Sentences of all refusals by reason, and what roles are called in them (`roles.CODE`). */
export const messagesOf = (plugins: readonly Plugin[]): Record<string, Texts> =>
  Object.assign(
    {},
    httpMessages,
    ...plugins.map((plugin) => plugin.messages ?? {}),
    roles(plugins),
  );

const roles = (plugins: readonly Plugin[]): Record<string, Texts> =>
  Object.fromEntries(
    plugins.flatMap((plugin) =>
      Object.entries(plugin.roles ?? {}).map(([code, texts]) => [`roles.${code}`, texts]),
    ),
  );

/** A permission is the right to run an operation. */
function permissionsOf(registry: Registry) {
  return [...registry.operations.values()].map(({ def }) => ({
    code: def.name,
    name: def.summary,
    roles: def.roles,
  }));
}

function catalogRoute(runtime: RuleRuntime): RouteDef {
  return {
    method: 'GET',
    path: '/rules/catalog',
    access: 'user',
    openapi: {
      summary: 'What rules may name: records, points, facts, settings, roles',
      tags: ['rules'],
      operationId: 'rules.catalog',
      responses: { 200: { description: 'the catalog of the language' } },
      roles: '*',
    },
    handle: async () => runtime.catalog,
  };
}

function schemasOf(registry: Registry) {
  return Object.fromEntries(
    [...registry.records.values()]
      .filter((record) => record.options.api !== undefined)
      .map((record) => [
        record.name,
        jsonSchemaOf(shown(record.fields, record.options.api?.hidden ?? []), { input: false }),
      ]),
  );
}

const shown = (fields: Readonly<Record<string, FieldSpec>>, hidden: readonly string[]) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !hidden.includes(name)));
