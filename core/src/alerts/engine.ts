import { flowEventOf } from '../automations/flows.ts';
import { Hourly } from '../automations/hourly.ts';
import { lineageOf } from '../automations/step.ts';
import { TraceBudget } from '../automations/traces.ts';
import {
  type AfterCommit,
  type Database,
  type OutboxEvent,
  OwnedTask,
  type Transaction,
} from '../data/index.ts';
import { settingsForRules } from '../rules/asked-with.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import type { DeviceEvents } from './about.ts';
import {
  AT_ONCE,
  askFacts,
  beginning,
  dueAt,
  forgetOthers,
  lookingAtFacts,
  stepsOf,
  timerSteps,
} from './asking.ts';
import type { LifeParts } from './life.ts';
import { forgetOld, limitsOf } from './retention.ts';
import {
  type AlertRule,
  type AlertRules,
  alertRulesOf,
  readStanding,
  type StandingReader,
} from './rules.ts';
import { type StepParts, stepsAt, takeSteps } from './step.ts';

export interface AlertOptions extends StandingReader {
  readonly db: Database;
  readonly runtime: RuleRuntime;
  readonly organizationId: string;
  readonly channels: LifeParts['channels'];
  readonly publicUrl: string | null;
  /** How events name devices. */
  readonly deviceEvents: DeviceEvents;
  readonly now: () => Date;
  /** Told, after a commit, that messages may be on their way. */
  readonly onNotices: () => void;
}

export interface Alerts {
  /** Gives durable events to the alerts they concern, in the transaction in which they count as delivered. */
  take(events: readonly OutboxEvent[], tx: Transaction): Promise<AfterCommit | undefined>;
  wake(): void;
  stop(): Promise<void>;
}

/**
 * Raises and ends alerts: as events come, as time passes, and as standing facts change. What an alert
 * remembers and whom it told are in the database in one transaction; one node of the cluster does it.
 */
export function startAlerts(options: AlertOptions): Alerts {
  const engine = new Engine(options);
  engine.start();
  return engine;
}

class Engine implements Alerts {
  readonly #options: AlertOptions;
  readonly #task: OwnedTask;
  readonly #settings: Readonly<Record<string, unknown>>;
  readonly #traces = new TraceBudget();
  /** Hash of the rules for which states were put in order. */
  #settled = '';
  /** Nobody looked before this node: how conditions stood meanwhile is not known. */
  #isFirstLook = true;
  #asked = 0;
  readonly #tidying: Hourly;

  constructor(options: AlertOptions) {
    this.#options = options;
    this.#settings = settingsForRules(options.settings);
    const { db, organizationId, log } = options;
    this.#tidying = new Hourly(
      () => this.#tidy(),
      log,
      'old alerts and messages could not be forgotten',
    );
    this.#task = new OwnedTask({
      db,
      key: `qoida.alerts ${organizationId}`,
      log,
      what: 'alerts',
      takeOver: async () => {
        this.#settled = '';
        this.#isFirstLook = true;
      },
      work: () => this.#work(),
    });
  }

  start(): void {
    this.#task.start();
  }

  async take(events: readonly OutboxEvent[], tx: Transaction): Promise<AfterCommit | undefined> {
    const { organizationId, onNotices } = this.#options;
    const rules = this.#rules();
    const own = events.filter((event) => event.organization_id === organizationId);
    const heard = own.flatMap((event) => {
      const listeners = rules.listeners(event.name);
      return listeners.length === 0 ? [] : [{ event, listeners }];
    });
    if (heard.length === 0) return undefined;
    const asked = new Set(heard.flatMap(({ listeners }) => listeners.map(({ found }) => found)));
    const parts = await this.#parts(tx, rules, [...asked]);
    const lineage = await lineageOf(
      tx,
      heard.map(({ event }) => event),
    );
    const steps = heard
      .toSorted((a, b) => a.event.occurred_at.getTime() - b.event.occurred_at.getTime())
      .flatMap(({ event, listeners }) => {
        const led = { flowEvent: flowEventOf(event), lineage: lineage(event) };
        return stepsOf(led, listeners, parts);
      });
    await takeSteps(tx, steps, parts);
    return () => {
      onNotices();
      this.wake();
    };
  }

  wake(): void {
    this.#task.wake();
  }

  stop(): Promise<void> {
    return this.#task.stop(() => this.#tidying.ended());
  }

  #rules(): AlertRules {
    return alertRulesOf(this.#options.runtime.snapshot(this.#options.organizationId));
  }

  /** What the given alerts are asked with now; standing facts are read only where one of them asks. */
  async #parts(
    tx: Transaction,
    rules: AlertRules,
    asked: readonly AlertRule[],
  ): Promise<StepParts> {
    const { zone, channels, publicUrl, deviceEvents } = this.#options;
    const now = this.#options.now();
    const names = new Set(asked.flatMap(({ facts }) => facts));
    const facts = names.size === 0 ? {} : await readStanding(tx, names, now, this.#options);
    const shared = { rules, now, zone, channels, publicUrl, deviceEvents };
    return { ...shared, facts, settings: this.#settings, traces: this.#traces };
  }

  async #work(): Promise<undefined> {
    await this.#putInOrder();
    await this.#timers();
    await this.#askFacts();
    this.#options.onNotices();
    this.#tidying.begin();
  }

  /** After a publication: forgets what triggers of another text remember, begins what counts from now. */
  async #putInOrder(): Promise<void> {
    const rules = this.#rules();
    if (this.#settled === rules.hash) return;
    const { db, organizationId, now } = this.#options;
    const all = [...rules.alerts.values()];
    const kind = this.#isFirstLook ? 'start' : 'facts';
    const begins = beginning(all);
    await db.transaction(organizationId, async (tx) => {
      await forgetOthers(tx, all, now());
      const parts = await this.#parts(tx, rules, begins);
      await takeSteps(tx, stepsAt(begins, { kind, at: parts.now.getTime() }), parts);
    });
    this.#settled = rules.hash;
    this.#isFirstLook = false;
    this.#asked = 0;
  }

  /** Triggers whose time has come, and alerts that nobody has taken up. */
  async #timers(): Promise<void> {
    const { db, organizationId } = this.#options;
    const rules = this.#rules();
    let skip = 0;
    for (;;) {
      const { done, waiting } = await db.transaction(organizationId, (tx) =>
        this.#timersOf(tx, rules, skip),
      );
      // What waits for an event to be delivered is passed over until the next look.
      skip += waiting;
      if (done < AT_ONCE || this.#task.isStopped) return;
    }
  }

  async #timersOf(
    tx: Transaction,
    rules: AlertRules,
    skip: number,
  ): Promise<{ done: number; waiting: number }> {
    const due = await dueAt(tx, [...rules.alerts.keys()], this.#options.now(), skip);
    const { triggers, standing } = due;
    if (triggers.length + standing.length === 0) return { done: 0, waiting: 0 };
    const asked = [...triggers, ...standing].flatMap(({ rule }) => rules.alerts.get(rule) ?? []);
    const parts = await this.#parts(tx, rules, asked);
    const waiting = await takeSteps(tx, timerSteps(due, parts), parts);
    return { done: Math.max(triggers.length, standing.length), waiting };
  }

  /** Standing facts have no event that would tell of a change: they are asked from time to time. */
  async #askFacts(): Promise<void> {
    const now = this.#options.now().getTime();
    const period = Number(this.#options.settings.ALERT_LOOK_SEC) * 1000;
    // A clock that was put back is not waited for.
    if (Math.abs(now - this.#asked) < period) return;
    this.#asked = now;
    const rules = this.#rules();
    const looking = lookingAtFacts([...rules.alerts.values()]);
    const asked = [...looking.raised, ...looking.ended];
    if (asked.length === 0) return;
    const { db, organizationId } = this.#options;
    await db.transaction(organizationId, async (tx) =>
      askFacts(tx, looking, await this.#parts(tx, rules, asked)),
    );
  }

  /** Forgets what is older than the settings keep. */
  #tidy(): Promise<unknown> {
    const { db, organizationId, settings, now } = this.#options;
    const mayGoOn = () => !this.#task.isStopped && this.#task.isMine;
    const parts = { now: now(), mayGoOn, rules: this.#rules() };
    return forgetOld(db, organizationId, limitsOf(settings), parts);
  }
}
