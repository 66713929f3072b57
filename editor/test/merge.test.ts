import assert from 'node:assert/strict';
import { merge } from '../src/domain/merge.ts';

const BASE = ['one', 'two', 'three', 'four', 'five', 'six'].join('\n');

describe('joining two people’s texts', () => {
  it('takes both where they changed other places', () => {
    assert.equal(
      merge(BASE, BASE.replace('two', 'TWO'), BASE.replace('five', 'FIVE\nmore')),
      BASE.replace('two', 'TWO').replace('five', 'FIVE\nmore'),
    );
    assert.equal(merge(BASE, `zero\n${BASE}`, `${BASE}\nseven`), `zero\n${BASE}\nseven`);
    assert.equal(
      merge(BASE, BASE.replace('two\n', ''), BASE.replace('six', '6')),
      BASE.replace('two\n', '').replace('six', '6'),
    );
  });

  it('takes once what both changed alike', () => {
    const same = BASE.replace('two', 'TWO');
    assert.equal(merge(BASE, same, same), same);
    assert.equal(merge(BASE, same, same.replace('six', '6')), same.replace('six', '6'));
  });

  it('leaves to a person what touches', () => {
    assert.equal(merge(BASE, BASE.replace('two', 'TWO'), BASE.replace('two', 'zwei')), undefined);
    assert.equal(merge(BASE, BASE.replace('two', 'TWO'), BASE.replace('three', '3')), undefined);
    assert.equal(merge(BASE, BASE.replace('two', ''), BASE.replace('two', 'zwei')), undefined);
    assert.equal(merge(BASE, `${BASE}\na`, `${BASE}\nb`), undefined);
  });

  it('loses no line of either, whatever they typed', () => {
    const words = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor(seed / 65_536) % below;
    };
    let merged = 0;
    for (let round = 0; round < 500; round++) {
      const edited = (mark: string) => {
        const lines = [...words];
        for (let i = 0; i <= random(2); i++)
          lines.splice(random(lines.length), random(2), `${mark}${round}${i}`);
        return lines;
      };
      const [mine, theirs] = [edited('m'), edited('t')];
      const joined = merge(words.join('\n'), mine.join('\n'), theirs.join('\n'));
      if (joined === undefined) continue;
      merged += 1;
      const lines = joined.split('\n');
      for (const line of [...mine, ...theirs])
        if (!words.includes(line)) assert.ok(lines.includes(line), joined);
      for (const word of words)
        assert.equal(lines.includes(word), mine.includes(word) && theirs.includes(word), word);
    }
    assert.ok(merged > 50, `${merged}`);
  });
});
