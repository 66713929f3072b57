import type { AlertSeverity, CheckedAlert, CheckedRecipients } from '../../check/blocks/alerts.ts';
import type { CheckedExpr } from '../../check/blocks/triggers.ts';
import type { Remedy, RemedyOptions } from '../../explain/remedies.ts';
import { remediesWanting } from '../../explain/wanted.ts';
import { readsOf } from '../../ir/analyse.ts';
import { typeText } from '../../types/type.ts';
import type { TypeText } from '../../types/type-text.ts';
import type { Value } from '../../values/border.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault } from '../../values/fault.ts';
import { type CompiledText, compileTexts, textFor } from '../message.ts';
import type { Runtime } from '../runtime.ts';
import { namingIn } from '../telling.ts';
import { type AlertInput, type AlertResult, type AlertState, stepAlert } from './alert-state.ts';
import { type FlowParts, partsOf, type Triggered, triggered } from './automation.ts';
import {
  compileRule,
  type FlowContext,
  figureIn,
  holds,
  keyIn,
  type Rule,
  sightOf,
  valueIn,
} from './rule.ts';
import { compileTrigger, isEventData, readsOfRules, rulesOf } from './trigger.ts';
import type { Firing, FlowEvent } from './trigger-state.ts';

/** A figure of an alert, in the unit of its type; null where it has no value. */
export interface AlertFigure {
  readonly value: unknown;
  readonly type: TypeText;
}

/**
 * An alert: `step` says when it is raised, as with an automation; each firing belongs to a `group`,
 * and `life` is what becomes of that group's alert.
 */
export interface CompiledAlert extends Triggered {
  readonly kind: 'alert';
  readonly severity: AlertSeverity;
  readonly recipients: readonly CheckedRecipients[];
  readonly repeatMs: number;
  /** `clear when` has to be asked when one of these has changed; none without such a clause. */
  readonly clearFacts: readonly string[];
  /** `clear when` looks at the events of the trigger: see `clearedBy`. */
  readonly clearsByEvent: boolean;
  /** The group of a firing: of `group by`, else the key of `per`; `''` where it has no value. */
  group(firing: Firing, context: FlowContext): string;
  /** One step of a group's alert: pure, with a state that is plain JSON. */
  life(state: AlertState | undefined, input: AlertInput): AlertResult;
  /** Does `clear when` hold for what raised the alert? False without such a clause. */
  cleared(firing: Firing, context: FlowContext): boolean;
  /**
   * The smallest changes of facts, or of the event that comes next, for which `clear when` holds;
   * none where it does or there is no such clause.
   */
  clearRemedies(
    firing: Pick<Firing, 'events'>,
    context: FlowContext,
    language: string,
    options?: RemedyOptions,
  ): readonly Remedy[];
  /**
   * The group whose alert an event of the trigger closes, if it does: `clear when` is asked with
   * the event in the place of the one that raised the alert.
   */
  clearedBy(event: FlowEvent, context: FlowContext): string | undefined;
  value(firing: Firing, context: FlowContext): AlertFigure | undefined;
  threshold(firing: Firing, context: FlowContext): AlertFigure | undefined;
  message(firing: Firing, context: FlowContext, language: string): string;
}

export function compileAlert(
  checked: CheckedAlert,
  runtime: Runtime,
  meaning: string,
): { readonly alert: CompiledAlert; readonly parts: FlowParts } {
  const { block, reporter, recipients, repeatMs } = checked;
  const name = block.name.name;
  const { file } = reporter;
  const quiet = { name, file, cooldownMs: 0, once: undefined };
  const { trigger: on, condition } = checked;
  const trigger = compileTrigger({ ...quiet, trigger: on, condition }, runtime);
  const { params } = trigger;
  const compile = (expr: CheckedExpr | undefined): Rule | undefined =>
    expr && compileRule(name, file, expr, params, runtime);
  const [value, threshold] = [compile(checked.value), compile(checked.threshold)];
  const [grouping, clear] = [compile(checked.group), compile(checked.clear)];
  const inTexts: Rule[] = [];
  const texts: readonly CompiledText[] = compileTexts(checked.texts, 'message', (expr) => {
    const typing = checked.textTypings.get(expr);
    if (typing === undefined) throw new TypeError(`the message of ${name} was not checked`);
    const rule = compileRule(name, file, { expr, typing }, params, runtime);
    inTexts.push(rule);
    return rule;
  });
  const own = [value, threshold, grouping, clear].filter((rule) => rule !== undefined);
  const rules = [...rulesOf(trigger), ...own, ...inTexts];
  const eventNames = trigger.info.events;
  const clearReads = clear === undefined ? [] : readsOf(clear.unit, runtime.units, eventNames);
  const ofEvent = (read: string) =>
    eventNames.some((event) => read === event || read.startsWith(`${event}.`));
  const groupOf = ({ events, key }: Firing, context: FlowContext): string => {
    if (grouping === undefined) return key;
    const found = keyIn(grouping, events, sightOf(context, runtime));
    return found instanceof Fault ? '' : found.key;
  };
  const figure = (rule: Rule | undefined) => (firing: Firing, context: FlowContext) =>
    rule && {
      value: figureIn(rule, firing.events, sightOf(context, runtime)),
      type: typeText(rule.unit.body.type),
    };
  const face = triggered(checked, trigger, runtime);
  const reads = readsOfRules(rules, runtime);
  const alert: CompiledAlert = {
    kind: 'alert',
    meaning,
    ...face,
    get reads() {
      return reads();
    },
    severity: checked.severity,
    recipients,
    repeatMs,
    clearFacts: clearReads.filter((read) => !ofEvent(read)),
    clearsByEvent: clearReads.some(ofEvent),
    group: groupOf,
    life: (state, input) => stepAlert(state, input, { recipients, repeatMs }),
    cleared: ({ events }, context) =>
      clear !== undefined && holds(clear, events, sightOf(context, runtime)),
    clearRemedies({ events }, context, language, options) {
      if (clear === undefined) return [];
      const sight = sightOf(context, runtime);
      const named = Object.fromEntries(eventNames.map((event, i) => [event, events[i] ?? null]));
      const environment = {
        ...sight.environment,
        inputs: { ...sight.environment.inputs, ...named },
      };
      const locals = ({ inputs }: Environment): readonly Value[] =>
        eventNames.map((event) => (inputs[event] ?? null) as Value);
      const value = (at: Environment): Value =>
        valueIn(clear, locals(at), { ...sight, environment: at });
      const naming = namingIn(runtime, language);
      const { unit } = clear;
      return remediesWanting(
        { unit, units: runtime.units, environment, naming, locals, value },
        options,
      );
    },
    clearedBy(event, context) {
      const slot = eventNames.indexOf(event.type);
      if (clear === undefined || slot < 0 || !isEventData(event.data)) return undefined;
      const events = eventNames.map((_, i) => (i === slot ? event.data : null));
      if (!holds(clear, events, sightOf(context, runtime))) return undefined;
      const key = face.key(event, context);
      if (key === undefined) return undefined;
      return groupOf({ rule: name, key, at: event.at, events, causes: [] }, context);
    },
    value: figure(value),
    threshold: figure(threshold),
    message(firing, context, language) {
      const { environment } = sightOf(context, runtime);
      return textFor(texts, language, firing.events, environment) ?? name;
    },
  };
  const parts = partsOf(trigger, rules);
  const conditions = clear === undefined ? parts.conditions : [...parts.conditions, clear];
  return { alert, parts: { ...parts, clear, conditions } };
}
