import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

describe('README.md', () => {
  it('has examples that run', async () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
    assert.ok(examples.length > 0);
    const folder = mkdtempSync(join(tmpdir(), 'qoida-readme-'));
    try {
      for (const [i, code] of examples.entries()) {
        const entry = new URL('../src/index.ts', import.meta.url).href;
        const file = join(folder, `example${i}.ts`);
        writeFileSync(file, code.replace("'@qoida/dsl'", `'${entry}'`));
        await import(pathToFileURL(file).href);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
