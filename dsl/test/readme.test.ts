import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as offered from '../src/index.ts';
import { fencedIn, runPieces } from './support/page-examples.ts';

describe('README.md', () => {
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it('has examples that run', async () => {
    const examples = fencedIn(page).filter(({ kind }) => kind === 'ts');
    assert.ok(examples.length >= 5);
    for (const { text } of examples) await runPieces([text]);
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
