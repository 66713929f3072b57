import assert from 'node:assert/strict';
import { unitNames } from '../../src/types/units.ts';
import { completionsAt, excludes, includes, labelsAt, taken } from './support.ts';

const GATE = 'gate g\n  on session.close\n  block when ';
const FORMULA = 'formula f(session: session, sku: sku, p: package): bool = ';

describe('completion in expressions and clauses', () => {
  describe('of values', () => {
    const statuses = ['draft', 'awaiting_qc', 'qc_ok', 'qc_rejected'];

    it('offers the values of a field it is compared with', () => {
      for (const end of [
        'p.status = |',
        'p.status != qc|',
        'p.status in (|',
        'p.status not in [draft, |',
      ])
        assert.deepEqual(labelsAt(FORMULA + end, 'value'), statuses, end);
      assert.deepEqual(
        labelsAt(`${FORMULA}sku.kg_per_m is present and (p.status = |`, 'value'),
        statuses,
      );
      assert.deepEqual(labelsAt(`${FORMULA}session.machine.maker.rank = |`, 'value'), [
        'first',
        'second',
      ]);
      assert.deepEqual(
        labelsAt(`${GATE}any(p.status = | for p in session.packages)`, 'value'),
        statuses,
      );
    });

    it('offers none where a number is wanted', () => {
      for (const end of ['p.weight_kg = |', 'p.status < |', '|', 'p.status = qc_ok and |'])
        assert.deepEqual(labelsAt(FORMULA + end, 'value'), [], end);
    });

    it('offers them in records, arguments, branches and results', () => {
      assert.deepEqual(
        labelsAt('test "t"\n  given package = { code: "a", status: |', 'value'),
        statuses,
      );
      assert.deepEqual(labelsAt('test "t"\n  given package.status = |', 'value'), statuses);
      assert.deepEqual(labelsAt(`${GATE}plan_norm("x", |`, 'value'), ['stajor', 'katta']);
      assert.deepEqual(labelsAt('formula f(x: kg): oneof(a, b) = if x > 1 kg then |', 'value'), [
        'a',
        'b',
      ]);
      assert.deepEqual(
        labelsAt('formula f(x: kg): oneof(a, b)? = if x > 1 kg then a else |', 'value'),
        ['a', 'b'],
      );
      assert.deepEqual(labelsAt('test "t"\n  expect operator.grade ?? |', 'value').length, 4);
    });

    it('offers the fields of a record that is written', () => {
      const text = 'test "t"\n  given package = { code: "x", ';
      const fields = labelsAt(`${text}|`, 'field');
      includes(fields, 'status', 'weight_kg');
      excludes(fields, 'code');
      assert.equal(taken(`${text}sta|`, 'status'), `${text}status: `);
      includes(labelsAt('test "t"\n  given line = { device: { |', 'field'), 'calibration_due_at');
      assert.deepEqual(labelsAt('gate g\n  on session.close\n  answer x { |'), []);
      includes(labelsAt('gate g\n  on session.close\n  answer x { a: |', 'name'), 'session');
    });
  });

  describe('of units and types', () => {
    it('offers units after a number', () => {
      for (const end of [
        'session.input_kg > 5 |',
        'session.input_kg > 5|',
        'session.input_kg > 5 k|',
      ]) {
        const units = labelsAt(GATE + end, 'unit');
        assert.deepEqual(units, unitNames(), end);
      }
      assert.equal(taken(`${GATE}x > 5 k|`, 'kg'), `${GATE}x > 5 kg`);
      assert.equal(taken(`${GATE}x > 5 kg/m|`, 'min'), `${GATE}x > 5 kg/min`);
      includes(labelsAt(`${GATE}x > 5 kg/|`, 'unit'), 'h');
      assert.deepEqual(labelsAt(`${GATE}session.input_kg > 5\n    |`, 'unit'), []);
      assert.deepEqual(labelsAt(`${GATE}m3 |`, 'unit'), []);
    });

    it('offers types of parameters and results', () => {
      for (const text of [
        'formula f(a: |',
        'formula f(a: k|',
        'formula f(a: list of |',
        'formula f(a: {b: |',
        'formula f(a: kg): |',
        'formula f(a: kg,\n  b: |)',
      ]) {
        const labels = labelsAt(text, 'type');
        includes(labels, 'kg', '%', 'bool', 'duration', 'list of ', 'session');
        assert.equal(new Set(labels).size, labels.length, 'no type twice');
      }
      includes(labelsAt('formula f(a: kg/|'), 'm');
      assert.deepEqual(labelsAt('formula f(a: kg |'), []);
    });
  });

  describe('of operators', () => {
    it('offers them behind an operand, and what must follow a word', () => {
      const operators = labelsAt(`${GATE}session.input_kg |`);
      includes(operators, 'and', 'is', 'between', 'not');
      excludes(operators, 'session', 'then', 'for', 'abs');
      includes(labelsAt(`${GATE}if true |`), 'then', 'else');
      includes(labelsAt(`${GATE}any(true |`), 'for', 'where');
      assert.deepEqual(labelsAt(`${GATE}session.machine is |`), ['missing', 'present', 'not']);
      assert.deepEqual(labelsAt(`${GATE}session.machine is not |`), ['missing', 'present']);
      assert.deepEqual(labelsAt(`${GATE}session.input_kg not |`), ['in', 'between']);
      assert.deepEqual(labelsAt(`${GATE}any(true for p |`), ['in']);
      includes(labelsAt(`${GATE}count(|`), 'for', 'session');
    });
  });

  describe('of roles, gates and modes', () => {
    it('offers roles, and what follows them', () => {
      const roles = ['texnolog', 'integrator', 'sex_boshligi', 'direktor', 'operator'];
      const release = 'gate g\n  on session.close\n  release ';
      assert.deepEqual(labelsAt(`${release}|`), ['never', 'by']);
      assert.deepEqual(labelsAt(`${release}by |`, 'role'), roles);
      assert.deepEqual(labelsAt(`${release}by texnolog, d|`, 'role'), roles);
      assert.deepEqual(labelsAt(`${release}by texnolog |`), ['when', 'until']);
      assert.deepEqual(labelsAt(`${release}by texnolog when |`), ['clear']);
      assert.deepEqual(labelsAt(`${release}by texnolog when clear |`), ['until']);
      includes(labelsAt(`${release}by texnolog until |`), 'session');
    });

    it('offers gates of all files in a test', () => {
      const others = {
        'a.qoida': '## too much\ngate over\n  on session.close\n  block when true',
        'b.qoida': 'gate broken\n  on nowhere\n  block when (',
      };
      const test = 'test "t"\n  when session.close\n  expect ';
      const at = (end: string) => completionsAt(test + end, { others }).map(({ label }) => label);
      includes(at('|'), 'blocked', 'allowed', 'session', 'abs');
      includes(at('blocked |'), 'by');
      assert.deepEqual(at('blocked by |'), ['over', 'broken']);
      assert.deepEqual(at('blocked by over, b|'), ['over', 'broken']);
    });

    it('offers the records a gate can pause or hold', () => {
      const text = 'gate g\n  on session.feed\n  ';
      assert.deepEqual(labelsAt(`${text}pause |`), ['session', 'recipe']);
      assert.deepEqual(labelsAt(`${text}hold s|`), ['session', 'recipe']);
      assert.deepEqual(labelsAt(`${text}pause session |`), ['when', 'after']);
      assert.deepEqual(labelsAt(`${text}pause session after |`), ['when']);
      assert.deepEqual(labelsAt(`${text}block |`), ['when']);
    });
  });

  describe('in texts and comments', () => {
    const message = 'gate g\n  on session.close\n  message ';

    it('offers an expression in the braces of a message', () => {
      for (const end of ['"{|', '"{|}"', '"a {session} {|} b"', 'ru "a {{ {|', '"\\"{|'])
        includes(labelsAt(message + end), 'session', 'settings', 'abs');
      for (const end of [
        '"{session.|',
        '"{session.|}"',
        '"a {abs(session.|)} b"',
        '"{session.input|} {"',
      ])
        includes(labelsAt(message + end), 'input_kg');
      assert.equal(
        taken(`${message}"{session.in|} kg"`, 'input_kg'),
        `${message}"{session.input_kg} kg"`,
      );
      includes(labelsAt(`${message}"{5 |}"`, 'unit'), 'kg');
      includes(labelsAt(`${message}"{any(p.| for p in session.packages)}"`), 'code');
    });

    it('offers nothing in plain text', () => {
      for (const end of [
        '"|',
        '"|"',
        '"session.|',
        '"{session} |"',
        '"{{|',
        '"{{session.|}}"',
        '"{session}|',
        '"\\"|"',
      ])
        assert.deepEqual(labelsAt(message + end), [], end);
      assert.deepEqual(labelsAt('test "se|"'), []);
      assert.deepEqual(labelsAt(`${GATE}session.code = "{|}"`), []);
    });

    it('offers the languages of readers before a text', () =>
      assert.deepEqual(labelsAt(`${message}|`), ['uz', 'ru', 'en']));

    it('offers nothing in comments', () => {
      for (const text of [
        '# |',
        '## gate |',
        `${GATE}true # session.|`,
        `${GATE}true #|`,
        '#   |  ',
      ])
        assert.deepEqual(labelsAt(text), [], text);
      includes(labelsAt('# gate\n|'), 'gate');
      includes(labelsAt(`${GATE}true # c\n    and |`), 'session');
    });

    it('offers nothing inside numbers and dates', () => {
      assert.deepEqual(labelsAt(`${GATE}x > 1|2`), []);
      assert.deepEqual(labelsAt(`${GATE}x > 2025-0|8-28`), []);
    });
  });
});
