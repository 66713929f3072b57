// `npm run build [-- names]`: plain JavaScript of the packages for publishing. Node strips types
// from a checkout by itself, but not inside node_modules, so a package on npm brings its `dist`.
// With names, only those packages.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { at } from './lib/root.mjs';
import { runNode, secondsSince } from './lib/run.mjs';
import { ensureWebApp } from './lib/web-app.mjs';

const TSC = at('node_modules', '@typescript', 'native', 'bin', 'tsc');
const CONFIGS = at('node_modules', '.cache', 'qoida', 'build');
/** Pages about the language that go with its package. */
const PAGES = [
  'language.md',
  'tour.md',
  'json-logic.md',
  'sql.md',
  'diagnostics.md',
  'diagnostics',
];

const names = process.argv.slice(2);

await ensureInstalled();
const plugins = readdirSync(at('plugins')).map((name) => `plugins/${name}`);
// Each is compiled against the built types of those before it, as a stranger would use them.
const workspaces = ['dsl', 'core', ...plugins];
const strange = names.filter((name) => !workspaces.includes(name));
if (strange.length > 0) {
  console.error(`There is no ${strange.join(', ')} to build; there are ${workspaces.join(', ')}.`);
  process.exit(2);
}
for (const workspace of names.length > 0 ? names : workspaces) await build(workspace);
if (names.length === 0) await ensureWebApp();

async function build(workspace) {
  if (!existsSync(at(workspace, 'src', 'index.ts'))) return;
  const start = performance.now();
  rmSync(at(workspace, 'dist'), { recursive: true, force: true });
  await step(workspace, [TSC, '-p', configFor(workspace)]);
  copyOthers(workspace);
  if (workspace === 'dsl') {
    await step(workspace, ['-C', 'qoida-src', at('dsl', 'bundle', 'write.ts')]);
    copyPages();
  }
  console.log(`✔ ${workspace}/dist (${secondsSince(start)})`);
}

async function step(workspace, args) {
  const code = await runNode(args);
  if (code === 0) return;
  console.error(`${workspace} couldn't be built; the reason is above.`);
  process.exit(1);
}

/** Written where nothing is committed: the checks and the editor use the workspace's own config. */
function configFor(workspace) {
  const { compilerOptions } = JSON.parse(readFileSync(at('tsconfig.base.json'), 'utf8'));
  const config = {
    compilerOptions: {
      ...compilerOptions,
      noEmit: false,
      declaration: true,
      // The sources are not in the package, so they are in the maps.
      sourceMap: true,
      inlineSources: true,
      // Types of the others come from their `dist`; the language has no others, but names of its own.
      customConditions: workspace === 'dsl' ? ['qoida-src'] : [],
      types: ['node'],
      typeRoots: [at('node_modules', '@types')],
      rootDir: at(workspace, 'src'),
      outDir: at(workspace, 'dist'),
    },
    include: [at(workspace, 'src')],
  };
  mkdirSync(CONFIGS, { recursive: true });
  const path = join(CONFIGS, `${workspace.replace('/', '-')}.json`);
  writeFileSync(path, JSON.stringify(config, null, 2));
  return path;
}

/** Pages, scripts and texts that the sources read beside themselves. */
function copyOthers(workspace) {
  cpSync(at(workspace, 'src'), at(workspace, 'dist'), {
    recursive: true,
    filter: (path) => !['.ts', '.mts', '.cts'].includes(extname(path)),
  });
}

/** The pages of the language, with links that are right inside the package, which has no tests. */
function copyPages() {
  const folder = at('dsl', 'dist', 'docs');
  for (const page of PAGES) cpSync(at('docs', page), join(folder, page), { recursive: true });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const page = readFileSync(path, 'utf8');
    const inside = page
      .replaceAll(/\[([^\]]+)\]\((?:\.\.\/)+dsl\/test\/[^)]*\)/g, '$1')
      .replaceAll('../dsl/', '../../');
    writeFileSync(path, inside);
  }
}
