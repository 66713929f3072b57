import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  isPatternFault,
  MOST_STATES,
  type Pattern,
  parsePattern,
  patternToPostgres,
} from '../src/values/pattern.ts';
import { matches } from '../src/values/pattern-match.ts';

/** A pattern as text, of the part of the language that JavaScript's expressions share. */
const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 2, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      'c',
      '1',
      '\\.',
      '.',
      '\\d',
      '\\w',
      '[ab]',
      '[^a]',
      '[a-c1]',
      '[\\d.]',
      'ё',
    ),
    tie('pattern').map((inner) => `(${inner})`),
  ),
  pattern: fc
    .array(
      fc.array(
        fc
          .tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}'))
          .map((parts) => parts.join('')),
        { maxLength: 3 },
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((branches) => branches.map((parts) => parts.join('')).join('|')),
}));
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '1', '.', '\n', 'ё', '😀', '_'), { maxLength: 8 })
  .map((chars) => chars.join(''));

describe('patterns', () => {
  it('mean what regular expressions of the same text mean', () => {
    let fitting = 0;
    fc.assert(
      fc.property(pattern, text, (written, given) => {
        const read = parsePattern(written);
        if (isPatternFault(read)) {
          assert.match(read.reason, /expands|longer/);
          return;
        }
        const expected = new RegExp(`^(?:${written})$`, 'su').test(given);
        if (expected) fitting++;
        assert.equal(matches(given, written), expected, `${written} on ${JSON.stringify(given)}`);
      }),
      { numRuns: 5_000 },
    );
    assert.ok(fitting > 500, `only ${fitting} texts fitted`);
  });

  it('are printed as regular expressions that mean the same', () => {
    // Of what is printed, only `\Uhhhhhhhh` is unknown to JavaScript.
    const javascript = (printed: string): string =>
      printed
        .replace(/\\U0*([0-9A-F]+?)(?![0-9A-F])/g, '\\u{$1}')
        .replace(/\\u([0-9A-F]{4})/g, '\\u{$1}');
    fc.assert(
      fc.property(pattern, text, (written, given) => {
        const read = parsePattern(written);
        if (isPatternFault(read)) return;
        const printed = new RegExp(javascript(patternToPostgres(read)), 'su');
        assert.equal(printed.test(given), matches(given, written), patternToPostgres(read));
      }),
      { numRuns: 3_000 },
    );
  });

  it('print every sign escaped and every class written out', () => {
    const print = (written: string): string => patternToPostgres(parsePattern(written) as Pattern);
    assert.equal(print('AB-\\d{4}'), '^(?:AB\\u002D(?:[0-9]{4,4}))$');
    assert.equal(print('a|'), '^(?:a|(?:))$');
    assert.equal(print('(ab)*'), '^(?:(?:ab)*)$');
    assert.equal(print('[^a]'), '^(?:[\\u0001-\\u0060b-\\U0010FFFF])$');
    assert.equal(print('.'), '^(?:.)$');
  });

  it('that cannot be read say why', () => {
    const reasons: Readonly<Record<string, RegExp>> = {
      '(': /`\(` is not closed/,
      ')': /`\)` has no `\(`/,
      '[a': /`\[` is not closed/,
      '[]': /nothing in it/,
      '[b-a]': /lower character to the higher/,
      '[\\d-z]': /from one character to another/,
      'a**': /directly after another/,
      'a*?': /directly after another/,
      '*a': /nothing before it/,
      'a{': /`\{n\}`/,
      'a{x}': /`\{n\}`/,
      'a{3,2}': /lower number to the higher/,
      'a{256}': /more than 255 times/,
      '(?:a)': /`\(\?` has no meaning/,
      '(?=a)': /`\(\?` has no meaning/,
      '^a': /`\^` is not needed/,
      a$: /`\$` is not needed/,
      '\\b': /`\\b` has no meaning/,
      '\\1': /`\\1` has no meaning/,
      'a\\': /stands at the end/,
      '}': /written `\\}`/,
      '[^\\d\\D]': /`\\D` has no meaning/,
      '((a{200}){200}){200}': /more than 1000 states/,
    };
    for (const [written, reason] of Object.entries(reasons)) {
      const read = parsePattern(written);
      assert.ok(isPatternFault(read), written);
      assert.match(read.reason, reason, written);
    }
    assert.ok(isPatternFault(parsePattern('('.repeat(100_000))));
    assert.ok(isPatternFault(parsePattern('('.repeat(400))));
    assert.ok(isPatternFault(parsePattern(`(${'a{255}'.repeat(5)})`)));
  });

  it('never throw, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), text, (written, given) => {
        const read = parsePattern(written);
        if (!isPatternFault(read)) assert.equal(typeof matches(given, written), 'boolean');
      }),
      { numRuns: 2_000 },
    );
  });

  it('take each character once: those that choke a search with backtracking end', () => {
    const long = 'a'.repeat(100_000);
    for (const written of ['(a*)*b', '(a|a)*b', '(a|aa)+b', '(.*)(.*)(.*)b', '(a?){100}a{100}b'])
      assert.equal(matches(long, written), false, written);
    assert.equal(matches(`${long}b`, '(a|aa)+b'), true);
    assert.equal(matches('ab'.repeat(2_000), '.*a.{60}'), false);
    assert.ok(MOST_STATES <= 1_000);
  });
});
