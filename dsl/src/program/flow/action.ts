import type { CheckedActions } from '../../check/blocks/actions.ts';
import type { Unit } from '../../ir/ir.ts';
import type { Effect } from '../../types/catalog.ts';
import { mayBeMissing } from '../../types/type.ts';
import { type Border, borderOf, leave, type Value } from '../../values/border.ts';
import { Fault } from '../../values/fault.ts';
import { type FaultInfo, faultInfo, type Runtime } from '../runtime.ts';
import { compileRule, type Rule, type Sight, valueIn } from './rule.ts';

/** An action that a rule may take, as plain data. */
export interface ActionInfo {
  readonly action: string;
  readonly effect: Effect;
  /** The parameter that names the thing it moves. */
  readonly target: string | undefined;
}

/** An action with its arguments: what would be done. Nothing is done here. */
export interface PlannedAction {
  readonly action: string;
  readonly effect: Effect;
  /** The thing it moves, where the catalog names a parameter for it. */
  readonly target: unknown;
  /** Plain data by parameter, in the parameters' units; what is not given is absent. */
  readonly args: Readonly<Record<string, unknown>>;
  /** An argument has no value: the action can't be done. */
  readonly fault?: FaultInfo;
}
/** In order: a group begins when all actions of the one before are done. */
export type ActionPlan = readonly (readonly PlannedAction[])[];

interface CompiledAction extends ActionInfo {
  readonly emits: readonly string[];
  readonly args: readonly {
    readonly name: string;
    readonly border: Border;
    readonly optional: boolean;
    readonly rule: Rule;
  }[];
}
export type CompiledActions = readonly (readonly CompiledAction[])[];

/** @param params the locals that the arguments see */
export function compileActions(
  name: string,
  file: string,
  groups: CheckedActions,
  params: Unit['params'],
  runtime: Runtime,
): CompiledActions {
  return groups.map((group) =>
    group.map(({ signature, args }) => ({
      action: signature.name,
      effect: signature.effect,
      target: signature.target,
      emits: signature.emits,
      args: args.map(({ name: arg, type, value, typing }) => ({
        name: arg,
        border: borderOf(type),
        optional: mayBeMissing(type),
        rule: compileRule(name, file, { expr: value, typing }, params, runtime),
      })),
    })),
  );
}

export const rulesOfActions = (groups: CompiledActions): readonly Rule[] =>
  groups.flat().flatMap(({ args }) => args.map(({ rule }) => rule));

/** Each action once, in the order of the text. */
export function infoOf(groups: CompiledActions): readonly ActionInfo[] {
  const found = new Map<string, ActionInfo>();
  for (const { action, effect, target } of groups.flat())
    if (!found.has(action)) found.set(action, { action, effect, target });
  return [...found.values()];
}

export const emittedBy = (groups: CompiledActions): readonly string[] => [
  ...new Set(groups.flat().flatMap(({ emits }) => emits)),
];

/** The arguments of all actions, for one firing. */
export const planActions = (
  groups: CompiledActions,
  locals: readonly Value[],
  sight: Sight,
): ActionPlan => groups.map((group) => group.map((action) => plan(action, locals, sight)));

function plan(action: CompiledAction, locals: readonly Value[], sight: Sight): PlannedAction {
  const args: Record<string, unknown> = {};
  let fault: Fault | undefined;
  for (const { name, border, optional, rule } of action.args) {
    const value = valueIn(rule, locals, sight);
    const { span } = rule.unit.body;
    if (value instanceof Fault) fault ??= value;
    else if (value !== null) args[name] = leave(value, border);
    else if (!optional) fault ??= new Fault('missing', span, rule.unit.file, [name]);
  }
  const { action: called, effect, target } = action;
  const plain = { action: called, effect, target: target && args[target], args };
  return fault === undefined ? plain : { ...plain, fault: faultInfo(fault) };
}
