import type { DeviceHealth } from '@qoida/core';
import type { Condition } from './assess.ts';

export type HealthState = DeviceHealth['state'];

/** What happened on the line or to the device. */
export type Happening =
  | { readonly kind: 'opened' }
  | { readonly kind: 'lost'; readonly reason: string }
  /** A silent connection is being renewed; that alone is no loss of the line. */
  | { readonly kind: 'renewing' }
  | {
      readonly kind: 'frame';
      readonly condition: Condition;
      readonly reason: string | undefined;
      readonly tareActive: boolean;
    }
  | { readonly kind: 'bad_checksums'; readonly count: number }
  | { readonly kind: 'garbage'; readonly bytes: number }
  /** Bytes thrown away unread, since the line sends more than any indicator does. */
  | { readonly kind: 'dropped'; readonly bytes: number }
  | { readonly kind: 'missed_poll' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'tick' };

export interface Counters {
  readonly frames: number;
  readonly bad_checksums: number;
  readonly garbage_bytes: number;
  readonly dropped_bytes: number;
  readonly missed_polls: number;
  readonly reconnects: number;
  /** 1 while the indicator shows a net weight. */
  readonly tare_active: number;
}

export interface Health {
  readonly state: HealthState;
  readonly since: number;
  readonly reason: string | undefined;
  readonly counters: Counters;
  readonly lastFrameAt: number | undefined;
  readonly link: 'opening' | 'open' | 'lost' | 'stopped';
  readonly linkReason: string | undefined;
  /** Opened at least once before: the next opening is a reconnection. */
  readonly wasOpen: boolean;
  readonly openedAt: number;
  readonly condition: Condition;
  readonly conditionReason: string | undefined;
  /** The last frames, newest last: true = good checksum. */
  readonly outcomes: readonly boolean[];
  readonly damagedAt: number;
  readonly garbageSinceFrame: number;
  readonly garbageAt: number;
  readonly missedInRow: number;
  readonly droppedAt: number;
}

const NEVER = Number.NEGATIVE_INFINITY;

const NO_COUNTS: Counters = {
  frames: 0,
  bad_checksums: 0,
  garbage_bytes: 0,
  dropped_bytes: 0,
  missed_polls: 0,
  reconnects: 0,
  tare_active: 0,
};

const OUTCOMES = 100;
const MIN_OUTCOMES = 20;
const BAD_SHARE = 0.05;
const MISSED_POLLS = 3;
/** Fewer stray bytes than this are noise on a silent line, not a wrong protocol. */
const FRAMING_BYTES = 16;
const BABBLE_MS = 2000;

export function newHealth(now: number): Health {
  return {
    state: 'starting',
    since: now,
    reason: undefined,
    counters: NO_COUNTS,
    lastFrameAt: undefined,
    link: 'opening',
    linkReason: undefined,
    wasOpen: false,
    openedAt: now,
    condition: 'ok',
    conditionReason: undefined,
    outcomes: [],
    damagedAt: NEVER,
    garbageSinceFrame: 0,
    garbageAt: NEVER,
    missedInRow: 0,
    droppedAt: NEVER,
  };
}

/** The health after something happened. `noDataMs`: silence longer than this is `no_data`. */
export function after(health: Health, event: Happening, now: number, noDataMs: number): Health {
  const next = takeIn(health, event, now);
  const { state, reason } = judge(next, now, noDataMs);
  return { ...next, state, reason, since: state === health.state ? health.since : now };
}

function takeIn(health: Health, event: Happening, now: number): Health {
  const { counters } = health;
  const counted = (more: Partial<Counters>) => ({ ...counters, ...more });
  switch (event.kind) {
    case 'opened': {
      const again = { reconnects: counters.reconnects + (health.wasOpen ? 1 : 0) };
      const fresh = health.link === 'open' ? {} : { openedAt: now, lastFrameAt: undefined };
      return {
        ...health,
        ...fresh,
        link: 'open',
        linkReason: undefined,
        wasOpen: true,
        missedInRow: 0,
        counters: counted(again),
      };
    }
    case 'lost':
      return { ...health, link: 'lost', linkReason: event.reason, outcomes: [] };
    case 'stopped':
      return { ...health, link: 'stopped' };
    case 'frame':
      return {
        ...health,
        lastFrameAt: now,
        condition: event.condition,
        conditionReason: event.reason,
        outcomes: [...health.outcomes, true].slice(-OUTCOMES),
        garbageSinceFrame: 0,
        missedInRow: 0,
        counters: counted({ frames: counters.frames + 1, tare_active: event.tareActive ? 1 : 0 }),
      };
    case 'bad_checksums': {
      const bad = Array.from({ length: Math.min(event.count, OUTCOMES) }, () => false);
      return {
        ...health,
        damagedAt: now,
        outcomes: [...health.outcomes, ...bad].slice(-OUTCOMES),
        counters: counted({ bad_checksums: counters.bad_checksums + event.count }),
      };
    }
    case 'garbage':
      return {
        ...health,
        garbageAt: now,
        garbageSinceFrame: health.garbageSinceFrame + event.bytes,
        counters: counted({ garbage_bytes: counters.garbage_bytes + event.bytes }),
      };
    case 'dropped':
      return {
        ...health,
        droppedAt: now,
        counters: counted({ dropped_bytes: counters.dropped_bytes + event.bytes }),
      };
    case 'missed_poll':
      return {
        ...health,
        missedInRow: health.missedInRow + 1,
        counters: counted({ missed_polls: counters.missed_polls + 1 }),
      };
    case 'renewing':
    case 'tick':
      return health;
  }
}

function judge(
  health: Health,
  now: number,
  noDataMs: number,
): { state: HealthState; reason: string | undefined } {
  if (health.link === 'stopped') return { state: 'stopped', reason: undefined };
  if (health.link === 'lost') return { state: 'line_lost', reason: health.linkReason };
  if (health.link === 'opening') return { state: 'starting', reason: undefined };
  if (now - health.droppedAt < BABBLE_MS)
    return { state: 'framing', reason: 'the line babbles: far more bytes than an indicator sends' };
  const heard = health.lastFrameAt ?? health.openedAt;
  const silent = now - heard >= noDataMs || health.missedInRow >= MISSED_POLLS;
  if (silent) return judgeSilence(health, now - noDataMs);
  if (health.lastFrameAt === undefined) {
    const again = health.counters.reconnects > 0;
    return { state: again ? 'reconnecting' : 'starting', reason: 'waiting for the first frame' };
  }
  if (health.condition !== 'ok') return { state: health.condition, reason: health.conditionReason };
  if (badShare(health) > BAD_SHARE)
    return { state: 'bad_checksum_rate', reason: 'many frames arrive damaged: check the wiring' };
  return { state: 'ok', reason: health.conditionReason };
}

/** The line is open but no frame comes: do bytes come, and what is wrong with them? */
function judgeSilence(health: Health, since: number): { state: HealthState; reason: string } {
  if (health.damagedAt > since && badShare(health) > BAD_SHARE)
    return { state: 'bad_checksum_rate', reason: 'all frames arrive damaged: check the wiring' };
  if (health.garbageAt > since && health.garbageSinceFrame >= FRAMING_BYTES)
    return { state: 'framing', reason: 'bytes but no frames: check protocol, baud rate, parity' };
  return { state: 'no_data', reason: 'nothing comes: check power, wiring, address' };
}

function badShare({ outcomes }: Health): number {
  if (outcomes.length < MIN_OUTCOMES) return 0;
  return outcomes.filter((good) => !good).length / outcomes.length;
}
