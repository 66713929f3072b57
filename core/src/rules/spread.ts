import type { Tx } from '../api/operations.ts';
import type { Database } from '../data/index.ts';
import { keepRuleSet } from './rule-sets.ts';
import type { RuleRuntime } from './runtime.ts';
import { publishedModules } from './store.ts';

const CHANNEL = 'qoida_rules';
const AGAIN_MS = 1_000;

/**
 * Tells every node that rules came into force, when the transaction commits: also when the node that
 * published them ends between its commit and its own swap.
 */
export const tellRules = (tx: Tx): Promise<unknown> =>
  tx.sql('select pg_notify(?, ?)', [CHANNEL, tx.organizationId]);

export interface RuleWatchParts {
  readonly db: Pick<Database, 'listen' | 'read' | 'transaction'>;
  readonly runtime: Pick<RuleRuntime, 'snapshot' | 'swap' | 'compile'>;
  readonly organizationId: string;
  /** Points that stay shut with the rules that were loaded, and the modules that don't compile. */
  readonly onBroken?: (points: ReadonlyMap<string, string>) => void;
  readonly onFault: (error: unknown) => void;
}

export interface RuleWatch {
  /** Settles when what was published until now is in force here. @throws Error of the database */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Loads the published rules, and keeps those in force on this node the same as those that are
 * published, whoever published them.
 * @throws Error of the database
 */
export async function watchRules(parts: RuleWatchParts): Promise<RuleWatch> {
  const { db, runtime, organizationId } = parts;
  let looking: Promise<void> = Promise.resolve();
  let again: NodeJS.Timeout | undefined;
  let stopped = false;
  let loaded = false;

  const load = async (): Promise<void> => {
    if (stopped) return;
    const modules = await db.read(organizationId, publishedModules);
    const generation = modules.reduce((sum, { version = 0 }) => sum + version, 0);
    // What this node has published itself, or has loaded meanwhile, is not compiled once more.
    if (loaded && generation <= runtime.snapshot(organizationId).generation) return;
    const snapshot = runtime.compile(modules);
    await db.transaction(organizationId, (tx) => keepRuleSet(tx, snapshot));
    parts.onBroken?.(snapshot.brokenPoints);
    runtime.swap(organizationId, snapshot);
    loaded = true;
  };
  const look = (): Promise<void> => {
    clearTimeout(again);
    const done = looking.then(load);
    looking = done.catch(() => undefined);
    return done;
  };
  /** The database may be away for a moment; the rules of before are not to stay because of it. */
  const lookUntilDone = (): void => {
    look().catch((error: unknown) => {
      if (stopped) return;
      parts.onFault(error);
      again = setTimeout(lookUntilDone, AGAIN_MS);
    });
  };
  const listening = await db.listen(CHANNEL, (told) => {
    // Empty after the connection was lost: something may have been missed.
    if (told === '' || told === organizationId) lookUntilDone();
  });
  const stop = async (): Promise<void> => {
    stopped = true;
    clearTimeout(again);
    await listening.stop();
    await looking;
  };
  try {
    await look();
  } catch (error) {
    await stop();
    throw error;
  }
  return { look, stop };
}
