import assert from 'node:assert/strict';
import { FILE, hoverAt, marked } from './support.ts';

const GATE = 'gate g\n  on session.close\n  block when ';
const title = (text: string) => hoverAt(text)?.title;

describe('hover', () => {
  it('tells of a field: unit, step, doc in the language asked, origin', () => {
    const text = `${GATE}session.inp|ut_kg > 5 kg`;
    assert.deepEqual(hoverAt(text, { language: 'uz' }), {
      span: { start: 47, end: 55 },
      title: 'session.input_kg: kg (step 0.001)',
      doc: 'berilgan xomashyo',
      origin: 'factory',
    });
    assert.equal(hoverAt(text, { language: 'ru' })?.doc, 'подано сырья');
    assert.equal(hoverAt(text)?.doc, 'material fed');
    assert.equal(hoverAt(`${GATE}session.good_k|g > 5 kg`)?.doc, undefined);
    assert.equal(
      title(`${GATE}session.machine.maker.ran|k = first`),
      'maker.rank: oneof(first, second)?',
    );
  });

  it('tells of a fact, a parameter and a variable what record it is', () => {
    const fact = hoverAt(`${GATE}sess|ion.input_kg > 5 kg`, { language: 'uz' });
    assert.deepEqual(
      [fact?.title, fact?.doc, fact?.origin],
      ['session: session', 'smena ishi', 'factory'],
    );
    const parameter = 'formula f(s: session): kg = ';
    assert.equal(title(`${parameter}|s.input_kg`), 's: session');
    assert.equal(title('formula f(|s: session): kg = s.input_kg'), 's: session');
    assert.equal(title('formula f(s: ses|sion): kg = s.input_kg'), 'session: session');
    assert.equal(title(`${GATE}any(p.weight_trusted for |p in session.packages)`), 'p: package');
    assert.equal(title(`${GATE}any(|p.weight_trusted for p in session.packages)`), 'p: package');
    assert.equal(
      title('gate g\n  on stock.transfer.send each li|ne\n  block when true'),
      'line: line',
    );
    assert.equal(
      title('gate g\n  on session.feed\n  pause sess|ion when true'),
      'session: session',
    );
  });

  it('tells of settings', () => {
    const setting = hoverAt(`${GATE}settings.max_|delta > 5 kg`, { language: 'uz' });
    assert.deepEqual(setting && [setting.title, setting.doc, setting.origin], [
      'settings.max_delta: kg (step 0.001)',
      'eng katta farq',
      'settings',
    ]);
    assert.equal(hoverAt(`${GATE}setti|ngs.max_delta > 5 kg`)?.origin, 'settings');
  });

  it('tells of points, with facts', () => {
    const point = {
      title: 'session.close { session: session }',
      doc: 'smenani yopish',
      origin: 'factory',
    };
    for (const text of [
      'gate g\n  on ses|sion.close\n  block when true',
      'test "t"\n  when session.clo|se\n  expect allowed',
    ]) {
      const { span, ...found } = hoverAt(text, { language: 'uz' }) ?? {};
      assert.deepEqual(found, point);
      assert.ok(span);
    }
    assert.equal(title('gate g\n  on session.unkn|own\n  block when true'), undefined);
  });

  it('tells of formulas, here and elsewhere', () => {
    const others = {
      'f.qoida':
        'module plant.rest\n\n## what is left\nformula rest(s: session, x: kg): kg = s.wip_kg + x',
    };
    const rest = hoverAt(`${GATE}re|st(session, 1 kg) > 5 kg`, { others });
    assert.deepEqual(rest && [rest.title, rest.doc, rest.origin], [
      'formula rest(s: session, x: kg): kg',
      'what is left',
      'plant.rest',
    ]);
    assert.equal(hoverAt('## doc\nformula |f(): number = 1')?.doc, 'doc');
  });

  it('tells of gates where they stand and where they are expected', () => {
    const gate = '## why\ngate over\n  on session.close\n  block when true\n\n';
    const found = { title: 'gate over on session.close', doc: 'why' };
    for (const text of [
      gate.replace('over', 'ov|er'),
      `${gate}test "t"\n  when session.close\n  expect blocked by ov|er`,
    ]) {
      const hover = hoverAt(text);
      assert.deepEqual({ title: hover?.title, doc: hover?.doc }, found);
    }
    assert.equal(title('test "t"\n  when session.close\n  expect blocked by nob|ody'), undefined);
  });

  it('tells what formulas, gates and conditions cost at most, in the reader’s language', () => {
    const text =
      'formula loss(s: session): kg = s.input_kg - s.good_kg\n\n' +
      'gate over\n  on session.close\n  block when loss(session) > 5 kg\n\n' +
      'formula heavy(s: session): kg = sum(p.weight_kg for p in s.packages)\n';
    const cost = (at: string, language = 'en', more = '') =>
      hoverAt(text.replace(at.replace('|', ''), at) + more, { language })?.cost;
    const own = /^at most (\d+) steps$/.exec(cost('formula lo|ss') ?? '')?.[1];
    assert.ok(Number(own) > 0);
    const gate = cost('gate ov|er');
    assert.ok(Number(/^at most (\d+) steps$/.exec(gate ?? '')?.[1]) > Number(own));
    assert.equal(cost('loss(session) |> 5'), gate);
    assert.equal(cost('lo|ss(session)'), `at most ${own} steps`);
    assert.equal(cost('lo|ss(session)', 'ru'), `шагов не больше ${own}`);
    assert.match(cost('formula hea|vy') ?? '', /^at most \d{4,} steps with lists of 1000$/);
    assert.equal(cost('> 5| kg'), undefined, 'what only stands there costs nothing');
    assert.equal(cost('formula lo|ss', 'en', 'formula bad(): kg = nowhere\n'), undefined);
  });

  it('tells of built-in functions and of functions of plugins', () => {
    const abs = hoverAt(`${GATE}a|bs(session.input_kg) > 5 kg`);
    assert.deepEqual([abs?.title, abs?.doc], ['abs(x): kg', 'the value without its sign']);
    const sum = hoverAt(`${GATE}su|m(p.weight_kg for p in session.packages) > 5 kg`);
    assert.deepEqual(
      [sum?.title, sum?.doc],
      ['sum(x for v in list where …): kg', 'the sum; 0 of an empty list'],
    );
    const norm = hoverAt(`${GATE}plan_|norm("x", katta) > 5 kg/h`, { language: 'ru' });
    assert.deepEqual(norm && [norm.title, norm.doc, norm.origin], [
      'plan_norm(code: text, grade: oneof(stajor, katta)): kg/h',
      'норма по плану',
      'factory',
    ]);
  });

  it('tells of values and numbers', () => {
    const value = hoverAt(`${GATE}any(p.status = qc_|ok for p in session.packages)`);
    assert.deepEqual([value?.title, value?.origin], ['qc_ok', 'value']);
    assert.equal(title(`${GATE}session.input_kg > |5 kg/h`), 'kg/h');
    assert.equal(title(`${GATE}session.input_kg > 5 kg and tr|ue`), 'bool');
    assert.equal(title(`${GATE}session.started_at < no|w`), 'instant');
  });

  it('tells of what is in messages, figures and conditions of release', () => {
    const message = 'gate g\n  on session.close\n  block when true\n  message ';
    assert.match(title(`${message}"{session.inp|ut_kg}"`) ?? '', /^session\.input_kg: kg/);
    assert.match(
      title(`${message}ru "{{x}} {abs(session.inp|ut_kg)}"`) ?? '',
      /^session\.input_kg: kg/,
    );
    assert.equal(title(`${message}"{abs(session.input_kg)} te|xt"`), undefined);
    assert.match(
      title(`${GATE}true\n  answer x { a: session.good_k|g }`) ?? '',
      /^session\.good_kg/,
    );
    const held =
      'gate g\n  on session.feed\n  pause session when true\n  release by texnolog until ';
    assert.match(title(`${held}released.vt_ra|tio > 5%`) ?? '', /^session\.vt_ratio: %/);
    assert.equal(title(`${held.replace('texnolog', 'tex|nolog')}true`), 'role texnolog');
  });

  it('tells of what is given', () => {
    const test = 'test "t"\n  when stock.transfer.send\n  given ';
    assert.equal(title(`${test}li|ne.qty_kg = 5 kg\n  expect allowed`), 'line: line');
    assert.equal(
      title(`${test}line.qty_|kg = 5 kg\n  expect allowed`),
      'line.qty_kg: kg (step 0.001)',
    );
    assert.equal(
      title(`${test}line = { qty_|kg: 5 kg }\n  expect allowed`),
      'line.qty_kg: kg (step 0.001)',
    );
  });

  it('answers on broken texts', () => {
    assert.match(
      title('formula f(s: session): kg = s.inp|ut_kg + (') ?? '',
      /^session\.input_kg: kg/,
    );
    assert.match(title(`${GATE}session.inp|ut_kg > > 5`) ?? '', /^session\.input_kg: kg/);
    assert.equal(title(`${GATE}a|bs(session.input_kg`), 'abs(x)');
    assert.equal(title('formula f(s: ses|sion'), 'session: session');
  });

  it('tells in the reader’s language what a block or a clause is for', () => {
    const said = (text: string, language?: string) => {
      const { service, offset } = marked(text, language === undefined ? {} : { language });
      const hover = service.hover(FILE, offset);
      return [hover?.title, hover?.doc];
    };
    const refuses = 'Refuses, pauses, holds or warns at an operation.';
    assert.deepEqual(said('ga|te g'), ['gate', refuses]);
    assert.deepEqual(said('gate g\n  o|n p'), ['on', 'The operations at which this stands.']);
    assert.deepEqual(said('til uz\nto‘s|iq g'), ['to‘siq', refuses]);
    assert.deepEqual(said('баланс b из session\n  при|ход a = 1 kg'), ['приход', 'What went in.']);
    assert.deepEqual(said('balance b of session\n  i|n a = 1 kg', 'ru'), ['in', 'Что пришло.']);
    assert.deepEqual(said('gate g\n  block when true\n  rel|ease never', 'uz'), [
      'release',
      'Kim ochishi mumkin va bu qachongacha amal qiladi.',
    ]);
  });

  it('tells nothing where there is nothing to tell', () => {
    const texts = ['|', '# com|ment', 'gate |g x', 'module a.|b', 'test "te|xt"'];
    const rules = [
      'unkn|own',
      'session.unkn|own > 5',
      'unk|nown(1)',
      'session.good_kg # a|b\n > 5 kg',
    ];
    for (const text of [...texts, ...rules.map((rule) => GATE + rule)])
      assert.equal(hoverAt(text), undefined, text);
  });
});
