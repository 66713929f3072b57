import type { FieldSpec } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import type { Plugin } from '../api/plugin.ts';

const NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;

/** Universal checks over all declarations: what is wrong, a sentence each. Empty when all is well. */
export function checkPlugins(plugins: readonly Plugin[]): string[] {
  return plugins.flatMap((plugin) => [
    ...(plugin.records ?? []).flatMap((record) => [
      ...nameFaults(plugin, 'record', record.name),
      ...fieldFaults(plugin, `record ${record.name}`, record.fields),
    ]),
    ...(plugin.events ?? []).flatMap((event) => [
      ...nameFaults(plugin, 'event', event.name),
      ...fieldFaults(plugin, `event ${event.name}`, event.fields),
    ]),
    ...(plugin.operations ?? []).flatMap((operation) => operationFaults(plugin, operation)),
    ...textFaults(plugin),
  ]);
}

function nameFaults(plugin: Plugin, what: string, name: string): string[] {
  return NAME.test(name)
    ? []
    : [`${plugin.name}: ${what} "${name}" must be small letters, digits, _ and dots`];
}

function fieldFaults(
  plugin: Plugin,
  owner: string,
  fields: Readonly<Record<string, FieldSpec>>,
): string[] {
  return Object.entries(fields).flatMap(([name, spec]) => [
    ...(/^[a-z][a-z0-9_]*$/.test(name)
      ? []
      : [`${plugin.name}: field "${name}" of ${owner} must be small letters, digits and _`]),
    ...(spec.kind === 'quantity' && !spec.unit
      ? [`${plugin.name}: field ${name} of ${owner} has no unit`]
      : []),
  ]);
}

function operationFaults(plugin: Plugin, operation: OperationDef): string[] {
  const declared = new Set((plugin.events ?? []).map((event) => event.name));
  return [
    ...nameFaults(plugin, 'operation', operation.name),
    ...(operation.effect === 'read' && operation.emits.length > 0
      ? [`${plugin.name}: ${operation.name} is a read and may not emit events`]
      : []),
    ...(operation.http?.startsWith('GET ') && operation.effect !== 'read'
      ? [`${plugin.name}: ${operation.name} changes something and may not be a GET`]
      : []),
    ...operation.emits
      .filter((event) => !declared.has(event.name))
      .map(
        (event) =>
          `${plugin.name}: ${operation.name} emits ${event.name}, which the plugin doesn't declare`,
      ),
  ];
}

function textFaults(plugin: Plugin): string[] {
  return Object.entries(plugin.messages ?? {}).flatMap(([key, texts]) => {
    if (typeof texts === 'string')
      return [`${plugin.name}: message ${key} is in one language only`];
    const missing = (['uz', 'ru', 'en'] as const).filter((lang) => !texts[lang]);
    return missing.length > 0 ? [`${plugin.name}: message ${key} lacks ${missing.join(', ')}`] : [];
  });
}
