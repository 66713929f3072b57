/** How often readings are stored and shown. */
export const INTERVALS = {
  /** A load that stays must stay fresh: the server binds only readings of the last ten seconds. */
  stableMs: 2000,
  unstableMs: 500,
  zeroMs: 30_000,
  liveMs: 200,
} as const;

export interface Report {
  readonly at: number;
  /** Milligrams that may be stored; undefined for what may only be shown. */
  readonly milligrams: number | undefined;
  readonly stable: boolean;
  readonly empty: boolean;
}

interface Stored {
  readonly at: number;
  readonly milligrams: number;
  readonly stable: boolean;
  readonly empty: boolean;
}

export interface Reporting {
  readonly stored: Stored | undefined;
  readonly unstableAt: number;
  readonly liveAt: number;
}

export const NOTHING_REPORTED: Reporting = {
  stored: undefined,
  unstableAt: Number.NEGATIVE_INFINITY,
  liveAt: Number.NEGATIVE_INFINITY,
};

/**
 * Which frames become stored readings and which reach the screen. Stored: a change of stability, a
 * stable weight that moved by more than a division, a stable load every 2 s, an unstable one at
 * most twice a second, an empty platform once and then every 30 s. Shown: at most five a second.
 */
export function decide(
  state: Reporting,
  report: Report,
  divisionMg: number,
): { readonly state: Reporting; readonly store: boolean; readonly show: boolean } {
  const show = report.at - state.liveAt >= INTERVALS.liveMs;
  const liveAt = show ? report.at : state.liveAt;
  if (report.milligrams === undefined || !isDue(state, report, report.milligrams, divisionMg))
    return { state: { ...state, liveAt }, store: false, show };
  const { at, milligrams, stable, empty } = report;
  const next: Reporting = {
    liveAt,
    unstableAt: stable ? state.unstableAt : at,
    stored: { at, milligrams, stable, empty },
  };
  return { state: next, store: true, show };
}

function isDue(
  { stored, unstableAt }: Reporting,
  { at, stable, empty }: Report,
  milligrams: number,
  divisionMg: number,
): boolean {
  if (!stable) return at - unstableAt >= INTERVALS.unstableMs;
  if (!stored?.stable || stored.empty !== empty) return true;
  if (empty) return at - stored.at >= INTERVALS.zeroMs;
  if (Math.abs(milligrams - stored.milligrams) > divisionMg) return true;
  return at - stored.at >= INTERVALS.stableMs;
}
