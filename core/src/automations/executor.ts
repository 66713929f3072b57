import { setTimeout as pause } from 'node:timers/promises';
import { Gather, mayBeRepeated } from '../data/index.ts';
import type { DueAction, Ended, EndedRun, ExecuteParts } from './action.ts';
import { claimActions, MOST_OF_ONE, type Room } from './claim.ts';
import { attempt, keepOutcome, type Outcome } from './execute.ts';
import { settle } from './settle.ts';

export interface ExecutorOptions {
  readonly parts: ExecuteParts;
  readonly organizationId: string;
  readonly onEnded: (runs: readonly EndedRun[]) => void;
  /** An action is over: there is room for another. */
  readonly onRoom: () => void;
}

/** Actions that only keep records: so many are taken, and so many of them run at a time. */
const QUICK = 24;
const QUICK_AT_ONCE = 6;
/** Where many wait they are taken by so many, or so often: to look for the next costs more than to do one. */
const TAKEN_BY = QUICK / 2;
const LOOK_AGAIN_MS = 100;
/** Actions that wait for the world. */
const SLOW = 24;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

const isQuick = ({ effect }: DueAction) => effect === 'record' || effect === 'read';

/** Does the actions whose turn has come; those that move one thing come one after another. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #ended: Gather<Ended>;
  readonly #running = new Map<DueAction, Promise<void>>();
  readonly #lines = new Map<number, Promise<unknown>>();
  readonly #stop = new AbortController();
  /** When there was no room left for those that only keep records; null where there was. */
  #crowdedAt: number | null = null;

  constructor(options: ExecutorOptions) {
    const { parts, organizationId, onEnded } = options;
    this.#options = options;
    this.#ended = new Gather(async (ended) => {
      const runs = await parts.db.transaction(organizationId, async (tx) => {
        await mayBeRepeated(tx);
        return settle(tx, ended, organizationId, parts);
      });
      onEnded(runs);
    });
  }

  /** Takes as many actions as there is room for, and begins them. */
  async begin(now: Date): Promise<void> {
    const { parts, organizationId } = this.#options;
    for (let more = true; more && !this.#stop.signal.aborted; ) {
      const room = this.#room();
      if (room.quick + room.slow === 0 || this.#waitsForRoom(room)) return;
      const claimed = await claimActions(parts.db, organizationId, now, room);
      for (const action of claimed.due) this.#begin(action);
      this.#crowdedAt = this.#room().quick === 0 ? performance.now() : null;
      more = claimed.more && claimed.due.length > 0;
    }
  }

  /** Takes no more, and waits for those that have begun. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }

  #room(): Room {
    const running = [...this.#running.keys()];
    const slow = running.filter((action) => !isQuick(action));
    const byAction = Map.groupBy(slow, ({ action }) => action);
    return {
      quick: Math.max(0, QUICK - (running.length - slow.length)),
      slow: Math.max(0, SLOW - slow.length),
      busy: running.flatMap(({ target }) => target ?? []),
      full: [...byAction].filter(([, all]) => all.length >= MOST_OF_ONE).map(([action]) => action),
    };
  }

  #waitsForRoom({ quick }: Room): boolean {
    const since = performance.now() - (this.#crowdedAt ?? Number.NEGATIVE_INFINITY);
    return quick < TAKEN_BY && since < LOOK_AGAIN_MS;
  }

  #begin(action: DueAction): void {
    const { parts, organizationId, onRoom } = this.#options;
    const tried = this.#inTurn(action, () => attempt(action, organizationId, parts));
    const work = tried
      .then((outcome) => this.#keep(action, outcome))
      .catch((error: unknown) =>
        parts.log.error({ err: error, action: action.id }, 'an action’s outcome could not be kept'),
      )
      .finally(() => {
        this.#running.delete(action);
        onRoom();
      });
    this.#running.set(action, work);
  }

  /** Those that keep records share the database: a few at a time. The others wait by themselves. */
  #inTurn(action: DueAction, work: () => Promise<Outcome>): Promise<Outcome> {
    if (!isQuick(action)) return work();
    const line = action.seq % QUICK_AT_ONCE;
    const tried = (this.#lines.get(line) ?? Promise.resolve()).then(work);
    this.#lines.set(
      line,
      tried.catch(() => undefined),
    );
    return tried;
  }

  /** Until it is kept, or the node stops: then whoever comes after begins the action anew. */
  async #keep(action: DueAction, outcome: Outcome): Promise<void> {
    const { parts, organizationId, onEnded } = this.#options;
    if ('status' in outcome && outcome.kept === true && action.alone) {
      onEnded([{ kind: action.kind, status: 'done' }]);
      return;
    }
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      try {
        await keepOutcome(action, outcome, organizationId, parts, (ended) =>
          this.#ended.take([ended]),
        );
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) throw error;
        parts.log.warn(
          { err: error, action: action.id },
          'an action’s outcome could not be kept yet; tried again',
        );
        await pause(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }
}
