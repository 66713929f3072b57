import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAuditCommands } from './cli/audit.ts';
import { connect } from './cli/connection.ts';
import { addDecisionCommands } from './cli/decisions.ts';
import { CommandError, EXIT } from './cli/exit.ts';
import { addLspCommand } from './cli/lsp.ts';
import { addMigrateCommands } from './cli/migrate.ts';
import { addPluginCommands } from './cli/plugin.ts';
import { addRehearseCommand } from './cli/rehearse.ts';
import { addRuleCommands } from './cli/rule.ts';
import { addSimulateCommand } from './cli/simulate.ts';
import { addStartCommand } from './cli/start.ts';
import { addUserCommands } from './cli/user.ts';
import { SettingError } from './config/index.ts';
import { DriftError, MigrationError } from './data/index.ts';
import { configure } from './platform/configuration.ts';
import { DeclarationError, PluginError } from './plugins/index.ts';
import { PostgresError } from './postgres/index.ts';
import { ShippedRulesError } from './rules/index.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };
const print = (text: string) => void process.stdout.write(`${text}\n`);
const configuration = () => configure(process.env);

/** Faults of whoever configures the platform or writes a plugin: a sentence says what to mend. */
const EXPECTED = [
  CommandError,
  SettingError,
  PluginError,
  DeclarationError,
  MigrationError,
  DriftError,
  PostgresError,
  ShippedRulesError,
];

const program = new Command('qoida')
  .description('Qoida: rules, devices and operations of a plant')
  .version(version)
  .showHelpAfterError('(see "qoida help")')
  .addHelpText(
    'after',
    "\nExit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 the platform can't be started or reached, 4 nothing is wrong but not all can be told",
  )
  .exitOverride();

addStartCommand(program, {
  configure: configuration,
  version,
  print,
  watchParent: process.env.QOIDA_PARENT_WATCH === '1',
});
addMigrateCommands(program, configuration, print);
addUserCommands(program, async () => connect((await configuration()).settings.QOIDA_DATA), print);
addDecisionCommands(
  program,
  async () => connect((await configuration()).settings.QOIDA_DATA),
  print,
);
addAuditCommands({
  program,
  connection: async () => connect((await configuration()).settings.QOIDA_DATA),
  print,
  progress: (text) => void process.stderr.write(`${text}\n`),
});
addRehearseCommand(program, async () => connect((await configuration()).settings.QOIDA_DATA), {
  print,
  progress: (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  },
});
addPluginCommands(program, configuration, print);
addRuleCommands(
  program,
  configuration,
  async () => connect((await configuration()).settings.QOIDA_DATA),
  print,
);
addLspCommand(program, configuration, version);
addSimulateCommand(
  program,
  async () => connect((await configuration()).settings.QOIDA_DATA),
  print,
);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exit(report(error));
}

/** Tells a person what went wrong in a sentence; only a fault of our own shows where it happened. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const expected = EXPECTED.some((kind) => error instanceof kind);
  const busy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (busy)
    process.stderr.write(
      `The port is taken: ${(error as Error).message}. Set QOIDA_PORT to another one, e.g. QOIDA_PORT=8081\n`,
    );
  else
    process.stderr.write(
      `${expected ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`,
    );
  return error instanceof CommandError ? error.exitCode : EXIT.unavailable;
}
