import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Configuration, fieldsOf } from '../platform/configuration.ts';
import { loadPlugins } from '../plugins/index.ts';

/**
 * Adds the plugins that rule files lie in and that aren't loaded: while a plugin is being written,
 * its rules are checked against its own records and operations.
 */
export async function withOwnPlugins(
  files: readonly string[],
  configuration: Configuration,
): Promise<Pick<Configuration, 'plugins' | 'fields'>> {
  const entries = new Set(files.flatMap((file) => entryOf(file) ?? []));
  const own = await loadPlugins([...entries].map((path) => pathToFileURL(path).href));
  const known = new Set(configuration.plugins.map(({ name }) => name));
  const plugins = [...configuration.plugins, ...own.filter(({ name }) => !known.has(name))];
  return { plugins, fields: fieldsOf(plugins) };
}

/** The source of the plugin whose folder holds the file. */
function entryOf(file: string): string | undefined {
  for (let folder = dirname(resolve(file)); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const entry = join(folder, 'src', 'index.ts');
    return dependencies?.['@qoida/core'] !== undefined && existsSync(entry) ? entry : undefined;
  }
  return undefined;
}
