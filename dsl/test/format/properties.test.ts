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
  /** @returns how many of the texts could be read */
  const readableOf = (text: fc.Arbitrary<string>, numRuns: number): number => {
    let readable = 0;
    const check = (t: string): void => {
      if (holds(t)) readable++;
    };
    fc.assert(fc.property(text, check), { numRuns });
    return readable;
  };
  /** Were few of the texts readable, this would show little. Of a handful, few may be by chance. */
  const demandMost = (readable: number, all: number): void =>
    assert.ok(readable > all / 3, `${readable} of ${all} texts could be read`);
  const mostly = (text: fc.Arbitrary<string>, numRuns: number): void =>
    demandMost(readableOf(text, numRuns), numRuns);

  it('of programs of every kind', () => mostly(programs, 600));

  const each = 15;
  let [readable, all] = [0, 0];
  for (const { name, text } of RULE_FILES)
    it(`of ${name} in other layouts`, () => {
      readable += readableOf(otherLayouts(text), each);
      all += each;
    });

  it('of most of these', () => demandMost(readable, all));

  it('of programs in other layouts', () =>
    mostly(
      programs.chain((text) => (isReadable(text) ? otherLayouts(text) : fc.constant(text))),
      150,
    ));
});
