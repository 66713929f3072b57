import assert from 'node:assert/strict';
import { compileProgram, type Program } from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

const program = (text: string): Program => compileProgram([{ name: 'a.qoida', text }], PLANT);

const codes = (text: string): readonly string[] =>
  program(text).diagnostics.map(({ code }) => code);

const screen = (text: string) => {
  const { diagnostics, screens } = program(text);
  assert.deepEqual(diagnostics, []);
  const [first] = screens;
  assert.ok(first !== undefined);
  return first;
};

const PACKING = `screen packing for operator, texnolog
  record package
  title "Packing"
  title ru "Упаковка"
  show weight_kg, status large
  fields code, length_m
  fields overridden_by
  list session.packages where status = awaiting_qc and weight_kg > settings.max_delta columns code, weight_kg sort by code down
  button package.create "New package" when status = draft and package.code != ""
  button session.close
  filter status
`;

describe('a screen', () => {
  it('is plain data for those who draw it', () => {
    const { file, module, doc, ...rest } = screen(`## At the line.\n${PACKING}`);
    assert.deepEqual([file, module, doc], ['a.qoida', 'a', 'At the line.']);
    assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
      name: 'packing',
      roles: ['operator', 'texnolog'],
      titles: { '*': 'Packing', ru: 'Упаковка' },
      source: { kind: 'record', name: 'package' },
      show: [{ names: ['weight_kg', 'status'], large: true }],
      fields: ['code', 'length_m', 'overridden_by'],
      lists: [
        {
          path: ['session', 'packages'],
          root: 'owner',
          of: 'package',
          where: {
            text: 'status = awaiting_qc and weight_kg > settings.max_delta',
            reads: ['row.status', 'row.weight_kg', 'settings.max_delta'],
          },
          columns: ['code', 'weight_kg'],
          sort: { by: 'code', down: true },
        },
      ],
      buttons: [
        {
          operation: 'package.create',
          label: 'New package',
          when: {
            text: 'status = draft and package.code != ""',
            reads: ['package.code', 'package.status'],
          },
        },
        { operation: 'session.close' },
      ],
      filters: ['status'],
    });
  });

  it('says which rows a list has, and when a button is there', () => {
    const { lists, buttons } = screen(PACKING);
    const env = { settings: { max_delta: 2 } };
    const asked = (row: object) => lists[0]?.where?.holds({}, env, row);
    assert.deepEqual(asked({ status: 'awaiting_qc', weight_kg: 3 }), { value: true });
    assert.deepEqual(asked({ status: 'awaiting_qc', weight_kg: 2 }), { value: false });
    assert.deepEqual(asked({ status: 'draft' }), { value: false }, 'decided by the other side');
    const fault = asked({ status: 'awaiting_qc', weight_kg: 'much' });
    assert.equal(fault && 'fault' in fault && fault.fault.code, 'Q9004');
    const shown = (record: object) => buttons[0]?.when?.holds({ package: record }, env);
    assert.deepEqual(shown({ status: 'draft', code: 'A' }), { value: true });
    assert.deepEqual(shown({ status: 'draft', code: '' }), { value: false });
    assert.equal('fault' in (shown({}) ?? {}), true);
  });

  it('may be of an operation: what is put into it, and its facts', () => {
    const entity = `entity visitor
  field name: text
  field bag_kg: kg default 0 kg
  field host: operator?
  states expected, inside
  move enter from expected to inside
`;
    const of = (operation: string, clauses: string) =>
      `${entity}\nscreen guard for operator\n  operation ${operation}\n  ${clauses}\n`;
    const made = screen(
      of(
        'visitor.create',
        'fields name, bag_kg, host\n  button visitor.create when name != "" and bag_kg is present',
      ),
    );
    assert.deepEqual(made.source, { kind: 'operation', name: 'visitor.create' });
    assert.deepEqual(made.buttons[0]?.when?.reads, ['input.bag_kg', 'input.name']);
    assert.deepEqual(made.buttons[0]?.when?.holds({ input: { name: 'A', bag_kg: 1 } }, {}), {
      value: true,
    });
    assert.deepEqual(codes(of('visitor.enter', 'show id, visitor, actor')), []);
    assert.deepEqual(codes(of('visitor.enter', 'show name')), ['Q2002'], 'that is not put in');
    const feeding = screen(
      of('session.feed', 'show session\n  list session.packages where weight_kg > 1 kg'),
    );
    assert.equal(feeding.lists[0]?.root, 'shown');
    const acted = screen(of('relay.set_all', 'fields device, state\n  button door.open'));
    assert.deepEqual(acted.fields, ['device', 'state'], 'an action has parameters');
  });

  it('lists what the record holds, what can be asked at any time, and plain values', () => {
    const { lists } = screen(`screen report for texnolog
  record shift_report
  list packages where length_m is present and length_m > 2 m columns code, length_m
  list shift_report.operators sort by name
  list open_sessions where input_kg > 0 kg and shift_report.closed
`);
    assert.deepEqual(
      lists.map(({ path, root, of }) => [path.join('.'), root, of]),
      [
        ['packages', 'shown', 'package'],
        ['shift_report.operators', 'shown', 'operator'],
        ['open_sessions', 'fact', 'session'],
      ],
    );
    const asked = lists[2]?.where;
    assert.deepEqual(asked?.reads, ['row.input_kg', 'shift_report.closed']);
    assert.deepEqual(asked?.holds({ shift_report: { closed: true } }, {}, { input_kg: 1 }), {
      value: true,
    });
    assert.deepEqual(
      codes('screen s for operator\n  record operator\n  list qualifications\n'),
      [],
    );
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['no source', 'title "T"\n  fields code', 'Q1014'],
    ['nothing on it', 'record package\n  title "T"', 'Q1014'],
    ['two records', 'record package\n  record session\n  fields code', 'Q1015'],
    [
      'a record and an operation',
      'record package\n  operation package.create\n  fields code',
      'Q5026',
    ],
    ['an unknown record', 'record pakcage\n  fields code', 'Q2019'],
    ['an unknown operation', 'operation package.make\n  fields code', 'Q2006'],
    ['an unknown field to show', 'record package\n  show wieght_kg', 'Q2002'],
    ['an unknown field', 'record package\n  fields wieght_kg', 'Q2002'],
    ['an unknown filter', 'record package\n  fields code\n  filter wieght_kg', 'Q2002'],
    ['a field twice', 'record package\n  fields code\n  fields status, code', 'Q5025'],
    ['a title twice', 'record package\n  fields code\n  title "A"\n  title "B"', 'Q1015'],
    ['a list of nothing known', 'record package\n  list nowhere', 'Q2001'],
    [
      'a list of a record that has nothing to do with it',
      'record package\n  list shift.x',
      'Q2001',
    ],
    ['a list that is none', 'record package\n  list code', 'Q3008'],
    ['a list of an unknown field', 'record session\n  list pakcages', 'Q2001'],
    ['an unknown column', 'record session\n  list packages columns cdoe', 'Q2002'],
    ['a column twice', 'record session\n  list packages columns code, code', 'Q5025'],
    ['columns of plain values', 'record operator\n  list qualifications columns code', 'Q3007'],
    ['an unknown order', 'record session\n  list packages sort by cdoe', 'Q2002'],
    ['an order by a record', 'record shift_report\n  list operators sort by mentor', 'Q3023'],
    ['rows by something missing', 'record session\n  list packages where length_m > 2 m', 'Q4001'],
    ['rows by another unit', 'record session\n  list packages where weight_kg > 2 m', 'Q3002'],
    ['rows by no condition', 'record session\n  list packages where weight_kg', 'Q3001'],
    ['rows by an unknown value', 'record session\n  list packages where status = lost', 'Q2011'],
    ['an unknown button', 'record package\n  button package.crate', 'Q2006'],
    ['a button twice', 'record package\n  button package.create\n  button package.create', 'Q5025'],
    ['a button by an unknown name', 'record package\n  button package.create when good', 'Q2001'],
  ];
  for (const [what, clauses, code] of wrong) {
    it(`refuses ${what}: ${code}`, () => {
      const text = `screen s for operator\n  ${clauses}\n`;
      assert.ok(codes(text).includes(code), codes(text).join(', '));
      assert.deepEqual(program(text).screens, []);
    });
  }

  it('is for roles there are, each once, and has a name of its own', () => {
    const roles = (names: string) => `screen s for ${names}\n  record package\n  fields code\n`;
    assert.deepEqual(codes(roles('nobody')), ['Q2008']);
    assert.deepEqual(codes(roles('operator, operator')), ['Q5025']);
    assert.deepEqual(codes(roles('operator') + roles('texnolog')), ['Q2005']);
  });

  it('refuses conditions that would not come to an end in time', () => {
    const deep = Array.from(
      { length: 16 },
      (_, i) => `formula f${i + 1}(x: number): number = f${i}(x) + f${i}(x)\n`,
    ).join('\n');
    const text = `formula f0(x: number): number = x\n${deep}
screen s for operator
  record operator
  button session.close when f16(running_lines) > 1

entity e
  field n: number
  states a, b
  move x from a to b when f16(e.n) > 1
`;
    const named = program(text).diagnostics.map(({ code, message }) => [
      code,
      message.split('`')[1],
    ]);
    assert.ok(named.some(([code, name]) => code === 'Q5005' && name === 's'));
    assert.ok(named.some(([code, name]) => code === 'Q5005' && name === 'e'));
  });
});
