import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, chromiumPath } from '../editor/e2e/chromium.ts';
import { Stranger } from './support/packed.ts';
import { textOf } from './support/sources.ts';

/** Fenced blocks of a page in their order. */
const fenced = (page: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({
    kind,
    text,
  }));

/** What a web page may load to have the language, without an editor of text. */
const LIMIT_BYTES = 150_000;

/** What applications use: each pays only for what it names. */
const APPLICATIONS = {
  'a page that runs rules': 'compileProgram, compileExpression, runTests, CODES',
  'the worker of an editor': 'createLanguageService, format',
};

/** The doors by themselves, as an application names them. */
const DOORS = `
import { compileExpression, type Diagnostic, QoidaError, runTests } from '@qoida/dsl/browser';
import { createLanguageService, deepCheck, format } from '@qoida/dsl/browser/editor';
import { fromJsonLogic } from '@qoida/dsl/browser/from-json-logic';

const service = createLanguageService({ records: {}, points: {} });
const found: readonly Diagnostic[] = [];
if (QoidaError === undefined || deepCheck === undefined || runTests === undefined) throw found;
const rule = fromJsonLogic({ '>': [{ var: 'weight' }, 5] }, { weight: 'kg' });
const value: unknown = compileExpression(rule, { weight: 'kg' }).evaluate({ weight: 6 });
console.log(value, format('formula  one( ):number=1').trim(), typeof service);
`;

describe('@qoida/dsl as npm ships it', () => {
  let stranger: Stranger;
  let files: readonly string[];
  let page: ReturnType<typeof fenced>;
  before(() => {
    stranger = new Stranger('dsl');
    files = readdirSync(stranger.installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(stranger.installed, join(entry.parentPath, entry.name)))
      .sort();
    page = fenced(textIn('README.md'));
  });
  after(() => stranger?.tidies());

  const textIn = (file: string) => readFileSync(join(stranger.installed, file), 'utf8');

  it('has what a package needs, and no more', () => {
    assert.deepEqual(
      files.filter((file) => !file.startsWith('dist/')),
      ['GRAMMAR.md', 'LICENSE', 'README.md', 'package.json'],
    );
    assert.equal(textIn('LICENSE'), textOf('LICENSE'));
    assert.deepEqual(
      files.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file)),
      [],
    );
    const endings = new Set(files.map((file) => extname(file)));
    assert.deepEqual([...endings].sort(), ['', '.js', '.json', '.map', '.md', '.ts']);
  });

  it('has every file that its manifest names', () => {
    const { exports, imports } = JSON.parse(textIn('package.json'));
    const named = JSON.stringify([exports, imports]).match(/"\.\/dist\/[^"]+"/g) ?? [];
    assert.ok(named.length >= 10);
    for (const path of named)
      assert.ok(existsSync(join(stranger.installed, JSON.parse(path))), path);
  });

  it('has maps that hold their sources, and none is named that is not there', () => {
    for (const file of files.filter((each) => each.endsWith('.js'))) {
      const [, name] = /\/\/# sourceMappingURL=(\S+)/.exec(textIn(file)) ?? [];
      if (name === undefined) continue;
      const map = JSON.parse(textIn(join(dirname(file), name)));
      assert.equal(map.sourcesContent?.length, map.sources.length, file);
    }
  });

  it('has pages whose links lead somewhere inside it', () => {
    let links = 0;
    for (const file of files.filter((each) => each.endsWith('.md'))) {
      for (const [, target = ''] of textIn(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^https?:/.test(target)) continue;
        assert.ok(files.includes(join(dirname(file), target)), `${file}: ${target}`);
        links++;
      }
    }
    assert.ok(links > 20);
  });

  it('runs the examples of its page under a plain Node', () => {
    for (const [i, { kind, text }] of page.entries()) {
      if (kind !== 'ts') continue;
      stranger.write(`example-${i}.ts`, text);
      const below = page[i + 1]?.kind === 'text' ? page[i + 1]?.text : '';
      assert.equal(stranger.runs(`example-${i}.ts`), below);
    }
    stranger.write('doors.ts', DOORS);
    assert.equal(stranger.runs('doors.ts'), 'true formula one(): number = 1 object\n');
  });

  for (const [moduleResolution, module] of [
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ]) {
    it(`has types for a strict application that finds modules by ${moduleResolution}`, () => {
      const names = page.flatMap(({ kind, text }, i) => {
        if (kind === 'ts') stranger.write(`typed-${i}.ts`, text);
        return kind === 'ts' ? [`typed-${i}.ts`] : [];
      });
      stranger.write('doors.ts', DOORS);
      stranger.write('wrong.ts', `import { format } from '@qoida/dsl';\nformat(1);\n`);
      const lib = moduleResolution === 'bundler' ? ['es2024', 'dom'] : ['es2024'];
      const options = { strict: true, target: 'es2024', lib, module, moduleResolution };
      assert.equal(stranger.finds(options, [...names, 'doors.ts']), '');
      assert.match(stranger.finds(options, ['wrong.ts']), /wrong\.ts\(2,8\): error TS2345/);
    });
  }

  for (const [app, names] of Object.entries(APPLICATIONS)) {
    it(`is in the bundle of ${app} under ${LIMIT_BYTES / 1000} kB gzipped, and nothing else`, async () => {
      stranger.write('entry.js', `export { ${names} } from '@qoida/dsl';\n`);
      const chunk = await stranger.bundles('entry.js');
      assert.deepEqual([...chunk.imports, ...chunk.dynamicImports], []);
      const size = gzipSync(chunk.code).length;
      assert.ok(size < LIMIT_BYTES, `${size} bytes`);
    });
  }

  for (const [name, policy] of [
    ['', "script-src 'self' 'unsafe-inline' 'unsafe-eval'"],
    [' that may not generate code', "script-src 'self' 'unsafe-inline'"],
  ] as const) {
    it(`runs the example of a page without a bundler in a browser${name}`, async function () {
      const executablePath = chromiumPath();
      if (executablePath === undefined) {
        console.log('      not shown: no Chromium on this machine');
        this.skip();
      }
      const at = page.findIndex(({ kind }) => kind === 'html');
      const site = await serve(
        page[at]?.text ?? '',
        policy,
        join(stranger.installed, 'dist/browser'),
      );
      const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
      try {
        const tab = await browser.newPage();
        const errors: string[] = [];
        tab.on('pageerror', (error) => errors.push(error.message));
        await tab.goto(site.url);
        await tab.locator('output', { hasText: /./ }).waitFor({ timeout: 120_000 });
        assert.equal(await tab.textContent('output'), page[at + 1]?.text);
        assert.deepEqual(errors, []);
      } finally {
        await browser.close();
        site.close();
      }
    });
  }
});

/** A site with one page, and the files of a folder under `/qoida/`. */
async function serve(html: string, policy: string, folder: string) {
  const server = createServer((request, response) => {
    const [, name] = /^\/qoida\/([\w-]+\.js)$/.exec(request.url ?? '') ?? [];
    response.setHeader('content-security-policy', policy);
    if (request.url === '/') response.setHeader('content-type', 'text/html').end(html);
    else if (name !== undefined && existsSync(join(folder, name)))
      response.setHeader('content-type', 'text/javascript').end(readFileSync(join(folder, name)));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
