import type { CheckedSchedule } from '../../check/blocks/schedules.ts';
import { type ExplainNode, explain } from '../../explain/explain.ts';
import { DAY_MS, DEFAULT_ZONE } from '../../values/calendar.ts';
import { runsAfter, type Timing } from '../../values/recurrence.ts';
import type { Runtime } from '../runtime.ts';
import { explainingIn } from '../telling.ts';
import {
  type ActionInfo,
  type ActionPlan,
  compileActions,
  emittedBy,
  infoOf,
  planActions,
  rulesOfActions,
} from './action.ts';
import {
  type ConditionTrace,
  compileRule,
  type FlowContext,
  holds,
  type Rule,
  sightOf,
  traceOf,
} from './rule.ts';
import { readsOfRules } from './trigger.ts';

/** Runs that one question answers. */
const MAX_RUNS = 10_000;

export interface ScheduleOptions {
  /** Of the project, where the schedule names none. */
  readonly zone?: string;
  /** Local dates `YYYY-MM-DD`. */
  readonly holidays?: Iterable<string>;
  /** The first so many of the runs that `runs` answers; 10,000 at most. */
  readonly most?: number;
}

export interface CompiledSchedule {
  readonly kind: 'schedule';
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  /**
   * A fingerprint of what is said, with the formulas that are called: comments, layout and the language of
   * the keywords don't change it. What a rule remembers is its own as long as this is the same.
   */
  readonly meaning: string;
  readonly timing: Timing;
  /** Its own zone; without one the project's counts. */
  readonly zone: string | undefined;
  readonly holidays: 'skip' | 'only' | undefined;
  /** `run`: runs that were missed are made up for by one. */
  readonly missed: 'skip' | 'run';
  readonly effects: readonly ActionInfo[];
  readonly emits: readonly string[];
  readonly reads: readonly string[];
  /** The first run after an instant; undefined when there is none in 40 years. */
  next(after: Date, options?: ScheduleOptions): Date | undefined;
  /** Runs from an instant (itself too) to another (itself not), at most 10,000. */
  runs(from: Date, to: Date, options?: ScheduleOptions): readonly Date[];
  /** The last runs, at most so many, from an instant (itself too) to another (itself not), in their order. */
  latest(from: Date, to: Date, most: number, options?: ScheduleOptions): readonly Date[];
  /** Does `if` hold? One that can't be decided does not; the conditions say why. */
  asks(context: FlowContext): {
    readonly holds: boolean;
    readonly conditions: readonly ConditionTrace[];
  };
  /** How `if` comes out, as a tree. */
  explain(context: FlowContext, language: string): { readonly if?: ExplainNode };
  /** What a run does, as a list of effects with their arguments: nothing is done. */
  actions(context: FlowContext): ActionPlan;
  onFailure(context: FlowContext): ActionPlan;
}

export interface ScheduleParts {
  readonly condition: Rule | undefined;
  readonly rules: readonly Rule[];
}

export function compileSchedule(
  checked: CheckedSchedule,
  runtime: Runtime,
  meaning: string,
): { readonly schedule: CompiledSchedule; readonly parts: ScheduleParts } {
  const { block, reporter, module, timing, holidays, missed } = checked;
  const name = block.name.name;
  const { file } = reporter;
  const compile = (groups: CheckedSchedule['actions']) =>
    compileActions(name, file, groups, [], runtime);
  const [actions, failure] = [compile(checked.actions), compile(checked.onFailure)];
  const condition = checked.condition && compileRule(name, file, checked.condition, [], runtime);
  const rules = [
    ...(condition === undefined ? [] : [condition]),
    ...rulesOfActions(actions),
    ...rulesOfActions(failure),
  ];
  const reads = readsOfRules(rules, runtime);
  const runsFrom = (after: number, options: ScheduleOptions) => {
    const zone = checked.zone ?? options.zone ?? DEFAULT_ZONE;
    return runsAfter({ timing, zone, holidays }, after, new Set(options.holidays));
  };
  const schedule: CompiledSchedule = {
    kind: 'schedule',
    name,
    module,
    file,
    doc: block.doc,
    meaning,
    timing,
    zone: checked.zone,
    holidays,
    missed,
    effects: infoOf([...actions, ...failure]),
    emits: emittedBy([...actions, ...failure]),
    get reads() {
      return reads();
    },
    next(after, options = {}) {
      const { value } = runsFrom(after.getTime(), options).next();
      return value === undefined ? undefined : new Date(value);
    },
    runs(from, to, options = {}) {
      const found: Date[] = [];
      const most = Math.min(options.most ?? MAX_RUNS, MAX_RUNS);
      for (const run of runsFrom(from.getTime() - 1, options)) {
        if (run >= to.getTime() || found.length >= most) break;
        found.push(new Date(run));
      }
      return found;
    },
    latest(from, to, most, options = {}) {
      let found: number[] = [];
      let end = to.getTime();
      // Looked at from the end, in pieces that grow where there is nothing.
      for (let piece = DAY_MS; end > from.getTime() && found.length < most; ) {
        const begin = Math.max(from.getTime(), end - piece);
        const runs: number[] = [];
        for (const run of runsFrom(begin - 1, options)) {
          if (run >= end) break;
          runs.push(run);
        }
        found = [...runs, ...found];
        if (runs.length === 0) piece *= 2;
        end = begin;
      }
      return found.slice(-most).map((run) => new Date(run));
    },
    asks(context) {
      const sight = sightOf(context, runtime);
      return {
        holds: holds(condition, [], sight),
        conditions: traceOf('if', condition, [], sight),
      };
    },
    explain(context, language) {
      if (condition === undefined) return {};
      const { unit } = condition;
      const telling = explainingIn(runtime, sightOf(context, runtime).environment, language);
      return { if: explain(unit.body, unit.file, [], telling) };
    },
    actions: (context) => planActions(actions, [], sightOf(context, runtime)),
    onFailure: (context) => planActions(failure, [], sightOf(context, runtime)),
  };
  return { schedule, parts: { condition, rules } };
}
