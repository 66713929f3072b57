import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from './root.mjs';
import { runNode, secondsSince } from './run.mjs';

/** Everything the built web app depends on. */
const SOURCES = [
  'editor/src',
  'editor/public',
  'editor/index.html',
  'editor/vite.config.ts',
  'editor/package.json',
  'dsl/src',
  'dsl/bundle',
  'package-lock.json',
];

const STAMP = at('editor', 'dist', '.qoida-sources');

/**
 * Builds the web app unless the build that is there came from these very sources. Contents are
 * compared, not dates: a checkout of another branch and back changes dates only.
 */
export async function ensureWebApp() {
  if (!existsSync(at('editor', 'index.html'))) return;
  const sources = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return;
  console.log('  · Building the web app (once after each change of it) …');
  const start = performance.now();
  const vite = at('node_modules', 'vite', 'bin', 'vite.js');
  const code = await runNode([vite, 'build', '--logLevel', 'warn'], { cwd: at('editor') });
  if (code !== 0) {
    console.error(
      `\nThe web app couldn't be built: vite ended with code ${code}, its reason is above.`,
    );
    process.exit(3);
  }
  writeFileSync(STAMP, sources);
  console.log(`  · Web app built in ${secondsSince(start)}`);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap(filesIn)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(at(path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(path) {
  if (!existsSync(at(path))) return [];
  try {
    const names = readdirSync(at(path)).sort();
    return names.flatMap((name) => filesIn(join(path, name)));
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
