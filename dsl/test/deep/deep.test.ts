import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { DeepCache } from '../../src/deep/cache.ts';
import { compileProgram, type Diagnostic, deepCheck, type ProgramFile } from '../../src/index.ts';
import { deepCheckOf } from '../../src/program/deep-findings.ts';
import { partsOfProgram } from '../../src/program/parts.ts';
import { PLANT } from '../support/catalog.ts';

function deep(text: string): readonly Diagnostic[] {
  const program = compileProgram([{ name: 'f', text }], PLANT);
  assert.deepEqual(
    program.diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  return deepCheck(program);
}
const codes = (text: string): string[] => deep(text).map(({ code }) => code);

const gate = (name: string, when: string, rest = 'release never') =>
  `gate ${name}\n  on session.close\n  ${when}\n  ${rest}\n`;

describe('deep checks', () => {
  it('raise no alarm on the rules of the plant', () => {
    const folder = new URL('../cases/factory/', import.meta.url);
    const files: ProgramFile[] = readdirSync(folder)
      .filter((name) => name.endsWith('.qoida'))
      .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
    const program = compileProgram(files, PLANT);
    assert.deepEqual(program.diagnostics, []);
    const alarms = deepCheck(program).filter(({ severity }) => severity !== 'info');
    assert.deepEqual(alarms, []);
  });

  it('carry a witness that is data, in the units of the fields', () => {
    const [found] = deep(
      gate('a', 'block when session.input_kg > 10 kg') +
        gate('b', 'block when session.input_kg > 20 kg and session.vt_ratio >= 35%'),
    );
    assert.equal(found?.code, 'Q6007');
    const { 'session.input_kg': input, 'session.vt_ratio': ratio } = found?.witness ?? {};
    assert.ok(Number(input) > 20 && Number(ratio) >= 35, JSON.stringify(found?.witness));
    assert.deepEqual(
      found?.related?.map(({ message }) => message),
      [
        'session.input_kg > 10 kg',
        'both let pass with session.input_kg = 0 kg, session.vt_ratio = 0%',
        'only `a` refuses with session.input_kg = 20 kg, session.vt_ratio = 0%',
        'only `a` refuses with session.input_kg = 20.001 kg, session.vt_ratio = 0%',
        'both let pass with session.input_kg = 10 kg, session.vt_ratio = 0%',
      ],
    );
  });

  it('say nothing where a program has errors, but with what an unguarded divisor is 0', () => {
    const wrong = compileProgram([{ name: 'f', text: 'formula f(x: number): kg = x' }], PLANT);
    assert.deepEqual(deepCheck(wrong), []);
    const text = 'gate g\n  on session.close\n  block when session.good_kg / session.wip_kg > 2\n';
    const found = deepCheck(compileProgram([{ name: 'f', text }], PLANT));
    assert.deepEqual(
      found.map(({ code, witness }) => [code, witness?.['session.wip_kg']]),
      [['Q6013', 0]],
    );
  });

  it('can be left off and gone on with', () => {
    const text = [1, 2, 3, 4]
      .map((i) => gate(`g${i}`, `block when session.input_kg > ${i} t`))
      .join('\n');
    const program = compileProgram([{ name: 'f', text }], PLANT);
    let asked = 0;
    assert.equal(deepCheck(program, { goOn: () => ++asked < 3 }), undefined);
    assert.equal(asked, 3);
    const { checked, runtime } = partsOfProgram(program);
    const cache = new DeepCache();
    const options = (most: number) => {
      let left = most;
      return { cache, goOn: () => --left > 0 };
    };
    const ask = (most: number) => deepCheckOf(checked, [], runtime.source, options(most));
    assert.equal(ask(2), undefined);
    assert.deepEqual(ask(1000), deepCheck(program));
  });

  it('move with their block, and follow what it calls', () => {
    const rule = gate('shut', 'block when heavy(session) or not heavy(session)');
    const formula = (limit: string) => `formula heavy(s: session): bool = s.input_kg > ${limit}\n`;
    const cache = new DeepCache();
    const check = (text: string) => {
      const program = compileProgram([{ name: 'f', text }], PLANT);
      const { checked, runtime } = partsOfProgram(program);
      const found = deepCheckOf(checked, program.diagnostics, runtime.source, { cache });
      assert.deepEqual(found, deepCheck(program), text);
      return found?.map(({ code }) => code);
    };
    assert.deepEqual(check(formula('5 kg') + rule), ['Q6005']);
    assert.deepEqual(check(`# moved\n${formula('5 kg')}\n${rule}`), ['Q6005']);
    assert.deepEqual(check(formula('5 kg and s.input_kg < 3 kg') + rule), ['Q6001', 'Q6005']);
    assert.deepEqual(check(rule + formula('7 kg')), ['Q6005']);
  });
});

describe('gates of one point', () => {
  const heavy = gate('heavy', 'block when session.input_kg > 10 kg');
  const light = (rest?: string) => gate('light', 'block when session.input_kg < 20 kg', rest);

  it('contradict only where nobody can open one of them', () => {
    assert.deepEqual(codes(heavy + light()), ['Q6006']);
    assert.deepEqual(codes(heavy + light('release by texnolog when clear')), []);
    assert.deepEqual(codes(heavy + gate('light', 'warn when session.input_kg < 20 kg')), []);
    assert.deepEqual(codes(heavy + gate('light', 'block when session.input_kg < 10 kg')), []);
    const three =
      gate('a', 'block when session.input_kg > 10 kg and settings.vt_gate_hard') +
      gate('b', 'block when session.input_kg <= 10 kg') +
      gate('c', 'block when not settings.vt_gate_hard');
    assert.deepEqual(codes(three), ['Q6006']);
  });

  it('over a list can be passed by an empty one', () => {
    const each = (name: string, when: string) =>
      `gate ${name}\n  on stock.transfer.send each line\n  block when ${when}\n  release never\n`;
    assert.deepEqual(codes(each('a', 'line.qty_kg > 1 kg') + each('b', 'line.qty_kg <= 1 kg')), []);
    assert.deepEqual(codes(each('a', 'line.qty_kg > 1 kg') + each('b', 'line.qty_kg > 2 kg')), [
      'Q6007',
    ]);
  });

  it('shadow one another only where the other does all that the one does', () => {
    const over = (name: string, mode: string, limit: number, rest?: string) =>
      gate(name, `${mode} when session.input_kg > ${limit} kg`, rest);
    assert.deepEqual(codes(over('a', 'block', 1) + over('b', 'block', 2)), ['Q6007']);
    assert.deepEqual(codes(over('a', 'block', 2) + over('b', 'block', 1)), ['Q6007']);
    assert.deepEqual(codes(over('a', 'block', 1) + over('b', 'block', 1)), ['Q6007']);
    assert.deepEqual(codes(over('a', 'warn', 1) + over('b', 'block', 2)), []);
    assert.deepEqual(codes(over('a', 'block', 1) + over('b', 'pause session', 2)), []);
    const clear = 'release by texnolog when clear';
    assert.deepEqual(codes(over('a', 'block', 1, clear) + over('b', 'block', 2)), []);
    assert.deepEqual(codes(over('a', 'block', 1) + over('b', 'block', 2, clear)), ['Q6007']);
    const other = gate('b', 'block when session.good_kg > 2 kg');
    assert.deepEqual(codes(over('a', 'block', 1) + other), []);
  });

  it('shut on purpose are no finding', () => {
    assert.deepEqual(codes(gate('shut', 'block when true')), []);
  });
});

describe('automations', () => {
  const auto = (name: string, when: string, act: string, rest = '') =>
    `automation ${name}\n  when ${when}\n  do ${act}\n${rest}`;
  const again = 'door.open(door: e.door)';

  it('in a circle are told, unless a constant, `allow repeat` or `once per` ends it', () => {
    assert.deepEqual(codes(auto('a', 'door.opened as e', again)), ['Q6008']);
    assert.deepEqual(codes(auto('a', 'door.opened as e', again, '  allow repeat 3\n')), []);
    assert.deepEqual(codes(auto('a', 'door.opened as e', again, '  once per e.door\n')), []);
    const other = 'door.open(door: "b")';
    assert.deepEqual(codes(auto('a', 'door.opened as e where e.door = "a"', other)), []);
    assert.deepEqual(codes(auto('a', 'door.opened as e where e.door = "b"', other)), ['Q6008']);
    assert.deepEqual(codes(auto('a', 'door.closed as e', again)), []);
  });

  it('that move one thing at one event in two ways are told, with the event', () => {
    const set = (name: string, where: string, state: string) =>
      auto(
        name,
        `relay.input as e where ${where}`,
        `relay.set_all(device: e.device, state: \`${state}\`)`,
      );
    const [found] = deep(set('a', 'e.kind = press', 'on') + set('b', 'e.duration > 5 s', 'off'));
    assert.equal(found?.code, 'Q6009');
    assert.equal(found?.witness?.['relay.input.kind'], 'press');
    assert.ok(Number(found?.witness?.['relay.input.duration']) > 5);
    assert.deepEqual(
      codes(set('a', 'e.kind = press', 'on') + set('b', 'e.kind = hold', 'off')),
      [],
    );
    assert.deepEqual(
      codes(set('a', 'e.kind = press', 'on') + set('b', 'e.kind = press', 'on')),
      [],
    );
  });

  it('on conditions that can hold together, and schedules that meet, too', () => {
    const when = (name: string, room: string, state: string) =>
      auto(
        name,
        `any(${room} for r in rooms) becomes true`,
        `relay.set_all(device: "heater", state: \`${state}\`)`,
      );
    const cold = when('cold', 'r.temperature < 15 degC', 'on');
    assert.deepEqual(codes(cold + when('warm', 'r.temperature > 12 degC', 'off')), ['Q6009']);
    const run = (name: string, every: string, state: string) =>
      `schedule ${name}\n  every ${every}\n  do relay.set_all(device: "h", state: \`${state}\`)\n`;
    assert.deepEqual(codes(run('a', 'day at 08:00', 'on') + run('b', '10 min', 'off')), ['Q6009']);
    assert.deepEqual(codes(run('a', 'day at 08:00', 'on') + run('b', 'day at 20:00', 'off')), []);
    assert.deepEqual(
      codes(run('a', 'monday at 08:00', 'on') + run('b', 'friday at 08:00', 'off')),
      [],
    );
  });
});

describe('entities and screens', () => {
  const visitor = (when: string) => `entity visitor
  field name: text
  states expected, inside, gone
  move enter from expected to inside${when}
  move leave from inside to gone
`;

  it('have conditions that are looked at', () => {
    const never = ' when visitor.name = "a" and visitor.name = "b"';
    assert.deepEqual(codes(visitor(never)), ['Q6001']);
    assert.deepEqual(codes(visitor(' when visitor.name != ""')), []);
    const screen = (when: string) => `screen packing for texnolog
  record package
  fields code
  button package.create "New" when ${when}
`;
    assert.deepEqual(codes(screen('package.status = draft and package.status = qc_ok')), ['Q6001']);
    assert.deepEqual(codes(screen('package.status = draft')), []);
  });

  it('say beforehand what their moves cause', () => {
    const follow = (move: string, action: string) => `
automation follow
  when visitor.moved as v where v.move = ${move}
  do visitor.${action}(id: v.id)
`;
    assert.deepEqual(codes(visitor('') + follow('enter', 'leave')), []);
    assert.deepEqual(codes(visitor('') + follow('leave', 'leave')), ['Q6008']);
  });
});
