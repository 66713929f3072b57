import assert from 'node:assert/strict';
import { keywordsOf, LANGUAGE_TAGS } from '@qoida/dsl';
import { qoidaConfiguration, qoidaMonarch } from '../src/monaco/grammar.ts';

/** The state of the tokenizer that a line leads to from the beginning of a file. */
function stateBehind(line: string): string | undefined {
  for (const rule of qoidaMonarch.tokenizer.root ?? []) {
    const [pattern, action] = rule as [RegExp, { readonly switchTo?: string } | string];
    const found = pattern.exec(line);
    if (found?.index === 0) return typeof action === 'string' ? undefined : action.switchTo;
  }
  return undefined;
}

describe('the colours of the editor', () => {
  it('know every word of every language', () => {
    for (const tag of LANGUAGE_TAGS) {
      const name = tag.replace('-', '_');
      const { blocks, clauses, operators } = keywordsOf(tag);
      const lists = qoidaMonarch as unknown as Record<string, readonly string[]>;
      for (const word of blocks) assert.ok(lists[`${name}_blocks`]?.includes(word), word);
      for (const word of [...clauses, ...operators])
        assert.ok(lists[`${name}_words`]?.includes(word), word);
      assert.ok(qoidaMonarch.tokenizer[`in_${name}`] !== undefined);
    }
  });

  it('follow the language a file names or shows', () => {
    assert.equal(stateBehind('til uz'), '@in_uz');
    assert.equal(stateBehind('language uz-cyrl'), '@in_uz_cyrl');
    assert.equal(stateBehind('язык ru'), '@in_ru');
    assert.equal(stateBehind("to'siq g"), '@in_uz');
    assert.equal(stateBehind('запрет g'), '@in_ru');
    assert.equal(stateBehind('gate g'), '@in_en');
    // A word of several languages tells nothing, nor does a name.
    assert.equal(stateBehind('formula f() = 1'), undefined);
    assert.equal(stateBehind('gates'), undefined);
  });

  it('indent behind the first line of a block', () => {
    const [rule] = qoidaConfiguration.onEnterRules ?? [];
    for (const line of ['gate g', 'toʻsiq g', 'запрет g', 'formula f() ='])
      assert.match(line, rule?.beforeText ?? /never/);
    for (const line of ['module a', '  gate g', 'модуль a', 'gates'])
      assert.doesNotMatch(line, rule?.beforeText ?? /./);
  });
});
