import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { createLog } from '../http/index.ts';
import type { Configuration } from '../platform/configuration.ts';
import type { Platform } from '../platform/start.ts';
import { startPlatform } from '../platform/start.ts';
import { EXIT } from './exit.ts';
import { removeRunFile, writeRunFile } from './run-file.ts';

const WEB_DIR = fileURLToPath(new URL('../../../editor/dist/', import.meta.url));
const SAMPLE_FLOWS = new URL(
  '../../../node-red-nodes/examples/package-message.json',
  import.meta.url,
);

const DATABASE_LOST = 'the database ended';

export interface StartParts {
  readonly configure: () => Promise<Configuration>;
  readonly version: string;
  readonly print: (text: string) => void;
  /** The parent ends this process by closing its channel (see tools/start.mjs). */
  readonly watchParent: boolean;
}

/** `qoida start [--demo]`: runs the platform until it is told to stop. */
export function addStartCommand(program: Command, parts: StartParts): void {
  program
    .command('start')
    .option('--demo', 'with the demo plant and simulated devices')
    .description('run the platform: database, API, web app, devices, Node-RED')
    .action((options: { demo?: boolean }) => run(parts, options.demo ?? false));
}

async function run(parts: StartParts, demo: boolean): Promise<void> {
  const began = performance.now();
  const stopAsked = stopSignals(parts.watchParent);
  const configuration = await parts.configure();
  const { settings } = configuration;
  const log = createLog({ level: settings.LOG_LEVEL, readable: process.stdout.isTTY === true });
  const platform = await startPlatform({
    configuration,
    version: parts.version,
    demo,
    log,
    progress: (text) => parts.print(`  · ${text}`),
    sampleFlows: SAMPLE_FLOWS,
    ...(existsSync(WEB_DIR) ? { webDir: WEB_DIR } : {}),
  });
  const dataDir = resolve(settings.QOIDA_DATA);
  writeRunFile(dataDir, { pid: process.pid, url: platform.url, token: platform.localToken });
  parts.print(
    `Qoida is ready after ${((performance.now() - began) / 1000).toFixed(1)} s: ${platform.url}`,
  );
  printWayIn(platform, dataDir, parts.print);
  const why = await Promise.race([stopAsked, platform.databaseLost.then(() => DATABASE_LOST)]);
  parts.print(`Stopping (${why}) …`);
  await platform.stop();
  removeRunFile(dataDir);
  if (why === DATABASE_LOST) {
    parts.print(
      'The database ended by itself. What was acknowledged is kept; start the platform again.',
    );
    process.exit(EXIT.unavailable);
  }
  parts.print('Stopped; everything is saved.');
  process.exit(EXIT.ok);
}

function printWayIn(platform: Platform, dataDir: string, print: (text: string) => void): void {
  if (platform.setupUrl !== null)
    print(`First administrator (this link works once): ${platform.setupUrl}`);
  if (platform.demo === null) return;
  print(`Demo users (kept in ${dataDir}/demo.json):`);
  for (const [role, { username, password }] of Object.entries(platform.demo.users)) {
    print(`  ${role.padEnd(14)} ${username.padEnd(14)} ${password}`);
  }
}

/** Settles with the reason when the platform is to stop; a second signal ends it at once. */
function stopSignals(watchParent: boolean): Promise<string> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const ask = (why: string) => {
      // One press may arrive twice, from the terminal and from the starter; only a later one is impatience.
      const impatient = askedAt !== undefined && performance.now() - askedAt > 1_000;
      if (impatient && why !== 'the starter is gone') process.exit(130);
      askedAt ??= performance.now();
      resolve(why);
    };
    process.on('SIGINT', () => ask('Ctrl-C'));
    process.on('SIGTERM', () => ask('asked to end'));
    process.on('SIGHUP', () => ask('the terminal is gone'));
    if (watchParent) process.on('disconnect', () => ask('the starter is gone'));
    // A closed terminal must not break the stop itself.
    process.stdout.on('error', () => undefined);
    process.stderr.on('error', () => undefined);
  });
}
