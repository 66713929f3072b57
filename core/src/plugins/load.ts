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

/** Names under which the platform itself declares and migrates. */
const OURS = ['core', 'platform'];

/**
 * Imports plugins by npm name (or file URL) and puts them in the order of their `requires`.
 * @throws PluginError when one is missing, fails as it loads, isn't a plugin, is there twice or requires an absent one
 */
export async function loadPlugins(names: readonly string[]): Promise<Plugin[]> {
  const loaded = new Map<string, Plugin>();
  const packages = new Map<string, string>();
  for (const name of names) {
    const plugin = await importPlugin(name);
    if (OURS.includes(plugin.name))
      throw new PluginError(name, `"${plugin.name}" in definePlugin() is the platform's own name`);
    const other = packages.get(plugin.name);
    if (other === name) throw new PluginError(name, 'is listed twice in PLUGINS; once is enough');
    if (other !== undefined)
      throw new PluginError(
        plugin.name,
        `two packages have this name in definePlugin(), ${other} and ${name}; give one of them another`,
      );
    loaded.set(plugin.name, plugin);
    packages.set(plugin.name, name);
  }
  return inOrder(loaded);
}

async function importPlugin(name: string): Promise<Plugin> {
  let module: { default?: unknown };
  try {
    module = await import(name);
  } catch (cause) {
    throw new PluginError(name, faultOfImport(name, cause), cause);
  }
  const plugin = module.default;
  if (!isPlugin(plugin))
    throw new PluginError(name, 'its default export is not made by definePlugin()');
  return plugin;
}

/** Where its code is wrong; or that there is no such package. */
function faultOfImport(name: string, cause: unknown): string {
  if (!(cause instanceof Error)) return `can't be loaded: it throws ${String(cause)}`;
  const { code, message, stack = '' } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`))
    return 'is not installed. Install it, or take it out of PLUGINS';
  const [place] = /(?:file:\/\/)?\/[^\s()]+:\d+(?::\d+)?/.exec(stack.replace(message, '')) ?? [];
  return `can't be loaded: ${message}${place === undefined ? '' : `\n  at ${place}`}`;
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
