import type { CheckedAutomation } from '../../check/blocks/automations.ts';
import { type ExplainNode, explain } from '../../explain/explain.ts';
import type { Remedy, RemedyOptions } from '../../explain/remedies.ts';
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
import { type Miss, nearMiss } from './near-miss.ts';
import { type ConditionTrace, type FlowContext, type Rule, type Sight, sightOf } from './rule.ts';
import {
  compileTrigger,
  keyOfEvent,
  readsOfRules,
  rulesOf,
  type TriggerInfo,
  type TriggerRules,
} from './trigger.ts';
import type {
  Firing,
  FlowEvent,
  FlowInput,
  StepContext,
  StepResult,
  TriggerState,
} from './trigger-state.ts';
import { conditionsOf, Step } from './trigger-step.ts';

/** What a rule with a trigger is outside: an automation, or an alert's beginning. */
export interface Triggered {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  /**
   * A fingerprint of what is said, with the formulas that are called: comments, layout and the language of
   * the keywords don't change it. What a rule remembers is its own as long as this is the same.
   */
  readonly meaning: string;
  readonly trigger: TriggerInfo;
  /** What it reads: `relay.input.kind`, `settings.x`, `open_sessions.input_kg`. */
  readonly reads: readonly string[];
  /**
   * The key whose state an event belongs to; `''` for a trigger without `per`.
   * @returns undefined when the event is none of the trigger's, or gives no key
   */
  key(event: FlowEvent, context: FlowContext): string | undefined;
  /**
   * One step of the trigger: pure, with a state that is plain JSON. The same rule and key must be
   * stepped one after another.
   * @param state what the last step for this key left; undefined at the beginning
   * @param key of `key()`; `''` without `per`
   */
  step(
    state: TriggerState | undefined,
    input: FlowInput,
    context: StepContext,
    key?: string,
  ): StepResult;
  /**
   * What would have set it off at a step that did not: other facts or another event, more events,
   * or only more time, each tried by stepping.
   */
  remedies(
    miss: Miss,
    context: FlowContext,
    language: string,
    options?: RemedyOptions,
  ): readonly Remedy[];
  /** How `where` and `if` came out for a firing, as the trace of its step had them. */
  conditions(firing: Pick<Firing, 'events'>, context: FlowContext): readonly ConditionTrace[];
  /** How `when`, `where` and `if` come out for a firing or an event, as trees. */
  explain(
    firing: Pick<Firing, 'events'>,
    context: FlowContext,
    language: string,
  ): { readonly when?: ExplainNode; readonly where?: ExplainNode; readonly if?: ExplainNode };
}

export interface CompiledAutomation extends Triggered {
  readonly kind: 'automation';
  readonly effects: readonly ActionInfo[];
  /** Events that its actions cause. */
  readonly emits: readonly string[];
  readonly cooldownMs: number;
  /** How often it may come back in a chain that it began itself; 0 for not at all. */
  readonly allowRepeat: number;
  /** What a firing does, as a list of effects with their arguments: nothing is done. */
  actions(firing: Firing, context: FlowContext): ActionPlan;
  /** What is done when one of the actions has failed. */
  onFailure(firing: Firing, context: FlowContext): ActionPlan;
}

/** The inner parts of a rule, for tests, coverage and the dispatcher. */
export interface FlowParts {
  readonly trigger: TriggerRules;
  /** All its expressions, for bounds. */
  readonly rules: readonly Rule[];
  /** An alert's `clear when`. */
  readonly clear: Rule | undefined;
  /** Those of them that decide, for coverage. */
  readonly conditions: readonly Rule[];
  step(
    state: TriggerState | undefined,
    input: FlowInput,
    sight: Sight,
    key: string,
    tracing: boolean,
  ): StepResult;
}

export function compileAutomation(
  automation: CheckedAutomation,
  runtime: Runtime,
  meaning: string,
): { readonly automation: CompiledAutomation; readonly parts: FlowParts } {
  const { block, reporter, allowRepeat, cooldownMs } = automation;
  const name = block.name.name;
  const { file } = reporter;
  const trigger = compileTrigger({ ...automation, name, file }, runtime);
  const compile = (groups: CheckedAutomation['actions']) =>
    compileActions(name, file, groups, trigger.params, runtime);
  const [actions, failure] = [compile(automation.actions), compile(automation.onFailure)];
  const rules = [...rulesOf(trigger), ...rulesOfActions(actions), ...rulesOfActions(failure)];
  const all = [...actions, ...failure];
  const reads = readsOfRules(rules, runtime);
  return {
    automation: {
      kind: 'automation',
      meaning,
      ...triggered(automation, trigger, runtime),
      get reads() {
        return reads();
      },
      effects: infoOf(all),
      emits: emittedBy(all),
      cooldownMs,
      allowRepeat,
      actions: (firing, context) => planActions(actions, firing.events, sightOf(context, runtime)),
      onFailure: (firing, context) =>
        planActions(failure, firing.events, sightOf(context, runtime)),
    },
    parts: partsOf(trigger, rules),
  };
}

export function partsOf(trigger: TriggerRules, rules: readonly Rule[]): FlowParts {
  const { where, condition, asked } = trigger;
  return {
    trigger,
    rules,
    clear: undefined,
    conditions: [where, condition, asked].filter((rule) => rule !== undefined),
    step: (state, input, sight, key, tracing) =>
      new Step(trigger, state, sight, key, tracing).run(input),
  };
}

/** The public face of a trigger. */
export function triggered(
  {
    block,
    module,
    reporter,
  }: Pick<CheckedAutomation, 'module' | 'reporter'> & {
    readonly block: { readonly name: { readonly name: string }; readonly doc: string | undefined };
  },
  trigger: TriggerRules,
  runtime: Runtime,
): Omit<Triggered, 'reads' | 'meaning'> {
  return {
    name: block.name.name,
    module,
    file: reporter.file,
    doc: block.doc,
    trigger: trigger.info,
    key: (event, context) => keyOfEvent(trigger, event, sightOf(context, runtime)),
    step: (state, input, context, key = '') =>
      new Step(trigger, state, sightOf(context, runtime), key, context.trace ?? true).run(input),
    remedies: (miss, context, language, options = {}) =>
      nearMiss({ rules: trigger, miss, context, runtime, language, options }),
    conditions: ({ events }, context) => conditionsOf(trigger, events, sightOf(context, runtime)),
    explain(firing, context, language) {
      const { environment } = sightOf(context, runtime);
      const telling = explainingIn(runtime, environment, language);
      const tree = ({ unit }: Rule) => explain(unit.body, unit.file, firing.events, telling);
      const { condition, where, asked } = trigger;
      const known = !firing.events.includes(null);
      return {
        ...(condition === undefined ? {} : { when: tree(condition) }),
        ...(where === undefined || !known ? {} : { where: tree(where) }),
        ...(asked === undefined ? {} : { if: tree(asked) }),
      };
    },
  };
}
