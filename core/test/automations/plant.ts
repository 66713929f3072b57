import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plugin } from '@qoida/core';
import { createLog } from '../../src/http/log.ts';
import { configure } from '../../src/platform/configuration.ts';
import { type Platform, startPlatform } from '../../src/platform/start.ts';
import { APP_PASSWORD, testDatabase } from '../../src/testing/database.ts';
import { clientOf, type TestClient } from '../../src/testing/index.ts';

/** A node of the platform over the plant's database. */
export interface Node {
  readonly platform: Platform;
  readonly admin: TestClient;
  stop(): Promise<void>;
}

/** A database with the platform over it, which can be stopped and started anew, also as several nodes. */
export interface Plant {
  node: Node;
  /** Stops the node and starts another over the same database. */
  restart(between?: () => void | Promise<void>): Promise<void>;
  /** One more node over the same database. */
  another(): Promise<Node>;
  readonly dsn: string;
  readonly dataDir: string;
  asOwner<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export interface PlantOptions {
  readonly plugins: readonly Plugin[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
  /** False: no node runs in this process. */
  readonly begin?: boolean;
}

/** Starts the platform in this process on a database of its own. */
export async function startPlant(options: PlantOptions): Promise<Plant> {
  const dataDir = mkdtempSync(join(tmpdir(), 'qoida-plant-'));
  const migrations = options.plugins.flatMap((plugin) =>
    plugin.migrations === undefined ? [] : [{ owner: plugin.name, folder: plugin.migrations }],
  );
  const database = await testDatabase({ migrations });
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify({ DB_APP_PASSWORD: APP_PASSWORD }), {
    mode: 0o600,
  });
  const nodes = new Set<Node>();
  const begin = async () => {
    const node = await startNode(database.ownerDsn, dataDir, options);
    nodes.add(node);
    return node;
  };
  const plant: Plant = {
    node: options.begin === false ? (undefined as never) : await begin(),
    dsn: database.ownerDsn,
    dataDir,
    asOwner: (text, values) => database.asOwner(text, values),
    another: begin,
    async restart(between = () => undefined) {
      await plant.node.stop();
      nodes.delete(plant.node);
      await between();
      plant.node = await begin();
    },
    async stop() {
      for (const node of nodes) await node.stop();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return plant;
}

/** A node over a database that is there, as another process would start it. */
export async function startNode(
  dsn: string,
  dataDir: string,
  options: Omit<PlantOptions, 'begin'>,
): Promise<Node> {
  const env = {
    QOIDA_PORT: '0',
    QOIDA_DATA: dataDir,
    NODE_RED: 'false',
    API_RATE_LIMIT_RPM: '1000000',
    DB_DSN: dsn,
    ...options.settings,
  };
  const platform = await startPlatform({
    configuration: await configure(env, options.plugins),
    version: 'test',
    demo: false,
    log: createLog({ level: 'silent', readable: true }),
    progress: () => undefined,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  return {
    platform,
    admin: clientOf(platform.url, platform.localToken),
    stop: () => platform.stop(),
  };
}
