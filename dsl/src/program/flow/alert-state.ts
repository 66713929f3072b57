import type { CheckedRecipients } from '../../check/blocks/alerts.ts';
import type { Firing } from './trigger-state.ts';

/** One alert of one group, from its opening to its closing: plain JSON, moments in milliseconds. */
export interface AlertState {
  readonly status: 'open' | 'acknowledged' | 'closed';
  readonly group: string;
  readonly openedAt: number;
  /** What raised it last. */
  readonly firing: Firing;
  /** How often it was raised. */
  readonly count: number;
  /** Which `notify` clauses have been told, by their place. */
  readonly told: readonly number[];
  readonly toldAt: number;
  /** When to step it with a timer; null for never. */
  readonly timer: number | null;
  readonly acknowledged: { readonly at: number; readonly by: string } | null;
  /** `by` is null where the condition of `clear when` closed it. */
  readonly closed: { readonly at: number; readonly by: string | null } | null;
}

export type AlertInput =
  | { readonly kind: 'raise'; readonly firing: Firing; readonly group: string }
  | { readonly kind: 'acknowledge' | 'close'; readonly at: number; readonly by: string }
  /** `clear when` holds. */
  | { readonly kind: 'clear'; readonly at: number }
  | { readonly kind: 'timer'; readonly at: number };

/** People to tell, and why. No channels: all that the plant has. */
export interface Notice {
  readonly reason: 'opened' | 'escalated' | 'repeated';
  readonly roles: readonly string[];
  readonly channels: readonly string[];
}

export interface AlertResult {
  /** The very same object when nothing changed; undefined while it was never raised. */
  readonly state: AlertState | undefined;
  readonly change: 'opened' | 'again' | 'acknowledged' | 'closed' | undefined;
  readonly notices: readonly Notice[];
}

export interface AlertPlan {
  readonly recipients: readonly CheckedRecipients[];
  readonly repeatMs: number;
}

/**
 * One step of an alert. It opens, is acknowledged by a person or not, and closes; raised again
 * while it is not closed it only counts, so that nobody is flooded. Further people and repetitions
 * are for an alert that nobody has acknowledged.
 */
export function stepAlert(
  state: AlertState | undefined,
  input: AlertInput,
  plan: AlertPlan,
): AlertResult {
  const standing = state !== undefined && state.status !== 'closed';
  if (input.kind === 'raise') {
    const { firing, group } = input;
    if (!standing) return open(firing, group, plan);
    const again = { ...state, firing, count: state.count + 1 };
    return { state: again, change: 'again', notices: [] };
  }
  const same: AlertResult = { state, change: undefined, notices: [] };
  if (!standing) return same;
  const { at } = input;
  switch (input.kind) {
    case 'acknowledge': {
      if (state.status === 'acknowledged') return same;
      const acknowledged = { at, by: input.by };
      const known: AlertState = { ...state, status: 'acknowledged', acknowledged, timer: null };
      return { state: known, change: 'acknowledged', notices: [] };
    }
    case 'close':
      return close(state, at, input.by);
    case 'clear':
      return close(state, at, null);
    case 'timer':
      return state.status === 'open' ? tell(state, at, plan) : same;
  }
}

function open(firing: Firing, group: string, plan: AlertPlan): AlertResult {
  const { at } = firing;
  const first = plan.recipients.map((_, i) => i).filter((i) => isDue(i, at, at, plan));
  const fresh: AlertState = {
    status: 'open',
    group,
    openedAt: at,
    firing,
    count: 1,
    told: first,
    toldAt: at,
    timer: null,
    acknowledged: null,
    closed: null,
  };
  const state = { ...fresh, timer: nextTimer(fresh, plan) };
  return { state, change: 'opened', notices: noticesOf(first, 'opened', plan) };
}

function close(state: AlertState, at: number, by: string | null): AlertResult {
  const closed: AlertState = { ...state, status: 'closed', closed: { at, by }, timer: null };
  return { state: closed, change: 'closed', notices: [] };
}

const isDue = (place: number, openedAt: number, at: number, { recipients }: AlertPlan): boolean =>
  openedAt + (recipients[place]?.afterMs ?? 0) <= at;

/** Tells further people whose time has come, and those told before again where that is due. */
function tell(state: AlertState, at: number, plan: AlertPlan): AlertResult {
  const { openedAt, told, toldAt } = state;
  const further = plan.recipients
    .map((_, place) => place)
    .filter((place) => !told.includes(place) && isDue(place, openedAt, at, plan));
  const repeats = plan.repeatMs > 0 && toldAt + plan.repeatMs <= at;
  const after: AlertState = {
    ...state,
    told: [...told, ...further],
    toldAt: repeats ? at : toldAt,
  };
  const notices = [
    ...noticesOf(repeats ? told : [], 'repeated', plan),
    ...noticesOf(further, 'escalated', plan),
  ];
  const timer = nextTimer(after, plan);
  if (notices.length === 0 && timer === state.timer) return { state, change: undefined, notices };
  return { state: { ...after, timer }, change: undefined, notices };
}

const noticesOf = (
  places: readonly number[],
  reason: Notice['reason'],
  { recipients }: AlertPlan,
): readonly Notice[] =>
  places.flatMap((place) => {
    const found = recipients[place];
    return found === undefined ? [] : { reason, roles: found.roles, channels: found.channels };
  });

function nextTimer({ openedAt, told, toldAt }: AlertState, plan: AlertPlan): number | null {
  const waiting = plan.recipients.flatMap(({ afterMs }, place) =>
    told.includes(place) ? [] : openedAt + afterMs,
  );
  const repeat = plan.repeatMs > 0 ? [toldAt + plan.repeatMs] : [];
  const moments = [...waiting, ...repeat];
  return moments.length === 0 ? null : Math.min(...moments);
}
