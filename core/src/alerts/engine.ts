import type { AlertState, FlowEvent } from '@qoida/dsl';
import { flowEventOf } from '../automations/flows.ts';
import { fresh, lineageOf } from '../automations/step.ts';
import { TraceBudget } from '../automations/traces.ts';
import {
  type AfterCommit,
  type Database,
  type OutboxEvent,
  OwnedTask,
  type Transaction,
} from '../data/index.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import { settingsForRules } from '../rules/runtime.ts';
import type { DeviceEvents } from './about.ts';
import type { LifeParts } from './life.ts';
import { forgetOld, limitsOf } from './retention.ts';
import {
  type AlertRule,
  type AlertRules,
  alertRulesOf,
  contextOf,
  type Listening,
  readStanding,
  type StandingReader,
} from './rules.ts';
import { type Step, type StepParts, stepsAt, takeSteps } from './step.ts';

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

const AT_ONCE = 100;
const HOUSEKEEPING_MS = 3_600_000;
/** Alerts of one event up to which those that don't fit are asked why. */
const MOST_ASKED_WHY = 20;

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
  #tidied = -HOUSEKEEPING_MS;
  #tidying: Promise<unknown> = Promise.resolve();

  constructor(options: AlertOptions) {
    this.#options = options;
    this.#settings = settingsForRules(options.settings);
    const { db, organizationId, log } = options;
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
        return this.#stepsOf(led, listeners, parts);
      });
    await takeSteps(tx, steps, parts);
    return () => {
      onNotices();
      this.wake();
    };
  }

  /** An event first ends what it ends, then raises. */
  #stepsOf(
    { flowEvent, lineage }: { flowEvent: FlowEvent; lineage: ReturnType<Lineages> },
    listeners: readonly Listening[],
    parts: StepParts,
  ): Step[] {
    const context = contextOf(parts);
    const { dispatcher } = parts.rules;
    const fitting = new Set(dispatcher.match(flowEvent, context).map(({ rule }) => rule));
    return listeners.flatMap(({ found, role }): Step[] => {
      const nearMiss = !fitting.has(found.rule);
      if (nearMiss && (listeners.length > MOST_ASKED_WHY || role === 'clear')) return [];
      if (role === 'clear') {
        const group = found.rule.clearedBy(flowEvent, context);
        return group === undefined ? [] : [{ kind: 'clear', found, group, at: flowEvent.at }];
      }
      const key = found.rule.key(flowEvent, context);
      if (key === undefined || (nearMiss && !this.#traces.has(found.id))) return [];
      const input = { kind: 'event', event: flowEvent } as const;
      return [{ kind: 'trigger', found, key, input, lineage, nearMiss }];
    });
  }

  wake(): void {
    this.#task.wake();
  }

  stop(): Promise<void> {
    return this.#task.stop(() => this.#tidying);
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
    this.#tidy();
  }

  /** After a publication: forgets what triggers of another text remember, begins what counts from now. */
  async #putInOrder(): Promise<void> {
    const rules = this.#rules();
    if (this.#settled === rules.hash) return;
    const { db, organizationId, now } = this.#options;
    const all = [...rules.alerts.values()];
    const ids = all.map(({ id }) => id);
    const hashes = all.map(({ hash }) => hash);
    await db.transaction(organizationId, async (tx) => {
      await tx.sql(
        `delete from alert_triggers s where not exists (
           select 1 from unnest(?::text[], ?::text[]) as r (rule, hash)
           where r.rule = s.rule and r.hash = s.rule_hash)`,
        [ids, hashes],
      );
      // An alert whose rule is gone stays until a person closes it, and tells nobody as long as it is gone.
      await tx.sql(
        `update alerts set timer_at = null, rule_hash = null
         where status <> 'closed' and rule_hash is not null and not rule = any(?::text[])`,
        [ids],
      );
      await tx.sql(
        `update alerts a set timer_at = ? from unnest(?::text[], ?::text[]) as r (rule, hash)
         where a.status = 'open' and a.rule = r.rule and a.rule_hash is distinct from r.hash`,
        [now(), ids, hashes],
      );
      const begins = all.filter(
        ({ rule: { trigger } }) =>
          !trigger.keyed && ['absence', 'becomes', 'stays'].includes(trigger.kind),
      );
      const parts = await this.#parts(tx, rules, begins);
      const kind = this.#isFirstLook ? 'start' : 'facts';
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
    const now = this.#options.now();
    const ids = [...rules.alerts.keys()];
    const triggers = await tx.sql<{ rule: string; key: string }>(
      `select rule, key from alert_triggers where timer_at <= ? and rule = any(?::text[])
       order by timer_at, rule, key limit ${AT_ONCE} offset ?`,
      [now, ids, skip],
    );
    const standing = await tx.sql<{ rule: string; state: AlertState }>(
      `select rule, state from alerts where timer_at <= ? and status <> 'closed' and rule = any(?::text[])
       order by timer_at, id limit ${AT_ONCE}`,
      [now, ids],
    );
    if (triggers.length + standing.length === 0) return { done: 0, waiting: 0 };
    const asked = [...triggers, ...standing].flatMap(({ rule }) => rules.alerts.get(rule) ?? []);
    const parts = await this.#parts(tx, rules, asked);
    const at = parts.now.getTime();
    const known = (rule: string) => rules.alerts.get(rule);
    const steps = [
      ...triggers.flatMap(({ rule, key }): Step[] => {
        const found = known(rule);
        const input = { kind: 'timer', at } as const;
        return found === undefined
          ? []
          : [{ kind: 'trigger', found, key, input, lineage: fresh() }];
      }),
      ...standing.flatMap(({ rule, state }): Step[] => {
        const found = known(rule);
        return found === undefined ? [] : [{ kind: 'timer', found, group: state.group, at }];
      }),
    ];
    const waiting = await takeSteps(tx, steps, parts);
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
    const all = [...rules.alerts.values()];
    const conditions = all.filter(({ rule }) => ['becomes', 'stays'].includes(rule.trigger.kind));
    const ending = all.filter(({ rule }) => rule.clearFacts.length > 0);
    if (conditions.length + ending.length === 0) return;
    const { db, organizationId } = this.#options;
    await db.transaction(organizationId, async (tx) => {
      const parts = await this.#parts(tx, rules, [...conditions, ...ending]);
      const at = parts.now.getTime();
      await takeSteps(tx, stepsAt(conditions, { kind: 'facts', at }), parts);
      await takeSteps(tx, await clearsOf(tx, ending, parts), parts);
    });
  }

  /** Hourly: forgets what is older than the settings keep. */
  #tidy(): void {
    if (performance.now() - this.#tidied < HOUSEKEEPING_MS) return;
    this.#tidied = performance.now();
    const { db, organizationId, settings, log, now } = this.#options;
    const mayGoOn = () => !this.#task.isStopped && this.#task.isMine;
    const parts = { now: now(), mayGoOn, rules: this.#rules() };
    this.#tidying = forgetOld(db, organizationId, limitsOf(settings), parts).catch(
      (error: unknown) =>
        log.error({ err: error }, 'old alerts and messages could not be forgotten'),
    );
  }
}

type Lineages = Awaited<ReturnType<typeof lineageOf>>;

/** Alerts whose condition is over by what the facts say now. */
async function clearsOf(
  tx: Transaction,
  ending: readonly AlertRule[],
  parts: StepParts,
): Promise<Step[]> {
  if (ending.length === 0) return [];
  const open = await tx.sql<{ rule: string; state: AlertState }>(
    `select rule, state from alerts where status <> 'closed' and rule = any(?::text[]) order by rule, dedupe_key`,
    [ending.map(({ id }) => id)],
  );
  const known = new Map(ending.map((found) => [found.id, found]));
  const context = contextOf(parts);
  const at = parts.now.getTime();
  return open.flatMap(({ rule, state: { firing, group } }): Step[] => {
    const found = known.get(rule);
    return found?.rule.cleared(firing, context) === true
      ? [{ kind: 'clear', found, group, at }]
      : [];
  });
}
