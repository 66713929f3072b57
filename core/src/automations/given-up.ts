import { event } from '../api/events.ts';
import { id, integer, oneOf, text } from '../api/fields.ts';
import type { Actor } from '../api/operations.ts';
import { enqueueEvent, type Transaction } from '../data/index.ts';
import type { Ended } from './action.ts';

/**
 * An action of a rule was given up: it waits for a person among the dead letters. It tells which and why by
 * the reason's code; the sentence is read with the action.
 */
export const automationGivenUp = event(
  'automation.given_up',
  {
    action_id: id('rule_action'),
    run_id: id('rule_run'),
    kind: oneOf('automation', 'schedule', 'approval'),
    rule: text({ maxLength: 200 }),
    action: text({ maxLength: 200 }),
    target: text({ maxLength: 1000 }).optional(),
    reason: text({ maxLength: 200 }),
    attempts: integer(),
  },
  {
    title: {
      uz: 'Avtomatik amal to‘xtab qoldi',
      ru: 'Действие правила остановлено',
      en: 'Action of a rule given up',
    },
    stream: 'run_id',
  },
);

/**
 * Tells of the actions that were given up, in the transaction that keeps it: once for each time. The run is
 * the cause, so that a rule that listens and fails itself comes to its loop's end.
 */
export async function tellGivenUp(tx: Transaction, ended: readonly Ended[]): Promise<void> {
  for (const { action, outcome } of ended) {
    if (outcome.status !== 'dead') continue;
    await enqueueEvent(tx, {
      name: automationGivenUp.name,
      stream: `${automationGivenUp.name}:${action.run_id}`,
      payload: {
        action_id: action.id,
        run_id: action.run_id,
        kind: action.kind,
        rule: action.rule,
        action: action.action,
        target: action.target,
        reason: outcome.reason,
        attempts: action.attempts,
      },
      actor: actorOf(action.kind, action.rule, tx.organizationId),
      traceId: action.trace_id,
      cause: action.run_id,
    });
  }
}

/** Rules act as the platform, under their own name: it stands in the audit as the role (S-M3-V3). */
export const actorOf = (kind: string, rule: string, organizationId: string): Actor => ({
  kind: 'system',
  id: null,
  name: `${kind} ${rule}`,
  roles: [`${kind}:${rule}`],
  locale: 'uz',
  organizationId,
});
