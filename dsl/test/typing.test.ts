import assert from 'node:assert/strict';
import { parseFile } from '../src/language/parse.ts';

describe('a text while it is being typed', () => {
  const kinds = (text: string) =>
    parseFile('typed.qoida', text).file.blocks.map(({ kind }) => kind);

  it('a dot at the end of a line leaves the next block alone', () => {
    assert.deepEqual(
      kinds('formula a(s: session): kg = s.\ngate b\n  on session.close\n  block when true\n').at(
        -1,
      ),
      'gate',
    );
  });

  it('a dot at the end of a clause leaves the next clause alone', () => {
    const { file } = parseFile(
      'typed.qoida',
      'gate b\n  on session.close\n  block when session.\n  release never\n',
    );
    const [gate] = file.blocks;
    assert.ok(gate?.kind === 'gate');
    assert.ok(gate.clauses.some(({ kind }) => kind === 'release'));
  });
});
