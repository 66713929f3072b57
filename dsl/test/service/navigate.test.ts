import assert from 'node:assert/strict';
import { changed, FILE, marked } from './support.ts';

const OTHER = `formula left(s: session): kg = s.wip_kg
formula twice(s: session): kg = left(s) + left(s)

test "of another file"
  when session.close
  expect blocked by too_far
  expect left(session) = 0 kg
`;
const MAIN = `gate too_far
  on session.close
  block when left(session) > 5 kg or min(left(session), 1 kg) > 2 kg
  answer conflict { rest: left(session) }
  message "{left(session)} is left"
  message ru "{{left(session)}} осталось {abs(left(session))}"
  release by texnolog until left(session) = 0 kg

test "t"
  given session.wip_kg = 1 kg
  when session.close
  expect blocked by too_far
  expect blocked by too_far
  expect allowed
`;
const others = { 'other.qoida': OTHER };
/** MAIN with the cursor in the n-th occurrence of a word. */
const at = (word: string, n = 0, text = MAIN) => {
  let index = text.indexOf(word);
  for (let i = 0; i < n; i++) index = text.indexOf(word, index + 1);
  return `${text.slice(0, index + 1)}|${text.slice(index + 1)}`;
};
const spanned = (text: string, { start, end }: { start: number; end: number }) =>
  text.slice(start, end);

describe('definition and references', () => {
  it('finds a formula in another file', () => {
    const { service, offset } = marked(at('left('), { others });
    const place = service.definition(FILE, offset);
    assert.equal(place?.file, 'other.qoida');
    assert.deepEqual(place.span, { start: 8, end: 12 });
  });

  it('finds all places, the declaration first', () => {
    const { service, offset, text } = marked(at('left('), { others });
    const places = service.references(FILE, offset);
    assert.equal(places.filter(({ file }) => file === FILE).length, 6);
    assert.equal(places.filter(({ file }) => file === 'other.qoida').length, 4);
    assert.deepEqual(places[0], { file: 'other.qoida', span: { start: 8, end: 12 } });
    for (const { file, span } of places)
      assert.equal(spanned(file === FILE ? text : OTHER, span), 'left');
  });

  it('finds gates from what tests expect', () => {
    const { service, offset, text } = marked(at('too_far', 1), { others });
    assert.deepEqual(service.definition(FILE, offset), { file: FILE, span: { start: 5, end: 12 } });
    assert.equal(service.references(FILE, offset).length, 4);
    assert.deepEqual(
      service.references(FILE, text.indexOf('too_far')),
      service.references(FILE, offset),
    );
  });

  it('finds what is named in rules with faults', () => {
    const { service, offset } = marked('gate g\n  on nowhere\n  block when le|ft(unknown) > 5', {
      others,
    });
    assert.equal(service.definition(FILE, offset)?.file, 'other.qoida');
  });

  it('finds nothing for what has no place', () => {
    for (const text of [
      at('session'),
      at('min('),
      at('texnolog'),
      at('осталось'),
      'gate g\n  on p\n  block when un|known(1)',
      '|',
    ]) {
      const { service, offset } = marked(text, { others });
      assert.equal(service.definition(FILE, offset), undefined);
      assert.deepEqual(service.references(FILE, offset), []);
    }
  });
});

describe('rename', () => {
  it('renames a formula across files, and the program stays as sound as it was', () => {
    const { service, offset, text } = marked(at('left('), { others });
    assert.deepEqual(service.diagnostics(FILE), []);
    const renamed = service.rename(FILE, offset, 'qoldiq');
    assert.ok('edits' in renamed);
    assert.equal(renamed.edits.length, 10);
    for (const [file, before] of [
      [FILE, text],
      ['other.qoida', OTHER],
    ] as const) {
      const after = changed(
        before,
        renamed.edits.filter((edit) => edit.file === file),
      );
      assert.ok(!/(?<!\{\{)rest\(/.test(after), after);
      service.setFile(file, after);
    }
    for (const file of [FILE, 'other.qoida']) assert.deepEqual(service.diagnostics(file), []);
  });

  it('renames a gate with what tests expect', () => {
    const { service, offset, text } = marked(at('too_far'), { others });
    const renamed = service.rename(FILE, offset, 'too_much');
    assert.ok('edits' in renamed);
    const mine = changed(
      text,
      renamed.edits.filter(({ file }) => file === FILE),
    );
    assert.equal(mine, text.replaceAll('too_far', 'too_much'));
    assert.equal(renamed.edits.length, 4);
  });

  it('replaces backticks too', () => {
    const { service, offset, text } = marked(
      'formula `a b`(): number = 1\nformula c(): number = `a| b`()',
    );
    const renamed = service.rename(FILE, offset, 'd');
    assert.ok('edits' in renamed);
    assert.equal(
      changed(text, renamed.edits),
      'formula d(): number = 1\nformula c(): number = d()',
    );
  });

  it('keeps the name when it is the same', () => {
    const { service, offset } = marked(at('left('), { others });
    assert.ok('edits' in service.rename(FILE, offset, 'left'));
  });

  it('refuses what would not be a name, or another thing’s name', () => {
    const { service, offset } = marked(at('left('), { others });
    for (const name of [
      '',
      'a b',
      '1a',
      'a-b',
      'a.b',
      '`a`',
      'and',
      'when',
      'block',
      'e\u0301',
      'gate',
      '🙂',
    ]) {
      const renamed = service.rename(FILE, offset, name);
      assert.ok('refused' in renamed, name);
      assert.match(renamed.refused, /can't be a name/);
    }
    for (const name of ['twice', 'min', 'sum', 'days_between', 'plan_norm']) {
      const renamed = service.rename(FILE, offset, name);
      assert.ok('refused' in renamed, name);
      assert.match(renamed.refused, /taken/);
    }
    // Gates have names of their own.
    assert.ok('edits' in service.rename(FILE, offset, 'too_far'));
  });

  it('refuses a name that only a call uses so far: the call would change its meaning', () => {
    const { service, offset } = marked('formula a|(): number = 1\nformula b(): number = later()');
    assert.ok('refused' in service.rename(FILE, offset, 'later'));
  });

  it('refuses while a file cannot be read, and says which', () => {
    const { service, offset } = marked(at('left('), {
      others: { ...others, 'bad.qoida': 'formula x() = (' },
      language: 'uz',
    });
    const renamed = service.rename(FILE, offset, 'qoldiq');
    assert.deepEqual(renamed, {
      refused: '`bad.qoida` faylini o‘qib bo‘lmayapti, avval xatolarini tuzating',
    });
  });

  it('renames nothing else, and says so in the reader’s language', () => {
    const said = { uz: /faqat formula/, ru: /только формулу/, en: /only formulas/ };
    for (const [language, words] of Object.entries(said)) {
      const { service, offset } = marked(at('session'), { others, language });
      const renamed = service.rename(FILE, offset, 'x');
      assert.ok('refused' in renamed);
      assert.match(renamed.refused, words);
    }
  });
});
