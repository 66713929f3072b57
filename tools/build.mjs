// `npm run build`: plain JavaScript of the packages for publishing. Node strips types from a
// checkout by itself, but not inside node_modules, so a package on npm brings its `dist`.
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

await ensureInstalled();
const plugins = readdirSync(at('plugins')).map((name) => `plugins/${name}`);
// Each is compiled against the built types of those before it, as a stranger would use them.
for (const workspace of ['dsl', 'core', ...plugins]) await build(workspace);
await ensureWebApp();

async function build(workspace) {
  if (!existsSync(at(workspace, 'src', 'index.ts'))) return;
  const start = performance.now();
  rmSync(at(workspace, 'dist'), { recursive: true, force: true });
  const code = await runNode([TSC, '-p', configFor(workspace)]);
  if (code !== 0) {
    console.error(`${workspace} couldn't be built; the reason is above.`);
    process.exit(1);
  }
  copyOthers(workspace);
  console.log(`✔ ${workspace}/dist (${secondsSince(start)})`);
}

/** Written where nothing is committed: the checks and the editor use the workspace's own config. */
function configFor(workspace) {
  const { compilerOptions } = JSON.parse(readFileSync(at('tsconfig.base.json'), 'utf8'));
  const config = {
    compilerOptions: {
      ...compilerOptions,
      noEmit: false,
      declaration: true,
      sourceMap: true,
      customConditions: [],
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
