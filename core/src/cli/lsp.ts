import { readFileSync } from 'node:fs';
import type { Catalog } from '@qoida/dsl';
import type { Command } from 'commander';
import { catalogOf } from '../platform/catalog.ts';
import type { Configuration } from '../platform/configuration.ts';
import { readShipped } from '../rules/index.ts';
import { CommandError, EXIT } from './exit.ts';
import { withOwnPlugins } from './own-plugin.ts';

/** `qoida lsp`: the language server that editors start. */
export function addLspCommand(
  program: Command,
  configure: () => Promise<Configuration>,
  version: string,
): void {
  program
    .command('lsp')
    .description('speak the language server protocol on stdin and stdout, for editors')
    .option('--catalog <file>', 'check against this catalog (JSON) instead of the loaded plugins')
    .option('--stdio', 'what most editors ask for, and the only way there is')
    .action(async ({ catalog }: { catalog?: string }) => {
      const given = catalog === undefined ? undefined : readCatalog(catalog);
      // Only the protocol may go to stdout: whatever else is printed goes where logs go.
      console.log = console.info = console.debug = console.error;
      const { startLanguageServer } = await import('../lsp/server.ts');
      startLanguageServer({
        version,
        input: process.stdin,
        output: process.stdout,
        surroundings: async (files) =>
          given === undefined
            ? ofPlugins(await withOwnPlugins(files, await configure()))
            : { catalog: given, shipped: [] },
      });
    });
}

const ofPlugins = (configuration: Pick<Configuration, 'plugins' | 'fields'>) => ({
  catalog: catalogOf(configuration),
  shipped: configuration.plugins.flatMap(({ name, rules = [] }) =>
    rules.flatMap((file) =>
      readShipped(name, [file]).map(({ text }) => ({ uri: file.href, text })),
    ),
  ),
});

function readCatalog(file: string): Catalog {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
  const has = (key: string) =>
    typeof read === 'object' &&
    read !== null &&
    key in read &&
    typeof (read as Record<string, unknown>)[key] === 'object';
  if (!has('records') || !has('points'))
    throw new CommandError(`${file} is no catalog: it has no "records" and "points"`, EXIT.usage);
  return read as Catalog;
}
