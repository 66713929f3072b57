import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { format, QoidaError } from '../../src/index.ts';
import { BLOCK_KEYS, LANGUAGE_TAGS, type LanguageTag } from '../../src/language/keywords.ts';
import { parseFile } from '../../src/language/parse.ts';
import { commentsOf, isReadable, meaningOf, RULE_FILES, treeOf } from './support.ts';

/**
 * Golden texts: a text, then how it is laid out, behind `--- uz` in that language.
 * `QOIDA_ACCEPT=1` writes the file anew; read the difference before you keep it.
 */
const FILE = new URL('./cases.md', import.meta.url);

const golden = readFileSync(FILE, 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const end = part.indexOf('\n');
    const [text = '', ...rest] = part.slice(end + 1).split(/^---(?: (\S+))?\n/m);
    const results = rest.flatMap((tag, i) =>
      i % 2 === 0 ? [{ tag: tag as LanguageTag | undefined, laid: rest[i + 1] ?? '' }] : [],
    );
    return { title: part.slice(0, end), text, results };
  });

const made = (text: string, tag: LanguageTag | undefined): string =>
  format(text, tag === undefined ? {} : { language: tag });

describe('the formatter', () => {
  if (process.env.QOIDA_ACCEPT === '1') {
    const parts = golden.map(({ title, text, results }) => {
      const laid = results.map(({ tag }) => `---${tag ? ` ${tag}` : ''}\n${made(text, tag)}`);
      return `=== ${title}\n${text}${laid.join('')}`;
    });
    writeFileSync(FILE, parts.join(''));
    return;
  }

  for (const { title, text, results } of golden) {
    for (const { tag, laid } of results)
      it(tag === undefined ? title : `${title}, in ${tag}`, () => {
        assert.equal(made(text, tag), laid);
        assert.equal(format(laid), laid, 'formatting twice changes nothing');
        assert.deepEqual(meaningOf(laid), meaningOf(text));
        assert.deepEqual(commentsOf(laid), commentsOf(text));
      });
  }

  it('has every block in every language', () => {
    const shown = new Set(
      golden.flatMap(({ text, results }) =>
        results.flatMap(({ tag }) =>
          parseFile('f', text).file.blocks.map(({ kind }) => `${kind} ${tag}`),
        ),
      ),
    );
    const wanted = BLOCK_KEYS.flatMap((key) => LANGUAGE_TAGS.map((tag) => `${key} ${tag}`));
    assert.deepEqual(
      wanted.filter((item) => !shown.has(item)),
      [],
    );
  });

  for (const { name, text } of RULE_FILES) {
    it(`keeps what ${name} says`, () => {
      const laid = format(text);
      assert.equal(format(laid), laid);
      assert.deepEqual(treeOf(laid), treeOf(text));
      assert.deepEqual(commentsOf(laid), commentsOf(text));
    });
  }

  it('writes one kind of line end, and no byte order mark', () => {
    for (const { laid } of golden.flatMap(({ results }) => results)) {
      assert.equal(format(laid.replaceAll('\n', '\r\n')), laid);
      assert.equal(format(`\ufeff${laid}`), laid);
    }
  });

  it('ends a file with one line end', () => {
    const laid = 'module a\n';
    for (const text of ['module a', 'module a\n', 'module a\n\n\n', '\n\nmodule a  \n  '])
      assert.equal(format(text), laid);
    for (const text of ['', ' ', '\n\n', '\ufeff', '\r\n']) assert.equal(format(text), '');
  });

  it('refuses what it cannot read, and says why', () => {
    const broken = [
      'formula a() =',
      'gate g\n  block if true',
      'x',
      '  loose',
      'gate g\n  on "',
      '$',
    ];
    for (const text of broken) {
      assert.equal(isReadable(text), false, text);
      assert.throws(
        () => format(text),
        (fault: unknown) => fault instanceof QoidaError && fault.diagnostics.length > 0,
        text,
      );
    }
  });

  it('lays out what is as deep and as long as the language allows', () => {
    const deep = `${'('.repeat(98)}x${')'.repeat(98)}`;
    const long = Array.from({ length: 500 }, (_, i) => `name_${i}`).join('+');
    const fields = Array.from({ length: 2_000 }, (_, i) => `f${i}:[{a:${i}}]`).join(',');
    for (const body of [deep, long, `{${fields}}`, `${'not '.repeat(98)}x`]) {
      const text = `formula f(): kg = ${body}`;
      const laid = format(text);
      assert.equal(format(laid), laid);
      assert.deepEqual(treeOf(laid), treeOf(text));
    }
  });
});
