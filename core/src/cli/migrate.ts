import type { Command } from 'commander';
import { draftMigration, readSchema } from '../data/index.ts';
import { createLog } from '../http/index.ts';
import type { Configuration } from '../platform/configuration.ts';
import { languageRecords } from '../platform/core-plugin.ts';
import { openDataFolder } from '../platform/data-folder.ts';
import { openPlatformDatabase } from '../platform/database.ts';
import { CommandError, EXIT } from './exit.ts';

/** `qoida migrate`, `qoida migrate draft PLUGIN` */
export function addMigrateCommands(
  program: Command,
  configure: () => Promise<Configuration>,
  print: (text: string) => void,
): void {
  const migrate = program
    .command('migrate')
    .description('bring the database to what this version needs');
  migrate
    .command('up', { isDefault: true })
    .description('run what is missing (a start does the same)')
    .action(async () => {
      await withDatabase(await configure(), print, async () =>
        print('The database is as this version needs it.'),
      );
    });
  migrate
    .command('draft')
    .argument('<plugin>', 'name of a loaded plugin')
    .description("print the migration that a plugin's declarations need")
    .action(async (name: string) => {
      const configuration = await configure();
      const plugin = configuration.plugins.find((entry) => entry.name === name);
      if (plugin === undefined) {
        const known = configuration.plugins.map((entry) => entry.name).join(', ');
        throw new CommandError(`No plugin ${name} is loaded; there are ${known}`, EXIT.usage);
      }
      await withDatabase(
        configuration,
        () => undefined,
        async ({ db }) => {
          const others = configuration.plugins.flatMap(({ records }) => records ?? []);
          const known = [...languageRecords, ...others];
          const draft = draftMigration(plugin.records ?? [], await readSchema(db.pool), known);
          print(draft ?? '-- nothing to do');
        },
      );
    });
}

async function withDatabase(
  configuration: Configuration,
  print: (text: string) => void,
  work: (opened: Awaited<ReturnType<typeof openPlatformDatabase>>) => Promise<void>,
): Promise<void> {
  const { settings, plugins } = configuration;
  const { dataDir, secrets } = openDataFolder(settings);
  const opened = await openPlatformDatabase({
    settings,
    dataDir,
    appPassword: secrets.DB_APP_PASSWORD,
    plugins,
    records: [],
    // What the command prints is its result; a warning must not stand in it.
    log: createLog({ level: 'warn', readable: true, write: (line) => process.stderr.write(line) }),
    progress: (text) => print(`  · ${text}`),
  });
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}
