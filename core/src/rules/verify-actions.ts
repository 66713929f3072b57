import type { ActionPlan } from '@qoida/dsl';
import { type Difference, same } from './taken-again.ts';

/** An action of a run, as far as it was planned. */
export interface KeptAction {
  readonly group_no: number;
  readonly place: number;
  readonly action: string;
  readonly target: string | null;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A plan as it is kept, its actions in their order. */
export const flat = (plan: ActionPlan): KeptAction[] =>
  plan.flatMap((group, group_no) =>
    group.map(({ action, target, args }, place) => ({
      group_no,
      place,
      action,
      target: target === undefined || target === null ? null : String(target),
      args,
    })),
  );

/** Where the actions that were kept are others than those planned again. */
export function actionDifferences(
  kept: readonly KeptAction[],
  planned: readonly KeptAction[],
): Difference[] {
  const most = Math.max(kept.length, planned.length);
  return Array.from({ length: most }, (_, at) => [kept[at] ?? null, planned[at] ?? null])
    .filter(([was, now]) => !same(was, now))
    .map(([was, now]) => ({
      what: 'action' as const,
      name: was?.action ?? now?.action ?? '',
      kept: was,
      now,
    }));
}
