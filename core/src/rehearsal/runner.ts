import { isRecordFact } from '../api/facts.ts';
import type { OperationDef } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';
import type { Database, DataLog } from '../data/index.ts';
import type { LiveStream } from '../devices/live.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import { progressTopic } from './events.ts';
import { keepEnd, keepItems, keepProgress, NoLongerOurs, type Taken, takeNext } from './keeping.ts';
import { sourcesOf } from './sources.ts';
import type { RehearsalTask } from './task.ts';
import { type Running, startThread } from './thread.ts';

export interface RunnerOptions {
  readonly db: Database;
  readonly runtime: RuleRuntime;
  readonly organizationId: string;
  /** What the plugins declare. */
  readonly registry: {
    readonly records: ReadonlyMap<string, RecordDef>;
    readonly operations: ReadonlyMap<string, { readonly def: OperationDef }>;
  };
  readonly stream?: LiveStream;
  readonly log: DataLog;
}

/** Runs rehearsals, one after another on a node. */
export interface Rehearsals {
  stop(): Promise<void>;
}

const runners = new WeakMap<RuleRuntime, Runner>();

/** Tells the runner of these rules, where there is one, that something waits or was cancelled. */
export const wakeRunner = (runtime: RuleRuntime): void => runners.get(runtime)?.wake();

const LOOK_MS = 2_000;
const BEAT_MS = 1_000;
const PAGE_SIZE = 1_000;

/** Starts to run what waits; another node's work is taken over when that node is gone. */
export function startRehearsals(options: RunnerOptions): Rehearsals {
  const runner = new Runner(options);
  runners.set(options.runtime, runner);
  runner.wake();
  return runner;
}

class Runner implements Rehearsals {
  readonly #options: RunnerOptions;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #running: Running | null = null;
  /** Asks whether the rehearsal under way is still wanted. */
  #look: () => void = () => undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  wake(): void {
    if (this.#stopped) return;
    if (this.#turn !== null) {
      this.#again = true;
      this.#look();
      return;
    }
    clearTimeout(this.#timer);
    this.#turn = this.#work()
      .catch((error: unknown) =>
        this.#options.log.error({ err: error }, 'rehearsals could not be run; tried again'),
      )
      .finally(() => {
        this.#turn = null;
        if (this.#again) {
          this.#again = false;
          this.wake();
        } else if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), LOOK_MS).unref();
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running?.stop();
    await this.#turn;
  }

  async #work(): Promise<void> {
    const { db, organizationId } = this.#options;
    while (!this.#stopped) {
      const taken = await takeNext(db, organizationId);
      if (taken === undefined) return;
      await this.#run(taken);
    }
  }

  async #run(taken: Taken): Promise<void> {
    const { db, organizationId, log } = this.#options;
    const told = new Progresses(this.#options, taken, () => void this.#running?.stop());
    let kept = 0;
    try {
      const running = startThread(
        { task: this.#taskOf(taken), access: accessOf(db) },
        {
          async items(items) {
            await keepItems(db, organizationId, taken, items, kept);
            kept += items.length;
          },
          progress: (progress) => told.show(progress),
        },
      );
      this.#running = running;
      this.#look = () => void told.beat();
      const result = await running.result;
      await told.stop();
      await keepEnd(db, organizationId, taken, { result });
    } catch (error) {
      await told.stop();
      if (error instanceof NoLongerOurs || told.lost || this.#stopped) return;
      log.error({ err: error, rehearsal: taken.id }, 'a rehearsal failed');
      await keepEnd(db, organizationId, taken, { error: String((error as Error).message) });
    } finally {
      this.#running = null;
      this.#look = () => undefined;
    }
  }

  #taskOf({ asked, from_at, to_at }: Taken): RehearsalTask {
    const { organizationId, runtime, registry } = this.#options;
    return {
      ...asked,
      organizationId,
      from: from_at.toISOString(),
      to: to_at.toISOString(),
      catalog: runtime.catalog,
      records: sourcesOf(registry.records.values()),
      accepting: [...registry.operations.values()].flatMap(({ def }) =>
        def.pause === undefined ? [] : [def.name],
      ),
      longLived: longLivedIn(registry),
      pageSize: PAGE_SIZE,
    };
  }
}

/** Keeps and publishes how far a rehearsal is, one after another, and notices when it is not wanted any more. */
class Progresses {
  readonly #options: RunnerOptions;
  readonly #taken: Taken;
  readonly #gone: () => void;
  readonly #timer: NodeJS.Timeout;
  #latest: Parameters<typeof keepProgress>[3] = { phase: 'reading', done: 0, total: 0 };
  #writing: Promise<void> = Promise.resolve();
  lost = false;

  constructor(options: RunnerOptions, taken: Taken, gone: () => void) {
    this.#options = options;
    this.#taken = taken;
    this.#gone = gone;
    this.#timer = setInterval(() => void this.beat(), BEAT_MS).unref();
  }

  show(progress: Parameters<typeof keepProgress>[3]): void {
    this.#latest = progress;
    const { stream, organizationId } = this.#options;
    const { id } = this.#taken;
    stream?.publish(progressTopic(id), { id, ...progress }, { organizationId });
  }

  beat(): Promise<void> {
    const { db, organizationId, log } = this.#options;
    this.#writing = this.#writing
      .then(() => keepProgress(db, organizationId, this.#taken, this.#latest))
      .catch((error: unknown) => {
        if (!(error instanceof NoLongerOurs)) {
          log.warn({ err: error }, 'the progress of a rehearsal could not be kept');
          return;
        }
        this.lost = true;
        this.#gone();
      });
    return this.#writing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }
}

/** Which records keep rules from their beginning, and where they are facts. */
function longLivedIn({ records, operations }: RunnerOptions['registry']) {
  const keeping = [...records.values()].filter(({ options }) => options.bindsRules === true);
  const facts = [...operations.values()].flatMap(({ def }) => {
    const named = Object.entries(def.facts).flatMap(([name, fact]) =>
      isRecordFact(fact) && keeping.includes(fact.record) ? [[name, fact.record.name]] : [],
    );
    return named.length === 0 ? [] : [[def.name, Object.fromEntries(named)] as const];
  });
  return { records: keeping.map(({ name }) => name), facts: Object.fromEntries(facts) };
}

/** How the application gets into its database; the password is no enumerable part of a pool's options. */
function accessOf({ pool }: Database) {
  const { host, port, database, user, ssl, connectionString } = pool.options;
  const { password } = pool.options;
  return { host, port, database, user, password, ssl, connectionString };
}
