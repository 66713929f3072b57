import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { format, QoidaError } from '../../src/index.ts';
import { commentsOf, isReadable, RULE_FILES, treeOf } from './support.ts';

/**
 * Golden texts: a text, then how it is laid out. `QOIDA_ACCEPT=1` writes the file anew; read the
 * difference before you keep it.
 */
const FILE = new URL('./cases.md', import.meta.url);

const golden = readFileSync(FILE, 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const end = part.indexOf('\n');
    const [text = '', laid = ''] = part.slice(end + 1).split(/^---\n/m);
    return { title: part.slice(0, end), text, laid };
  });

describe('the formatter', () => {
  if (process.env.QOIDA_ACCEPT === '1') {
    const parts = golden.map(({ title, text }) => `=== ${title}\n${text}---\n${format(text)}`);
    writeFileSync(FILE, parts.join(''));
    return;
  }

  for (const { title, text, laid } of golden) {
    it(title, () => {
      assert.equal(format(text), laid);
      assert.equal(format(laid), laid, 'formatting twice changes nothing');
      assert.deepEqual(treeOf(laid), treeOf(text));
      assert.deepEqual(commentsOf(laid), commentsOf(text));
    });
  }

  for (const { name, text } of RULE_FILES) {
    it(`keeps what ${name} says`, () => {
      const laid = format(text);
      assert.equal(format(laid), laid);
      assert.deepEqual(treeOf(laid), treeOf(text));
      assert.deepEqual(commentsOf(laid), commentsOf(text));
    });
  }

  it('writes one kind of line end, and no byte order mark', () => {
    for (const { laid } of golden) {
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
