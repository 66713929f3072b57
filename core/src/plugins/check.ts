import type { FieldSpec } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import type { Plugin } from '../api/plugin.ts';
import { takenTwice } from './twice.ts';

/** What plugins declare is wrong: the start stops, and says each fault. */
export class DeclarationError extends Error {
  constructor(faults: readonly string[]) {
    super(`The plugins' declarations are wrong:\n  ${faults.join('\n  ')}`);
    this.name = 'DeclarationError';
  }
}

const NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;

/** Universal checks over all declarations: what is wrong, a sentence each. Empty when all is well. */
export function checkPlugins(plugins: readonly Plugin[]): string[] {
  return plugins
    .flatMap((plugin) => [
      ...(plugin.records ?? []).flatMap((record) => [
        ...nameFaults(plugin, 'record', record.name),
        ...fieldFaults(plugin, `record ${record.name}`, record.fields),
      ]),
      ...(plugin.events ?? []).flatMap((event) => [
        ...nameFaults(plugin, 'event', event.name),
        ...fieldFaults(plugin, `event ${event.name}`, event.fields),
        ...(event.at !== undefined && event.fields[event.at]?.kind !== 'instant'
          ? [
              `${plugin.name}: event ${event.name} names ${event.at} as its time, which is no instant`,
            ]
          : []),
      ]),
      ...(plugin.operations ?? []).flatMap((operation) => operationFaults(plugin, operation)),
      ...textFaults(plugin),
    ])
    .concat(takenTwice(plugins))
    .concat(socketFaults(plugins))
    .concat(nameFaultsOf(plugins, 'channel', ({ channels = [] }) => channels))
    .concat(nameFaultsOf(plugins, 'standing fact', ({ standing = [] }) => standing));
}

/** Names that rules use for all plugins together: no two may declare the same. */
function nameFaultsOf(
  plugins: readonly Plugin[],
  what: string,
  named: (plugin: Plugin) => readonly { readonly name: string }[],
): string[] {
  const taken = new Set<string>();
  return plugins.flatMap((plugin) =>
    named(plugin).flatMap(({ name }) => {
      if (taken.has(name)) return [`${plugin.name}: the ${what} "${name}" is declared twice`];
      taken.add(name);
      return /^[a-z][a-z0-9_]*$/.test(name)
        ? []
        : [`${plugin.name}: ${what} "${name}" must be small letters, digits and _`];
    }),
  );
}

/** Words of the socket itself, and each other's, can't be the message of an operation. */
const SOCKET_WORDS = ['auth', 'subscribe', 'unsubscribe', 'cmd', 'ping', 'pong', 'ack', 'event'];
function socketFaults(plugins: readonly Plugin[]): string[] {
  const taken = new Set(SOCKET_WORDS);
  return plugins.flatMap(({ name, operations = [] }) =>
    operations.flatMap(({ name: operation, socket }) => {
      if (socket === undefined) return [];
      if (taken.has(socket)) return [`${name}: the message "${socket}" of ${operation} is taken`];
      taken.add(socket);
      return /^[a-z][a-z0-9_]*$/.test(socket)
        ? []
        : [`${name}: the message "${socket}" of ${operation} must be small letters, digits and _`];
    }),
  );
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
    ...(operation.effect === 'read' && operation.closes.length > 0
      ? [`${plugin.name}: ${operation.name} is a read and may not close gates`]
      : []),
    ...(operation.http?.startsWith('GET ') && operation.effect !== 'read'
      ? [`${plugin.name}: ${operation.name} changes something and may not be a GET`]
      : []),
    ...(operation.http?.includes(' /operations/')
      ? [
          `${plugin.name}: the route "${operation.http}" of ${operation.name} lies below /operations, where every operation is called by its name; give it another`,
        ]
      : []),
    ...(operation.deliver !== undefined && !['device', 'external'].includes(operation.effect)
      ? [`${plugin.name}: ${operation.name} delivers, so its effect must be device or external`]
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
