import assert from 'node:assert/strict';
import { compileProgram, renderDiagnostic, sourceText } from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';
import { automationOf, T0 } from './support.ts';

const context = { now: new Date(T0), zone: 'UTC', settings: {}, facts: {} };
const firing = (data: Record<string, unknown> | null) => ({
  rule: 'rule',
  key: '',
  at: T0,
  events: [data],
  causes: [],
});

describe('an automation', () => {
  const rule = automationOf(`
## Lights out.
automation all_off
  when relay.input as e where e.kind = \`hold\`
  do relay.set_all(device: e.device, state: \`off\`), door.open(door: e.device) then message.send(text: "off")
  on failure do message.send(text: "failed", to: e.device)
  cooldown 30 s
  allow repeat 2
`);

  it('is described by plain data', () => {
    const { effects, emits, cooldownMs, allowRepeat, doc, reads, trigger } = rule;
    assert.deepEqual(effects, [
      { action: 'relay.set_all', effect: 'device', target: 'device' },
      { action: 'door.open', effect: 'device', target: 'door' },
      { action: 'message.send', effect: 'external', target: undefined },
    ]);
    assert.deepEqual(
      [emits, cooldownMs, allowRepeat, doc],
      [['door.opened'], 30_000, 2, 'Lights out.'],
    );
    assert.deepEqual(reads, ['relay.input.device', 'relay.input.kind']);
    assert.deepEqual(JSON.parse(JSON.stringify(trigger)), {
      kind: 'event',
      events: ['relay.input'],
      durationMs: 0,
      times: 0,
      keyed: false,
      facts: [],
      clock: false,
      remembers: true,
    });
  });

  it('lists what it would do, in order, and does nothing', () => {
    const hold = firing({ device: 'hall', kind: 'hold', duration: 10 });
    const device = { effect: 'device', target: 'hall' } as const;
    const external = { action: 'message.send', effect: 'external', target: undefined } as const;
    assert.deepEqual(rule.actions(hold, context), [
      [
        { action: 'relay.set_all', ...device, args: { device: 'hall', state: 'off' } },
        { action: 'door.open', ...device, args: { door: 'hall' } },
      ],
      [{ ...external, args: { text: 'off' } }],
    ]);
    assert.deepEqual(rule.onFailure(hold, context), [
      [{ ...external, args: { text: 'failed', to: 'hall' } }],
    ]);
  });

  it('does not act on what has no value: the fault is told', () => {
    const [[first, second] = [], [third] = []] = rule.actions(firing({ device: 7 }), context);
    assert.deepEqual([first?.fault?.code, first?.fault?.names], ['Q9004', ['e.device']]);
    assert.equal(second?.fault?.code, 'Q9004');
    assert.equal(third?.fault, undefined);
  });

  it('leaves out a parameter that may be missing', () => {
    const text =
      'automation a\n  when door.opened as d\n  do message.send(text: "x", to: d.person)\n';
    const plan = automationOf(text).actions(firing({ door: 'a' }), context);
    assert.deepEqual(plan[0]?.[0]?.args, { text: 'x' });
  });

  it('explains how its conditions come out', () => {
    const trees = rule.explain(firing({ device: 'hall', kind: 'press' }), context, 'en');
    assert.deepEqual(Object.keys(trees), ['where']);
    assert.equal(trees.where?.value, 'no');
  });

  it('knows in `if` and `do` what `where` has asked', () => {
    const text =
      'automation a\n  when door.opened as d where d.person is present\n  if d.person != "x"\n  do message.send(text: d.person)\n';
    assert.equal(automationOf(text).trigger.kind, 'event');
  });

  it('calls an event by its alias, else by the last part of its name', () => {
    const rest = '  do message.send(text: "x")\n';
    automationOf(`automation a\n  when door.opened where opened.door = "x"\n${rest}`);
    automationOf(
      `automation a\n  when door.opened then door.closed within 1 s where opened.door = closed.door\n${rest}`,
    );
    const codes = (text: string) =>
      compileProgram(
        [{ name: 'a', text: `automation a\n${text}\n${rest}` }],
        PLANT,
      ).diagnostics.map((d) => `${d.code} ${d.message}`);
    const unnamed = codes('  when door.opened then door.opened within 1 s where opened.door = "x"');
    assert.match(unnamed[0] ?? '', /Q2001 unknown name `opened`/);
    assert.match(codes('  when door.opened as rooms')[0] ?? '', /Q2005/);
    assert.match(
      codes('  when door.opened as a then door.closed as a within 1 s')[0] ?? '',
      /Q2005/,
    );
    assert.match(codes('  when no door.opened as d for 1 s if d.door = "x"')[0] ?? '', /Q4001/);
  });

  it('says each clause once, and one condition', () => {
    const text =
      'automation a\n  when door.opened if settings.vt_gate_hard\n  if settings.vt_gate_hard\n  do message.send(text: "x")\n  do message.send(text: "y")\n  cooldown 1 s\n  cooldown 2 s\n';
    const { diagnostics } = compileProgram([{ name: 'a', text }], PLANT);
    const source = sourceText('a', text);
    assert.deepEqual(
      diagnostics.map((d) => renderDiagnostic(d, source).split('\n')[0]),
      [
        'a:5:3 error Q1015: the clause `do` stands twice',
        'a:7:3 error Q1015: the clause `cooldown` stands twice',
        'a:3:3 error Q1015: the clause `if` stands twice',
      ],
    );
  });

  it('has a bound: what costs too much is refused', () => {
    const sum =
      'sum(a.input_kg * sum(b.input_kg for b in open_sessions) / 1 kg for a in open_sessions)';
    const nested = `sum(c.input_kg * ${sum} / 1 kg for c in open_sessions)`;
    const text = `automation a\n  when door.opened\n  if ${nested} > 1 kg\n  do message.send(text: "x")\n`;
    const { diagnostics, automations } = compileProgram([{ name: 'a', text }], PLANT);
    assert.deepEqual([diagnostics.map(({ code }) => code), automations], [['Q5005'], []]);
  });
});
