import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as offered from '../src/index.ts';
import { fencedIn, runPieces } from './support/page-examples.ts';

describe('README.md', () => {
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it('has examples that run and print what stands below them', async () => {
    const blocks = fencedIn(page);
    let shown = 0;
    for (const [i, { kind, text }] of blocks.entries()) {
      if (kind !== 'ts') continue;
      const [printed = ''] = await runPieces([text]);
      const below = blocks[i + 1]?.kind === 'text' ? blocks[i + 1]?.text : '';
      assert.equal(printed, below, text);
      shown++;
    }
    assert.ok(shown >= 6);
  });

  it('links nothing outside of the package, where npm shows it', () => {
    const targets = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
    assert.deepEqual(targets, ['GRAMMAR.md']);
  });

  it('has a row for each door', () => {
    const { exports } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { exports: Readonly<Record<string, unknown>> };
    const doors = Object.keys(exports).filter((door) => door !== './package.json');
    const table = page.split('\n## Doors\n')[1]?.split('\n## ')[0] ?? '';
    assert.deepEqual(
      [...table.matchAll(/^\| `@qoida\/dsl([^`]*)`/gm)].map(([, door]) => `.${door}`),
      doors,
    );
  });

  it('lists all that the package offers', () => {
    const table = page.split('\n## What it offers\n')[1]?.split('\n## ')[0] ?? '';
    const listed = new Set([...table.matchAll(/`(\w+)/g)].map(([, name]) => name));
    assert.deepEqual(
      Object.keys(offered).filter((name) => !listed.has(name)),
      [],
    );
  });
});
