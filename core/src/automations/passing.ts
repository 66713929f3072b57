import type { Database } from '../data/index.ts';
import { askAt, askStanding, placesOf, watching } from './asking.ts';
import { bringActionsBack, bringStatesBack, ClockWatch, statesAhead } from './clock.ts';
import type { StandingReader } from './flows.ts';
import type { StepParts } from './step.ts';
import { dueTimers, nextTimer } from './timers.ts';

export interface PassingParts {
  readonly db: Database;
  readonly organizationId: string;
  readonly now: () => Date;
  /** What rules are stepped with at this moment. */
  readonly step: () => StepParts;
  readonly facts: StandingReader | undefined;
  readonly isStopped: () => boolean;
  /** Told that the clock was put back. */
  readonly onClockBack: () => void;
}

/** How often other nodes' timers are looked for, and the longest sleep. */
export const LOOK_MS = 1_000;
const CLOCK_MS = 10_000;
const TIMERS_A_TURN = 500;

/** What the passing of time does to automations: timers that come due, conditions that look at the clock. */
export class Passing {
  readonly #parts: PassingParts;
  readonly #clock = new ClockWatch();
  #clockAsked = 0;
  /** What a clock that ran ahead has left behind is still to be brought back. */
  #ahead = false;
  /** The earliest timer, as far as this node knows, and when it last looked. */
  #timerAt = 0;
  #looked = 0;

  constructor(parts: PassingParts) {
    this.#parts = parts;
  }

  /** Another node looked until now. */
  takeOver(): void {
    this.#ahead = true;
  }

  /** Timers may be others than this node knows. */
  lookAgain(): void {
    this.#looked = 0;
  }

  /** A timer was set. */
  expect(at: number): void {
    this.#timerAt = Math.min(this.#timerAt, at);
  }

  get nextAt(): number {
    return this.#timerAt;
  }

  /** After the clock was put back, and after a start: what it had dated ahead would wait for that time. */
  async bringBack(): Promise<void> {
    const { db, organizationId, now, step, isStopped, onClockBack } = this.#parts;
    if (this.#clock.wentBack(now())) {
      this.#ahead = true;
      this.lookAgain();
      onClockBack();
    }
    if (!this.#ahead) return;
    for (let more = true; more && !isStopped(); ) {
      const parts = step();
      more = await db.transaction(organizationId, async (tx) => {
        const rows = await statesAhead(tx, parts.flows, parts.now, TIMERS_A_TURN);
        await bringStatesBack(tx, placesOf(rows, parts.flows), parts.now);
        await bringActionsBack(tx, parts.now);
        return rows.length === TIMERS_A_TURN;
      });
    }
    this.#ahead = false;
  }

  /** Conditions that look at the clock or at settings have no event that would tell of a change. */
  async askClock(): Promise<void> {
    const { db, organizationId, step, facts } = this.#parts;
    const parts = step();
    const at = parts.now.getTime();
    if (Math.abs(at - this.#clockAsked) < CLOCK_MS) return;
    this.#clockAsked = at;
    const asked = watching(parts.flows);
    if (asked.length === 0) return;
    await db.transaction(organizationId, (tx) => askStanding(tx, asked, parts, facts));
    this.lookAgain();
  }

  /** Steps what is due. @returns whether some wait for events that are on their way */
  async timers(): Promise<boolean> {
    const { db, organizationId, now, step, facts, isStopped } = this.#parts;
    // Another node may have set a timer: it is looked for from time to time.
    const known = performance.now() - this.#looked < LOOK_MS && this.#looked > 0;
    if (known && this.#timerAt > now().getTime()) return false;
    let skip = 0;
    while (!isStopped()) {
      const parts = step();
      const { due, heldBack } = await db.transaction(organizationId, async (tx) => {
        const rows = await dueTimers(tx, parts.now, { limit: TIMERS_A_TURN, skip });
        const places = placesOf(rows, parts.flows);
        const input = { kind: 'timer', at: parts.now.getTime() } as const;
        const done = await askAt(tx, places, input, parts, facts);
        return { due: rows.length, heldBack: done.heldBack + rows.length - places.length };
      });
      skip += heldBack;
      if (due < TIMERS_A_TURN) break;
    }
    this.#timerAt = await nextTimer(db, organizationId);
    this.#looked = performance.now();
    return skip > 0;
  }
}
