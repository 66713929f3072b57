// `npm run check`: format and lint, types of every workspace, import directions. All of it runs
// even when the first part fails, so that one look shows everything.
import { existsSync, readdirSync } from 'node:fs';
import { ensureInstalled } from './ensure-installed.mjs';
import { at } from './lib/root.mjs';
import { runNode, secondsSince } from './lib/run.mjs';

const tool = (...path) => at('node_modules', ...path);
const TSC = tool('@typescript', 'native', 'bin', 'tsc');
const VUE_TSC = tool('vue-tsc', 'bin', 'vue-tsc.js');
const BIOME = tool('@biomejs', 'biome', 'bin', 'biome');
const CRUISER = tool('dependency-cruiser', 'bin', 'dependency-cruiser.mjs');

await ensureInstalled();
const steps = [
  [
    'format and lint',
    () => runNode([BIOME, 'check', '--error-on-warnings', '--max-diagnostics=50']),
  ],
  ...typedWorkspaces().map(([name, check]) => [`types of ${name}`, check]),
  ['import directions', checkImports],
];

const failed = [];
for (const [name, check] of steps) {
  const start = performance.now();
  const code = await check();
  console.log(`${code === 0 ? '✔' : '✘'} ${name} (${secondsSince(start)})`);
  if (code !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(
    `\nNot in order: ${failed.join(', ')}. \`npx biome check --write\` mends format and much of lint.`,
  );
  process.exitCode = 1;
}

function typedWorkspaces() {
  const plugins = readdirSync(at('plugins')).map((name) => `plugins/${name}`);
  return ['.', 'dsl', 'core', ...plugins, 'node-red-nodes', 'editor']
    .map((folder) => [folder, at(folder, 'tsconfig.json')])
    .filter(([, config]) => existsSync(config))
    .map(([folder, config]) => {
      const compiler = folder === 'editor' ? VUE_TSC : TSC;
      const name = folder === '.' ? 'the repository tests' : folder;
      return [name, () => runNode([compiler, '--noEmit', '-p', config])];
    });
}

function checkImports() {
  const folders = [
    'core',
    'dsl',
    'plugins',
    'editor/src',
    'editor/test',
    'editor/e2e',
    'node-red-nodes',
    'test',
  ];
  const present = folders.filter((folder) => existsSync(at(folder)));
  return runNode([
    CRUISER,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err-long',
    ...present,
  ]);
}
