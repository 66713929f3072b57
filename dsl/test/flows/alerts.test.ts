import assert from 'node:assert/strict';
import {
  type AlertState,
  type CompiledAlert,
  compileProgram,
  type Firing,
} from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';
import { MINUTE, T0 } from './support.ts';

const HEAVY = `alert heavy
  severity P2
  when scale.reading as r where r.weight > settings.max_delta
  notify integrator via telegram, email
  notify direktor after 30 min
  value r.weight
  threshold settings.max_delta
  group by r.device
  clear when r.weight < 2 kg
  repeat every 1 h
  message "{r.device}: {r.weight}, allowed {settings.max_delta}"
  message ru "{r.device}: {r.weight} вместо {settings.max_delta}"
`;

function alertOf(text: string): CompiledAlert {
  const program = compileProgram([{ name: 'rule.qoida', text }], PLANT);
  assert.deepEqual(program.diagnostics, []);
  const [alert] = program.alerts;
  assert.ok(alert);
  return alert;
}
const context = { now: new Date(T0), zone: 'UTC', settings: { max_delta: 5 }, facts: {} };
const reading = (weight: number, at = T0) => ({
  type: 'scale.reading',
  at,
  data: { device: 'A', weight, stable: true },
});

function raise(alert: CompiledAlert, weight = 6): Firing {
  const input = { kind: 'event', event: reading(weight) } as const;
  const [firing] = alert.step(undefined, input, context).fired;
  assert.ok(firing);
  return firing;
}

describe('an alert', () => {
  const alert = alertOf(HEAVY);
  const live = (...inputs: Parameters<CompiledAlert['life']>[1][]) => {
    let state: AlertState | undefined;
    const told: string[] = [];
    for (const input of inputs) {
      const text =
        state === undefined ? undefined : (JSON.parse(JSON.stringify(state)) as AlertState);
      const result = alert.life(text, input);
      state = result.state;
      const people = result.notices.map(({ reason, roles }) => `${reason} ${roles.join()}`);
      told.push([result.change ?? '-', ...people].join(', '));
    }
    return { state, told };
  };
  const opening = () => ({ kind: 'raise', firing: raise(alert), group: 'A' }) as const;
  const timer = (minutes: number) => ({ kind: 'timer', at: T0 + minutes * MINUTE }) as const;

  it('says who is told, what it is about, and how serious it is', () => {
    assert.equal(alert.severity, 'P2');
    assert.deepEqual(alert.recipients, [
      { roles: ['integrator'], channels: ['telegram', 'email'], afterMs: 0 },
      { roles: ['direktor'], channels: [], afterMs: 30 * MINUTE },
    ]);
    const firing = raise(alert);
    assert.deepEqual(alert.value(firing, context), { value: 6, type: 'kg' });
    assert.deepEqual(alert.threshold(firing, context), { value: 5, type: 'kg' });
    assert.equal(alert.group(firing, context), 'A');
    assert.equal(alert.message(firing, context, 'en'), 'A: 6 kg, allowed 5 kg');
    assert.equal(alert.message(firing, context, 'ru'), 'A: 6 kg вместо 5 kg');
    assert.equal(alert.message(firing, { ...context, settings: {} }, 'en'), 'A: 6 kg, allowed —');
    assert.equal(alert.threshold(firing, { ...context, settings: {} })?.value, null);
    assert.deepEqual(alert.reads, [
      'scale.reading.device',
      'scale.reading.weight',
      'settings.max_delta',
    ]);
  });

  it('tells further people in time, repeats, and floods nobody', () => {
    const { told, state } = live(opening(), opening(), timer(10), timer(30), timer(60), timer(120));
    assert.deepEqual(told, [
      'opened, opened integrator',
      'again',
      '-',
      '-, escalated direktor',
      '-, repeated integrator, repeated direktor',
      '-, repeated integrator, repeated direktor',
    ]);
    assert.equal(state?.count, 2);
    assert.equal(state?.timer, T0 + 180 * MINUTE);
  });

  it('is quiet once somebody has acknowledged it', () => {
    const { told, state } = live(
      opening(),
      { kind: 'acknowledge', at: T0 + MINUTE, by: 'ali' },
      { kind: 'acknowledge', at: T0 + MINUTE, by: 'vali' },
      timer(30),
      opening(),
    );
    assert.deepEqual(told, ['opened, opened integrator', 'acknowledged', '-', '-', 'again']);
    assert.deepEqual(
      [state?.status, state?.acknowledged?.by, state?.timer],
      ['acknowledged', 'ali', null],
    );
  });

  it('closes by a person or by itself, and opens anew', () => {
    const byHand = live(
      opening(),
      { kind: 'close', at: T0, by: 'ali' },
      { kind: 'clear', at: T0 },
      opening(),
    );
    assert.deepEqual(byHand.told, [
      'opened, opened integrator',
      'closed',
      '-',
      'opened, opened integrator',
    ]);
    assert.equal(byHand.state?.count, 1);
    const alone = live(opening(), { kind: 'clear', at: T0 + 1 });
    assert.deepEqual(alone.state?.closed, { at: T0 + 1, by: null });
    assert.deepEqual(live({ kind: 'clear', at: T0 }, timer(1)).told, ['-', '-']);
  });

  it('is closed by an event of its group', () => {
    assert.equal(alert.clearsByEvent, true);
    assert.deepEqual(alert.clearFacts, []);
    assert.equal(alert.clearedBy(reading(1.9), context), 'A');
    assert.equal(alert.clearedBy(reading(2), context), undefined);
    assert.equal(alert.clearedBy({ ...reading(1), data: {} }, context), undefined);
    assert.equal(alert.clearedBy({ ...reading(1), type: 'relay.input' }, context), undefined);
  });

  it('is closed by facts, and belongs to the key of its trigger without a group', () => {
    const silent = alertOf(`alert silent
  severity P1
  when no scale.reading as r for 2 min per r.device
  notify integrator
  clear when none(s.input_kg > 0 kg for s in open_sessions)
`);
    const firing = { rule: 'silent', key: 'A', at: T0, events: [reading(1).data], causes: [] };
    assert.equal(silent.group(firing, context), 'A');
    assert.deepEqual(silent.clearFacts, ['open_sessions', 'open_sessions.input_kg']);
    const facts = (input_kg: unknown) => ({ ...context, facts: { open_sessions: [{ input_kg }] } });
    assert.deepEqual(
      [0, 1, 'x'].map((kg) => silent.cleared(firing, facts(kg))),
      [true, false, false],
    );
    assert.equal(silent.message(firing, context, 'en'), 'silent');
    assert.equal(silent.value(firing, context), undefined);
  });
});
