import assert from 'node:assert/strict';
import { broughtBack } from '../../src/index.ts';
import { NEW_STATE, type TriggerState } from '../../src/program/flow/trigger-state.ts';
import { pick, randomOf } from '../support/random.ts';
import { MINUTE, Player, SECOND, T0, when } from './support.ts';

const room = (temperature: unknown) => ({ rooms: [{ code: 'a', temperature }] });
const hold = (duration: unknown) => ({ device: 'hall', kind: 'hold', duration });
const HOLD = 'relay.input as e where e.kind = `hold` and e.duration >= 10 s';

describe('an event', () => {
  it('S-TST-02: a hold of 9 999 ms does nothing, of 10 000 ms once, again after the cooldown', () => {
    const player = new Player(when(HOLD, '  cooldown 30 s\n'))
      .event(10, hold(9.999))
      .event(20, hold(10))
      .event(25, hold(15))
      .event(49.999, hold(10))
      .event(50, hold(10));
    assert.deepEqual(player.told, ['20', '50']);
    assert.deepEqual(player.outcomes, ['where', 'fired', 'cooldown', 'cooldown', 'fired']);
    const [miss] = player.traces;
    assert.deepEqual(miss?.conditions, [
      { clause: 'where', text: 'e.kind = `hold`', value: true },
      { clause: 'where', text: 'e.duration >= 10 s', value: false },
    ]);
  });

  it('counts once, however often it is delivered', () => {
    const player = new Player(when(HOLD))
      .event(1, hold(10), 'a')
      .event(1, hold(10), 'a')
      .event(2, hold(10), 'b')
      .event(1, hold(10), 'a');
    assert.deepEqual(player.told, ['1', '2']);
    assert.deepEqual(player.fired[0]?.causes, ['a']);
    assert.deepEqual(player.outcomes, ['fired', 'duplicate', 'fired', 'duplicate']);
  });

  it('with data of the wrong form sets nothing off, and says so', () => {
    const player = new Player(when(HOLD)).event(1, hold('10')).event(2, { device: 'hall' });
    player.event(3, null as never).event(4, [] as never);
    assert.deepEqual(player.told, []);
    assert.deepEqual(player.outcomes, ['where', 'where']);
    const fault = player.traces[0]?.conditions[1]?.fault;
    assert.deepEqual([fault?.code, fault?.names], ['Q9004', ['e.duration']]);
    const bare = when(HOLD).step(
      undefined,
      { kind: 'event', event: { type: 'relay.input', at: T0, data: null as never } },
      player.context,
    );
    assert.deepEqual([bare.trace[0]?.outcome, bare.fired], ['data', []]);
  });

  it('has a cooldown for each key', () => {
    const player = new Player(when('door.denied as d per d.door', '  cooldown 1 min\n'));
    for (const [at, door] of [
      [0, 'a'],
      [1, 'b'],
      [2, 'a'],
      [61, 'b'],
    ] as const)
      player.event(at, { door, person: 'x' });
    assert.deepEqual(player.told, ['a@0', 'b@1', 'b@61']);
  });

  it('fires once for each value of `once per`', () => {
    const player = new Player(when('door.denied as d', '  once per d.person\n'));
    for (const [at, person] of [
      [0, 'x'],
      [1, 'y'],
      [2, 'x'],
    ] as const)
      player.event(at, { door: 'a', person });
    player.event(3, { door: 'a' });
    assert.deepEqual(player.told, ['0', '1']);
    assert.deepEqual(player.outcomes, ['fired', 'fired', 'once', 'key']);
  });

  it('has a short key for each text, however long, and no two for one', () => {
    const long = 'ш'.repeat(99);
    const doors = [
      '',
      ' ',
      'а',
      'a',
      '\u00e9',
      'e\u0301',
      '__proto__',
      `${long}😀${'x'.repeat(10_000)}`,
    ];
    const again = [...doors, `${long}😀${'x'.repeat(9_999)}y`, `${long}😁${'x'.repeat(10_000)}`];
    const player = new Player(when('door.denied as d per d.door', '  cooldown 1 h\n'));
    for (const [at, door] of [...again, ...again].entries())
      player.event(at, { door, person: 'x' });
    assert.equal(player.fired.length, again.length);
    const keys = player.fired.map(({ key }) => key);
    assert.equal(new Set(keys).size, again.length);
    for (const key of keys) assert.ok(key.length <= 200 && key.isWellFormed(), key.slice(0, 20));
    const once = new Player(when('door.denied as d', '  once per d.door\n'));
    for (const [at, door] of [...again, ...again].entries()) once.event(at, { door, person: 'x' });
    assert.equal(once.fired.length, again.length);
  });
});

describe('a silence', () => {
  const reading = (device: string) => ({ device, weight: 1, stable: true });

  it('counts from the beginning and from each event, and fires once', () => {
    const player = new Player(when('no scale.reading for 2 min')).start();
    player.until(119.999);
    assert.deepEqual(player.told, []);
    player.until(120).until(1000);
    assert.deepEqual(player.told, ['120']);
    assert.deepEqual(player.fired[0]?.events, [null]);
    player.event(1000, reading('a')).event(1060, reading('a')).until(2000);
    assert.deepEqual(player.told, ['120', '1180']);
    assert.deepEqual(player.fired[1]?.events, [reading('a')]);
  });

  it('is waited for key by key, each after its first event', () => {
    const player = new Player(when('no scale.reading as r for 1 min per r.device')).start();
    player.until(600);
    assert.deepEqual(player.told, []);
    player.event(600, reading('a')).event(630, reading('b')).event(650, reading('a')).until(900);
    assert.deepEqual(player.told, ['b@690', 'a@710']);
  });

  it('is not broken by what `where` leaves out, nor by an event older than the last', () => {
    const player = new Player(
      when('no scale.reading as r for 1 min where r.weight > 0 kg'),
    ).start();
    player
      .event(30, reading('a'))
      .event(50, { ...reading('a'), weight: 0 })
      .event(20, reading('a'));
    player.until(300);
    assert.deepEqual(player.told, ['90']);
  });

  it('asks `if` again while it lasts', () => {
    const rule = when(
      'no scale.reading for 1 min if any(s.input_kg > 0 kg for s in open_sessions)',
    );
    const player = new Player(rule, { open_sessions: [] }).start().until(150);
    assert.deepEqual([player.told, player.outcomes], [[], ['if', 'if']]);
    player.facts = { open_sessions: [{ input_kg: 5 }] };
    player.until(400);
    assert.deepEqual(player.told, ['180']);
  });
});

describe('a count in a window', () => {
  const denied = (person: string) => ({ door: 'a', person });
  const rule = () => when('3 times door.denied as d in last 10 min per d.person');

  it('is full at exactly its length, and is used up', () => {
    const player = new Player(rule());
    for (const at of [0, 300, 600, 601, 602, 1201]) player.event(at, denied('x'));
    assert.deepEqual(player.told, ['x@600', 'x@1201']);
    const late = new Player(rule());
    for (const at of [0, 300, 600.001]) late.event(at, denied('x'));
    assert.deepEqual(late.told, []);
  });

  it('counts each key apart and each event once', () => {
    const player = new Player(rule());
    player.event(0, denied('x'), '1').event(1, denied('y'), '2').event(2, denied('x'), '3');
    player.event(2, denied('x'), '3').event(3, denied('x'), '4');
    assert.deepEqual(player.told, ['x@3']);
    assert.deepEqual(player.fired[0]?.causes, ['1', '3', '4']);
    assert.deepEqual(player.fired[0]?.events, [denied('x')]);
  });

  it('goes by when events happened, not by when they came', () => {
    const player = new Player(rule());
    player.event(0, denied('x')).event(500, denied('x')).event(400, denied('x'));
    assert.deepEqual(player.told, ['x@500']);
    const over = new Player(rule());
    over.event(3000, denied('x')).event(1000, denied('x'));
    assert.deepEqual(over.outcomes, ['late']);
  });

  it('finds the same firings as looking at all events, and remembers no more than it needs', () => {
    const random = randomOf(11);
    for (let round = 0; round < 100; round += 1) {
      const times = pick([2, 3, 5], random);
      const automation = when(`${times} times door.denied in last 60 s`);
      const player = new Player(automation);
      const expected: string[] = [];
      let [at, open] = [0, [] as number[]];
      for (let i = 0; i < 60; i += 1) {
        at += pick([0, 1, 5, 20, 59, 60, 61], random);
        player.event(at, denied('x'));
        open = [...open, at].filter((one) => at - one <= 60);
        if (open.length < times) continue;
        expected.push(String(at));
        open = [];
      }
      assert.deepEqual(player.told, expected);
      assert.ok(player.waiting < 3 * times, String(player.waiting));
    }
  });
});

describe('a sequence', () => {
  const PAIR = 'door.opened as a then door.closed as b within 30 s where a.door = b.door';
  const door = (name: string) => ({ door: name });

  it('pairs what fits, within its time', () => {
    const player = new Player(when(PAIR));
    player
      .event(0, door('x'))
      .event(10, door('y'), undefined, 1)
      .event(30, door('x'), undefined, 1);
    player.event(40, door('x')).event(70.001, door('x'), undefined, 1);
    assert.deepEqual(player.told, ['30']);
    assert.deepEqual(player.fired[0]?.events, [door('x'), door('x')]);
    assert.deepEqual(player.outcomes, ['where', 'fired']);
  });

  it('uses up what has made a pair', () => {
    const player = new Player(when(PAIR));
    player.event(0, door('x')).event(1, door('x')).event(2, door('x'), undefined, 1);
    player.event(3, door('x'), undefined, 1);
    assert.deepEqual(player.told, ['2']);
  });

  it('goes by when events happened: the second may come first', () => {
    const player = new Player(when(PAIR)).event(20, door('x'), 'b', 1).event(5, door('x'), 'a');
    assert.deepEqual(player.told, ['20']);
    assert.deepEqual(player.fired[0]?.causes, ['a', 'b']);
    const wrong = new Player(when(PAIR)).event(5, door('x'), 'b', 1).event(20, door('x'), 'a');
    assert.deepEqual(wrong.told, []);
  });

  it('has a key that both events give', () => {
    const rule = when('door.opened as a then door.closed as b within 30 s per a.door');
    const player = new Player(rule);
    player.event(0, door('x')).event(1, door('y'), undefined, 1).event(2, door('x'), undefined, 1);
    assert.deepEqual(player.told, ['x@2']);
  });

  it('of one event twice takes two of them', () => {
    const player = new Player(when('door.opened as a then door.opened as b within 10 s'));
    for (const at of [0, 5, 9, 30, 31]) player.event(at, door('x'));
    assert.deepEqual(player.told, ['5', '31']);
  });
});

describe('a condition', () => {
  const COLD = 'any(r.temperature < 15 degC for r in rooms)';

  it('becomes true when it was not: not at the beginning, and not by what cannot be decided', () => {
    const player = new Player(when(`${COLD} becomes true`), room(10)).start();
    player.change(1, room(9)).change(2, room(20)).change(3, room(14)).change(4, room(13));
    player.change(5, room('cold')).change(6, room(14));
    assert.deepEqual(player.told, ['3', '6']);
    assert.deepEqual(player.outcomes, ['fired', 'condition', 'fired']);
  });

  it('S-TST-02: stays true for 10 s: 9 999 ms are too short, 10 000 ms fire once', () => {
    const STAYS = `${COLD} stays true for 10 s`;
    const short = new Player(when(STAYS), room(20)).start();
    short.change(5, room(10)).change(14.999, room(20)).until(100);
    assert.deepEqual(short.told, []);
    const long = new Player(when(STAYS), room(20)).start();
    long.change(5, room(10)).until(14.999);
    assert.deepEqual(long.told, []);
    long.until(15).change(20, room(9)).until(500);
    assert.deepEqual(long.told, ['15']);
    long.change(500, room(20)).change(501, room(10)).until(600);
    assert.deepEqual(long.told, ['15', '511']);
  });

  it('while nobody looked it has not held: it fires at the next start only where it still does', () => {
    const rule = when(`${COLD} stays true for 10 s`);
    const step = (state: TriggerState | undefined, ms: number, facts: Record<string, unknown>) =>
      rule.step(state, { kind: 'start', at: T0 + ms }, { now: new Date(T0 + ms), facts });
    const { state } = step(undefined, 0, room(10));
    const over = step(state, MINUTE, room(20));
    assert.deepEqual([over.fired, over.state.held, over.state.timer], [[], false, null]);
    const lasting = step(state, MINUTE, room(9));
    assert.deepEqual(
      lasting.fired.map(({ at }) => at),
      [T0 + 10 * SECOND],
    );
  });

  it('that has held for its time has fired, even when the timer comes late', () => {
    const rule = when(`${COLD} stays true for 10 s`);
    const { state } = rule.step(
      undefined,
      { kind: 'start', at: T0 },
      {
        now: new Date(T0),
        facts: room(10),
      },
    );
    assert.equal(state.timer, T0 + 10 * SECOND);
    const later = T0 + MINUTE;
    const result = rule.step(
      state,
      { kind: 'facts', at: later },
      {
        now: new Date(later),
        facts: room(20),
      },
    );
    assert.deepEqual(
      result.fired.map(({ at }) => at),
      [T0 + 10 * SECOND],
    );
    assert.equal(result.state.timer, null);
  });

  it('says what it waits for', () => {
    const { trigger } = when(`${COLD} and settings.vt_gate_hard becomes true`);
    assert.deepEqual(trigger.facts, ['rooms', 'rooms.temperature', 'settings.vt_gate_hard']);
    assert.equal(trigger.clock, false);
    const clock = when('any(s.started_at < now for s in open_sessions) becomes true');
    assert.equal(clock.trigger.clock, true);
  });
});

describe('a state that a clock ran ahead of', () => {
  const DAYS = 86_400_000;
  const times = { durationMs: 2 * MINUTE, cooldownMs: 5 * MINUTE };
  const waiting = (at: number) => ({ slot: 0, at, id: null, data: {} });

  it('dates nothing later than now once the clock is right again', () => {
    const ahead = T0 + 400 * DAYS;
    const state = {
      ...NEW_STATE,
      timer: ahead + times.durationMs,
      quietUntil: ahead + times.cooldownMs,
      heard: { at: ahead, id: 'a', data: null },
      since: ahead,
      waiting: [waiting(T0 - 1), waiting(ahead)],
    };
    assert.deepEqual(broughtBack(state, T0, times), {
      ...state,
      timer: T0 + times.durationMs,
      quietUntil: T0 + times.cooldownMs,
      heard: { at: T0, id: 'a', data: null },
      since: T0,
      waiting: [waiting(T0 - 1), waiting(T0)],
    });
  });

  it('stays as it is where nothing lies ahead, or no more than clocks differ', () => {
    for (const at of [T0 - DAYS, T0, T0 + 30 * SECOND]) {
      const state = {
        ...NEW_STATE,
        timer: at + times.durationMs,
        quietUntil: at + times.cooldownMs,
        heard: { at, id: null, data: null },
        since: at,
        waiting: [waiting(at)],
      };
      assert.equal(broughtBack(state, T0, times), state);
    }
    assert.equal(broughtBack(NEW_STATE, T0, times), NEW_STATE);
  });
});
