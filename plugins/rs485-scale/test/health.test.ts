import assert from 'node:assert/strict';
import { after, type Happening, newHealth } from '../src/health.ts';

const NO_DATA_MS = 3000;
const FRAME = { kind: 'frame', condition: 'ok', reason: undefined, tareActive: false } as const;
const OPENED = { kind: 'opened' } as const;
const TICK = { kind: 'tick' } as const;
const lost = { kind: 'lost', reason: 'unplugged' } as const;

type Moment = readonly [at: number, event: Happening];

/** Plays what happened when, and answers the health at the end. */
const play = (...events: readonly Moment[]) =>
  events.reduce((health, [at, event]) => after(health, event, at, NO_DATA_MS), newHealth(0));
const frames = (count: number, from = 100) =>
  Array.from({ length: count }, (_, i) => [from + i * 10, FRAME] as const);

describe('health', () => {
  const cases: readonly [what: string, state: string, events: readonly Moment[]][] = [
    ['nothing has happened', 'starting', [[10, TICK]]],
    ['the first opening failed', 'line_lost', [[10, lost]]],
    [
      'opened, no frame yet',
      'starting',
      [
        [10, OPENED],
        [500, TICK],
      ],
    ],
    [
      'opened and silent',
      'no_data',
      [
        [10, OPENED],
        [3010, TICK],
      ],
    ],
    ['frames come', 'ok', [[10, OPENED], ...frames(3)]],
    ['frames stopped', 'no_data', [[10, OPENED], ...frames(1), [3100, TICK]]],
    [
      'three polls missed',
      'no_data',
      [
        [10, OPENED],
        ...frames(1),
        ...[200, 300, 400].map((at) => [at, { kind: 'missed_poll' }] as const),
      ],
    ],
    [
      'two polls missed',
      'ok',
      [
        [10, OPENED],
        ...frames(1),
        ...[200, 300].map((at) => [at, { kind: 'missed_poll' }] as const),
      ],
    ],
    [
      'bytes but no frames',
      'framing',
      [
        [10, OPENED],
        [2000, { kind: 'garbage', bytes: 40 }],
        [3010, TICK],
      ],
    ],
    [
      'a little noise, then silence',
      'no_data',
      [
        [10, OPENED],
        [2000, { kind: 'garbage', bytes: 5 }],
        [3010, TICK],
      ],
    ],
    [
      'noise long ago, then silence',
      'no_data',
      [
        [10, OPENED],
        [100, { kind: 'garbage', bytes: 40 }],
        [9000, TICK],
      ],
    ],
    [
      'one frame in twenty damaged',
      'ok',
      [[10, OPENED], ...frames(19), [300, { kind: 'bad_checksums', count: 1 }]],
    ],
    [
      'two frames in twenty damaged',
      'bad_checksum_rate',
      [[10, OPENED], ...frames(18), [300, { kind: 'bad_checksums', count: 2 }]],
    ],
    [
      'only damaged frames',
      'bad_checksum_rate',
      [
        [10, OPENED],
        [2900, { kind: 'bad_checksums', count: 25 }],
        [3010, TICK],
      ],
    ],
    [
      'babble between frames',
      'framing',
      [[10, OPENED], ...frames(1), [200, { kind: 'dropped', bytes: 9 }], [300, FRAME]],
    ],
    [
      'babble is over',
      'ok',
      [
        [10, OPENED],
        [200, { kind: 'dropped', bytes: 9 }],
        [2300, FRAME],
      ],
    ],
    [
      'overload',
      'overload',
      [
        [10, OPENED],
        [20, { ...FRAME, condition: 'overload' }],
      ],
    ],
    [
      'overload is over',
      'ok',
      [
        [10, OPENED],
        [20, { ...FRAME, condition: 'overload' }],
        [30, FRAME],
      ],
    ],
    ['the line is gone', 'line_lost', [[10, OPENED], ...frames(3), [400, lost]]],
    [
      'a failed attempt',
      'line_lost',
      [
        [10, OPENED],
        [20, FRAME],
        [400, lost],
        [900, lost],
      ],
    ],
    [
      'opened again',
      'reconnecting',
      [
        [10, OPENED],
        [20, FRAME],
        [400, lost],
        [900, OPENED],
      ],
    ],
    [
      'opened again, frames',
      'ok',
      [
        [10, OPENED],
        [20, FRAME],
        [400, lost],
        [900, OPENED],
        [950, FRAME],
      ],
    ],
    [
      'a silent connection renewed',
      'no_data',
      [
        [10, OPENED],
        [20, FRAME],
        [4000, TICK],
        [5000, { kind: 'renewing' }],
        [5100, OPENED],
      ],
    ],
    [
      'stopped',
      'stopped',
      [
        [10, OPENED],
        [20, FRAME],
        [30, { kind: 'stopped' }],
      ],
    ],
  ];
  for (const [what, state, events] of cases)
    it(`${what} → ${state}`, () => assert.equal(play(...events).state, state));

  it('keeps the moment at which a state began, and its reason', () => {
    const health = play([10, OPENED], [20, FRAME], [400, lost], [900, lost]);
    assert.equal(health.since, 400);
    assert.equal(health.reason, 'unplugged');
  });

  it('counts what happened', () => {
    const { counters } = play(
      [10, OPENED],
      [20, { ...FRAME, tareActive: true }],
      [30, { kind: 'bad_checksums', count: 2 }],
      [40, { kind: 'garbage', bytes: 7 }],
      [50, { kind: 'dropped', bytes: 100 }],
      [60, { kind: 'missed_poll' }],
      [70, lost],
      [80, OPENED],
    );
    assert.deepEqual(counters, {
      frames: 1,
      bad_checksums: 2,
      garbage_bytes: 7,
      dropped_bytes: 100,
      missed_polls: 1,
      reconnects: 1,
      tare_active: 1,
    });
  });
});
