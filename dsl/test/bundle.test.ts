import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Rolldown } from 'vite';
import { bundleForBrowsers, DOORS } from '../bundle/bundle.ts';
import * as whole from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

/** What a web page may load to have the language, without an editor of text. */
const LIMIT_BYTES = 150_000;

describe('the doors for a page without a bundler', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qoida-doors-'));
  const parts = new Map<string, Rolldown.OutputChunk>();
  const doors = Object.keys(DOORS) as readonly (keyof typeof DOORS)[];
  before(async () => {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const part of await bundleForBrowsers()) {
      parts.set(part.fileName, part);
      writeFileSync(join(folder, part.fileName), part.code);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const opened = (door: keyof typeof DOORS): Promise<Partial<typeof whole>> =>
    import(pathToFileURL(join(folder, `${door}.js`)).href);

  /** A file with all it imports, directly or not. */
  function loadedBy(file: string, found = new Set<string>()): ReadonlySet<string> {
    if (found.has(file)) return found;
    found.add(file);
    for (const other of parts.get(file)?.imports ?? assert.fail(`${file} is none of ours`))
      loadedBy(other, found);
    return found;
  }

  for (const door of doors) {
    it(`load less than ${LIMIT_BYTES / 1000} kB gzipped, and nothing else: ${door}`, () => {
      const loaded = [...loadedBy(`${door}.js`)].map((file) => parts.get(file));
      const size = loaded.reduce((sum, part) => sum + gzipSync(part?.code ?? '').length, 0);
      assert.ok(size < LIMIT_BYTES, `${size} bytes`);
      for (const part of loaded) assert.deepEqual(part?.dynamicImports, []);
    });
  }

  it('say whose code they hold', () => {
    for (const [file, { code }] of parts)
      assert.match(code, /^\/\*! @qoida\/dsl \d+\.\d+\.\d+, .* chevrotain \d/, file);
  });

  it('have together the names of the main door, each once', async () => {
    const names = (await Promise.all(doors.map(opened))).flatMap((door) => Object.keys(door));
    const hint = 'each name of src/index.ts belongs to one door in src/browser';
    assert.deepEqual(names.sort(), Object.keys(whole).sort(), hint);
  });

  it('tell every wrong text what the sources tell it', async () => {
    const [{ compileProgram, runTests }, { deepCheck }] = await Promise.all([
      opened('qoida'),
      opened('editor'),
    ]);
    assert.ok(compileProgram && deepCheck && runTests);
    for (const text of [...golden('cases/diagnostics.md', '\n---\n'), ...forms()]) {
      const files = [{ name: 'rule.qoida', text }];
      const ours = compileProgram(files, PLANT);
      const theirs = whole.compileProgram(files, PLANT);
      assert.deepEqual(ours.diagnostics, theirs.diagnostics, text);
      assert.deepEqual(deepCheck(ours), whole.deepCheck(theirs), text);
      assert.deepEqual(runTests(ours), whole.runTests(theirs), text);
    }
  });
});

/** The texts of a golden file. */
function golden(path: string, end: string): readonly string[] {
  const file = readFileSync(new URL(path, import.meta.url), 'utf8');
  const texts = file.split(/^=== .*\n/m).slice(1);
  assert.ok(texts.length > 100);
  return texts.map((part) => part.split(end)[0] ?? '');
}

/** The examples of the grammar's page, right and wrong ones. */
function forms(): readonly string[] {
  const page = readFileSync(new URL('../GRAMMAR.md', import.meta.url), 'utf8');
  const found = [...page.matchAll(/^```(?:valid|invalid Q\d+)\n([\s\S]*?)^```$/gm)];
  assert.ok(found.length > 10);
  return found.map(([, text = '']) => text);
}
