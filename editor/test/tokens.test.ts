import assert from 'node:assert/strict';
import { encodeTokens, TOKEN_TYPES } from '../src/monaco/tokens.ts';

const token = (start: number, end: number, kind: (typeof TOKEN_TYPES)[number]) => ({
  span: { start, end },
  kind,
});

describe('tokens for the editor', () => {
  it('counts each place from the one before', () => {
    const text = 'gate a\n  on b\n\nx';
    const data = encodeTokens(text, [
      token(0, 4, 'block'),
      token(5, 6, 'name'),
      token(9, 11, 'keyword'),
      token(15, 16, 'name'),
    ]);
    const [block, name, keyword] = [0, 2, 1];
    assert.deepEqual(
      [...data],
      [0, 0, 4, block, 0, 0, 5, 1, name, 0, 1, 2, 2, keyword, 0, 2, 0, 1, name, 0],
    );
  });

  it('cuts a token at the line ends', () => {
    const data = encodeTokens('ab\ncd\n\nef', [token(1, 9, 'text')]);
    const text = TOKEN_TYPES.indexOf('text');
    assert.deepEqual([...data], [0, 1, 1, text, 0, 1, 0, 2, text, 0, 2, 0, 2, text, 0]);
  });
});
