import { takeOverMemory } from '../automations/former-memory.ts';
import type { Database } from '../data/index.ts';
import {
  type RuleRuntime,
  type RuleWatch,
  readShipped,
  syncShipped,
  watchRules,
} from '../rules/index.ts';
import type { Configuration } from './configuration.ts';
import type { Log } from './progress.ts';

/** Takes over the rules that plugins ship, begins with those in force and follows each publication. */
export async function loadRules(
  db: Database,
  configuration: Configuration,
  organizationId: string,
  runtime: RuleRuntime,
  log: Log,
): Promise<RuleWatch> {
  const shipped = configuration.plugins.flatMap((plugin) =>
    readShipped(plugin.name, plugin.rules ?? []),
  );
  const notTaken = await db.transaction(organizationId, (tx) => syncShipped(tx, shipped, runtime));
  for (const { module, why, faults } of notTaken)
    if (why === 'edited')
      log.warn({ module }, 'the rules that the plant has stay; the plugin ships another text');
    else
      log.error(
        { module, faults },
        'the newer rules of the plugin do not compile; the ones before stay',
      );
  const watch = await watchRules({
    db,
    runtime,
    organizationId,
    onBroken: (points) => {
      for (const [point, module] of points)
        log.error({ module, point }, 'rules do not compile; the point stays shut');
    },
    onFault: (error) => log.error({ err: error }, 'the rules could not be loaded anew'),
  });
  await db.transaction(organizationId, (tx) =>
    takeOverMemory(tx, runtime.snapshot(organizationId)),
  );
  return watch;
}
