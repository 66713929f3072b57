import type { Plugin } from '../api/plugin.ts';

/** What all plugins name together; no two may declare the same. */
const NAMED: readonly (readonly [string, (plugin: Plugin) => readonly string[]])[] = [
  ['record', ({ records = [] }) => records.map(({ name }) => name)],
  ['table', ({ records = [] }) => records.map(({ table }) => table)],
  ['event', ({ events = [] }) => events.map(({ name }) => name)],
  ['operation', ({ operations = [] }) => operations.map(({ name }) => name)],
  ['route', ({ operations = [] }) => operations.flatMap(({ http }) => routeOf(http))],
  ['import', ({ imports = [] }) => imports.map(({ entity }) => entity)],
  ['device model', ({ devices = [] }) => devices.map(({ model }) => model)],
  // A reason that two word differently would be told in the words of whichever comes last.
  ['message', ({ messages = {} }) => Object.keys(messages)],
];

/** `POST /sessions/:id` and `POST /sessions/:session_id` answer the same calls. */
const routeOf = (http: string | undefined) =>
  http === undefined ? [] : [http.replace(/:\w+/g, ':…')];

/** Names that are declared twice, a sentence each with both plugins. */
export function takenTwice(plugins: readonly Plugin[]): string[] {
  return NAMED.flatMap(([what, namesOf]) => {
    const owners = new Map<string, string>();
    return plugins.flatMap((plugin) =>
      namesOf(plugin).flatMap((name) => {
        const owner = owners.get(name);
        owners.set(name, plugin.name);
        if (owner === undefined) return [];
        return owner === plugin.name
          ? [`${plugin.name}: the ${what} "${name}" is declared twice`]
          : [
              `${plugin.name}: the ${what} "${name}" belongs to the plugin ${owner}; give it another name`,
            ];
      }),
    );
  });
}
