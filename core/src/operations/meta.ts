import type { FieldSpec } from '../api/fields.ts';
import { jsonSchemaOf } from '../api/json-schema.ts';
import type { RouteDef } from '../http/index.ts';
import type { Registry } from './registry.ts';

/** What this platform can do, for the web app and for Node-RED: everything the plugins declare. */
export function metaRoute(
  registry: Registry,
  facts: { demo: boolean; version: string; zone: string },
): RouteDef {
  return {
    method: 'GET',
    path: '/meta',
    access: 'user',
    openapi: {
      summary: 'Plugins, operations, events and records of this platform',
      tags: ['platform'],
      operationId: 'meta',
      responses: { 200: { description: 'declarations' } },
      roles: '*',
    },
    handle: async () => ({ ...facts, locales: ['uz', 'ru', 'en'], ...declarations(registry) }),
  };
}

function declarations(registry: Registry) {
  return {
    plugins: registry.plugins.map(({ name, version, title }) => ({ name, version, title })),
    operations: [...registry.operations.values()].map(({ def, plugin, input }) => ({
      name: def.name,
      plugin,
      http: def.http ?? null,
      summary: def.summary,
      roles: def.roles,
      effect: def.effect,
      input: jsonSchemaOf(input, { input: true }),
      fields: input,
      emits: def.emits.map((event) => event.name),
      closes: def.closes,
    })),
    events: registry.plugins.flatMap((plugin) =>
      (plugin.events ?? []).map((event) => ({
        name: event.name,
        plugin: plugin.name,
        title: event.title ?? event.name,
        fields: event.fields,
      })),
    ),
    records: [...registry.records.values()]
      .filter((record) => record.options.api !== undefined)
      .map((record) => ({
        name: record.name,
        title: record.options.title ?? record.name,
        path: record.options.api?.path,
        fields: visibleFields(record.fields),
      })),
  };
}

const visibleFields = (fields: Readonly<Record<string, FieldSpec>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, spec]) => !spec.secret));
