import assert from 'node:assert/strict';
import type { DeviceHealth, DeviceState, LiveReading } from '../src/data/devices.ts';
import {
  isFresh,
  SILENT_MS,
  type WeightSight,
  type WeightState,
  weightState,
} from '../src/domain/weight.ts';

const live = (change: Partial<LiveReading> = {}): LiveReading => ({
  code: 'scale-1',
  ts: '2026-11-21T06:00:00Z',
  kg: 20.52,
  stable: true,
  overload: false,
  negative: false,
  ...change,
});
const health = (state: DeviceState): DeviceHealth => ({ code: 'scale-1', state });
const sight = (change: Partial<WeightSight> = {}): WeightSight => ({
  live: live(),
  health: health('ok'),
  connected: true,
  ageMs: 100,
  calibrationExpired: false,
  ...change,
});

const cases: readonly [string, Partial<WeightSight>, WeightState][] = [
  ['a stable load', {}, 'stable'],
  ['a moving load', { live: live({ stable: false }) }, 'settling'],
  ['an empty platform', { live: live({ kg: 0.01 }) }, 'empty'],
  ['below zero', { live: live({ kg: -0.4, negative: true }) }, 'negative'],
  [
    'overload without a figure',
    { live: live({ kg: null, overload: true, stable: false }) },
    'overload',
  ],
  ['a reading without a figure', { live: live({ kg: null }) }, 'no_data'],
  ['never heard', { live: undefined }, 'no_data'],
  ['an old reading', { ageMs: SILENT_MS + 1 }, 'no_data'],
  ['a broken line, though the last reading is young', { health: health('line_lost') }, 'line_lost'],
  ['a line that is coming back', { health: health('reconnecting') }, 'line_lost'],
  ['wrong checksums', { health: health('bad_checksum_rate') }, 'fault'],
  ['an expired calibration', { calibrationExpired: true }, 'calibration_expired'],
  [
    'overload before calibration',
    { calibrationExpired: true, live: live({ overload: true }) },
    'overload',
  ],
  [
    'no connection to the platform beats all',
    { connected: false, health: health('line_lost') },
    'connection_lost',
  ],
];

describe('what a weight on the screen is worth', () => {
  for (const [name, change, state] of cases) {
    it(`${name}: ${state}`, () => assert.equal(weightState(sight(change)), state));
  }

  it('never shows a figure that is not of this moment', () => {
    const stale: WeightState[] = ['connection_lost', 'line_lost', 'no_data', 'fault', 'overload'];
    assert.deepEqual(
      stale.map(isFresh),
      stale.map(() => false),
    );
    assert.ok(isFresh('stable') && isFresh('settling') && isFresh('calibration_expired'));
  });
});
