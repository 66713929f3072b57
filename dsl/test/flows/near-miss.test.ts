import assert from 'node:assert/strict';
import { compileProgram, type FlowInput } from '../../src/index.ts';
import { CATALOG, context, event, LINE, play, reading, rule, told } from './near-miss-support.ts';
import { MINUTE, SECOND, T0 } from './support.ts';

describe('what would have set a rule off', () => {
  it('is the smallest change of its event', () => {
    const heavy = rule('scale.reading as r where r.weight > 40 kg and r.stable');
    assert.deepEqual(told(heavy, [reading(37.6)]), [
      '2.401 kg more weight (40.001 kg instead of 37.6 kg)',
    ]);
    assert.deepEqual(told(heavy, [reading(37.6)], 'uz'), [
      'vazn 2.401 kg ko‘p (40.001 kg, hozir 37.6 kg)',
    ]);
    assert.deepEqual(told(heavy, [reading(37.6)], 'ru'), [
      'на 2.401 kg больше: вес (40.001 kg вместо 37.6 kg)',
    ]);
    assert.deepEqual(told(heavy, [reading(41, T0, { stable: false })]), [
      'scale.reading.stable: yes instead of no',
    ]);
    assert.deepEqual(told(heavy, [reading(41)]), []);
  });

  it('is a fact that the rule asks for, and both where one is not enough', () => {
    const asked = rule(
      'scale.reading as r where r.weight > 40 kg',
      '  if line.load < settings.most\n',
    );
    assert.deepEqual(told(asked, [reading(41)]), [
      '50.001 kg less line.load (49.999 kg instead of 100 kg)',
    ]);
    assert.deepEqual(told(asked, [reading(39)]), [
      '1.001 kg more weight (40.001 kg instead of 39 kg) and 50.001 kg less line.load (49.999 kg instead of 100 kg)',
    ]);
  });

  it('is never what nobody can change, nor what cannot be', () => {
    assert.deepEqual(told(rule('scale.reading as r where r.serial = "y"'), [reading(1)]), []);
    assert.deepEqual(told(rule('scale.reading as r where r.weight > 300 kg'), [reading(1)]), []);
    assert.deepEqual(told(rule('scale.reading as r where r.weight >= 300 kg'), [reading(1)]), [
      '299 kg more weight (300 kg instead of 1 kg)',
    ]);
    assert.deepEqual(told(rule('scale.reading as r where r.weight < 0 kg'), [reading(1)]), []);
  });

  it('is so many more events within what is left of the time', () => {
    const often = rule('4 times scale.reading as r in last 10 min where r.weight > 40 kg');
    const two = [reading(41, T0), reading(42, T0 + 3 * MINUTE)];
    assert.deepEqual(told(often, two), ['2 more weighing within 7 min']);
    assert.deepEqual(told(often, two, 'uz'), ['7 min ichida yana 2 ta tortish']);
    assert.deepEqual(told(often, two, 'ru'), ['ещё 2 раза взвешивание за 7 min']);
    assert.deepEqual(told(often, [reading(41)], 'ru'), ['ещё 3 раза взвешивание за 10 min']);
    assert.deepEqual(told(often, [reading(41), reading(39, T0 + 9 * MINUTE + 30 * SECOND)]), [
      '1.001 kg more weight (40.001 kg instead of 39 kg) and 2 more weighing within 30 s',
    ]);
  });

  it('is the other half of a pair', () => {
    const pair = rule('door.opened then door.closed within 5 min');
    assert.deepEqual(told(pair, [event('door.opened', { door: 'A' })]), [
      'then door.closed within 5 min',
    ]);
    const same = rule('door.opened as a then door.closed as b within 5 min where b.door = a.door');
    assert.deepEqual(told(same, [event('door.opened', { door: 'A' })], 'en'), [
      'then door.closed within 5 min: door.closed.door = A',
    ]);
    assert.deepEqual(told(same, [event('door.opened', { door: 'A' })], 'uz'), [
      'keyin 5 min ichida door.closed: door.closed.door = A',
    ]);
    const named = rule('door.opened as a then door.closed as b within 5 min where b.door = "B"');
    assert.deepEqual(told(named, [event('door.opened', { door: 'A' })]), [
      'then door.closed within 5 min: record door.closed.door, for example B',
    ]);
    // What came after without what comes before is not made up for.
    assert.deepEqual(told(pair, [event('door.closed', { door: 'A' })]), []);
  });

  it('is the other half with what it has to have of the first, whatever joins them', () => {
    const first = reading(41, T0, { serial: 'S7', device: 'B' });
    const pair = (more: string) =>
      told(rule(`scale.reading as a then scale.printed as b within 5 min${more}`), [first]);
    const serial = 'scale.printed.serial = S7';
    const then = 'then scale.printed within 5 min';
    assert.deepEqual(pair(' where b.serial = a.serial'), [`${then}: ${serial}`]);
    assert.deepEqual(pair(' where a.serial = b.serial and b.device = a.device'), [
      `${then}: ${serial} and scale.printed.device = B`,
    ]);
    assert.deepEqual(pair(' where b.weight = a.weight and a.weight > 40 kg'), [
      `${then}: printed weight = 41 kg`,
    ]);
    assert.deepEqual(pair(' where b.serial = a.serial and b.weight > 50 kg'), [
      `${then}: ${serial} and record printed weight, for example 50.001 kg`,
    ]);
    assert.deepEqual(pair(' where b.scale.serial = a.serial'), [
      `${then}: scale.printed.scale.serial = S7`,
    ]);
    assert.deepEqual(pair(' per a.serial'), [`${then}: ${serial}`]);
    assert.deepEqual(pair(' where b.serial = a.serial and a.weight > 50 kg'), [
      `9.001 kg more weight (50.001 kg instead of 41 kg) and ${then}: ${serial}`,
    ]);
    assert.deepEqual(pair(' where b.serial = a.serial and a.weight = b.heavy'), [
      `${then}: ${serial} and scale.printed.heavy = 41 kg`,
    ]);
  });

  it('is that the second of a pair belongs to the first that came', () => {
    const same = rule('door.opened as a then door.closed as b within 5 min where b.door = a.door');
    const inputs = [
      event('door.opened', { door: 'A' }),
      event('door.closed', { door: 'B' }, T0 + SECOND),
    ];
    assert.deepEqual(told(same, inputs), ['door.closed.door: A instead of B']);
  });

  it('is that it stays so, or that nothing comes, for longer', () => {
    const stays = rule('line.load > 50 kg stays true for 10 min');
    const facts = (minutes: number): FlowInput => ({ kind: 'facts', at: T0 + minutes * MINUTE });
    assert.deepEqual(told(stays, [facts(0), facts(7)]), ['stays so for another 3 min']);
    assert.deepEqual(told(stays, [facts(0), facts(7)], 'uz'), ['yana 3 min shunday qolsa']);
    assert.deepEqual(told(stays, [facts(0), facts(7)], 'ru'), ['если так останется ещё 3 min']);
    assert.deepEqual(told(stays, [facts(0)], 'en', { ...LINE, load: 47.6 }), [
      '2.401 kg more line.load (50.001 kg instead of 47.6 kg) and stays so for another 10 min',
    ]);
    const silence = rule('no scale.reading for 2 min');
    assert.deepEqual(told(silence, [reading(1), reading(1, T0 + 30 * SECOND)]), [
      'no weighing for another 2 min',
    ]);
  });

  it('is a condition that becomes true', () => {
    const becomes = rule('line.load > 50 kg becomes true');
    const asked: FlowInput = { kind: 'facts', at: T0 };
    assert.deepEqual(told(becomes, [asked, asked], 'en', { ...LINE, load: 50 }), [
      '0.001 kg more line.load (50.001 kg instead of 50 kg)',
    ]);
  });

  it('is to come later where it has just run', () => {
    const seldom = rule('scale.reading as r where r.weight > 40 kg', '  cooldown 30 min\n');
    assert.deepEqual(told(seldom, [reading(41), reading(41, T0 + 10 * MINUTE)]), ['20 min later']);
    assert.deepEqual(told(seldom, [reading(41), reading(41, T0 + 10 * MINUTE)], 'uz'), [
      '20 min dan keyin',
    ]);
    assert.deepEqual(told(seldom, [reading(41), reading(38, T0 + 10 * MINUTE)]), [
      '2.001 kg more weight (40.001 kg instead of 38 kg) and 20 min later',
    ]);
    const once = rule('scale.reading as r where r.weight > 40 kg', '  once per r.device\n');
    assert.deepEqual(told(once, [reading(41), reading(42, T0 + MINUTE)]), []);
  });

  it('keeps to the key of its event', () => {
    const keyed = rule(
      '2 times scale.reading as r in last 10 min where r.weight > 40 kg per r.device',
    );
    assert.deepEqual(told(keyed, [reading(41)]), ['1 more weighing within 10 min']);
  });
});

describe('an alert', () => {
  it('tells what would close it', () => {
    const text = `alert heavy
  severity P2
  when scale.reading as r where r.weight > 40 kg
  clear when r.weight < 30 kg and line.on
  notify boss
`;
    const program = compileProgram([{ name: 'r.qoida', text }], { ...CATALOG, roles: ['boss'] });
    assert.deepEqual(program.diagnostics, []);
    const [alert] = program.alerts;
    const firing = { events: [{ weight: 45, device: 'A', serial: 'x', stable: true }] };
    const ways = (language: string) =>
      alert?.clearRemedies(firing, context(), language).map((remedy) => remedy.text);
    assert.deepEqual(ways('en'), ['15.001 kg less weight (29.999 kg instead of 45 kg)']);
    assert.deepEqual(ways('uz'), ['vazn 15.001 kg kam (29.999 kg, hozir 45 kg)']);
    const miss = play(alert as never, [reading(39.9)]);
    assert.deepEqual(
      alert?.remedies(miss, context(), 'en').map((remedy) => remedy.text),
      ['0.101 kg more weight (40.001 kg instead of 39.9 kg)'],
    );
  });
});

/** Rules over one event, or a line, and what a change of one step is. */
