import type { CompiledApproval } from '../program/approval/approval.ts';
import {
  type ApprovalState,
  type Decision,
  decide,
  type Refusal,
} from '../program/approval/decide.ts';
import type { ActionPlan } from '../program/flow/action.ts';
import type { Scene } from './scene.ts';

/** What an operation of a test waits for, and what people have said to it. */
export interface Request {
  /** The names of its approvals while they wait. */
  waiting(now: Date): ReadonlySet<string>;
  /** One more person decides. @returns why it does not count, if so */
  take(verdict: Decision['verdict'], role: string, now: Date): string | undefined;
  /** What follows, rule by rule, once it is decided. */
  follows(now: Date): readonly { readonly rule: string; readonly plan: ActionPlan }[];
}

/**
 * A request for all approvals that ask at a point, as things stand: they are asked for together, one after
 * another, and what follows is planned now.
 */
export function requestAt(
  point: string,
  approvals: readonly CompiledApproval[],
  scene: Scene,
): Request {
  const facts = { ...scene.facts };
  const env = { now: scene.moment, zone: scene.zone, settings: { ...scene.settings } };
  const found = approvals.flatMap((rule) => {
    const needed = rule.needed(point, facts, env);
    return needed === undefined ? [] : [{ rule, stages: needed.stages }];
  });
  const limits = found.flatMap(({ rule }) => rule.expiresAfter ?? []);
  const decisions: Decision[] = [];
  const stateAt = (now: Date): ApprovalState =>
    decide(
      {
        stages: found.flatMap(({ stages }) => stages),
        requester: REQUESTER,
        requestedAt: env.now,
        ...(limits.length === 0 ? {} : { expiresAfter: Math.min(...limits) }),
        decisions,
      },
      now,
    );
  return {
    waiting(now) {
      const waits = found.length > 0 && stateAt(now).state === 'pending';
      return new Set(waits ? found.map(({ rule }) => rule.name) : []);
    },
    take(verdict, role, now) {
      if (found.length === 0) return 'nobody is asked';
      const before = stateAt(now);
      const person = `${role} ${decisions.length + 1}`;
      const may = before.may(person, [role]);
      if (may !== true) return whyNot(may, role, before);
      decisions.push({ person, roles: [role], verdict, at: now });
      return undefined;
    },
    follows(now) {
      const { state } = stateAt(now);
      if (state !== 'approved' && state !== 'rejected') return [];
      return found.map(({ rule }) => ({
        rule: rule.name,
        plan: rule.plan(state, point, facts, env),
      }));
    },
  };
}

/** Whoever plays the operation; no role of his counts. */
const REQUESTER = 'whoever asks';

function whyNot(why: Refusal, role: string, { state, waitingFor }: ApprovalState): string {
  const others = waitingFor.join(', ');
  if (why === 'closed') return `it is ${state} by now`;
  return why === 'wrong_stage'
    ? `${others} decides before ${role}`
    : `${others} is asked, not ${role}`;
}
