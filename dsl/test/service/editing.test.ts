import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLanguageService, type LanguageService } from '../../src/index.ts';
import { RULE_FILES } from '../format/support.ts';
import { CATALOG } from './support.ts';

const PLANT_FILES = RULE_FILES.filter(({ name }) =>
  /^(?:balance|vt|staffing|scales)/.test(name),
).slice(0, 4);
const NAMES = PLANT_FILES.map(({ name }) => name);

interface Edit {
  readonly file: number;
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const inserts = fc.oneof(
  fc.constantFrom(
    '(',
    ')',
    '{',
    '}',
    '"',
    '`',
    '#',
    '\n',
    '\n  ',
    '.',
    ',',
    ':',
    '=',
    ' ',
    '5 kg',
    '%',
  ),
  fc.constantFrom(
    'session',
    'session.',
    'gate ',
    '\ngate x\n  on ',
    'for p in ',
    'message "{',
    'if ',
  ),
  fc.constantFrom('where', 'not', 'is missing', 'released', '??', '\r\n', '\ufeff', 'ё', '\u202e'),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const edit: fc.Arbitrary<Edit> = fc.record({
  file: fc.nat(NAMES.length - 1),
  at: fc.nat(5_000),
  remove: fc.oneof({ weight: 3, arbitrary: fc.nat(4) }, fc.nat(200)),
  insert: inserts,
});

/** Asks everything an editor asks at an offset; none of it may throw. */
function askAll(service: LanguageService, name: string, offset: number, length: number): void {
  service.completion(name, offset);
  const hover = service.hover(name, offset);
  if (hover !== undefined) {
    assert.ok(hover.title !== '' && hover.span.start >= 0 && hover.span.end <= length);
    assert.ok(hover.span.start < hover.span.end);
  }
  service.definition(name, offset);
  service.references(name, offset);
  service.rename(name, offset, 'renamed');
  service.codeActions(name, { start: offset, end: offset + 5 });
  service.format(name);
  service.folding(name);
  for (const { span } of [...service.tokens(name), ...service.symbols(name)])
    assert.ok(span.start >= 0 && span.start <= span.end && span.end <= length);
  for (const { span } of service.completion(name, offset))
    assert.ok(span.start <= span.end && span.end === offset);
}

describe('while someone edits', () => {
  it('answers to everything, and knows what a fresh service knows', () => {
    const check = (edits: Edit[]): void => {
      const texts = new Map(PLANT_FILES.map(({ name, text }) => [name, text]));
      const service = createLanguageService(CATALOG);
      for (const [name, text] of texts) service.setFile(name, text);
      for (const { file, at, remove, insert } of edits) {
        const name = NAMES[file] ?? '';
        const text = texts.get(name) ?? '';
        const start = Math.min(at, text.length);
        const made = text.slice(0, start) + insert + text.slice(start + remove);
        texts.set(name, made);
        service.setFile(name, made);
        askAll(service, name, start + insert.length, made.length);
      }
      const fresh = createLanguageService(CATALOG);
      for (const [name, text] of texts) fresh.setFile(name, text);
      for (const name of NAMES) {
        assert.deepEqual(service.diagnostics(name), fresh.diagnostics(name));
        assert.deepEqual(service.symbols(name), fresh.symbols(name));
      }
    };
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), check), { numRuns: 60 });
  });

  it('answers at every place of a text that is typed letter by letter', () => {
    const [{ text } = { text: '' }] = PLANT_FILES;
    const service = createLanguageService(CATALOG);
    for (let end = 0; end <= Math.min(text.length, 900); end += 3) {
      service.setFile('typed.qoida', text.slice(0, end));
      askAll(service, 'typed.qoida', end, end);
    }
  });

  it('answers at offsets outside the text', () => {
    const service = createLanguageService(CATALOG);
    service.setFile('a.qoida', 'gate g\n  on ');
    for (const offset of [-1, 0, 12, 13, 1_000, Number.MAX_SAFE_INTEGER]) {
      service.completion('a.qoida', offset);
      service.hover('a.qoida', offset);
      assert.equal(service.definition('a.qoida', offset), undefined);
    }
  });

  it('answers on what is long, deep or not closed', () => {
    const rule = (i: number) =>
      `gate g${i}\n  on session.close\n  block when session.input_kg > ${i} kg\n  message "{session.input_kg}"\n\n`;
    const long = Array.from({ length: 2_000 }, (_, i) => rule(i)).join('');
    const body = 'formula f(s: session): kg = ';
    const texts = [
      `${long}gate last\n  on session.close\n  block when session.`,
      body + '('.repeat(100_000),
      body + '['.repeat(100_000),
      body + '{a:'.repeat(30_000),
      body + 'sum('.repeat(30_000),
      body + 'f(1, '.repeat(30_000),
      `${body}s${'.a'.repeat(50_000)}.`,
      `${body}${')'.repeat(100_000)}.`,
      `${body}${'if '.repeat(50_000)}`,
      `${body}${'x in '.repeat(20_000)}`,
      `${body}${'sum(a for p in s.packages where '.repeat(500)}`,
      `gate g\n  on session.close\n  message "${'{'.repeat(100_001)}`,
      `gate g\n  on ${'session.close, '.repeat(5_000)}`,
      `${'# comment\n'.repeat(20_000)}gate g`,
      `formula f(${'a: kg, '.repeat(5_000)}`,
    ];
    for (const text of texts) {
      const service = createLanguageService(CATALOG);
      service.setFile('a.qoida', text);
      askAll(service, 'a.qoida', text.length, text.length);
      askAll(service, 'a.qoida', text.length >> 1, text.length);
      service.diagnostics('a.qoida');
    }
  });
});
