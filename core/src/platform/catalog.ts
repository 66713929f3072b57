import type { Catalog } from '@qoida/dsl';
import type { FieldSpec } from '../api/fields.ts';
import type { Plugin } from '../api/plugin.ts';
import { platformRoles } from '../auth/index.ts';
import { buildCatalog } from '../rules/index.ts';
import { alertingCatalog } from './alerting-catalog.ts';
import { languageEvents, languageOperations, languageRecords } from './core-plugin.ts';

/** Roles of the platform and of all plugins. */
export function rolesOf(plugins: readonly Plugin[]) {
  return Object.assign(
    {},
    platformRoles,
    ...plugins.map((plugin) => plugin.roles ?? {}),
  ) as typeof platformRoles;
}

/** The catalog of the rules language for the loaded plugins. */
export function catalogOf(configuration: {
  readonly plugins: readonly Plugin[];
  readonly fields: Readonly<Record<string, FieldSpec>>;
}): Catalog {
  const sources = [
    {
      plugin: 'platform',
      records: languageRecords,
      operations: languageOperations,
      events: languageEvents,
      ...alertingCatalog,
    },
    ...configuration.plugins.map((plugin) => ({
      plugin: plugin.name,
      records: plugin.records ?? [],
      operations: plugin.operations ?? [],
      events: plugin.events ?? [],
      channels: plugin.channels ?? [],
      standing: plugin.standing ?? [],
    })),
  ];
  return buildCatalog(sources, configuration.fields, rolesOf(configuration.plugins));
}
