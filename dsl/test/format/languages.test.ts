import assert from 'node:assert/strict';
import fc from 'fast-check';
import { format } from '../../src/index.ts';
import { LANGUAGE_TAGS, type LanguageTag } from '../../src/language/keywords.ts';
import { parseFile } from '../../src/language/parse.ts';
import { programs } from './programs.ts';
import { commentsOf, isReadable, meaningOf, RULE_FILES } from './support.ts';

/** A file that was translated says so, one in English need not. */
const withoutHeader = (text: string): string => text.replace(/^language en\n\n?/m, '');

/** What holds for a text in each language. */
function translates(text: string): void {
  const laid = format(text);
  let last = laid;
  for (const language of [...LANGUAGE_TAGS, ...LANGUAGE_TAGS.toReversed()] as LanguageTag[]) {
    const made = format(text, { language });
    assert.equal(parseFile('f', made).file.language, language);
    assert.deepEqual(meaningOf(made), meaningOf(text));
    assert.deepEqual(commentsOf(made), commentsOf(text));
    assert.equal(format(made), made, 'formatting twice changes nothing');
    last = format(last, { language });
    assert.equal(withoutHeader(last), withoutHeader(made), 'the way there leaves no trace');
    assert.equal(withoutHeader(format(made, { language: 'en' })), withoutHeader(laid));
  }
}

describe('a file in another language', () => {
  it('says the same, and comes back as it was', () => {
    let readable = 0;
    const check = (text: string): void => {
      if (!isReadable(text)) return;
      readable++;
      translates(text);
    };
    fc.assert(fc.property(programs, check), { numRuns: Number(process.env.RUNS ?? 150) });
    assert.ok(readable > 40, `${readable} of 150 texts could be read`);
  });

  for (const { name, text } of RULE_FILES) it(`is ${name}`, () => translates(text));
});
