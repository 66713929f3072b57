import { forbidden } from '../api/errors.ts';
import { type Fact, isRecordFact } from '../api/facts.ts';
import type { Actor, OperationDef } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';

/** Who looks after rules and the log of the plant sees every decision. */
export const DECISION_READERS = ['texnolog', 'direktor', 'integrator', 'admin'] as const;

/** What a decision was about. */
export interface DecisionParts {
  operation(name: string): OperationDef | undefined;
  record(name: string): RecordDef | undefined;
}

/**
 * Whether somebody may see what the gates of an operation decided, with the facts: who may ask the same
 * of the platform himself. That is who may do the operation (its check tells him the facts), and who may
 * read each record that the facts are taken from.
 */
export function maySeeDecisionsOf(actor: Actor, point: string, parts: DecisionParts): boolean {
  if (has(actor, DECISION_READERS)) return true;
  const operation = parts.operation(point);
  if (operation === undefined) return false;
  if (has(actor, operation.roles)) return true;
  const facts = Object.values(operation.facts);
  return facts.length > 0 && facts.every((fact) => mayReadFact(actor, fact, parts));
}

/** @throws Refusal role_required */
export function checkMaySee(
  actor: Actor,
  row: { readonly point: string; readonly actor_id: string | null },
  parts: DecisionParts,
): void {
  if (isOwn(actor, row.actor_id) || maySeeDecisionsOf(actor, row.point, parts)) return;
  const roles = parts.operation(row.point)?.roles ?? [];
  throw forbidden('role_required', `Decisions of ${row.point} are not shown to everybody`, {
    roles: [...new Set([...roles, ...DECISION_READERS])],
  });
}

const isOwn = (actor: Actor, id: string | null) => id !== null && id === actor.id;

function mayReadFact(actor: Actor, fact: Fact, { record }: DecisionParts): boolean {
  // What a query brings together is nobody's record.
  if (!isRecordFact(fact)) return false;
  const api = record(fact.record.name)?.options.api;
  return api !== undefined && has(actor, api.read);
}

const has = (actor: Actor, roles: readonly string[] | '*'): boolean =>
  roles === '*' || roles.some((role) => actor.roles.includes(role));
