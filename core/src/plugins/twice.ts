import type { OperationDef } from '../api/operations.ts';
import type { Plugin } from '../api/plugin.ts';
import { OWN_ROUTES } from './own-routes.ts';

/** `POST /sessions/:id` and `POST /sessions/:session_id` answer the same calls. */
const shapeOf = (http: string) => http.replace(/:\w+/g, ':…');

const routeOf = ({ http }: OperationDef) => (http === undefined ? [] : [shapeOf(http)]);

/** What is named, the names in a plugin, and those that are taken before any plugin. */
type Named = readonly [string, (plugin: Plugin) => readonly string[], (readonly string[])?];

/** What all plugins name together; no two may declare the same. */
const NAMED: readonly Named[] = [
  ['record', ({ records = [] }) => records.map(({ name }) => name)],
  ['table', ({ records = [] }) => records.map(({ table }) => table)],
  ['event', ({ events = [] }) => events.map(({ name }) => name)],
  ['operation', ({ operations = [] }) => operations.map(({ name }) => name)],
  ['route', ({ operations = [] }) => operations.flatMap(routeOf), OWN_ROUTES.map(shapeOf)],
  ['list', ({ records = [] }) => records.flatMap(({ options: { api } }) => api?.path ?? [])],
  ['import', ({ imports = [] }) => imports.map(({ entity }) => entity)],
  ['device model', ({ devices = [] }) => devices.map(({ model }) => model)],
  // A reason that two word differently would be told in the words of whichever comes last.
  ['message', ({ messages = {} }) => Object.keys(messages)],
];

/** The plugin under whose name the platform declares. */
const PLATFORM = 'platform';

/** Names that are declared twice, a sentence each with both plugins. */
export function takenTwice(plugins: readonly Plugin[]): string[] {
  return NAMED.flatMap(([what, namesOf, taken = []]) => {
    const owners = new Map(taken.map((name) => [name, PLATFORM]));
    return plugins.flatMap((plugin) =>
      namesOf(plugin).flatMap((name) => {
        const owner = owners.get(name);
        owners.set(name, plugin.name);
        if (owner === undefined) return [];
        if (owner === plugin.name)
          return [`${plugin.name}: the ${what} "${name}" is declared twice`];
        const whose =
          owner === PLATFORM ? "is the platform's own" : `belongs to the plugin ${owner}`;
        return [`${plugin.name}: the ${what} "${name}" ${whose}; give it another name`];
      }),
    );
  });
}
