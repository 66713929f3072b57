import assert from 'node:assert/strict';
import { type Catalog, compileProgram, type Program, runTests } from '../src/index.ts';
import { PLANT } from './support/catalog.ts';

const VISITOR = `entity visitor
  title "Visitor"
  title ru "Посетитель"
  field name: text
  field badge: text? unique
  field bag_kg: kg step 1 g default 500 g
  field host: operator?
  states expected, inside, gone
  move enter from expected to inside by integrator when visitor.name != ""
  move leave from inside to gone
  label badge "Badge number"
  label enter ru "Впустить"
  key name, badge
  read by integrator, texnolog
  write by texnolog
`;

const program = (text: string, catalog: Catalog = PLANT): Program =>
  compileProgram([{ name: 'a.qoida', text }], catalog);

const codes = (text: string, catalog?: Catalog): readonly string[] =>
  program(text, catalog).diagnostics.map(({ code }) => code);

const entity = (text: string) => {
  const { diagnostics, entities } = program(text);
  assert.deepEqual(diagnostics, []);
  const [first] = entities;
  assert.ok(first !== undefined);
  return first;
};

describe('an entity', () => {
  it('is plain data for those who make a table and operations of it', () => {
    const { file, module, doc, ...rest } = entity(`## Who comes in.\n${VISITOR}`);
    assert.deepEqual([file, module, doc], ['a.qoida', 'a', 'Who comes in.']);
    assert.deepEqual(JSON.parse(JSON.stringify(rest)), {
      name: 'visitor',
      titles: { '*': 'Visitor', ru: 'Посетитель' },
      fields: [
        { name: 'name', type: 'text', optional: false, unique: false, labels: {} },
        {
          name: 'badge',
          type: 'text',
          optional: true,
          unique: true,
          labels: { '*': 'Badge number' },
        },
        {
          name: 'bag_kg',
          type: 'kg',
          optional: false,
          unique: false,
          resolution: 0.001,
          default: 0.5,
          labels: {},
        },
        {
          name: 'host',
          type: 'operator',
          optional: true,
          unique: false,
          reference: 'operator',
          labels: {},
        },
      ],
      states: ['expected', 'inside', 'gone'].map((name) => ({ name, labels: {} })),
      moves: [
        {
          name: 'enter',
          from: ['expected'],
          to: 'inside',
          roles: ['integrator'],
          labels: { ru: 'Впустить' },
          condition: { text: 'visitor.name != ""', reads: ['visitor.name'] },
        },
        { name: 'leave', from: ['inside'], to: 'gone', roles: [], labels: {} },
      ],
      keys: [['name', 'badge']],
      access: { read: ['integrator', 'texnolog'], write: ['texnolog'] },
    });
  });

  it('may have fields of any type, with defaults in the field’s unit', () => {
    const { fields } = entity(`entity thing
  field a: list of kg step 10 g default [1 kg, 250 g]
  field b: oneof(red, green) default green
  field c: date default 2025-08-28
  field d: instant default 2025-08-28T10:14+05:00
  field e: UZS default 1_500 UZS
  field f: {w: kg, ok: bool}? default missing
  field g: degC? step 0.5 K
  field h: (list of package)?
  field i: duration default 2 h
  field j: number step 0.5 default -1.5
  field k: bool default not false
`);
    assert.deepEqual(
      fields.map((field) => [field.type, field.resolution, field.default, field.reference]),
      [
        ['list of kg', 0.01, [1, 0.25], undefined],
        ['oneof(red, green)', undefined, 'green', undefined],
        ['date', undefined, '2025-08-28', undefined],
        ['instant', undefined, '2025-08-28T05:14:00.000Z', undefined],
        ['UZS', 0.01, 1500, undefined],
        ['{w: kg, ok: bool}', undefined, null, undefined],
        ['degC', 0.5, undefined, undefined],
        ['list of package', undefined, undefined, 'package'],
        ['s', undefined, 7200, undefined],
        ['number', 0.5, -1.5, undefined],
        ['bool', undefined, true, undefined],
      ],
    );
  });

  it('says whether a record may move, and what is against it', () => {
    const [enter] = entity(VISITOR).moves;
    const asked = (visitor: object) => enter?.allowed({ visitor }, {});
    assert.deepEqual(asked({ state: 'expected', name: 'Anvar' }), { allowed: true });
    assert.deepEqual(asked({ state: 'gone', name: 'Anvar' }), {
      allowed: false,
      refusedBy: 'state',
    });
    assert.deepEqual(asked({ state: 'expected', name: '' }), {
      allowed: false,
      refusedBy: 'condition',
    });
    assert.deepEqual(enter?.allowed({}, {}), { allowed: false, refusedBy: 'state' });
    const undecided = asked({ state: 'expected' });
    assert.equal(undecided?.allowed, false);
    assert.equal(undecided?.fault?.code, 'Q9001');
  });

  it('is known in gates, approvals, KPIs, automations, alerts and tests of any file', () => {
    const files = {
      'a.qoida': `${VISITOR}
test "a big bag stays outside"
  given visitor.bag_kg = 21 kg
  given actor.name = "Guard"
  when visitor.enter
  expect blocked by no_big_bags

test "who comes in is told"
  event visitor.moved { id: "7", name: "Anvar", move: enter, state_before: expected, state: inside }
  expect did message.send { text: "Anvar" }
  expect did visitor.leave { id: "7" }
`,
      'b.qoida': `gate no_big_bags
  on visitor.enter, visitor.create
  block when visitor.bag_kg > 20 kg or visitor.state = gone
  message "{actor.name} sees {visitor.bag_kg}"

gate small_changes
  on visitor.update
  block when (input.bag_kg ?? visitor.bag_kg) > 30 kg or input.id != visitor.id

approval of_host
  on visitor.leave
  steps texnolog when visitor.host is present and visitor.host.running_lines > 1

formula heavy(v: visitor): bool = v.bag_kg > 10 kg

kpi luggage per visitor
  over visitor.created_at
  where state != expected and heavy(visitor)
  result grams: g = bag_kg

automation told
  when visitor.moved as v where v.move = enter and v.state_before = expected
  do message.send(text: v.name) then visitor.leave(id: v.id)

automation expected_back
  when visitor.deleted as v where v.bag_kg > 0 kg
  do visitor.create(name: v.name, host: "17")

approval unexpected
  of visitor
  when visitor.state = expected
  steps texnolog

balance luggage_left of visitor
  in brought = visitor.bag_kg
  out taken = visitor.bag_kg
  tolerance 1 kg

schedule morning
  every day at 06:00
  do visitor.delete(id: "1")

alert crowd
  severity P3
  when 5 times visitor.created in last 1 min
  notify integrator
`,
    };
    const written = Object.entries(files).map(([name, text]) => ({ name, text }));
    const whole = compileProgram(written, PLANT);
    assert.deepEqual(whole.diagnostics, []);
    assert.deepEqual(
      runTests(whole).tests.map(({ title, reasons }) => [title, reasons]),
      [
        ['a big bag stays outside', []],
        ['who comes in is told', []],
      ],
    );
    const [told] = whole.automations;
    assert.deepEqual(told?.emits, ['visitor.moved']);
    assert.equal(told?.effects[1]?.effect, 'record');
  });

  it('may refer to another, and that one back', () => {
    const text = `entity badge
  field number: text unique
  field holder: visitor?

entity visitor
  field name: text
  field badges: list of badge

gate too_many
  on badge.create, badge.update, badge.delete
  block when any(b.holder is missing for b in badge.holder.badges)

gate one_each
  on badge.create
  block when badge.holder is present and count(for b in badge.holder.badges where b.number = badge.number) > 1
`;
    assert.deepEqual(codes(text), ['Q4001'], 'and what may be missing is asked about there, too');
  });

  it('is not there while its module is switched off, or its name is taken', () => {
    const gate = 'gate g\n  on visitor.create\n  block when visitor.bag_kg > 20 kg\n';
    const off = compileProgram(
      [
        { name: 'a.qoida', text: `module a\nrequires nobody\n${VISITOR}` },
        { name: 'b.qoida', text: gate },
      ],
      PLANT,
    );
    assert.deepEqual(
      off.diagnostics.map(({ code }) => code),
      ['Q2012', 'Q2006'],
    );
    assert.deepEqual(off.entities, []);
    for (const name of ['session', 'kg', 'text', 'input', 'actor', 'settings']) {
      const [code] = codes(`entity ${name}\n  field a: text\n`);
      assert.ok(code === 'Q2005' || code === 'Q2021', name);
    }
    const taken: Catalog = { ...PLANT, events: { 'visitor.moved': { fields: {} } } };
    assert.deepEqual(codes(VISITOR, taken), ['Q2005']);
    assert.deepEqual(codes(`${VISITOR}\n${VISITOR}`), ['Q2005']);
  });

  it('knows who acts as the plugins know it', () => {
    const gate = `${VISITOR}
gate g
  on visitor.enter
  block when actor.badge != ""
`;
    assert.deepEqual(codes(gate), ['Q2002']);
    const actor = { fields: { badge: { type: 'text' } } };
    assert.deepEqual(codes(gate, { ...PLANT, records: { ...PLANT.records, actor } }), []);
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['a field twice', 'field name: text\n  field name: kg', 'Q2005'],
    ['a field that each has', 'field id: text', 'Q2021'],
    [
      'a field of the event of moves',
      'field move: text\n  states a, b\n  move x from a to b',
      'Q2021',
    ],
    ['an unknown type', 'field name: txet', 'Q2004'],
    ['a step of another unit', 'field w: kg step 1 m', 'Q3006'],
    ['a step of a text', 'field w: text step 1', 'Q3014'],
    ['a step of nothing', 'field w: kg step 0 kg', 'Q4004'],
    ['a step that is computed', 'field w: kg step 1 g + 1 g', 'Q4004'],
    ['a step of degrees', 'field w: degC step 1 degC', 'Q3006'],
    ['a default of another type', 'field w: kg default "much"', 'Q3006'],
    ['a default that is missing', 'field w: kg default missing', 'Q4001'],
    ['a default that reads a setting', 'field w: kg default settings.max_delta', 'Q2001'],
    ['a default of the clock', 'field w: instant default now', 'Q5019'],
    ['a default of a plugin’s function', 'field w: kg/h default plan_norm("a")', 'Q5019'],
    ['a default of the zone', 'field w: instant default at 2025-08-28', 'Q5019'],
    ['a default beyond numbers', 'field w: t default 1e300 t * 1e300', 'Q9003'],
    ['a list that is unique', 'field w: list of text unique', 'Q3023'],
    ['an unknown field in a key', 'field name: text\n  key nmae', 'Q2002'],
    ['a field twice in a key', 'field name: text\n  key name, name', 'Q5025'],
    ['a label of nothing', 'field name: text\n  label nmae "N"', 'Q2002'],
    ['a label twice', 'field name: text\n  label name "N"\n  label name "M"', 'Q1015'],
    ['a title twice', 'field name: text\n  title ru "N"\n  title ru "M"', 'Q1015'],
    ['one state', 'field name: text\n  states a', 'Q5020'],
    ['a state twice', 'field name: text\n  states a, b, a\n  move x from a to b', 'Q5025'],
    ['moves without states', 'field name: text\n  move x from a to b', 'Q1014'],
    ['an unknown state', 'field name: text\n  states a, b\n  move x from a to c', 'Q2011'],
    ['a move to itself', 'field name: text\n  states a, b\n  move x from a, b to b', 'Q5021'],
    [
      'a move twice',
      'field n: text\n  states a, b\n  move x from a to b\n  move x from b to a',
      'Q2005',
    ],
    [
      'a move that each has',
      'field n: text\n  states a, b\n  move delete from a to b\n  move x from a to b',
      'Q2021',
    ],
    ['an unknown role', 'field n: text\n  read by nobody', 'Q2008'],
    [
      'an unknown role of a move',
      'field n: text\n  states a, b\n  move x from a to b by boss',
      'Q2008',
    ],
    ['a role twice', 'field n: text\n  write by texnolog, texnolog', 'Q5025'],
    [
      'a move on something that may be missing',
      'field n: kg?\n  states a, b\n  move x from a to b when e.n > 1 kg',
      'Q4001',
    ],
    [
      'a move on an unknown field',
      'field n: kg\n  states a, b\n  move x from a to b when e.m > 1 kg',
      'Q2002',
    ],
    ['no first one', 'field other: e', 'Q5024'],
    ['no first one in a record of it', 'field other: {one: e}', 'Q5024'],
    [
      'a state that nothing leads to',
      'field n: text\n  states a, b, c\n  move x from a to b',
      'Q5022',
    ],
  ];
  for (const [what, clauses, code] of wrong) {
    it(`refuses ${what}: ${code}`, () => {
      const found = codes(`entity e\n  ${clauses}\n`);
      assert.ok(found.includes(code), found.join(', '));
      if (code !== 'Q5022') assert.deepEqual(program(`entity e\n  ${clauses}\n`).entities, []);
    });
  }

  it('may go round for ever when nothing in it ever ends', () => {
    const ring = (more: string) =>
      codes(
        `entity e\n  field n: text\n  states a, b, c\n  move x from a to b\n  move y from b to a\n${more}`,
      );
    assert.deepEqual(ring('  move z from a to c\n  move w from c to a\n'), []);
    assert.deepEqual(ring('  move z from a to c\n'), []);
  });

  it('may have 499 others in its program: a file with more is not read, whatever its language', () => {
    const many = (count: number, from = 0, word = 'entity') =>
      Array.from(
        { length: count },
        (_, i) =>
          `## doc\n${word} e${from + i}\n  ${word === 'entity' ? 'field' : 'maydon'} a: kg\n`,
      ).join('');
    assert.deepEqual(codes(many(500)), []);
    const { diagnostics } = program(`${many(501)}gate g\n  on nowhere\n`);
    assert.deepEqual(
      diagnostics.map(({ code, span }) => [code, span.start]),
      [['Q1021', many(500).length]],
    );
    assert.deepEqual(codes(many(501, 0, 'obyekt')), ['Q1021']);
    const files = [many(300), many(300, 300)].map((text, i) => ({ name: `${i}.qoida`, text }));
    const [only, ...more] = compileProgram(files, PLANT).diagnostics;
    assert.deepEqual([only?.code, only?.file, more], ['Q1021', '1.qoida', []]);
  });
});
