// Installs what package-lock.json says when it isn't there yet. Runs on Node 20 and newer, before
// anything is installed, so it uses Node alone. `node tools/ensure-installed.mjs` does it by hand.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { at } from './lib/root.mjs';
import { run, secondsSince } from './lib/run.mjs';

const STAMP = at('node_modules', '.qoida-lock');
const OLDEST_NODE = 20;

/** Makes node_modules what the lock file says; ends this process with a sentence if it can't. */
export async function ensureInstalled() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    console.error(
      `Qoida needs Node ${OLDEST_NODE} or newer to install itself; this one is ${process.versions.node}.`,
    );
    process.exit(3);
  }
  const lock = readFileSync(at('package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  if (!installedByHand(lock)) await install();
  writeFileSync(STAMP, wanted);
}

async function install() {
  const missing = !existsSync(at('node_modules'));
  const why = missing ? '' : ' (package-lock.json has changed)';
  console.log(`  · Installing packages${why}; the first time takes a minute or two …`);
  const start = performance.now();
  const code = await npm([
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code === 0) {
    console.log(`  · Packages installed in ${secondsSince(start)}`);
    return;
  }
  console.error(
    `\nPackages couldn't be installed: npm ci ended with code ${code}, its reason is above.\n` +
      'Check that this machine reaches the npm registry (npm ping) and has 2 GB of free disk,\n' +
      'then try again; `rm -rf node_modules` first if it stops at the same place.',
  );
  process.exit(3);
}

/** The npm that started us, when one did: it is the one the person chose. */
function npm(args) {
  const { npm_execpath: path } = process.env;
  if (path?.endsWith('.js')) return run(process.execPath, [path, ...args]);
  return run('npm', args, { shell: process.platform === 'win32' });
}

/** Whether `npm ci` or `npm install` has already brought every package of the lock file. */
function installedByHand(lock) {
  const record = at('node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(lock.toString()).packages);
  return wanted.every(([path, { version, optional, peer, link }]) => {
    if (!path.startsWith('node_modules/') || link) return true;
    const found = installed[path];
    return found === undefined ? Boolean(optional || peer) : found.version === version;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '/').href) await ensureInstalled();
