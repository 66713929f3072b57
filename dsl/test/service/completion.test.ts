import assert from 'node:assert/strict';
import { BLOCK_KEYS, KEYWORDS } from '../../src/language/keywords.ts';
import { completionsAt, excludes, includes, labelsAt, taken } from './support.ts';

const GATE = 'gate g\n  on session.close\n  block when ';
const FORMULA = 'formula f(session: session, sku: sku, p: package): bool = ';

describe('completion', () => {
  describe('of blocks and clauses', () => {
    const blocks = [...BLOCK_KEYS];

    it('offers blocks at the margin', () => {
      for (const text of ['|', 'ga|', 'module a\n\n|', 'gate g\n  on p\n|', '\ufeff|', '# c\nf|'])
        assert.deepEqual(labelsAt(text), blocks, text);
      assert.equal(taken('module a\nga|', 'gate'), 'module a\ngate');
    });

    it('offers the clauses of the block', () => {
      const gate = [
        'on',
        'block',
        'pause',
        'hold',
        'warn',
        'answer',
        'message',
        'remedy',
        'release',
      ];
      assert.deepEqual(labelsAt('gate g\n  |', 'keyword').slice(0, 9), gate);
      assert.deepEqual(labelsAt('gate g\n  on session.close\n  bl|', 'keyword').slice(0, 9), gate);
      includes(labelsAt('gate g\n  |\n  on session.close'), ...gate);
      includes(labelsAt('test "t"\n  |'), 'at', 'given', 'when', 'expect');
      assert.equal(taken('gate g\n  me|', 'message'), 'gate g\n  message');
    });

    it('offers a clause or an operator on the next line, and an operand after an operator', () => {
      includes(labelsAt(`${GATE}session.input_kg > 5 kg\n    |`), 'message', 'and', 'or');
      includes(labelsAt(`${GATE}session.input_kg >\n    |`), 'session', 'message');
      includes(labelsAt(`${GATE}min(session.input_kg,\n    se|`), 'session', 'message');
    });

    it('offers the words of the file’s language, with what they are for', () => {
      const uz = BLOCK_KEYS.map((key) => KEYWORDS.uz[key]);
      assert.deepEqual(labelsAt('til uz\n|'), uz);
      const gate = 'til uz\ntoʻsiq g\n  paytida session.close\n  ';
      const clauses = ['paytida', 'blokla', 'toʻxtat', 'ushla', 'ogohlantir', 'javob', 'xabar'];
      assert.deepEqual(labelsAt(`${gate}|`, 'keyword').slice(0, 7), clauses);
      includes(
        labelsAt(`${gate}blokla qachonki session.input_kg |`),
        'va',
        'yoki',
        'esa',
        'orasida',
      );
      includes(labelsAt(`${gate}blokla qachonki |`), 'session', 'emas', 'agar', 'rost', 'sum');
      excludes(labelsAt(`${gate}blokla qachonki |`), 'not', 'if', 'true');
      const sum = `${gate}blokla qachonki sum(p.weight_kg uchun p ichida session.packages bunda p.|`;
      includes(labelsAt(sum), 'weight_kg');
      includes(labelsAt('til uz\ntest "x"\n  kutamiz bloklandi |'), 'boʻyicha');
      includes(labelsAt(`${gate}ochish |`), 'aslo', 'tomonidan');
      assert.deepEqual(labelsAt('баланс b из session\n  |', 'keyword').slice(0, 3), [
        'приход',
        'расход',
        'остаток',
      ]);
      const [release] = completionsAt(`${gate}och|`, { language: 'ru' }).filter(
        ({ label }) => label === 'ochish',
      );
      assert.equal(release?.doc, 'Кто может снять запрет и до каких пор.');
    });

    it('offers words of the header', () => {
      assert.deepEqual(labelsAt('language |'), ['en', 'uz', 'uz-cyrl', 'ru']);
      assert.deepEqual(labelsAt('requires |'), ['factory', 'rs485-scale']);
      assert.deepEqual(labelsAt('requires factory, r|'), ['factory', 'rs485-scale']);
      assert.deepEqual(labelsAt('requires factory |'), []);
      assert.deepEqual(labelsAt('module |'), []);
    });

    it('offers nothing where a new name is made', () => {
      for (const text of ['gate |', 'formula |', 'test |', 'formula f(|', 'formula f(a: kg, |'])
        assert.deepEqual(labelsAt(text), [], text);
      assert.deepEqual(labelsAt(`${GATE}any(true for |`), []);
      assert.deepEqual(labelsAt('gate g\n  answer |'), []);
    });

    it('offers nothing in words that begin no known block', () =>
      assert.deepEqual(labelsAt('aproval x\n  |'), []));
  });

  describe('of points', () => {
    it('offers all of them, with their facts and doc', () => {
      const points = completionsAt('gate g\n  on |');
      includes(
        points.map(({ label }) => label),
        'session.close',
        'stock.transfer.send',
      );
      const close = points.find(({ label }) => label === 'session.close');
      assert.deepEqual(
        [close?.kind, close?.detail, close?.doc],
        ['point', 'session', 'a session is closed'],
      );
    });

    it('replaces the whole path that is begun', () => {
      const on = 'gate g\n  on ';
      assert.equal(taken(`${on}ses|`, 'session.close'), `${on}session.close`);
      assert.equal(taken(`${on}session.|`, 'session.close'), `${on}session.close`);
      assert.equal(
        taken(`${on}session.close, stock.tr|`, 'stock.transfer.send'),
        `${on}session.close, stock.transfer.send`,
      );
      assert.equal(
        taken(`${on}session.close,\n    s|`, 'session.close'),
        `${on}session.close,\n    session.close`,
      );
      assert.equal(
        taken('test "t"\n  when session.c|', 'session.close'),
        'test "t"\n  when session.close',
      );
    });

    it('offers `each` after a point and the names of its lists', () => {
      assert.deepEqual(labelsAt('gate g\n  on stock.transfer.send |'), ['each']);
      assert.deepEqual(labelsAt('gate g\n  on stock.transfer.send each |'), ['line']);
      assert.deepEqual(labelsAt('gate g\n  on session.close, session.start each o|'), ['operator']);
      assert.deepEqual(labelsAt('gate g\n  on box.pack each |'), ['box']);
      assert.deepEqual(labelsAt('gate g\n  on session.close each |'), []);
    });
  });

  describe('of names', () => {
    it('offers facts, settings, formulas and functions with signatures', () => {
      const items = completionsAt(`${GATE}|`, {
        others: { 'f.qoida': '## what is left\nformula rest(s: session): kg = s.wip_kg' },
      });
      const item = (label: string) => items.find((i) => i.label === label);
      assert.equal(item('session')?.detail, 'session');
      assert.equal(item('settings')?.kind, 'name');
      assert.deepEqual(
        [item('rest')?.kind, item('rest')?.detail, item('rest')?.doc, item('rest')?.insert],
        ['formula', '(s: session): kg', 'what is left', 'rest('],
      );
      assert.deepEqual(
        [item('plan_norm')?.kind, item('plan_norm')?.detail, item('plan_norm')?.doc],
        ['function', '(code: text, grade: oneof(stajor, katta)): kg/h', 'the planned norm'],
      );
      assert.deepEqual([item('abs')?.detail, item('sum')?.kind], ['abs(x)', 'function']);
      assert.equal(items.filter(({ label }) => label === 'min').length, 1);
      excludes(
        items.map(({ label }) => label),
        'package',
        'released',
        'line',
      );
    });

    it('offers the element of `each`, also for the points before it', () => {
      const text =
        'gate g\n  on stock.transfer.receive, stock.transfer.send each line\n  block when ';
      includes(labelsAt(`${text}|`, 'name'), 'line', 'lines');
      includes(labelsAt(`${text}line.|`), 'device', 'qty_kg');
      excludes(labelsAt(`${text}true\n  release by texnolog until |`, 'name'), 'line');
    });

    it('offers parameters, also while the formula cannot be read', () => {
      includes(labelsAt(`${FORMULA}|`, 'name'), 'session', 'sku', 'p', 'settings');
      includes(
        labelsAt('formula f(w: list of {a: kg, b: bool}, q: kg?): kg = w + ((|', 'name'),
        'w',
        'q',
      );
      includes(labelsAt('formula f(w: {a: kg, b: bool}): kg = w.|'), 'a', 'b');
      excludes(labelsAt('formula f(x: kg): kg = |', 'formula'), 'f');
    });

    it('offers the variables of comprehensions', () => {
      includes(labelsAt(`${GATE}any(p.| for p in session.packages)`), 'weight_kg', 'status');
      includes(labelsAt(`${GATE}any(| for p in session.packages)`, 'name'), 'p', 'session');
      includes(labelsAt(`${GATE}count(for p in session.packages where p.|`), 'weight_kg');
      includes(
        labelsAt(`${GATE}any(all(o.|  for o in session.operators) for p in session.packages)`),
        'grade',
      );
      includes(
        labelsAt(`${GATE}any(p.code = o.| for p in session.packages for o in session.operators)`),
        'grade',
      );
      excludes(labelsAt(`${GATE}any(true for p in session.packages) and |`, 'name'), 'p');
      excludes(labelsAt(`${GATE}any(true for p in |`, 'name'), 'p');
    });

    it('offers `released` in `until`', () => {
      const text =
        'gate g\n  on session.feed\n  pause session after when true\n  release by texnolog until ';
      includes(labelsAt(`${text}|`, 'name'), 'released', 'session');
      includes(labelsAt(`${text}released.|`), 'vt_ratio');
    });

    it('offers records in a test without a point, facts in one with a point', () => {
      includes(labelsAt('test "t"\n  expect |', 'name'), 'session', 'package', 'sku');
      const facts = labelsAt('test "t"\n  when session.close\n  expect |', 'name');
      assert.deepEqual(facts, ['session', 'open_sessions', 'rooms', 'settings']);
    });

    it('offers what can be given', () => {
      const text = 'test "t"\n  when stock.transfer.send\n  given ';
      assert.deepEqual(labelsAt(`${text}|`, 'name'), [
        'lines',
        'line',
        'open_sessions',
        'rooms',
        'settings',
      ]);
      includes(labelsAt(`${text}line.|`), 'device', 'qty_kg');
      includes(labelsAt(`${text}line.device.c|`), 'code', 'calibration_due_at');
      includes(labelsAt(`${text}settings.|`), 'max_delta');
      assert.deepEqual(labelsAt(`${text}line.qty_kg = |`, 'name'), ['settings']);
    });
  });

  describe('of fields', () => {
    it('offers them with type and doc', () => {
      const items = completionsAt(`${GATE}session.|`, { language: 'uz' });
      const input = items.find(({ label }) => label === 'input_kg');
      assert.deepEqual(
        [input?.kind, input?.detail, input?.doc],
        ['field', 'kg', 'berilgan xomashyo'],
      );
      assert.equal(taken(`${GATE}session.in|`, 'input_kg'), `${GATE}session.input_kg`);
      const [setting] = completionsAt(`${GATE}settings.max|`, { language: 'uz' }).filter(
        ({ label }) => label === 'max_delta',
      );
      assert.equal(setting?.doc, 'eng katta farq');
    });

    it('goes through records that may be missing, calls, brackets and lines', () => {
      includes(labelsAt(`${GATE}session.machine.|`), 'maker', 'power');
      includes(labelsAt(`${GATE}session.machine.maker.|`), 'name', 'rank');
      includes(labelsAt(`${GATE}(session).machine\n    .maker.|`), 'rank');
      includes(labelsAt(`${GATE}{ a: session }.a.mac|`), 'machine');
      includes(
        labelsAt(`formula own(s: session): machine? = s.machine\n${FORMULA}own(session).|`),
        'power',
      );
    });

    it('offers none where there are none', () => {
      for (const end of ['session.input_kg.|', 'unknown.|', 'session..|', '5.|', '"a".|', '.|'])
        assert.deepEqual(labelsAt(GATE + end), [], end);
    });

    it('does not care what is written behind the cursor', () => {
      includes(labelsAt(`${GATE}session.| > 5 kg\n  message "x"`), 'input_kg');
      includes(labelsAt(`${GATE}session.|\n  message "x"\n\ngate h\n  on p`), 'input_kg');
      includes(labelsAt(`${GATE}session.in|put_kg`), 'input_kg');
    });
  });
});
