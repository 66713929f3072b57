import type { CheckedSchedule } from '../../check/blocks/schedules.ts';
import { DEFAULT_ZONE } from '../../values/calendar.ts';
import { runsAfter, type Timing } from '../../values/recurrence.ts';
import type { Runtime } from '../runtime.ts';
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
}

export interface CompiledSchedule {
  readonly kind: 'schedule';
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
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
  /** Does `if` hold? One that can't be decided does not; the conditions say why. */
  asks(context: FlowContext): {
    readonly holds: boolean;
    readonly conditions: readonly ConditionTrace[];
  };
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
      for (const run of runsFrom(from.getTime() - 1, options)) {
        if (run >= to.getTime() || found.length >= MAX_RUNS) break;
        found.push(new Date(run));
      }
      return found;
    },
    asks(context) {
      const sight = sightOf(context, runtime);
      return {
        holds: holds(condition, [], sight),
        conditions: traceOf('if', condition, [], sight),
      };
    },
    actions: (context) => planActions(actions, [], sightOf(context, runtime)),
    onFailure: (context) => planActions(failure, [], sightOf(context, runtime)),
  };
  return { schedule, parts: { condition, rules } };
}
