import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { BLOCK_KEYS } from '../src/index.ts';
import { fencedIn, runPieces } from './support/page-examples.ts';
import { withTables } from './support/reference-tables.ts';

const PAGE = new URL('../../docs/language.md', import.meta.url);

describe('docs/language.md', () => {
  const page = readFileSync(PAGE, 'utf8');

  it('has the units and functions of the code', () => {
    const made = withTables(page);
    if (process.env.QOIDA_ACCEPT === '1') writeFileSync(PAGE, made);
    else assert.equal(page, made, 'run "npm run accept" and look at the difference');
  });

  it('has a section for each block', () => {
    const blocks = BLOCK_KEYS.filter((key) => !['language', 'module', 'requires'].includes(key));
    const open = blocks.filter((key) => !page.includes(`\n### ${key}\n`));
    assert.deepEqual(open, []);
  });

  it('has examples for programs that run', async () => {
    const examples = fencedIn(page).filter(({ kind }) => kind === 'ts');
    assert.ok(examples.length > 0);
    for (const { text } of examples) await runPieces([text]);
  });

  it('leads to places that are there', () => {
    const anchors = new Set(
      [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    for (const [, target = ''] of page.matchAll(/\]\(#([^)]*)\)/g))
      assert.ok(anchors.has(target), `#${target}`);
    for (const [, path = ''] of page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
      assert.doesNotThrow(() => readFileSync(new URL(path, PAGE)), path);
  });
});
