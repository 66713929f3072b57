import type { Reader } from './task.ts';

interface DayRow {
  readonly id: string;
  readonly date: string;
  readonly stands: boolean;
}

interface ChangeRow {
  readonly object_id: string;
  readonly ts: Date;
  readonly old: { readonly stands?: boolean } | null;
}

/** From this moment on, in milliseconds, these days were off. */
interface Step {
  readonly at: number;
  readonly days: ReadonlySet<string>;
}

/** The days off as they were known at each moment: those of today, with what was changed since put back as the audit has it. */
export class DaysOffThen {
  readonly #steps: readonly Step[];
  /** Days of which the audit says nothing: they count as of now. */
  readonly asOfNow: readonly string[];

  private constructor(steps: readonly Step[], asOfNow: readonly string[]) {
    this.#steps = steps;
    this.asOfNow = asOfNow;
  }

  /** None at all: where no schedule asks. */
  static readonly none = new DaysOffThen([], []);

  static async read(reader: Reader): Promise<DaysOffThen> {
    const days = await reader.rows<DayRow>(
      'select id, date::text as date, stands from days_off order by date',
    );
    // Only where the day itself was made, or began or ended to be off, did anything change.
    const changes = await reader.rows<ChangeRow>(
      `select object_id, ts, old_new_diff_json -> 'old' as old from audit_log
       where object_type = 'day_off' and result = 'done'
         and (old_new_diff_json ->> 'old' is null or old_new_diff_json -> 'old' ? 'stands')
       order by ts desc, position desc`,
    );
    const byDay = Map.groupBy(changes, ({ object_id }) => object_id);
    const asOfNow: string[] = [];
    const turns: { at: number; date: string; off: boolean }[] = [];
    for (const { id, date, stands } of days) {
      const changed = byDay.get(id) ?? [];
      let off = stands;
      let begun = false;
      for (const { ts, old } of changed) {
        turns.push({ at: ts.getTime(), date, off });
        off = old?.stands ?? false;
        begun = old === null;
      }
      if (begun || (!off && changed.length === 0)) continue;
      // Nobody knows since when: it counts as if it always had been so.
      turns.push({ at: Number.NEGATIVE_INFINITY, date, off });
      asOfNow.push(date);
    }
    return new DaysOffThen(stepsOf(turns), asOfNow);
  }

  /** The days off at a moment in milliseconds. */
  at(moment: number): ReadonlySet<string> {
    return this.#steps.findLast(({ at }) => at <= moment)?.days ?? NONE;
  }

  /** When they change next after a moment; infinite for never. */
  changeAfter(moment: number): number {
    return this.#steps.find(({ at }) => at > moment)?.at ?? Number.POSITIVE_INFINITY;
  }
}

const NONE: ReadonlySet<string> = new Set();

function stepsOf(
  turns: readonly { readonly at: number; readonly date: string; readonly off: boolean }[],
): Step[] {
  const steps: Step[] = [];
  let days: ReadonlySet<string> = NONE;
  const inOrder = turns.toSorted((a, b) => (a.at === b.at ? 0 : a.at - b.at));
  for (const { at, date, off } of inOrder) {
    const next = new Set(days);
    if (off) next.add(date);
    else next.delete(date);
    days = next;
    if (steps.at(-1)?.at === at) steps.pop();
    steps.push({ at, days });
  }
  return steps;
}
