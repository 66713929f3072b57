import type { DriverHost } from '@qoida/core';
import { type Assessed, assess } from './assess.ts';
import { after, type Happening, type Health, newHealth } from './health.ts';
import type { DeviceConfig, LineConfig } from './line-config.ts';
import type { Weighing } from './protocols/types.ts';
import { decide, NOTHING_REPORTED } from './reporting.ts';
import { afterBadChecksum, NO_SAMPLES, observe, type StabilitySettings } from './stability.ts';

const MG_PER_KG = 1_000_000;
/** Counters move without a change of state: the host hears of them this often. */
const HEALTH_MS = 10_000;

/** One indicator of a line: its frames become readings, live values and health. */
export interface Device {
  readonly config: DeviceConfig;
  frame(weighing: Weighing): void;
  happened(event: Exclude<Happening, { kind: 'frame' }>): void;
}

export function createDevice(config: DeviceConfig, line: LineConfig, host: DriverHost): Device {
  const divisionMg = config.divisionKg * MG_PER_KG;
  const settings: StabilitySettings = {
    windowMs: line.stability.windowMs,
    minFrames: line.stability.minFrames,
    maxGapMs: line.stability.maxGapMs,
    bandMg: line.stability.bandD * divisionMg,
    confirmFrames: line.protocol.checked(line.options) ? 1 : 2,
  };
  let stability = NO_SAMPLES;
  let reporting = NOTHING_REPORTED;
  let health = newHealth(host.now());
  let toldAt = Number.NEGATIVE_INFINITY;

  const take = (event: Happening) => {
    const now = host.now();
    const before = health;
    health = after(before, event, now, line.noDataMs);
    const changed = before.state !== health.state || before.reason !== health.reason;
    if (changed && isSilent(health) && !isSilent(before)) showNothing(now);
    if (!changed && now - toldAt < HEALTH_MS) return;
    toldAt = now;
    host.health(messageOf(config.code, health));
    if (before.state === health.state) return;
    const { state, reason } = health;
    host.log('info', `scale is ${state}`, { device: config.code, reason });
  };

  const showNothing = (now: number) =>
    host.live({
      code: config.code,
      ts: new Date(now),
      kg: null,
      stable: false,
      overload: false,
      negative: false,
    });

  return {
    config,
    frame(weighing) {
      const at = host.now();
      const seen = assess(weighing, config);
      const sample = { at, milligrams: seen.milligrams, flag: weighing.stable };
      const observed = observe(stability, sample, settings);
      stability = observed.state;
      const report = { at, ...pick(seen), stable: observed.stable };
      const decided = decide(reporting, report, divisionMg);
      reporting = decided.state;
      const moment = { code: config.code, ts: new Date(at), stable: observed.stable };
      if (decided.store && seen.grossKg !== undefined)
        host.reading({
          ...moment,
          gross_kg: seen.grossKg,
          raw: weighing.rawHex,
          unit: weighing.unit,
        });
      if (decided.show)
        host.live({
          ...moment,
          kg: seen.empty ? (seen.grossKg ?? null) : (seen.shownKg ?? null),
          overload: seen.condition === 'overload',
          negative: seen.negative && !seen.empty,
        });
      const { condition, reason, tareActive } = seen;
      take({ kind: 'frame', condition, reason, tareActive });
    },
    happened(event) {
      if (event.kind === 'bad_checksums') stability = afterBadChecksum(stability, host.now());
      take(event);
    },
  };
}

const pick = ({ milligrams, empty }: Assessed) => ({ milligrams, empty });

const isSilent = ({ state }: Health): boolean =>
  state === 'line_lost' || state === 'no_data' || state === 'framing';

function messageOf(code: string, { state, since, reason, counters }: Health) {
  return {
    code,
    state,
    since: new Date(since),
    ...(reason !== undefined && { reason }),
    counters: { ...counters },
  };
}
