import { readStanding, type StandingReader } from '../alerts/index.ts';
import { canonicalJson } from '../data/canonical.ts';
import { type Database, OwnedTask, type Transaction } from '../data/index.ts';
import { askedWith, keepSettings } from '../rules/asked-with.ts';
import type { RuleRuntime } from '../rules/runtime.ts';

export interface RecorderOptions extends StandingReader {
  readonly db: Database;
  readonly runtime: RuleRuntime;
  readonly organizationId: string;
  readonly now: () => Date;
}

/** A longer value is not kept: a look a minute for two months has to have room. */
const MOST_CHARACTERS = 4_000;
const HOUR_MS = 3_600_000;

/**
 * Records what a rehearsal needs and nothing else keeps: how things stood, from time to time, and from
 * when on which settings counted. One node of the cluster does it.
 */
export function startRecorder(options: RecorderOptions): { stop(): Promise<void> } {
  const recorder = new Recorder(options);
  const { db, organizationId, log } = options;
  const task = new OwnedTask({
    db,
    key: `qoida.standing ${organizationId}`,
    log,
    what: 'the record of how things stand',
    takeOver: () => recorder.begin(),
    work: () => recorder.work(),
  });
  task.start();
  return { stop: () => task.stop() };
}

class Recorder {
  readonly #options: RecorderOptions;
  readonly #periodMs: number;
  /** The values recorded last, as canonical JSON; what is too long is null. */
  #recorded = new Map<string, string | null | undefined>();
  #lookedAt = 0;
  #tidiedAt = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#periodMs = Number(options.settings.STANDING_RECORD_SEC ?? 60) * 1000;
  }

  /** Notes the settings that count from now on; what was recorded last is recorded anew. */
  async begin(): Promise<void> {
    const { db, runtime, organizationId, settings, zone, now } = this.#options;
    this.#recorded = new Map();
    const asked = askedWith(runtime.catalog, { settings, zone });
    await db.transaction(organizationId, async (tx) => {
      await keepSettings(tx, asked);
      await tx.sql(
        `insert into settings_in_force (since, hash) select ?, ?
         where ? is distinct from (select hash from settings_in_force order by since desc limit 1)
         on conflict do nothing`,
        [now(), asked.hash, asked.hash],
      );
    });
  }

  /** @returns when to look again, in milliseconds */
  async work(): Promise<number> {
    const now = this.#options.now();
    const wait = this.#lookedAt + this.#periodMs - now.getTime();
    if (wait > 0 && wait <= this.#periodMs) return wait;
    this.#lookedAt = now.getTime();
    await this.#look(now);
    if (now.getTime() - this.#tidiedAt > HOUR_MS) {
      this.#tidiedAt = now.getTime();
      await this.#forget(now);
    }
    return this.#periodMs;
  }

  async #look(now: Date): Promise<void> {
    const { db, organizationId, declared } = this.#options;
    if (declared.length === 0) return;
    const names = new Set(declared.map(({ name }) => name));
    const seen = await db.transaction(organizationId, async (tx) => {
      const values = await readStanding(tx, names, now, this.#options);
      const texts = new Map([...names].map((name) => [name, textOf(values[name])]));
      const changed = [...texts].filter(
        ([name, text]) => !this.#recorded.has(name) || this.#recorded.get(name) !== text,
      );
      await tx.sql('insert into standing_looks (at) values (?) on conflict do nothing', [now]);
      await keepSamples(tx, now, changed);
      return texts;
    });
    this.#recorded = seen;
  }

  async #forget(now: Date): Promise<void> {
    const { db, organizationId, settings } = this.#options;
    const days = Number(settings.EVENT_KEEP_DAYS ?? 62);
    const before = new Date(now.getTime() - days * 24 * HOUR_MS);
    await db.transaction(organizationId, async (tx) => {
      await tx.sql('delete from standing_looks where at < ?', [before]);
      // The last of each stays: it is what still counted then.
      await tx.sql(
        `delete from standing_samples s where at < ? and exists (
           select 1 from standing_samples n where n.fact = s.fact and n.at > s.at and n.at <= ?)`,
        [before, before],
      );
    });
  }
}

/** Undefined: it could not be read; null: it is too long to keep. */
function textOf(value: unknown): string | null | undefined {
  if (value === undefined) return undefined;
  const text = canonicalJson(JSON.parse(JSON.stringify(value)));
  return text.length > MOST_CHARACTERS ? null : text;
}

async function keepSamples(
  tx: Transaction,
  at: Date,
  changed: readonly (readonly [string, string | null | undefined])[],
): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.map(([fact, text]) => ({ fact, text: text ?? null, cut: text === null }));
  await tx.sql(
    `insert into standing_samples (fact, at, value, cut)
     select r.fact, ?, r.text::jsonb, r.cut from jsonb_to_recordset(?::jsonb) as r (fact text, text text, cut boolean)
     on conflict do nothing`,
    [at, JSON.stringify(rows)],
  );
}
