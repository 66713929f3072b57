import { type Auth, issueServiceToken } from '../auth/index.ts';
import { type Database, type Transaction, writeAudit } from '../data/index.ts';

/** Writes the audit of what `auth` does outside the one road. */
export const auditOf =
  (serverSecret: string) =>
  async (
    tx: Transaction,
    entry: {
      action: string;
      actor: Parameters<typeof writeAudit>[1]['actor'];
      traceId: string;
      now: Date;
    },
  ) => {
    const role = entry.actor.roles[0] ?? entry.actor.kind;
    await writeAudit(tx, { ...entry, role, result: 'done', serverSecret }, tx.changes);
  };

/** Credentials of the programs that belong to this installation; each start makes them anew. */
export async function programTokens(
  db: Database,
  auth: Auth,
  organizationId: string,
): Promise<{ local: string; nodeRed: string }> {
  const tokens = await db.transaction(organizationId, async (tx) => ({
    local: (await issueServiceToken(tx, { name: 'local-commands', roles: ['admin', 'integrator'] }))
      .token,
    nodeRed: (await issueServiceToken(tx, { name: 'node-red', roles: ['integrator'] })).token,
  }));
  auth.forget();
  return tokens;
}
