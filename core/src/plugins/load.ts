import type { Plugin } from '../api/plugin.ts';

/** A plugin that can't be loaded stops the start with its name and the cause. */
export class PluginError extends Error {
  readonly plugin: string;
  constructor(plugin: string, message: string, cause?: unknown) {
    super(`Plugin ${plugin}: ${message}`, cause === undefined ? {} : { cause });
    this.name = 'PluginError';
    this.plugin = plugin;
  }
}

/**
 * Imports plugins by npm name (or file URL) and puts them in the order of their `requires`.
 * @throws PluginError when one is missing, isn't a plugin, is there twice or requires an absent one
 */
export async function loadPlugins(names: readonly string[]): Promise<Plugin[]> {
  const loaded = new Map<string, Plugin>();
  for (const name of names) {
    const plugin = await importPlugin(name);
    if (loaded.has(plugin.name)) throw new PluginError(plugin.name, 'is listed twice');
    loaded.set(plugin.name, plugin);
  }
  return inOrder(loaded);
}

async function importPlugin(name: string): Promise<Plugin> {
  let module: { default?: unknown };
  try {
    module = await import(name);
  } catch (cause) {
    throw new PluginError(
      name,
      `can't be loaded (${(cause as Error).message}); is it installed?`,
      cause,
    );
  }
  const plugin = module.default;
  if (!isPlugin(plugin))
    throw new PluginError(name, 'its default export is not made by definePlugin()');
  return plugin;
}

function isPlugin(value: unknown): value is Plugin {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Plugin).name === 'string' &&
    typeof (value as Plugin).settingFields === 'object'
  );
}

function inOrder(plugins: ReadonlyMap<string, Plugin>): Plugin[] {
  const ordered: Plugin[] = [];
  const visit = (plugin: Plugin, path: readonly string[]): void => {
    if (ordered.includes(plugin)) return;
    if (path.includes(plugin.name))
      throw new PluginError(plugin.name, `requires itself through ${path.join(' → ')}`);
    for (const name of plugin.requires ?? []) {
      const required = plugins.get(name);
      if (required === undefined)
        throw new PluginError(plugin.name, `requires ${name}, which isn't loaded`);
      visit(required, [...path, plugin.name]);
    }
    ordered.push(plugin);
  };
  for (const plugin of plugins.values()) visit(plugin, []);
  return ordered;
}
