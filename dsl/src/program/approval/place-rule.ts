import type { ApprovalPlace, CheckedApproval } from '../../check/blocks/approvals.ts';
import type { Unit } from '../../ir/ir.ts';
import type { Expr } from '../../language/ast.ts';
import { borderOf, type Value } from '../../values/border.ts';
import { Fault } from '../../values/fault.ts';
import { type CompiledActions, compileActions, rulesOfActions } from '../flow/action.ts';
import { compileRule, type Rule, type Sight, valueIn } from '../flow/rule.ts';
import { elementsOf } from '../gate/elements.ts';
import { type CompiledText, compileTexts } from '../message.ts';
import type { Runtime } from '../runtime.ts';

/** An approval in one place, compiled. */
export interface PlaceRule {
  readonly each:
    | { readonly fact: string; readonly border: ReturnType<typeof borderOf> }
    | undefined;
  readonly when: Rule | undefined;
  readonly stages: readonly (Rule | undefined)[];
  readonly messages: readonly CompiledText[];
  readonly remedies: readonly CompiledText[];
  readonly approved: CompiledActions;
  readonly rejected: CompiledActions;
}

/** Compiles an approval for one of its places. */
export function compilePlace(
  approval: CheckedApproval,
  at: ApprovalPlace,
  runtime: Runtime,
): PlaceRule {
  const { name } = approval.block.name;
  const { file } = approval.reporter;
  const { each } = at;
  const params: Unit['params'] =
    each === undefined ? [] : [{ name: each.name, type: each.of, border: borderOf(each.of) }];
  const condition = (expr: Expr | undefined, typing: ApprovalPlace['when']): Rule | undefined =>
    expr && typing && compileRule(name, file, { expr, typing }, params, runtime);
  const inText = (expr: Expr): Rule => {
    const typing = at.texts.get(expr);
    if (typing === undefined) throw new TypeError('a text that was not checked');
    return compileRule(name, file, { expr, typing }, [], runtime);
  };
  return {
    each: each && { fact: each.fact, border: borderOf(each.of) },
    when: condition(approval.when, at.when),
    stages: approval.stages.map((stage, i) => condition(stage.condition, at.stages[i])),
    messages: compileTexts(approval.texts, 'message', inText),
    remedies: compileTexts(approval.texts, 'remedy', inText),
    approved: compileActions(name, file, at.approved, [], runtime),
    rejected: compileActions(name, file, at.rejected, [], runtime),
  };
}

/** Every unit of a place: what it reads and what it costs. */
export function unitsOfPlace(rule: PlaceRule): readonly Unit[] {
  const texts = [...rule.messages, ...rule.remedies].flatMap(({ parts }) => parts);
  const actions = [rule.approved, rule.rejected].flatMap(rulesOfActions);
  return [
    ...conditionsOf(rule),
    ...actions.map(({ unit }) => unit),
    ...texts.flatMap((part) => (typeof part === 'string' ? [] : [part.unit])),
  ];
}

/** The conditions of a place, for coverage. */
export const conditionsOf = ({ when, stages }: PlaceRule): readonly Unit[] =>
  [when, ...stages].flatMap((rule) => rule?.unit ?? []);

export interface Asked {
  readonly holds: boolean;
  readonly fault: Fault | undefined;
  /** The element that decided. */
  readonly locals: readonly Value[];
}

/** Does a condition hold, for one of the elements where there are any? A fault counts as true. */
export function ask(rule: Rule, { each }: PlaceRule, sight: Sight): Asked {
  const elements = elementsOf({ each, unit: rule.unit }, sight.environment);
  if (elements instanceof Fault) return { holds: true, fault: elements, locals: [elements] };
  const tried = each === undefined ? [[]] : elements.map((element) => [element]);
  for (const locals of tried) {
    const [element] = locals;
    const value = element instanceof Fault ? element : valueIn(rule, locals, sight);
    if (value === false) continue;
    return { holds: true, fault: value instanceof Fault ? value : undefined, locals };
  }
  return { holds: false, fault: undefined, locals: tried[0] ?? [] };
}
