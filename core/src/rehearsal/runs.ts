import type { ActionPlan, Firing } from '@qoida/dsl';
import { canonicalJson } from '../data/canonical.ts';
import type { Reader } from './task.ts';

/** A run as it was kept, as far as it is needed to find it again: a period has many of them. */
export interface KeptRun {
  readonly id: string;
  readonly kind: string;
  readonly rule: string;
  readonly key: string;
  readonly at: Date;
  readonly causes: readonly string[];
}

/** The rest of a run. */
export interface RunDetails {
  readonly settings_hash: string | null;
  readonly decided_at: Date | null;
  readonly facts: Readonly<Record<string, unknown>> | null;
  /** Of an alert: group, severity, figures, message. */
  readonly outcome: Readonly<Record<string, unknown>> | null;
  readonly actions: readonly PlannedAction[];
}

/** One action of a run, planned or kept. */
export interface PlannedAction {
  readonly group_no: number;
  readonly place: number;
  readonly action: string;
  readonly target: string | null;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Which firing of a rule a run belongs to: by its events, and where there are none by its time. */
type FiringPlace = Pick<Firing, 'rule' | 'key' | 'at' | 'causes'>;

/** A condition or timer that nobody's event set off is found a moment later than it came due. */
export const LATE_MS = 65_000;

/** The runs of a period in the order of their time. @param keep which runs are compared at all */
export async function readRuns(
  reader: Reader,
  { from, to, pageSize }: { from: string; to: string; pageSize: number },
  keep: (run: KeptRun) => boolean,
): Promise<KeptRun[]> {
  const pages = reader.pages<KeptRun>(
    'select id, kind, rule, key, at, causes from rule_runs where at >= $1 and at < $2 order by at, id',
    [from, to],
    pageSize,
  );
  const runs: KeptRun[] = [];
  for await (const page of pages) for (const run of page) if (keep(run)) runs.push(run);
  return runs;
}

/** What is kept of these runs besides, by their ids. */
export async function detailsOf(
  reader: Reader,
  runs: readonly Pick<KeptRun, 'id'>[],
): Promise<ReadonlyMap<string, RunDetails>> {
  if (runs.length === 0) return new Map();
  const rows = await reader.rows<RunDetails & { id: string }>(
    `select id, settings_hash, decided_at, facts, outcome,
       (select coalesce(jsonb_agg(jsonb_build_object('group_no', a.group_no, 'place', a.place, 'action',
          a.action, 'target', a.target, 'args', a.args) order by a.group_no, a.place), '[]')
        from rule_actions a where a.run_id = r.id and a.phase = 'do') as actions
     from rule_runs r where id = any($1)`,
    [runs.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, ...details }) => [id, details]));
}

/** The runs of one rule, key and events in the order of their time, and how far they were looked at. */
interface Waiting {
  readonly runs: KeptRun[];
  next: number;
}

/** Runs that wait for the firing they belong to; each belongs to one. */
export class RunMatcher {
  readonly #waiting = new Map<string, Waiting>();
  readonly #left: KeptRun[] = [];
  readonly #lateMs: (rule: string) => number;

  /** @param lateMs how far a run may be from the firing it belongs to, where no event tells */
  constructor(runs: readonly KeptRun[], lateMs: (rule: string) => number) {
    this.#lateMs = lateMs;
    for (const run of runs) {
      const place = placeOf(run);
      const waiting = this.#waiting.get(place);
      if (waiting === undefined) this.#waiting.set(place, { runs: [run], next: 0 });
      else waiting.runs.push(run);
    }
  }

  /** The run that this firing was, once. Firings of one rule and key come in the order of their time. */
  take(firing: FiringPlace): KeptRun | undefined {
    const waiting = this.#waiting.get(placeOf(firing));
    if (waiting === undefined) return undefined;
    const { runs } = waiting;
    if (firing.causes.length > 0) return runs[waiting.next++];
    const late = this.#lateMs(firing.rule);
    for (let run = runs[waiting.next]; run !== undefined; run = runs[waiting.next]) {
      const after = run.at.getTime() - firing.at;
      if (after > late) return undefined;
      waiting.next += 1;
      if (after >= -late) return run;
      this.#left.push(run);
    }
    return undefined;
  }

  /** The runs that no firing belonged to. */
  left(): ReadonlySet<KeptRun> {
    const rest = [...this.#waiting.values()].flatMap(({ runs, next }) => runs.slice(next));
    return new Set([...this.#left, ...rest]);
  }
}

const placeOf = ({ rule, key, causes }: Pick<FiringPlace, 'rule' | 'key' | 'causes'>): string =>
  JSON.stringify([rule, key, causes]);

/** A plan as its actions are kept. */
export const planned = (plan: ActionPlan): PlannedAction[] =>
  plan.flatMap((group, group_no) =>
    group.map(({ action, target, args }, place) => ({
      group_no,
      place,
      action,
      target: target === undefined || target === null ? null : String(target),
      args,
    })),
  );

/** As it comes out of the database, so that kept and computed can be compared. */
export const plainText = (value: unknown): string =>
  canonicalJson(JSON.parse(JSON.stringify(value ?? null)));
