import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assess } from '../src/assess.ts';
import type { DeviceConfig } from '../src/line-config.ts';
import { asciiStGs } from '../src/protocols/ascii-st-gs.ts';
import { parseDigits, toKg, toMilligrams, UNITS } from '../src/protocols/weight.ts';
import { decide, NOTHING_REPORTED, type Report } from '../src/reporting.ts';
import {
  afterBadChecksum,
  NO_SAMPLES,
  observe,
  type Sample,
  type StabilitySettings,
} from '../src/stability.ts';
import { decodeOne, text } from './support.ts';

const D = 5000;

describe('weight', () => {
  it('turns what is displayed into kilograms exactly', () => {
    const cases = [
      [{ raw: 20520, decimals: 3, unit: 'kg' }, 20.52],
      [{ raw: 5, decimals: 4, unit: 'kg' }, 0.001],
      [{ raw: 4, decimals: 4, unit: 'kg' }, 0],
      [{ raw: -5, decimals: 4, unit: 'kg' }, -0.001],
      [{ raw: -4, decimals: 4, unit: 'kg' }, 0],
      [{ raw: 20520, decimals: 0, unit: 'g' }, 20.52],
      [{ raw: 1, decimals: 3, unit: 't' }, 1],
      [{ raw: 100, decimals: 0, unit: 'lb' }, 45.359],
      [{ raw: 1000, decimals: 0, unit: 'oz' }, 28.35],
      [{ raw: 3, decimals: 0, unit: 'jin' }, 1.5],
    ] as const;
    for (const [weight, kg] of cases) assert.equal(toKg(weight), kg, JSON.stringify(weight));
  });

  it('keeps sign and order in every unit', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.nat(3), fc.constantFrom(...UNITS), (raw, decimals, unit) => {
        const mg = toMilligrams({ raw, decimals, unit });
        assert.equal(toMilligrams({ raw: -raw, decimals, unit }) + mg, 0);
        assert.ok(toMilligrams({ raw: raw + 1, decimals, unit }) > mg);
      }),
    );
  });

  it('reads digits and nothing else', () => {
    assert.deepEqual(parseDigits('020520'), { raw: 20520, decimals: undefined });
    assert.deepEqual(parseDigits('20.520'), { raw: 20520, decimals: 3 });
    assert.deepEqual(parseDigits('20,5'), { raw: 205, decimals: 1 });
    assert.deepEqual(parseDigits('.5'), { raw: 5, decimals: 1 });
    for (const wrong of ['', '.', '1.2.3', '1e3', '-1', ' 1', '1234567890'])
      assert.equal(parseDigits(wrong), undefined, wrong);
  });
});

describe('stability', () => {
  const settings: StabilitySettings = {
    windowMs: 1000,
    minFrames: 5,
    bandMg: D,
    maxGapMs: 500,
    confirmFrames: 2,
  };
  /** Frames every 100 ms with these weights; says after each whether it was stable. */
  const play = (weights: readonly (number | undefined)[], flag?: boolean, every = 100) => {
    let state = NO_SAMPLES;
    return weights.map((milligrams, index) => {
      const sample: Sample = { at: index * every, milligrams, flag };
      const seen = observe(state, sample, settings);
      state = seen.state;
      return seen.stable;
    });
  };
  const still = (frames: number, mg = 1_000_000) => Array.from({ length: frames }, () => mg);

  it('takes a whole window of stillness without a flag', () => {
    const seen = play(still(12));
    assert.equal(seen.indexOf(true), 10);
  });

  it('allows one division of play, and no more', () => {
    const within = Array.from({ length: 12 }, (_, i) => 1_000_000 + (i % 2) * D);
    assert.equal(play(within).at(-1), true);
    assert.equal(play(within.with(11, 1_000_000 + 2 * D)).at(-1), false);
  });

  it('needs five frames in the window and no gap', () => {
    assert.equal(play(still(9), undefined, 260).at(-1), false, '4 frames a second');
    assert.equal(play(still(9), undefined, 240).at(-1), true);
    assert.equal(play(still(9), undefined, 501).at(-1), false);
  });

  it('starts over at an overload or negative', () => {
    const seen = play([...still(11), undefined, ...still(10)]);
    assert.equal(seen[10], true);
    assert.ok(seen.slice(11).every((stable) => !stable));
  });

  it('believes the flag in both directions, a stable one after it is confirmed', () => {
    assert.deepEqual(play(still(3), true), [false, true, true]);
    assert.ok(play(still(20), false).every((stable) => !stable));
    assert.deepEqual(play([1_000_000, 2_000_000, 2_000_000], true), [false, false, true]);
  });

  it('is not stable within a window of a damaged frame, flag or not', () => {
    for (const flag of [undefined, true]) {
      let state = NO_SAMPLES;
      const at = (ms: number) => {
        const seen = observe(state, { at: ms, milligrams: 1_000_000, flag }, settings);
        state = seen.state;
        return seen.stable;
      };
      for (let ms = 0; ms <= 1100; ms += 100) at(ms);
      assert.equal(at(1200), true);
      state = afterBadChecksum(state, 1250);
      assert.equal(at(1300), false);
      for (let ms = 1400; ms < 2200; ms += 100) at(ms);
      assert.equal(at(2250), false);
      assert.equal(at(2300), true);
    }
  });

  it('keeps a bounded history, and says no stable for a spread beyond the band', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 20 * D }), { maxLength: 60 });
    fc.assert(
      fc.property(weights, (list) => {
        const seen = play(list);
        seen.forEach((stable, index) => {
          if (!stable) return;
          const window = list.slice(Math.max(0, index - 10), index + 1);
          assert.ok(Math.max(...window) - Math.min(...window) <= D);
        });
      }),
    );
    let state = NO_SAMPLES;
    for (let at = 0; at < 3000; at += 1)
      state = observe(state, { at, milligrams: 0, flag: undefined }, settings).state;
    assert.ok(state.run.length <= 512);
  });
});

describe('reporting', () => {
  /** Ten reports a second; answers the times at which one was stored and shown. */
  const play = (reports: readonly Partial<Report>[], every = 100) => {
    let state = NOTHING_REPORTED;
    const stored: number[] = [];
    const shown: number[] = [];
    reports.forEach((report, index) => {
      const at = index * every;
      const whole = { at, milligrams: 1_000_000, stable: true, empty: false, ...report };
      const decided = decide(state, whole, D);
      state = decided.state;
      if (decided.store) stored.push(at);
      if (decided.show) shown.push(at);
    });
    return { stored, shown };
  };
  const same = (count: number, report: Partial<Report> = {}) =>
    Array.from({ length: count }, () => report);

  it('tells a load that stays every two seconds', () => {
    assert.deepEqual(play(same(50)).stored, [0, 2000, 4000]);
  });
  it('tells an unstable weight at most twice a second', () => {
    assert.deepEqual(play(same(15, { stable: false })).stored, [0, 500, 1000]);
  });
  it('tells an empty platform once and then every half minute', () => {
    const empty = { milligrams: 0, empty: true };
    assert.deepEqual(play(same(701, empty)).stored, [0, 30_000, 60_000]);
  });
  it('tells at once that a weight became stable, moved by more than a division, or is gone', () => {
    const { stored } = play([
      { stable: false },
      {},
      { milligrams: 1_000_000 + D },
      { milligrams: 1_000_001 + D },
      { milligrams: 0, empty: true },
      {},
    ]);
    assert.deepEqual(stored, [0, 100, 300, 400, 500]);
  });
  it('shows five values a second, also those that are never stored', () => {
    const { stored, shown } = play(same(11, { milligrams: undefined, stable: false }));
    assert.deepEqual(stored, []);
    assert.deepEqual(shown, [0, 200, 400, 600, 800, 1000]);
  });
});

describe('assessment', () => {
  const device: DeviceConfig = {
    code: 'w1',
    divisionKg: 0.005,
    maxKg: 60,
    address: undefined,
    zeroBandD: 3,
  };
  const of = (line: string) => {
    const weighing = decodeOne(asciiStGs, text(`${line}\r\n`));
    assert.ok(weighing, line);
    const { condition, grossKg, empty, tareActive } = assess(weighing, device);
    return { condition, grossKg, empty, tareActive };
  };
  const ok = { condition: 'ok', empty: false, tareActive: false };
  const hidden = { grossKg: undefined, empty: false, tareActive: false };

  it('knows the zero band, the range and the tare', () => {
    assert.deepEqual(of('ST,GS,+ 20.520kg'), { ...ok, grossKg: 20.52 });
    assert.deepEqual(of('ST,GS,+  0.015kg'), { ...ok, grossKg: 0.015, empty: true });
    assert.deepEqual(of('ST,GS,-  0.015kg'), { ...ok, grossKg: 0, empty: true });
    assert.deepEqual(of('ST,GS,-  0.020kg'), { ...hidden, condition: 'underload' });
    assert.deepEqual(of('ST,GS,+ 60.045kg'), { ...ok, grossKg: 60.045 });
    assert.deepEqual(of('ST,GS,+ 60.050kg'), { ...hidden, condition: 'overload' });
    assert.deepEqual(of('OL,GS,+       kg'), { ...hidden, condition: 'overload' });
    assert.deepEqual(of('UL,GS,-       kg'), { ...hidden, condition: 'underload' });
    assert.deepEqual(of('ST,NT,+ 10.000kg'), { ...hidden, condition: 'ok', tareActive: true });
  });
});
