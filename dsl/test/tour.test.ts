import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fencedIn, runPieces } from './support/page-examples.ts';

const PAGE = new URL('../../docs/tour.md', import.meta.url);

describe('docs/tour.md', () => {
  const page = readFileSync(PAGE, 'utf8');
  const blocks = fencedIn(page);
  const pieces = blocks.filter(({ kind }) => kind === 'ts');
  const files = Object.fromEntries(
    blocks.flatMap(({ kind, text }) => {
      const name = /^qoida file=(\S+)$/.exec(kind)?.[1];
      return name === undefined ? [] : [[name, text]];
    }),
  );

  it('runs from the first line to the last and prints what it says', async () => {
    assert.ok(pieces.length > 10 && Object.keys(files).length > 1);
    const printed = await runPieces(
      pieces.map(({ text }) => text),
      files,
    );
    let told = page;
    for (const [i, block] of [...blocks.entries()].reverse()) {
      if (block.kind !== 'text') continue;
      const by = pieces.indexOf(blocks[i - 1] ?? block);
      assert.ok(by >= 0, `what prints this?\n${block.text}`);
      const { at, text } = block;
      told = `${told.slice(0, at)}${printed[by]}${told.slice(at + text.length)}`;
    }
    if (process.env.QOIDA_ACCEPT === '1') writeFileSync(PAGE, told);
    else assert.equal(page, told, 'run "npm run accept" and look at the difference');
  });

  it('shows all that is printed', async () => {
    const printed = await runPieces(
      pieces.map(({ text }) => text),
      files,
    );
    const silent = pieces.filter((piece, i) => {
      const next = blocks[blocks.indexOf(piece) + 1];
      return printed[i] !== '' && next?.kind !== 'text';
    });
    assert.deepEqual(silent, []);
  });
});
