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
  const differing = await db.transaction(organizationId, (tx) => syncShipped(tx, shipped, runtime));
  for (const module of differing)
    log.warn({ module }, 'the edited rules stay; the plugin ships a newer text');
  return watchRules({
    db,
    runtime,
    organizationId,
    onBroken: (points) => {
      for (const [point, module] of points)
        log.error({ module, point }, 'rules do not compile; the point stays shut');
    },
    onFault: (error) => log.error({ err: error }, 'the rules could not be loaded anew'),
  });
}
