import type { Reader } from './task.ts';

export interface SettingsThen {
  /** Null for those of today, which were never kept. */
  readonly hash: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly zone: string;
}

/** The settings that decisions and runs of earlier times were asked with, each read once. */
export class PastSettings {
  readonly #known = new Map<string, SettingsThen | null>();

  /** Null where they were not kept. */
  async find(reader: Reader, hash: string | null): Promise<SettingsThen | null> {
    if (hash === null) return null;
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    const [row] = await reader.rows<SettingsThen>(
      'select hash, settings, zone from rule_settings where hash = $1',
      [hash],
    );
    this.#known.set(hash, row ?? null);
    return row ?? null;
  }
}

interface Step extends SettingsThen {
  readonly at: Date;
}

/**
 * Which settings counted when: as they were noted at each start of the platform, and as they stand with
 * what was decided.
 */
export class SettingsThrough {
  readonly #steps: readonly Step[];
  readonly #today: SettingsThen;

  private constructor(steps: readonly Step[], today: SettingsThen) {
    this.#steps = steps;
    this.#today = today;
  }

  /** @param today what counts where nothing else is known */
  static async read(
    reader: Reader,
    { from, to }: { readonly from: Date; readonly to: string },
    today: Omit<SettingsThen, 'hash'>,
  ): Promise<SettingsThrough> {
    const steps = await reader.rows<Step>(
      `with used as (
         select since as at, hash from settings_in_force where since < $2
         union all
         select coalesce(decided_at, created_at), settings_hash from decisions
         where coalesce(decided_at, created_at) >= $1 and coalesce(decided_at, created_at) < $2
           and settings_hash is not null
         union all
         select decided_at, settings_hash from rule_runs
         where at >= $1 and at < $2 and decided_at is not null and settings_hash is not null
       ), steps as (select at, hash, lag(hash) over (order by at, hash) as was from used)
       select s.at, s.hash, r.settings, r.zone from steps s join rule_settings r on r.hash = s.hash
       where s.was is distinct from s.hash order by s.at, s.hash`,
      [from, to],
    );
    return new SettingsThrough(steps, { ...today, hash: null });
  }

  /** The settings of a moment in milliseconds; before the first known ones those. */
  at(moment: number): SettingsThen {
    let [low, high] = [0, this.#steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#steps[middle] as Step).at.getTime() <= moment) low = middle + 1;
      else high = middle;
    }
    return this.#steps[Math.max(0, low - 1)] ?? this.#today;
  }

  /** Was this setting there all the time? */
  has(name: string): boolean {
    const all = this.#steps.length === 0 ? [this.#today] : this.#steps;
    return all.every(({ settings }) => Object.hasOwn(settings, name));
  }
}
