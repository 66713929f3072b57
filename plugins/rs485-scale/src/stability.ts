/** How long and how still a load must be; see OIML R 76 and the usual indicators' motion band. */
export interface StabilitySettings {
  readonly windowMs: number;
  readonly minFrames: number;
  readonly bandMg: number;
  readonly maxGapMs: number;
  /** Frames that must agree before a `stable` flag of the indicator is believed. */
  readonly confirmFrames: number;
}

export interface Sample {
  readonly at: number;
  /** Undefined when this frame has no weight that could be stable: overload, negative, broken. */
  readonly milligrams: number | undefined;
  /** The indicator's own word, where its protocol has one. */
  readonly flag: boolean | undefined;
}

interface Seen {
  readonly at: number;
  readonly milligrams: number;
  readonly flag: boolean | undefined;
}

export interface Stability {
  /** Samples of an unbroken run, no older than the window, oldest first. */
  readonly run: readonly Seen[];
  readonly runSince: number;
  readonly badChecksumAt: number;
}

export const NO_SAMPLES: Stability = {
  run: [],
  runSince: Number.POSITIVE_INFINITY,
  badChecksumAt: Number.NEGATIVE_INFINITY,
};

/** More samples than this say nothing new about a window. */
const MAX_SAMPLES = 512;

/** A frame arrived broken: nothing is stable until a window without such has passed. */
export const afterBadChecksum = (state: Stability, at: number): Stability => ({
  ...state,
  badChecksumAt: at,
});

/**
 * Takes in one frame and says whether the load is stable now. A flag of the indicator wins in both
 * directions once confirmed; without a flag the window decides. Gaps and unusable weights start
 * over. Times in milliseconds of one clock.
 */
export function observe(
  state: Stability,
  sample: Sample,
  settings: StabilitySettings,
): { readonly state: Stability; readonly stable: boolean } {
  const { at, milligrams, flag } = sample;
  if (milligrams === undefined)
    return { state: { ...NO_SAMPLES, badChecksumAt: state.badChecksumAt }, stable: false };
  const last = state.run.at(-1);
  const broken = last === undefined || at - last.at > settings.maxGapMs || at < last.at;
  const kept = broken ? [] : state.run.filter((seen) => at - seen.at <= settings.windowMs);
  const run = [...kept, { at, milligrams, flag }].slice(-MAX_SAMPLES);
  const next = { ...state, run, runSince: broken ? at : state.runSince };
  return { state: next, stable: isStable(next, sample, settings) };
}

function isStable(state: Stability, sample: Sample, settings: StabilitySettings): boolean {
  if (sample.at - state.badChecksumAt <= settings.windowMs || sample.flag === false) return false;
  if (sample.flag === true) {
    const recent = state.run.slice(-settings.confirmFrames);
    const agree = recent.every((seen) => seen.flag === true) && spread(recent) <= settings.bandMg;
    return recent.length >= settings.confirmFrames && agree;
  }
  return (
    sample.at - state.runSince >= settings.windowMs &&
    state.run.length >= settings.minFrames &&
    spread(state.run) <= settings.bandMg
  );
}

function spread(run: readonly Seen[]): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { milligrams } of run) {
    low = Math.min(low, milligrams);
    high = Math.max(high, milligrams);
  }
  return high - low;
}
