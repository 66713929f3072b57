import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** What a web page may load to have the language, without an editor. */
const LIMIT_BYTES = 150_000;

const ENTRY = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/** What pages use: each pays only for what it names. */
const PAGES = {
  'a page that runs rules': 'compileProgram, compileExpression, runTests, CODES',
  'the worker of an editor': 'createLanguageService, format',
};

describe('the bundle for a browser', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'qoida-bundle-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const [page, names] of Object.entries(PAGES)) {
    it(`of ${page} is under ${LIMIT_BYTES / 1000} kB gzipped and imports nothing`, async () => {
      const input = join(folder, 'entry.ts');
      writeFileSync(input, `export { ${names} } from ${JSON.stringify(ENTRY)};\n`);
      const result = await build({
        configFile: false,
        logLevel: 'silent',
        resolve: { conditions: ['qoida-src', 'browser'] },
        build: {
          write: false,
          minify: true,
          target: 'es2023',
          modulePreload: false,
          rollupOptions: { input, preserveEntrySignatures: 'strict', external: /^node:/ },
        },
      });
      assert.ok('output' in result);
      const [chunk, ...others] = result.output;
      assert.deepEqual(others, []);
      assert.deepEqual([...chunk.imports, ...chunk.dynamicImports], []);
      const size = gzipSync(chunk.code).length;
      assert.ok(size < LIMIT_BYTES, `${size} bytes`);
    });
  }
});
