import assert from 'node:assert/strict';
import { compileProgram, createLanguageService, format } from '../../src/index.ts';
import { RULE_FILES } from '../format/support.ts';
import { CATALOG, changed, FILE, marked } from './support.ts';

const serviceWith = (files: Record<string, string>) => {
  const service = createLanguageService(CATALOG);
  for (const [name, text] of Object.entries(files)) service.setFile(name, text);
  return service;
};
const codes = (files: Record<string, string>, name = FILE) =>
  serviceWith(files)
    .diagnostics(name)
    .map(({ code }) => code);

describe('diagnostics', () => {
  it('are those of the compiler', () => {
    const texts = [
      'formula f(): kg = 1 m',
      'gate g\n  on nowhere\n  block when true',
      'x',
      'formula f() = (',
      '"',
    ];
    for (const text of texts) {
      const { diagnostics } = compileProgram([{ name: FILE, text }], CATALOG);
      assert.deepEqual(serviceWith({ [FILE]: text }).diagnostics(FILE), diagnostics, text);
      assert.ok(diagnostics.length > 0);
    }
  });

  it('are of one file, and know the others', () => {
    const files = { [FILE]: 'formula f(): kg = g()', 'g.qoida': 'formula g(): kg = 1 kg' };
    assert.deepEqual(codes(files), []);
    const service = serviceWith(files);
    service.setFile('g.qoida', 'formula g(): m = 1 m');
    assert.deepEqual(
      service.diagnostics(FILE).map(({ code }) => code),
      ['Q3006'],
    );
    assert.deepEqual(service.diagnostics('g.qoida'), []);
    service.removeFile('g.qoida');
    assert.deepEqual(
      service.diagnostics(FILE).map(({ code }) => code),
      ['Q2003'],
    );
    assert.deepEqual(service.diagnostics('g.qoida'), []);
  });

  it('do not depend on the order in which files came', () => {
    const [a, b] = ['formula f(): kg = 1 kg', 'formula f(): m = 1 m'];
    const second = ['Q2005'];
    assert.deepEqual(codes({ 'a.qoida': a, 'b.qoida': b }, 'b.qoida'), second);
    assert.deepEqual(codes({ 'b.qoida': b, 'a.qoida': a }, 'b.qoida'), second);
    const service = serviceWith({ 'a.qoida': a, 'b.qoida': b });
    service.removeFile('a.qoida');
    assert.deepEqual(service.diagnostics('b.qoida'), []);
    service.setFile('a.qoida', a);
    assert.deepEqual(
      service.diagnostics('b.qoida').map(({ code }) => code),
      second,
    );
  });
});

describe('code actions', () => {
  const actions = (text: string) => {
    const { service, offset, text: plain } = marked(text);
    return service
      .codeActions(FILE, { start: offset, end: offset })
      .map(({ edits }) => changed(plain, edits));
  };

  it('mend what is nearly right', () => {
    const gate = 'gate g\n  on session.close\n  block when ';
    assert.deepEqual(actions(`${gate}session.inptu|_kg > 5 kg`), [
      `${gate}session.input_kg > 5 kg`,
    ]);
    assert.deepEqual(actions('gaet| g'), ['gate g']);
    assert.deepEqual(actions('gate g\n  on session.clos|e2\n  block when true'), [
      'gate g\n  on session.close\n  block when true',
    ]);
    assert.deepEqual(actions(`${gate}sesion|.input_kg > 5 kg`), [`${gate}session.input_kg > 5 kg`]);
    assert.deepEqual(actions(`${gate}session.input_kg > 5 k|gg`), [
      `${gate}session.input_kg > 5 kg`,
    ]);
  });

  it('guard a value that may be missing, and the rule is right then', () => {
    const gate = 'gate g\n  on package.create\n  block when ';
    const cases: [text: string, ...made: string[]][] = [
      [
        `${gate}sku.kg_|per_m > 1 kg/m`,
        `${gate}sku.kg_per_m is present and sku.kg_per_m > 1 kg/m`,
        `${gate}(sku.kg_per_m ?? 0 kg/m) > 1 kg/m`,
      ],
      [
        `${gate}sku.code = "a" or sku.kg_|per_m > 1 kg/m`,
        `${gate}sku.kg_per_m is present and (sku.code = "a" or sku.kg_per_m > 1 kg/m)`,
        `${gate}sku.code = "a" or (sku.kg_per_m ?? 0 kg/m) > 1 kg/m`,
      ],
      [
        'formula f(sku: sku, l: m): kg = l * sku.kg_|per_m',
        'formula f(sku: sku, l: m): kg = l * (sku.kg_per_m ?? 0 kg/m)',
      ],
      [
        'formula f(all: list of sku): bool = any(s.kg_|per_m > 1 kg/m for s in all)',
        'formula f(all: list of sku): bool = any((s.kg_per_m ?? 0 kg/m) > 1 kg/m for s in all)',
      ],
    ];
    for (const [text, ...made] of cases) {
      assert.deepEqual(actions(text), made);
      for (const cured of made) {
        const { service } = marked(`${cured}\n|`);
        assert.deepEqual(service.diagnostics(FILE), [], cured);
      }
    }
  });

  it('guard in the words of the file, with a title in those of the reader', () => {
    const english = marked('gate g\n  on package.create\n  block when sku.kg_per_m > 1 kg/m\n|');
    const text = english.service.format(FILE, { language: 'ru' }) ?? '';
    const at = text.indexOf('kg_per_m');
    const { service, offset } = marked(`${text.slice(0, at)}|${text.slice(at)}`, {
      language: 'ru',
    });
    const [ask] = service.codeActions(FILE, { start: offset, end: offset });
    assert.equal(ask?.title, 'Сначала спросить, есть ли `sku.kg_per_m`');
    const cured = marked(`${changed(text, ask?.edits ?? [])}|`);
    assert.deepEqual(cured.service.diagnostics(FILE), []);
  });

  it('stand only where they are asked for', () => {
    assert.deepEqual(actions('gate g|\n  on session.clos2\n  block when true'), []);
    assert.deepEqual(
      actions('gate g\n  on session.close\n  block when session.input|_kg > 5 kg'),
      [],
    );
  });
});

describe('the outline', () => {
  const text = [
    'language en',
    'module plant.close',
    '## doc',
    'formula f(s: session): kg =',
    '  s.input_kg',
    'gate g',
    '  on session.close, session.feed',
    '  block when true',
    'test "a title"',
    '  expect true',
    'formula one(): number = 1',
  ].join('\n');
  const service = serviceWith({ [FILE]: text });
  const of = (span: { start: number; end: number }) => text.slice(span.start, span.end);

  it('has the blocks, with what they are about', () => {
    assert.deepEqual(
      service
        .symbols(FILE)
        .map(({ kind, name, detail, nameSpan }) => [kind, name, detail, of(nameSpan)]),
      [
        ['module', 'plant.close', '', 'plant.close'],
        ['formula', 'f', 'kg', 'f'],
        ['gate', 'g', 'session.close, session.feed', 'g'],
        ['test', 'a title', '', '"a title"'],
        ['formula', 'one', 'number', 'one'],
      ],
    );
    for (const { span, nameSpan } of service.symbols(FILE))
      assert.ok(span.start <= nameSpan.start && nameSpan.end <= span.end);
  });

  it('folds what has more than one line', () =>
    assert.deepEqual(service.folding(FILE), [
      { start: 4, end: 5 },
      { start: 6, end: 8 },
      { start: 9, end: 10 },
    ]));

  it('is empty for a file it does not know', () => {
    const questions = [
      service.symbols('x'),
      service.folding('x'),
      service.tokens('x'),
      service.completion('x', 0),
      service.references('x', 0),
      service.diagnostics('x'),
      service.codeActions('x', { start: 0, end: 9 }),
    ];
    assert.deepEqual(
      questions,
      questions.map(() => []),
    );
    assert.deepEqual(
      [service.hover('x', 0), service.definition('x', 0), service.format('x')],
      [undefined, undefined, undefined],
    );
  });
});

describe('tokens', () => {
  it('tell the part of each word', () => {
    const text =
      '## doc\ngate when\n  on session.block\n  block when x.message > 5 kg/h and at 2025-08-28 < now # c\n  message uz "{a}"';
    const found = serviceWith({ [FILE]: text })
      .tokens(FILE)
      .map(({ span, kind }) => `${kind} ${text.slice(span.start, span.end)}`);
    assert.deepEqual(found, [
      'doc ## doc',
      'block gate',
      'keyword when',
      'keyword on',
      'keyword block',
      'keyword when',
      'number 5',
      'unit kg/h',
      'keyword and',
      'keyword at',
      'date 2025-08-28',
      'keyword now',
      'comment # c',
      'keyword message',
      'text "{a}"',
    ]);
  });

  it('know the words of all languages', () => {
    const text = 'til uz\nto‘siq g\n  blokla qachonki a.blokla va 3 day < x';
    const found = serviceWith({ [FILE]: text })
      .tokens(FILE)
      .map(({ span, kind }) => `${kind} ${text.slice(span.start, span.end)}`);
    assert.deepEqual(found, [
      ...['block til', 'block to‘siq', 'keyword blokla', 'keyword qachonki', 'keyword va'],
      ...['number 3', 'unit day'],
    ]);
  });

  for (const { name, text } of RULE_FILES) {
    it(`stand in order and apart in ${name}, and cover its words`, () => {
      const tokens = serviceWith({ [FILE]: text }).tokens(FILE);
      let end = 0;
      let left = '';
      for (const { span } of tokens) {
        assert.ok(span.start >= end && span.end > span.start);
        left += text.slice(end, span.start);
        end = span.end;
      }
      // What has no colour of its own: names, brackets and signs.
      assert.match(left + text.slice(end), /^[\p{L}\p{M}\p{N}_\s.,:()[\]{}=!<>+\-*/?%]*$/u);
      assert.doesNotMatch(left, /\b(?:and|or|not|is|if|then|else|true|false)\b/);
    });
  }
});

describe('the layout', () => {
  it('is the formatter’s, and undefined while the file cannot be read', () => {
    const service = serviceWith({ [FILE]: 'module   a', 'b.qoida': 'formula f( = 1' });
    assert.equal(service.format(FILE), format('module   a'));
    assert.equal(service.format('b.qoida'), undefined);
  });
});
