import assert from 'node:assert/strict';
import {
  type CodeAction,
  compileProgram,
  createLanguageService,
  LANGUAGE_TAGS,
  runTests,
} from '../../src/index.ts';
import { CATALOG, changed, FILE } from './support.ts';

/** A service with a text in which `«…»` is chosen, and what it offers there. */
function offered(
  marked: string,
  { language = 'en', catalog = CATALOG }: { language?: string; catalog?: typeof CATALOG } = {},
) {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  assert.ok(0 <= start && start <= end, 'something is chosen');
  const text = marked.replace(/[«»]/g, '');
  const service = createLanguageService(catalog, { language });
  service.setFile(FILE, text);
  return { text, service, actions: service.codeActions(FILE, { start, end }) };
}

/** The text once an action is taken, which is named by its kind or a part of its title. */
function after(marked: string, wanted: string, options?: Parameters<typeof offered>[1]): string {
  const { text, actions } = offered(marked, options);
  const action = actions.find(({ title, kind }) => kind === wanted || title.includes(wanted));
  assert.ok(action, `${wanted} among ${actions.map(({ title }) => title).join('; ')}`);
  return changed(text, action.edits);
}

const none = (marked: string, kind: CodeAction['kind'], options?: Parameters<typeof offered>[1]) =>
  assert.deepEqual(
    offered(marked, options).actions.filter((action) => action.kind === kind),
    [],
  );

function errors(text: string, catalog = CATALOG): string[] {
  const service = createLanguageService(catalog);
  service.setFile(FILE, text);
  return service.diagnostics(FILE).flatMap((d) => (d.severity === 'error' ? [d.message] : []));
}

const FLOWS: typeof CATALOG = {
  ...CATALOG,
  events: { 'session.closed': { fields: { session: { type: 'session' } } } },
  actions: {
    'device.stop': {
      effect: 'read',
      params: { code: { type: 'text' }, limit: { type: 'kg' }, why: { type: 'text?' } },
    },
  },
  channels: { telegram: {} },
};

describe('a clause that a block lacks', () => {
  it('is written where it belongs', () => {
    assert.equal(
      after('gate «»g\n  block when session.input_kg > 5 kg\n  release never\n', 'Add `on'),
      'gate g\n  on session.close\n  block when session.input_kg > 5 kg\n  release never\n',
    );
    assert.equal(
      after('gate «»g  # why\n  on session.close # here\n\nformula f(): number = 1\n', 'quickfix'),
      'gate g  # why\n  on session.close # here\n  block when false\n\nformula f(): number = 1\n',
    );
  });

  it('takes the point that knows the names of the block', () => {
    assert.match(after('gate «»g\n  block when count(boxes) > 5\n', 'Add'), /on box\.pack\n/);
  });

  const BLOCKS: readonly [name: string, text: string][] = [
    ['gate', 'gate «»g\n  message "m"\n'],
    ['approval', 'approval «»a\n  expires after 24 h\n'],
    ['alert', 'alert «»a\n  message "m"\n'],
    ['automation', 'automation «»a\n  cooldown 5 min\n'],
    ['schedule', 'schedule «»s\n  missed skip\n'],
    ['balance', 'balance «»b of session\n  message "m"\n'],
    [
      'balance with terms',
      'balance «»b of session\n  in fed = session.input_kg\n  out good = session.good_kg\n',
    ],
    ['kpi', 'kpi «»k per session\n  where session.input_kg > 0 kg\n'],
    ['entity', 'entity «»e\n  title "E"\n'],
    ['entity with moves', 'entity «»e\n  field code: text\n  move open from draft to done\n'],
    ['screen', 'screen «»s for texnolog\n  title "S"\n'],
    ['test', 'test «»"t"\n  given session.input_kg = 1 kg\n'],
    ['test at a point', 'test «»"t"\n  when session.close\n'],
  ];
  for (const language of LANGUAGE_TAGS)
    for (const [name, english] of BLOCKS)
      it(`is offered until a ${name} lacks none: ${language}`, () => {
        const start = english.indexOf('«');
        const plain = english.replace(/[«»]/g, '');
        const translator = createLanguageService(FLOWS);
        translator.setFile(FILE, plain);
        let text = translator.format(FILE, { language }) ?? '';
        assert.notEqual(text, '', plain);
        const lacking = (one: string) => {
          const service = createLanguageService(FLOWS);
          service.setFile(FILE, one);
          return service.diagnostics(FILE).filter(({ code }) => code === 'Q1014');
        };
        assert.ok(start > 0 && lacking(text).length > 0, text);
        for (let left = lacking(text); left.length > 0; left = lacking(text)) {
          const service = createLanguageService(FLOWS);
          service.setFile(FILE, text);
          const [found] = left;
          const actions = service
            .codeActions(FILE, found?.span ?? { start, end: start })
            .filter(({ diagnostic }) => diagnostic?.code === 'Q1014');
          assert.ok(actions.length > 0, `${found?.message}\n${text}`);
          const before = errors(text, FLOWS).length;
          text = changed(text, actions[0]?.edits ?? []);
          assert.ok(errors(text, FLOWS).length <= before, text);
        }
        assert.deepEqual(errors(text, FLOWS), [], text);
      });
});

const gate = (condition: string) => `gate g\n  on session.close\n  block when ${condition}\n`;

describe('units', () => {
  it('of a literal change, its value stays', () => {
    assert.match(after(gate('session.input_kg > «»5 kg'), 'Write as 5000 g'), /> 5000 g\n/);
    assert.match(after(gate('session.input_kg > «»500 g'), 'Write as 0.0005 t'), /> 0\.0005 t\n/);
    assert.match(after(gate('now - session.started_at > «»90 min'), '1.5 h'), /> 1\.5 h\n/);
  });

  it('of all literals of what is chosen change together', () => {
    assert.match(
      after(gate('«session.input_kg > 5 kg + 500 g»'), 'Write as g'),
      /> 5000 g \+ 500 g\n/,
    );
  });

  it('stay where the value can’t be written exactly, and beside other dimensions', () => {
    none(gate('now - session.started_at > «1 s» and session.input_kg > 1.5 kg'), 'quickfix');
    const titles = offered(gate('now - session.started_at > «»1 s')).actions.map((a) => a.title);
    assert.deepEqual(titles, []);
    none(
      gate('«session.input_kg > 5 kg and now - session.started_at > 5 min»'),
      'refactor.rewrite',
    );
  });

  it('that do not go together get the factor that is at hand', () => {
    const text = 'formula f(p: package, m: kg/m): kg = 1 kg + «»5 m\n';
    assert.deepEqual(errors(after(text, 'Write `5 m * m`')), []);
  });

  it('that do not go together and have no factor at hand get none', () => {
    none('formula f(p: package): kg = 1 kg + «»5 m\n', 'quickfix');
  });

  it('a per cent, a date and a day meet their like', () => {
    assert.match(
      after('formula f(x: %): bool = x > «»settings.share\n', 'percent', {
        catalog: {
          ...CATALOG,
          settings: { ...CATALOG.settings, share: { type: 'number' } },
        },
      }),
      /percent\(settings\.share\)/,
    );
    assert.match(
      after(gate('session.started_at > «»2025-01-01'), 'at 2025-01-01'),
      /> at 2025-01-01/,
    );
    assert.match(
      after(gate('session.started_at > «»2025-01-01'), 'date_of'),
      /date_of\(session\.started_at\)/,
    );
    assert.match(after(gate('now - session.started_at > «»2 day'), '48 h'), /> 48 h\n/);
  });
});

describe('a formula of what is chosen', () => {
  it('takes the free names with their types, under a name that is free', () => {
    const text = `${gate('«session.input_kg - session.good_kg» > 5 kg')}\nformula part(): number = 1\n`;
    const made = after(text, 'refactor.extract');
    assert.equal(
      made,
      'gate g\n  on session.close\n  block when part_2(session) > 5 kg\n\nformula part_2(session: session) = session.input_kg - session.good_kg\n\nformula part(): number = 1\n',
    );
    assert.deepEqual(errors(made), []);
  });

  it('names a constant', () => {
    assert.match(
      after(gate('session.input_kg > «5 kg»'), 'refactor.extract'),
      /> part\(\)\n\nformula part\(\) = 5 kg\n/,
    );
  });

  it('takes the path where the guard stands outside', () => {
    const text = 'formula f(p: package): bool = p.length_m is present and «p.length_m * 2 > 5 m»\n';
    none(text, 'refactor.extract');
  });

  it('leaves variables of a sum inside, and takes them from outside', () => {
    const made = after(
      gate('sum(«p.weight_kg * 2» for p in session.packages) > 5 kg'),
      'refactor.extract',
    );
    assert.match(made, /sum\(part\(p\) for p in session\.packages\)/);
    assert.match(made, /formula part\(p: package\) = p\.weight_kg \* 2\n/);
    assert.match(
      after(gate('«sum(p.weight_kg for p in session.packages)» > 5 kg'), 'refactor.extract'),
      /formula part\(session: session\) = sum\(p\.weight_kg for p in session\.packages\)/,
    );
  });

  it('is not offered for half an expression, for nothing, and where the guard is lost', () => {
    none(gate('session.input_kg > 5 «kg and» true'), 'refactor.extract');
    none(gate('session.input_kg > 5 kg«»'), 'refactor.extract');
    none(
      'formula f(p: package): bool = «p.length_m is present» and p.length_m > 5 m\n',
      'refactor.extract',
    );
  });

  it('is written in the words of the file', () => {
    const text =
      'til uz\n\nto‘siq g\n  nuqta session.close\n  to‘xtat qachon session.input_kg > 5 kg\n';
    const service = createLanguageService(CATALOG);
    service.setFile(FILE, gate('session.input_kg - session.good_kg > 5 kg'));
    for (const [language, word] of [
      ['uz', 'qism'],
      ['uz-cyrl', 'қисм'],
      ['ru', 'часть'],
    ] as const) {
      const file = service.format(FILE, { language }) ?? text;
      const marked = file.replace(/(session\.input_kg - session\.good_kg)/, '«$1»');
      const made = after(marked, 'refactor.extract');
      assert.match(made, new RegExp(`${word}\\(session\\) > 5 kg`));
      assert.deepEqual(errors(made), []);
    }
  });
});

describe('what a formula says, in the place of its call', () => {
  const LOSS = 'formula loss(s: session): kg = s.input_kg - s.good_kg\n\n';

  it('is put there with the arguments', () => {
    assert.equal(
      after(`${LOSS}${gate('2 * «»loss(session) > 5 kg')}`, 'refactor.inline'),
      `${LOSS}${gate('2 * (session.input_kg - session.good_kg) > 5 kg')}`,
    );
  });

  it('is not, where it would mean something else', () => {
    // The parameter forgets the step that the argument is kept in.
    none(
      `formula over(x: kg): bool = x > 5 kg\n\n${gate('«»over(session.input_kg)')}`,
      'refactor.inline',
    );
    // The variable of the sum would take the argument's name.
    none(
      `formula all(s: session, p: package): kg = sum(p.weight_kg for q in s.packages)\n\nformula f(s: session, q: package): kg = «»all(s, q)\n`,
      'refactor.inline',
    );
    none(`${gate('«»min(1 kg, 2 kg) > 1 kg')}`, 'refactor.inline');
  });
});

describe('a test of a gate', () => {
  const tested = (text: string) => {
    const made = after(text, 'Add a test of');
    const program = compileProgram([{ name: FILE, text: made }], CATALOG);
    assert.deepEqual(
      program.diagnostics.filter(({ severity }) => severity === 'error'),
      [],
      made,
    );
    return { made, tests: runTests(program).tests };
  };

  it('has facts with which the gate refuses', () => {
    for (const text of [
      'gate «»g\n  on session.close\n  block when session.input_kg - session.good_kg > 5 kg\n',
      'gate «»g\n  on session.close\n  block when session.vt_ratio > 3% and session.wip_kg = 0 kg\n',
      'gate «»g\n  on session.close\n  warn when session.started_at < now - 8 h\n',
      'gate «»g\n  on session.close\n  pause session when session.machine is missing\n',
    ]) {
      const { made, tests } = tested(text);
      assert.deepEqual(
        tests.map(({ passed, reasons }) => [passed, reasons]),
        [[true, []]],
        made,
      );
    }
  });

  it('says what it is about even where nothing was found', () => {
    const { made } = tested(
      'gate «»g\n  on session.close\n  block when session.input_kg > 5 kg and session.input_kg < 2 kg\n',
    );
    assert.match(made, /given session\.input_kg = 0 kg\n {2}when session\.close\n/);
  });
});

describe('words that are nearly right', () => {
  it('are mended one by one or all at once', () => {
    const text = gate('session.inptu_kg > session.«»god_kg');
    assert.match(after(text, 'Mend all 2 words'), /session\.input_kg > session\.good_kg/);
    const { actions } = offered(text);
    assert.deepEqual(
      actions.filter(({ kind }) => kind === 'quickfix').map(({ all }) => all === true),
      [false, true],
    );
  });

  it('are told in the reader’s language', () => {
    const text = gate('session.inptu_kg > session.«»god_kg');
    assert.match(after(text, 'Исправить все слова: 2', { language: 'ru' }), /input_kg/);
    assert.match(after(text, 'Barcha 2 so‘zni tuzatish', { language: 'uz' }), /input_kg/);
  });
});
