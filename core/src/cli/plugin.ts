import type { Command } from 'commander';
import type { Configuration } from '../platform/configuration.ts';
import { CommandError } from './exit.ts';
import { writePlugin } from './new-plugin.ts';

/** `qoida plugin list|new` */
export function addPluginCommands(
  program: Command,
  configure: () => Promise<Configuration>,
  print: (text: string) => void,
): void {
  const plugin = program.command('plugin').description('plugins of this installation');
  plugin
    .command('list')
    .description('list the loaded plugins and what they bring')
    .action(async () => {
      for (const entry of (await configure()).plugins) {
        const counts = [
          `${entry.records?.length ?? 0} records`,
          `${entry.operations?.length ?? 0} operations`,
          `${entry.events?.length ?? 0} events`,
          `${entry.devices?.length ?? 0} device models`,
          `${entry.rules?.length ?? 0} rule files`,
        ];
        print(`${entry.name} ${entry.version}: ${counts.join(', ')}`);
      }
    });
  plugin
    .command('new')
    .argument('<name>', 'small letters, digits and dashes')
    .option('--dir <folder>', 'where to write it', 'plugins')
    .description('write a plugin that runs and has tests')
    .action((name: string, options: { dir: string }) => {
      if (!/^[a-z][a-z0-9-]{1,40}$/.test(name)) {
        throw new CommandError(
          `"${name}" can't be a plugin's name: small letters, digits and dashes, e.g. "cold-store"`,
          2,
        );
      }
      for (const file of writePlugin(name, options.dir)) print(`wrote ${file}`);
      print('');
      print('Next:');
      print('  npm install');
      print(`  npm test -- ${options.dir}/${name}/test/*.test.ts`);
      print(`  add "@qoida/plugin-${name}" to PLUGINS in config/local.json and start the platform`);
    });
}
