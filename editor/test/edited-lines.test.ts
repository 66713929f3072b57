import assert from 'node:assert/strict';
import { editedLines, movedBy, type Piece, withEdits } from '../src/domain/edited-lines.ts';

const TEXT = 'delta(a)\nplain\n  x = delta(b) + delta(c)\ndelta';
const edits = [...TEXT.matchAll(/delta/g)]
  .map(({ index }) => ({ span: { start: index, end: index + 5 }, text: 'gap' }))
  .reverse();
const said = (pieces: readonly Piece[]) =>
  pieces.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('');

describe('lines that edits change', () => {
  it('are told once each, with what changes in them', () => {
    assert.deepEqual(
      editedLines(TEXT, edits).map(({ line, before, after }) => [line, said(before), said(after)]),
      [
        [1, '[delta](a)', '[gap](a)'],
        [3, '  x = [delta](b) + [delta](c)', '  x = [gap](b) + [gap](c)'],
        [4, '[delta]', '[gap]'],
      ],
    );
    assert.deepEqual(editedLines(TEXT, []), []);
  });

  it('say together what the text with the edits says', () => {
    assert.equal(withEdits(TEXT, edits), TEXT.replaceAll('delta', 'gap'));
    const lines = withEdits(TEXT, edits).split('\n');
    for (const { line, after } of editedLines(TEXT, edits))
      assert.equal(after.map(({ text }) => text).join(''), lines[line - 1]);
  });

  it('move what stands behind them', () => {
    const made = withEdits(TEXT, edits);
    for (const piece of ['plain', 'b)', 'c)'])
      assert.equal(movedBy(edits, TEXT.indexOf(piece)), made.indexOf(piece));
    assert.equal(movedBy(edits, TEXT.lastIndexOf('delta')), made.lastIndexOf('gap'));
  });
});
