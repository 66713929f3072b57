import { writeAudit } from '../data/index.ts';
import type { WalkParts } from './parts.ts';

/** Signs what an operation changed into the chains of its objects, in its transaction. */
export async function auditWalk(
  { parts, tx, operation, call, traceId, now }: WalkParts,
  result: 'done' | 'refused',
): Promise<void> {
  if (operation.effect === 'read' || tx.changes.length === 0) return;
  const { actor, ip } = call;
  const { roles } = operation;
  const entry = {
    action: operation.name,
    actor,
    role: actor.roles.find((role) => roles.includes(role)) ?? actor.roles[0] ?? actor.kind,
    traceId,
    now,
    result,
    serverSecret: parts.serverSecret,
    ...(ip === undefined ? {} : { ip }),
  };
  await writeAudit(tx, entry, tx.changes);
}
