import {
  type AfterCommit,
  type Database,
  type DataLog,
  type OutboxEvent,
  OwnedTask,
  type Transaction,
} from '../data/index.ts';
import { settingsForRules } from '../rules/asked-with.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import type { ExecuteParts, RunOperation } from './action.ts';
import { beginAnew, withStanding } from './asking.ts';
import { reclaimActions } from './claim.ts';
import { isHeard, stepsOf } from './events.ts';
import { Executor } from './executor.ts';
import { contextAt, flowsOf, type StandingReader } from './flows.ts';
import { Hourly } from './hourly.ts';
import type { AutomationMetrics } from './measure.ts';
import { LOOK_MS, Passing } from './passing.ts';
import { forgetOld, limitsOf, memoriesOf } from './retention.ts';
import { Schedules } from './schedules.ts';
import { followLeft } from './settle.ts';
import { lineageOf, type StepParts, takeSteps } from './step.ts';
import { CHANNEL, rulesChanged, switchedOff, tellWork } from './switches.ts';
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

/** How soon timers are looked at again that wait for events on their way. */
const HELD_BACK_MS = 100;

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
  readonly #passing: Passing;
  readonly #schedules: Schedules;
  /** Hash of the rules for which states were put in order. */
  #settled = '';
  /** Nobody looked before this node: how conditions stood meanwhile is not known. */
  #isFirstLook = true;
  readonly #tidying: Hourly;
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
    this.#passing = new Passing({
      ...{ db, organizationId: options.organizationId, now, facts: options.facts },
      step: () => this.#step(),
      isStopped: () => this.#task.isStopped,
      onClockBack: () => this.#schedules.lookAgain(),
    });
    this.#tidying = new Hourly(
      () => this.#tidy(),
      log,
      'old runs and near misses could not be forgotten',
    );
    this.#task = new OwnedTask({
      db,
      key: `qoida.automations ${options.organizationId}`,
      log,
      what: 'automations',
      takeOver: async () => {
        this.#settled = '';
        this.#isFirstLook = true;
        this.#passing.takeOver();
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
      this.#passing.lookAgain();
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
    const parts = await withStanding(tx, asked, concerned, this.#options.facts);
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
      this.#passing.expect(done.timer);
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
      await this.#tidying.ended();
      await this.#actions.stop();
    });
  }

  #step(): StepParts {
    const { flows, settings, zone } = this.#execute;
    const { organizationId, now } = this.#options;
    return { flows: flows(organizationId), now: now(), settings, zone, traces: this.#traces };
  }

  /** One round. @returns how long it may sleep, in milliseconds */
  async #work(): Promise<number> {
    const { now } = this.#options;
    await this.#putInOrder();
    await this.#passing.bringBack();
    await this.#passing.askClock();
    const heldBack = await this.#passing.timers();
    const parts = this.#step();
    const scheduleAt = await this.#schedules.run(parts, (tx, asked) =>
      withStanding(tx, parts, asked, this.#options.facts),
    );
    await this.#actions.begin(this.#options.now());
    this.#tidying.begin();
    const wait = Math.min(this.#passing.nextAt, scheduleAt) - now().getTime();
    if (heldBack && wait <= 0) return HELD_BACK_MS;
    return Math.max(0, Math.min(LOOK_MS, wait));
  }

  /** After a publication: forgets what rules of another text remember, begins what counts from now. */
  async #putInOrder(): Promise<void> {
    const parts = this.#step();
    const { flows } = parts;
    if (this.#settled === flows.hash) return;
    const { db, organizationId, facts } = this.#options;
    const kind = this.#isFirstLook ? 'start' : 'facts';
    await db.transaction(organizationId, (tx) => beginAnew(tx, parts, kind, facts));
    this.#settled = flows.hash;
    this.#isFirstLook = false;
    this.#schedules.lookAgain();
    this.#passing.lookAgain();
  }

  /** Forgets what is older than the settings keep. */
  #tidy(): Promise<unknown> {
    const { db, organizationId, settings, now } = this.#options;
    return forgetOld(db, organizationId, limitsOf(settings), {
      now: now(),
      mayGoOn: () => !this.#task.isStopped && this.#task.isMine,
      memories: memoriesOf(this.#step().flows),
    });
  }
}
