import type { Database } from '../data/index.ts';
import type { RouteDef } from '../http/index.ts';
import { FLOW_ROLES, nodeRedProxy, nodeRedRoute, startNodeRed } from '../nodered/index.ts';
import { flowEditors } from './flow-editors.ts';
import type { Log } from './progress.ts';
import type { Started } from './started.ts';

interface FlowsOptions {
  readonly db: Database;
  readonly organizationId: string;
  readonly dataDir: string;
  /** Signs the passes by which people reach the editor. */
  readonly secret: string;
  /** Of the nodes, for the platform's API. */
  readonly token: string;
  /** Flows of a fresh Node-RED. */
  readonly sampleFlows: URL | undefined;
  readonly now: () => Date;
  readonly log: Log;
}

/** Node-RED beside the platform, as far as the web address needs it. */
export interface Flows {
  readonly routes: readonly RouteDef[];
  readonly proxies: readonly ReturnType<typeof nodeRedProxy>[];
  /** Starts it once its nodes have an address to call. */
  begin(address: string): void;
}

/** A platform without Node-RED: nothing leads to it. */
export const NO_FLOWS: Flows = { routes: [], proxies: [], begin: () => undefined };

export function prepareFlows(options: FlowsOptions, started: Started): Flows {
  const { db, organizationId, secret, now, dataDir, token, sampleFlows, log } = options;
  let apiUrl = '';
  const nodeRed = started.add(
    startNodeRed({
      dataDir,
      secret,
      token,
      apiUrl: () => apiUrl,
      ...(sampleFlows === undefined ? {} : { sampleFlows }),
      log,
    }),
  );
  const stillMay = flowEditors(db, organizationId, FLOW_ROLES);
  return {
    routes: [nodeRedRoute({ secret, now })],
    proxies: [nodeRedProxy({ nodeRed, secret, now, stillMay })],
    begin(address) {
      apiUrl = address;
      nodeRed.begin();
    },
  };
}
