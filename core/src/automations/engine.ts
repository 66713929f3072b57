import {
  type AfterCommit,
  type Database,
  type DataLog,
  type OutboxEvent,
  OwnedTask,
  type Transaction,
} from '../data/index.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import { settingsForRules } from '../rules/runtime.ts';
import type { ExecuteParts, RunOperation } from './action.ts';
import { reclaimActions } from './claim.ts';
import { bringActionsBack, bringStatesBack, ClockWatch, statesAhead } from './clock.ts';
import { isHeard, stepsOf } from './events.ts';
import { Executor } from './executor.ts';
import { type Automation, contextAt, type Flows, flowsOf, type StandingReader } from './flows.ts';
import type { AutomationMetrics } from './measure.ts';
import type { Place } from './memory.ts';
import { forgetOld, limitsOf, memoriesOf } from './retention.ts';
import { Schedules } from './schedules.ts';
import { followLeft } from './settle.ts';
import { fresh, lineageOf, type NewStep, type StepParts, type Stepped, takeSteps } from './step.ts';
import { CHANNEL, rulesChanged, switchedOff, tellWork } from './switches.ts';
import { dueTimers, forgetOthers, nextTimer } from './timers.ts';
import { TraceBudget } from './traces.ts';

export interface AutomationOptions {
  readonly db: Database;
  readonly runtime: RuleRuntime;
  readonly organizationId: string;
  readonly run: RunOperation;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
  readonly now: () => Date;
  readonly log: DataLog;
  readonly metrics?: AutomationMetrics;
  /** Told when something happened that a screen shows; often in a busy plant. */
  readonly onChange?: () => void;
  /** Reads standing facts; without it rules that ask for one have no value of it. */
  readonly facts?: StandingReader;
}

export interface Automations {
  /** Gives durable events to the rules they concern, in the transaction in which they count as delivered. */
  take(events: readonly OutboxEvent[], tx: Transaction): Promise<AfterCommit | undefined>;
  /** Looks for work at once: the rules are others now. */
  wake(): void;
  stop(): Promise<void>;
}

/** How often other nodes' work is looked for, and the longest sleep. */
const LOOK_MS = 1_000;
const CLOCK_MS = 10_000;
const HOUSEKEEPING_MS = 3_600_000;
/** How soon timers are looked at again that wait for events on their way. */
const HELD_BACK_MS = 100;
const TIMERS_A_TURN = 500;

/**
 * Runs what acts by itself: automations as events come, timers and schedules as their time comes, and
 * their actions down the one road. What is to be done is in the database before the event counts as
 * delivered, so a crash loses nothing; one node of the cluster does it.
 */
export async function startAutomations(options: AutomationOptions): Promise<Automations> {
  const engine = new Engine(options);
  await engine.start();
  return engine;
}

class Engine implements Automations {
  readonly #options: AutomationOptions;
  readonly #task: OwnedTask;
  readonly #execute: ExecuteParts;
  readonly #settings: Readonly<Record<string, unknown>>;
  readonly #actions: Executor;
  readonly #traces = new TraceBudget();
  readonly #clock = new ClockWatch();
  readonly #schedules: Schedules;
  /** Hash of the rules for which states were put in order. */
  #settled = '';
  #clockAsked = 0;
  /** Nobody looked before this node: how conditions stood meanwhile is not known. */
  #isFirstLook = true;
  /** What a clock that ran ahead has left behind is still to be brought back. */
  #ahead = false;
  /** The earliest timer, as far as this node knows, and when it last looked. */
  #timerAt = 0;
  #looked = 0;
  #tidied = -HOUSEKEEPING_MS;
  #tidying: Promise<unknown> = Promise.resolve();
  #listening: { stop(): Promise<void> } | undefined;

  constructor(options: AutomationOptions) {
    this.#options = options;
    this.#settings = settingsForRules(options.settings);
    const { db, log, run, now, zone, runtime } = options;
    this.#execute = {
      db,
      run,
      now,
      log,
      zone,
      settings: this.#settings,
      flows: (organizationId) => flowsOf(runtime.snapshot(organizationId)),
      ...(options.facts === undefined ? {} : { standing: options.facts }),
      staleMs: Number(options.settings.AUTOMATION_STALE_SEC ?? 300) * 1000,
    };
    this.#schedules = new Schedules({
      db,
      organizationId: options.organizationId,
      graceMs: Number(options.settings.SCHEDULER_GRACE_SEC ?? 60) * 1000,
      late: options.metrics?.late,
    });
    this.#actions = new Executor({
      parts: this.#execute,
      organizationId: options.organizationId,
      onEnded: (runs) => {
        for (const run of runs) options.metrics?.ended(run);
        options.onChange?.();
      },
      // The next group of a run, or what found no room, may begin.
      onRoom: () => this.wake(),
    });
    this.#task = new OwnedTask({
      db,
      key: `qoida.automations ${options.organizationId}`,
      log,
      what: 'automations',
      takeOver: async () => {
        this.#settled = '';
        this.#isFirstLook = true;
        this.#ahead = true;
        await reclaimActions(db, options.organizationId);
        await db.transaction(options.organizationId, (tx) =>
          followLeft(tx, options.organizationId, this.#execute),
        );
      },
      work: () => this.#work(),
    });
  }

  async start(): Promise<void> {
    const { db, organizationId } = this.#options;
    this.#listening = await db.listen(CHANNEL, (told) => {
      if (told === rulesChanged(organizationId) || told === '') this.#settled = '';
      else if (told !== organizationId) return;
      this.#options.onChange?.();
      this.#looked = 0;
      this.wake();
    });
    this.#task.start();
  }

  async take(events: readonly OutboxEvent[], tx: Transaction): Promise<AfterCommit | undefined> {
    const { organizationId } = this.#options;
    const asked = this.#step();
    const heard = events.filter(
      (event) => event.organization_id === organizationId && isHeard(asked.flows, event),
    );
    if (heard.length === 0) return undefined;
    const names = [...new Set(heard.map(({ name }) => name))];
    const concerned = names.flatMap((name) => asked.flows.askers.get(name) ?? []);
    const parts = await this.#standing(tx, asked, concerned);
    const off = await switchedOff(tx);
    const lineage = await lineageOf(tx, heard);
    const context = contextAt(parts.now, parts);
    const steps = stepsOf(heard, { ...parts, context, off, lineage });
    if (steps.length === 0) return undefined;
    const done = await takeSteps(tx, steps, parts);
    const soon = done.timer < this.#options.now().getTime() + LOOK_MS;
    const work = done.runs > 0 || soon;
    if (work && !this.#task.isMine) await tellWork(tx);
    return () => {
      this.#timerAt = Math.min(this.#timerAt, done.timer);
      if (done.runs > 0 || done.traces > 0) this.#options.onChange?.();
      if (work) this.wake();
    };
  }

  wake(): void {
    this.#task.wake();
  }

  async stop(): Promise<void> {
    await this.#listening?.stop();
    await this.#task.stop(async () => {
      await this.#tidying;
      await this.#actions.stop();
    });
  }

  #step(): StepParts {
    const { flows, settings, zone } = this.#execute;
    const { organizationId, now } = this.#options;
    return { flows: flows(organizationId), now: now(), settings, zone, traces: this.#traces };
  }

  /** With the facts that the rules ask for; they are read only where one of them does. */
  async #standing<P extends StepParts>(
    tx: Transaction,
    parts: P,
    asked: readonly { readonly facts: readonly string[] }[],
  ): Promise<P> {
    const names = new Set(asked.flatMap(({ facts }) => facts));
    const { facts: read } = this.#options;
    if (names.size === 0 || read === undefined) return parts;
    return { ...parts, facts: await read(tx, names, parts.now) };
  }

  /** One round. @returns how long it may sleep, in milliseconds */
  async #work(): Promise<number> {
    const { now } = this.#options;
    await this.#putInOrder();
    await this.#bringBack();
    await this.#askClock();
    const heldBack = await this.#timers();
    const parts = this.#step();
    const scheduleAt = await this.#schedules.run(parts, (tx, asked) =>
      this.#standing(tx, parts, asked),
    );
    await this.#actions.begin(this.#options.now());
    this.#tidy();
    const wait = Math.min(this.#timerAt, scheduleAt) - now().getTime();
    if (heldBack && wait <= 0) return HELD_BACK_MS;
    return Math.max(0, Math.min(LOOK_MS, wait));
  }

  /** After a publication: forgets what rules of another text remember, begins what counts from now. */
  async #putInOrder(): Promise<void> {
    const parts = this.#step();
    const { flows, now } = parts;
    if (this.#settled === flows.hash) return;
    const { db, organizationId } = this.#options;
    await db.transaction(organizationId, async (tx) => {
      await forgetOthers(tx, flows);
      const off = await switchedOff(tx);
      const steps = [...flows.automations.values()]
        .filter(({ id, rule: { trigger } }) => {
          const counts = ['absence', 'becomes', 'stays'].includes(trigger.kind);
          return counts && !trigger.keyed && !off.has(id);
        })
        .map((found): NewStep => {
          const kind = this.#isFirstLook ? 'start' : 'facts';
          const input = { kind, at: now.getTime() } as const;
          return { found, key: '', input, lineage: fresh() };
        });
      await takeSteps(tx, steps, await this.#standing(tx, parts, rulesOf(steps)));
    });
    this.#settled = flows.hash;
    this.#isFirstLook = false;
    this.#schedules.lookAgain();
    this.#looked = 0;
  }

  /** After the clock was put back, and after a start: what it had dated ahead would wait for that time. */
  async #bringBack(): Promise<void> {
    const { db, organizationId, now } = this.#options;
    if (this.#clock.wentBack(now())) {
      this.#ahead = true;
      this.#schedules.lookAgain();
      this.#looked = 0;
    }
    if (!this.#ahead) return;
    for (let more = true; more && !this.#task.isStopped; ) {
      const parts = this.#step();
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
  async #askClock(): Promise<void> {
    const at = this.#options.now().getTime();
    if (Math.abs(at - this.#clockAsked) < CLOCK_MS) return;
    this.#clockAsked = at;
    const parts = this.#step();
    const asked = [...parts.flows.automations.values()].filter(({ rule }) =>
      ['becomes', 'stays'].includes(rule.trigger.kind),
    );
    if (asked.length === 0) return;
    await this.#options.db.transaction(this.#options.organizationId, async (tx) => {
      const off = await switchedOff(tx);
      const steps = asked
        .filter(({ id }) => !off.has(id))
        .map((found): NewStep => {
          const input = { kind: 'facts', at } as const;
          return { found, key: '', input, lineage: fresh() };
        });
      await takeSteps(tx, steps, await this.#standing(tx, parts, rulesOf(steps)));
    });
    this.#looked = 0;
  }

  /** Steps what is due. @returns whether some wait for events that are on their way */
  async #timers(): Promise<boolean> {
    const { db, organizationId, now } = this.#options;
    // Another node may have set a timer: it is looked for from time to time.
    const known = performance.now() - this.#looked < LOOK_MS && this.#looked > 0;
    if (known && this.#timerAt > now().getTime()) return false;
    let skip = 0;
    while (!this.#task.isStopped) {
      const parts = this.#step();
      const { due, heldBack } = await db.transaction(organizationId, async (tx) => {
        const rows = await dueTimers(tx, parts.now, { limit: TIMERS_A_TURN, skip });
        const input = { kind: 'timer', at: parts.now.getTime() } as const;
        const steps = placesOf(rows, parts.flows).map(
          (place): NewStep => ({ ...place, input, lineage: fresh() }),
        );
        const done: Pick<Stepped, 'heldBack'> = await takeSteps(
          tx,
          steps,
          await this.#standing(tx, parts, rulesOf(steps)),
        );
        return { due: rows.length, heldBack: done.heldBack + rows.length - steps.length };
      });
      skip += heldBack;
      if (due < TIMERS_A_TURN) break;
    }
    this.#timerAt = await nextTimer(db, organizationId);
    this.#looked = performance.now();
    return skip > 0;
  }

  /** Hourly: forgets what is older than the settings keep. */
  #tidy(): void {
    if (performance.now() - this.#tidied < HOUSEKEEPING_MS) return;
    this.#tidied = performance.now();
    const { db, organizationId, settings, log } = this.#options;
    const mayGoOn = () => !this.#task.isStopped && this.#task.isMine;
    this.#tidying = forgetOld(db, organizationId, limitsOf(settings), {
      now: this.#options.now(),
      mayGoOn,
      memories: memoriesOf(this.#step().flows),
    }).catch((error: unknown) =>
      log.error({ err: error }, 'old runs and near misses could not be forgotten'),
    );
  }
}

const rulesOf = (steps: readonly NewStep[]) => steps.map(({ found }) => found);

const placesOf = (
  rows: readonly { readonly rule: string; readonly key: string }[],
  { automations }: Flows,
): Place<Automation>[] =>
  rows.flatMap(({ rule, key }) => {
    const found = automations.get(rule);
    return found === undefined ? [] : [{ found, key }];
  });
