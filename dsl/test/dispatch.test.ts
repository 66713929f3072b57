import assert from 'node:assert/strict';
import { Found } from '../src/dispatch/found.ts';
import { Intervals } from '../src/dispatch/intervals.ts';
import { compileProgram, createDispatcher, type Listener, type Program } from '../src/index.ts';
import { PLANT } from './support/catalog.ts';
import { pick, randomOf } from './support/random.ts';

const NOW = new Date('2025-08-28T10:00:00Z');
const CONTEXT = { now: NOW, settings: { vt_gate_hard: true, max_delta: 5 }, facts: {} };

const compile = (text: string): Program => {
  const program = compileProgram([{ name: 'rules.qoida', text }], PLANT);
  assert.deepEqual(program.diagnostics, []);
  return program;
};
const rule = (name: string, when: string): string =>
  `automation ${name}\n  when ${when}\n  do message.send(text: "x")\n`;

const DEVICES = ['a', 'b', 'c', ''];
const WEIGHTS = [0, 1, 2, 2.5, 5, 1e6];
const KINDS = ['press', 'release', 'hold'];

/** A condition on an event called `e` of one of two types, of parts an index knows and others. */
function condition(type: string, random: () => number, depth = 2): string {
  const join = depth > 0 ? random() : 1;
  if (join < 0.45) {
    const [a, b] = [condition(type, random, depth - 1), condition(type, random, depth - 1)];
    return `${a} and ${b}`;
  }
  if (join < 0.55) {
    const [a, b] = [condition(type, random, depth - 1), condition(type, random, depth - 1)];
    return `(${a} or ${b})`;
  }
  if (join < 0.6) return `not (${condition(type, random, depth - 1)})`;
  const device = JSON.stringify(pick(DEVICES, random));
  const weight = `${pick(WEIGHTS, random)} kg`;
  const sign = pick(['=', '<', '<=', '>', '>=', '!='], random);
  const shared = [`e.device = ${device}`, `e.device in (${device}, "b")`, `${device} != e.device`];
  const scale = [
    ...shared,
    `e.weight ${sign} ${weight}`,
    `${weight} ${sign} e.weight`,
    `e.weight between 1 kg and ${weight}`,
    `0 kg < e.weight <= ${weight}`,
    'e.stable',
    'not e.stable',
    'e.stable = true',
    'e.weight * 2 > 3 kg',
    'settings.vt_gate_hard',
  ];
  const relay = [
    ...shared,
    `e.kind = ${pick(KINDS, random)}`,
    'e.kind in (press, hold)',
    `e.duration >= ${pick([1, 10], random)} s`,
    'length(e.device) > 0',
  ];
  return pick(type === 'scale.reading' ? scale : relay, random);
}

const WRONG: readonly unknown[] = [undefined, null, Number.NaN, 'x', '2.5', true, [], {}];
const field = (values: readonly unknown[], random: () => number): unknown =>
  random() < 0.12 ? pick(WRONG, random) : pick(values, random);

function eventData(type: string, random: () => number): Record<string, unknown> {
  const data: Record<string, unknown> = { device: field(DEVICES, random) };
  if (type === 'scale.reading') {
    const near = WEIGHTS.flatMap((w) => [w, w + 1e-13, w - 1e-13, w + 0.001]);
    data.weight = field(near, random);
    data.stable = field([true, false], random);
  } else {
    data.kind = field(KINDS, random);
    data.duration = field([0, 1, 9.999, 10, 11], random);
  }
  for (const key of Object.keys(data)) if (random() < 0.05) delete data[key];
  return data;
}

/** Each rule on its own: does the event set it off, or count for it? */
function asked(program: Program, type: string, data: Record<string, unknown>): string[] {
  const at = NOW.getTime();
  return program.automations
    .filter(({ trigger }) => trigger.events.includes(type))
    .filter((automation) => {
      const { fired, trace } = automation.step(
        undefined,
        { kind: 'event', event: { type, at, data } },
        CONTEXT,
      );
      return automation.trigger.kind === 'event'
        ? fired.length === 1
        : !trace.some(({ outcome }) => outcome === 'where' || outcome === 'data');
    })
    .map(({ name }) => name);
}

const namesOf = (listeners: readonly Listener[]): string[] =>
  listeners.map((listener) => listener.rule.name);

describe('the dispatcher', () => {
  it('finds what asking every rule finds, whatever the data', () => {
    const random = randomOf(20250828);
    let matched = 0;
    for (let round = 0; round < 25; round += 1) {
      const texts = Array.from({ length: 60 }, (_, i) => {
        const type = pick(['scale.reading', 'relay.input'], random);
        const where = condition(type, random);
        const when = pick(
          [
            `${type} as e where ${where}`,
            `${type} as e where ${where} if ${condition(type, random)}`,
            `3 times ${type} as e in last 1 min where ${where}`,
            `no ${type} as e for 1 min where ${where}`,
          ],
          random,
        );
        return rule(`r${i}`, when);
      });
      const program = compile(texts.join('\n'));
      const dispatcher = createDispatcher(program);
      for (let turn = 0; turn < 80; turn += 1) {
        const type = pick(['scale.reading', 'relay.input'], random);
        const data = eventData(type, random);
        const found = namesOf(dispatcher.match({ type, data }, CONTEXT));
        assert.deepEqual(found, asked(program, type, data), JSON.stringify({ type, data }));
        matched += found.length;
      }
    }
    assert.ok(matched > 5_000, String(matched));
  });

  it('tells all who listen, and answers nothing for what is no event of anyone', () => {
    const program = compile(
      `${rule('one', 'scale.reading as e where e.weight > 20 kg')}${rule('two', 'scale.reading')}`,
    );
    const dispatcher = createDispatcher(program);
    assert.deepEqual(dispatcher.events, ['scale.reading']);
    assert.deepEqual(namesOf(dispatcher.listeners('scale.reading')), ['one', 'two']);
    assert.deepEqual(dispatcher.listeners('door.opened'), []);
    const match = (type: string, data: unknown) =>
      namesOf(dispatcher.match({ type, data: data as Record<string, unknown> }, CONTEXT));
    assert.deepEqual(match('scale.reading', { weight: 20.001 }), ['one', 'two']);
    assert.deepEqual(match('scale.reading', { weight: 20 }), ['two']);
    for (const data of [null, 5, 'x', [], undefined])
      assert.deepEqual(match('scale.reading', data), []);
    assert.deepEqual(match('door.opened', {}), []);
    assert.deepEqual(match('__proto__', {}), []);
  });

  it('keeps nothing of data that could not be read', () => {
    const dispatcher = createDispatcher(
      compile(
        `${rule('all', 'scale.reading')}${rule('one', 'scale.reading as e where e.weight > 20 kg')}`,
      ),
    );
    const match = (data: Record<string, unknown>) =>
      namesOf(dispatcher.match({ type: 'scale.reading', data }, CONTEXT));
    const broken = {
      get weight(): number {
        throw new Error('unplugged');
      },
    };
    assert.deepEqual(match(broken), ['all']);
    assert.deepEqual(match({ weight: 1 }), ['all']);
    assert.deepEqual(match({ weight: 21 }), ['all', 'one']);
  });

  it('asks the halves of a pair for what each says alone', () => {
    const dispatcher = createDispatcher(
      compile(
        rule(
          'pair',
          'door.opened as a then door.closed as b within 1 min where a.door = b.door and b.door = "gate"',
        ),
      ),
    );
    const match = (type: string, door: string) =>
      namesOf(dispatcher.match({ type, data: { door } }, CONTEXT));
    assert.deepEqual(match('door.opened', 'yard'), ['pair']);
    assert.deepEqual(match('door.closed', 'yard'), []);
    assert.deepEqual(match('door.closed', 'gate'), ['pair']);
  });

  it('hears the event that closes an alert', () => {
    const text = [
      'alert heavy',
      '  severity P2',
      '  when scale.reading as r where r.weight > 100 kg',
      '  notify integrator',
      '  group by r.device',
      '  clear when r.weight < 90 kg',
    ].join('\n');
    const dispatcher = createDispatcher(compile(text));
    const roles = (weight: number) =>
      dispatcher
        .match({ type: 'scale.reading', data: { device: 'a', weight, stable: true } }, CONTEXT)
        .map(({ role }) => role);
    assert.deepEqual([101, 95, 80].map(roles), [['trigger'], [], ['clear']]);
  });
});

describe('intervals', () => {
  it('find what looking at each finds', () => {
    const random = randomOf(7);
    const bound = () => Math.floor(random() * 50);
    for (let size = 0; size < 40; size += 1) {
      const intervals = Array.from({ length: size }, (_, item) => {
        const [a, b] = [bound(), bound()];
        const low = random() < 0.2 ? Number.NEGATIVE_INFINITY : Math.min(a, b);
        return { low, high: random() < 0.2 ? Number.POSITIVE_INFINITY : Math.max(a, b), item };
      });
      const index = new Intervals(intervals);
      for (let value = -1; value <= 51; value += 0.5) {
        const held = new Found<number>();
        index.collect(value, held);
        const found = [...held.take()];
        const expected = intervals.filter(({ low, high }) => low <= value && value <= high);
        assert.deepEqual(
          found.sort((a, b) => a - b),
          expected.map(({ item }) => item),
        );
      }
      const none = new Found<number>();
      index.collect(Number.NaN, none);
      assert.deepEqual(none.take(), []);
    }
  });

  it('find it however unevenly the bounds lie', () => {
    const random = randomOf(8);
    const bounds: readonly (() => number)[] = [
      () => (random() - 0.5) * 2 * Number.MAX_VALUE,
      () => Math.exp((random() - 0.5) * 1400),
      () => random() * 1e-320,
      () => 5,
      () => pick([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, random()], random),
    ];
    for (let round = 0; round < 50; round += 1) {
      const bound = pick(bounds, random);
      const intervals = Array.from({ length: 9 + round }, (_, item) => {
        const [a, b] = [bound(), bound()];
        return { low: Math.min(a, b), high: Math.max(a, b), item };
      });
      const index = new Intervals(intervals);
      const values = [...intervals.flatMap(({ low, high }) => [low, high]), bound(), 0, -0];
      for (const value of values.filter(Number.isFinite)) {
        const held = new Found<number>();
        index.collect(value, held);
        const expected = intervals.filter(({ low, high }) => low <= value && value <= high);
        assert.deepEqual(
          [...held.take()].sort((a, b) => a - b),
          expected.map(({ item }) => item),
        );
      }
    }
  });
});
