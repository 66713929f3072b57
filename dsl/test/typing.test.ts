import assert from 'node:assert/strict';
import { compileExpression } from '../src/index.ts';
import { parseFile } from '../src/language/parse.ts';
import { typeText } from '../src/types/type.ts';
import { isFault, parseTypeText } from '../src/types/type-text.ts';

describe('a text while it is being typed', () => {
  const kinds = (text: string) =>
    parseFile('typed.qoida', text).file.blocks.map(({ kind }) => kind);

  it('a dot at the end of a line leaves the next block alone', () => {
    assert.deepEqual(
      kinds('formula a(s: session): kg = s.\ngate b\n  on session.close\n  block when true\n').at(
        -1,
      ),
      'gate',
    );
  });

  it('a dot at the end of a clause leaves the next clause alone', () => {
    const { file } = parseFile(
      'typed.qoida',
      'gate b\n  on session.close\n  block when session.\n  release never\n',
    );
    const [gate] = file.blocks;
    assert.ok(gate?.kind === 'gate');
    assert.ok(gate.clauses.some(({ kind }) => kind === 'release'));
  });
});

describe('types as they are written', () => {
  const typeOf = (written: string): string | undefined => {
    const { file } = parseFile('typed.qoida', `formula f(x: ${written}): number = 1`);
    const [formula] = file.blocks;
    return formula?.kind === 'formula' ? formula.params[0]?.type.text : undefined;
  };
  const meant = (written: string): string => {
    const read = parseTypeText(typeOf(written) ?? '');
    return isFault(read) ? `no type: ${read.name}` : typeText(read);
  };

  it('have words of the language as names where names stand', () => {
    assert.equal(meant('oneof(list, b)'), 'oneof(list, b)');
    assert.equal(meant('oneof(a, list)'), 'oneof(a, list)');
    assert.equal(meant('oneof(oneof, gate, test)'), 'oneof(oneof, gate, test)');
    assert.equal(meant('list of oneof(list, of_)'), 'list of oneof(list, of_)');
    assert.equal(meant('{list: kg, oneof: text}'), '{list: kg, oneof: text}');
    assert.equal(meant('oneof(`of`, `na ombor`)'), 'oneof(of, `na ombor`)');
  });

  it('are read with lists in lists and what may be missing', () => {
    for (const written of [
      'list of list of kg?',
      '(list of kg)?',
      'list of (list of kg?)?',
      '{a: {b: list of kg/m2?}, c: (list of text)?}',
      '1/h',
      'kg*m/s2',
      'UZS/kg/h?',
      'list of 1/h',
      '%?',
    ])
      assert.equal(meant(written), written);
    assert.equal(meant('(kg)'), 'kg');
  });

  it('of which there are none are told', () => {
    for (const written of ['2/h', 'kg/day', 'degC/h', 'kg/x', '(kg', 'oneof()', '{}', 'list of'])
      assert.match(`${meant(written)}`, /^no type/, written);
  });
});

describe('calls inside calls', () => {
  it('are read once, however deep they stand', () => {
    // Each level read twice would be 2⁸⁰ readings.
    const text = `${'min('.repeat(80)}a${')'.repeat(80)}`;
    assert.equal(compileExpression(text, { a: 'kg' }).type, 'kg');
    const max = `${'max('.repeat(40)}rows${')'.repeat(40)}`;
    assert.equal(compileExpression(max, { rows: 'list of kg' }, { guards: 'allow' }).type, 'kg');
  });
});
