import { randomUUID } from 'node:crypto';
import { type Database, enqueueEvent, lastCheckpoint, makeCheckpoint } from '../data/index.ts';
import { checkAll, checkedSince, keepCheck } from './checks.ts';
import { copyOut } from './copies.ts';
import { auditFault } from './events.ts';

const LOOK_MS = 30_000;
const MINUTE_MS = 60_000;

export interface KeeperOptions {
  readonly db: Database;
  readonly serverSecret: string;
  readonly settings: {
    readonly AUDIT_CHECKPOINT_MINUTES: number;
    readonly AUDIT_CHECK_HOURS: number;
    readonly AUDIT_CHECKPOINT_DIR: string | null;
  };
  readonly now: () => Date;
  readonly log: {
    info(fields: object, text: string): void;
    error(fields: object, text: string): void;
  };
}

export interface AuditKeeper {
  /** Does what is due now: a test need not wait for the clock. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** Signs checkpoints and checks the whole log, each in its period. Of several nodes one finds it due. */
export function startAuditKeeper(options: KeeperOptions): AuditKeeper {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const look = () => {
    running = running.then(() => (stopped ? undefined : keepAll(options, () => stopped)));
    return running;
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  return {
    look,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

async function keepAll(options: KeeperOptions, stopped: () => boolean): Promise<void> {
  const { db, log } = options;
  try {
    for (const { id } of await db.organizations()) {
      await signDue(options, id);
      if (options.settings.AUDIT_CHECKPOINT_DIR !== null)
        await copyOut({ db, folder: options.settings.AUDIT_CHECKPOINT_DIR, organizationId: id });
      await checkDue(options, id, stopped);
    }
  } catch (error) {
    log.error({ err: error }, 'the audit log was not looked after; it is tried again');
  }
}

async function signDue(options: KeeperOptions, organizationId: string): Promise<void> {
  const { db, serverSecret, settings, now, log } = options;
  const every = settings.AUDIT_CHECKPOINT_MINUTES * MINUTE_MS;
  if (every === 0) return;
  const last = await db.read(organizationId, lastCheckpoint);
  // A clock that was put back must not stop it until the time comes again.
  const since = last === null ? every : now().getTime() - last.at.getTime();
  if (since >= 0 && since < every) return;
  for (let more = true; more; ) {
    const made = await db.transaction(organizationId, (tx) =>
      makeCheckpoint(tx, { serverSecret, now: now() }),
    );
    for (const place of made.unsigned)
      log.error(place, 'the end of an audit chain is not what was written; it is not signed');
    more = made.more;
  }
}

async function checkDue(
  { db, serverSecret, settings, now, log }: KeeperOptions,
  organizationId: string,
  stopped: () => boolean,
): Promise<void> {
  const every = settings.AUDIT_CHECK_HOURS * 60 * MINUTE_MS;
  if (every === 0) return;
  const since = new Date(now().getTime() - every);
  if (await db.read(organizationId, (tx) => checkedSince(tx, since, now()))) return;
  const folder = settings.AUDIT_CHECKPOINT_DIR;
  const check = await checkAll(db, organizationId, {
    serverSecret,
    now,
    stopped,
    copies: folder === null ? null : { db, folder, organizationId },
  });
  if (check === null) return;
  await db.transaction(organizationId, async (tx) => {
    await keepCheck(tx, check);
    if (check.faults === 0) return;
    await enqueueEvent(tx, {
      name: auditFault.name,
      stream: auditFault.name,
      payload: { faults: check.faults, rows: check.rows, first: JSON.stringify(check.found[0]) },
      actor: {
        kind: 'system',
        id: null,
        name: 'platform',
        roles: [],
        locale: 'uz',
        organizationId,
      },
      traceId: randomUUID(),
    });
  });
  const { rows, faults, found } = check;
  if (faults > 0) log.error({ faults, found }, 'the audit log does not fit its signatures');
  else log.info({ rows }, 'the audit log is whole');
}
