import type { AutomationBlock, Expr } from '../../language/ast.ts';
import type { BlockSource, World } from '../context.ts';
import type { ContextOptions } from '../expression/check-expression.ts';
import { checkClauseCounts } from '../rules/clause-counts.ts';
import { type CheckedActions, checkActions } from './actions.ts';
import { durationMs, wholeNumber } from './durations.ts';
import {
  type CheckedExpr,
  type CheckedTrigger,
  checkCondition,
  checkKey,
  checkTrigger,
  flowOptions,
} from './triggers.ts';

/** How deep `allow repeat` may let a chain of automations come back to itself. */
const MAX_REPEAT = 100;

/** What automations and schedules have in common: a condition, and what is done. */
export interface CheckedDeed {
  readonly condition: CheckedExpr | undefined;
  readonly actions: CheckedActions;
  readonly onFailure: CheckedActions;
}
export interface CheckedAutomation extends BlockSource<AutomationBlock>, CheckedDeed {
  readonly trigger: CheckedTrigger;
  readonly cooldownMs: number;
  readonly once: CheckedExpr | undefined;
  readonly allowRepeat: number;
}

const NEEDED = { trigger: 'when …', do: 'do ACTION(…)' };

/** Checks an automation. Undefined when nothing sets it off. */
export function checkAutomation(
  source: BlockSource<AutomationBlock>,
  world: World,
): CheckedAutomation | undefined {
  const { block, reporter } = source;
  checkClauseCounts(block, NEEDED, [], reporter);
  const of = clausesOf(block.clauses);
  const options = flowOptions(source, world);
  const clause = of('trigger');
  const checked = clause && checkTrigger(clause, options);
  const behind = checked?.then ?? options;
  const asked = conditionOf(clause?.condition, of('condition'), reporter);
  const deed = checkDeed(asked, of('do'), of('failure'), behind);
  const onceClause = of('once');
  const once = onceClause && checkKey(onceClause.key, deed.then);
  const cooldown = of('cooldown');
  const cooldownMs = cooldown === undefined ? 0 : durationMs(cooldown.duration, reporter);
  const allow = of('allow');
  const allowRepeat = allow === undefined ? 0 : wholeNumber(allow.times, 1, MAX_REPEAT, reporter);
  const trigger = checked?.trigger;
  if (trigger === undefined) return undefined;
  return { ...source, trigger, ...deed.checked, cooldownMs, once, allowRepeat };
}

/** The first clause of a kind. */
export const clausesOf =
  <C extends { readonly kind: string }>(clauses: readonly C[]) =>
  <K extends C['kind']>(kind: K): Extract<C, { kind: K }> | undefined =>
    clauses.find((clause): clause is Extract<C, { kind: K }> => clause.kind === kind);

/** `if` stands behind the trigger or on a line of its own, not both. */
export function conditionOf(
  behind: Expr | undefined,
  clause: { readonly condition: Expr; readonly span: Expr['span'] } | undefined,
  reporter: BlockSource['reporter'],
): Expr | undefined {
  if (behind !== undefined && clause !== undefined)
    reporter.report('duplicateClause', clause.span, { clause: 'if' });
  return behind ?? clause?.condition;
}

/** Checks what is done under which condition, and what when it fails. */
export function checkDeed(
  condition: Expr | undefined,
  doing: { readonly actions: Parameters<typeof checkActions>[0] } | undefined,
  failing: { readonly actions: Parameters<typeof checkActions>[0] } | undefined,
  options: ContextOptions,
): { readonly checked: CheckedDeed; readonly then: ContextOptions } {
  const asked = condition && checkCondition(condition, options);
  const then = asked?.then ?? options;
  const actions = checkActions(doing?.actions ?? [], then);
  const onFailure = checkActions(failing?.actions ?? [], then);
  return { checked: { condition: asked?.checked, actions, onFailure }, then };
}
