import assert from 'node:assert/strict';
import fc from 'fast-check';
import { format, QoidaError } from '../../src/index.ts';
import { otherLayouts, programs } from './programs.ts';
import { commentsOf, isReadable, RULE_FILES, treeOf } from './support.ts';

/** What holds for every text; tells whether it could be read. */
function holds(text: string): boolean {
  if (!isReadable(text)) {
    assert.throws(() => format(text), QoidaError);
    return false;
  }
  const laid = format(text);
  assert.deepEqual(treeOf(laid), treeOf(text));
  assert.deepEqual(commentsOf(laid), commentsOf(text));
  assert.equal(format(laid), laid, 'formatting twice changes nothing');
  return true;
}

describe('formatting keeps the tree and the comments', () => {
  const mostly = (text: fc.Arbitrary<string>, numRuns: number) => {
    let readable = 0;
    const check = (t: string): void => {
      if (holds(t)) readable++;
    };
    fc.assert(fc.property(text, check), { numRuns });
    // Were few of them readable, this would show little.
    assert.ok(readable > numRuns / 3, `${readable} of ${numRuns} texts could be read`);
  };

  it('of programs of every kind', () => mostly(programs, 600));

  for (const { name, text } of RULE_FILES)
    it(`of ${name} in other layouts`, () => mostly(otherLayouts(text), 15));

  it('of programs in other layouts', () =>
    mostly(
      programs.chain((text) => (isReadable(text) ? otherLayouts(text) : fc.constant(text))),
      150,
    ));
});
