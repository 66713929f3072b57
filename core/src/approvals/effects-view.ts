import type { ActionPlan } from '@qoida/dsl';
import type { Effects } from './records.ts';

/** What a rule of an approval does once it is decided, as people who decide see it. */
interface ShownAction {
  readonly action: string;
  readonly effect: string;
  readonly target: unknown;
  readonly args: Readonly<Record<string, unknown>>;
}

const shown = (plans: readonly ActionPlan[]): ShownAction[] =>
  plans
    .flat(2)
    .map(({ action, effect, target, args }) => ({ action, effect, target: target ?? null, args }));

/** What follows an agreement and a rejection, as it was planned when it was asked for. */
export const effectsView = (effects: readonly Effects[]) => ({
  approved: shown(effects.map(({ approved }) => approved)),
  rejected: shown(effects.map(({ rejected }) => rejected)),
});
