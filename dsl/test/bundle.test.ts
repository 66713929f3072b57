import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** What a web page loads to have the language, without an editor. */
const LIMIT_BYTES = 150_000;

describe('the bundle for a browser', function () {
  this.timeout(60_000);
  it(`is under ${LIMIT_BYTES / 1000} kB gzipped and imports nothing`, async () => {
    const result = await build({
      configFile: false,
      logLevel: 'silent',
      resolve: { conditions: ['qoida-src'] },
      build: {
        write: false,
        minify: true,
        lib: {
          entry: fileURLToPath(new URL('../src/index.ts', import.meta.url)),
          formats: ['es'],
        },
        rollupOptions: { external: /^node:/ },
      },
    });
    const [bundle] = Array.isArray(result) ? result : [result];
    assert.ok(bundle !== undefined && 'output' in bundle);
    const [chunk, ...others] = bundle.output;
    assert.deepEqual(others, []);
    assert.deepEqual([...chunk.imports, ...chunk.dynamicImports], []);
    const size = gzipSync(chunk.code).length;
    assert.ok(size < LIMIT_BYTES, `${size} bytes`);
  });
});
