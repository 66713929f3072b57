import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type Auth, createAuth, issueServiceToken } from '../auth/index.ts';
import { createBroker, serveOperations } from '../broker/index.ts';
import { loadSecrets } from '../config/index.ts';
import {
  type Database,
  type OutboxEvent,
  startOutbox,
  type Transaction,
  writeAudit,
} from '../data/index.ts';
import {
  createIngest,
  createReadings,
  deviceOperations,
  ingestRoutes,
  startDevices,
} from '../devices/index.ts';
import { createMetrics, type RouteDef, startHttp } from '../http/index.ts';
import { FLOW_ROLES, nodeRedProxy, nodeRedRoute, startNodeRed } from '../nodered/index.ts';
import { createRegistry, createRoad, type Registry } from '../operations/index.ts';
import { checkPlugins } from '../plugins/index.ts';
import {
  createRuleRuntime,
  publishedModules,
  type RuleRuntime,
  readShipped,
  ruleOperations,
  syncShipped,
} from '../rules/index.ts';
import { createStreamHub, eventLog } from '../stream/index.ts';
import { catalogOf, rolesOf } from './catalog.ts';
import type { Configuration } from './configuration.ts';
import { corePlugin } from './core-plugin.ts';
import { openPlatformDatabase } from './database.ts';
import { type DemoFile, ensureDemo } from './demo.ts';
import { flowEditors } from './flow-editors.ts';
import { startMaintenance } from './maintenance.ts';
import { translator } from './messages.ts';
import type { Log, Progress } from './progress.ts';
import { allRoutes, messagesOf } from './routes.ts';
import { Started } from './started.ts';

/** The plant itself: the organisation that the first migration makes. */
export const ORGANIZATION = '00000000-0000-4000-8000-000000000001';

export interface StartOptions {
  readonly configuration: Configuration;
  readonly version: string;
  readonly demo: boolean;
  readonly log: Log;
  readonly progress: Progress;
  /** Built web app; without it only the API is served. */
  readonly webDir?: string;
  /** Flows of a fresh Node-RED. */
  readonly sampleFlows?: URL;
  readonly now?: () => Date;
}

export interface Platform {
  readonly url: string;
  /** Address of the first administrator's one-time page, while nobody can sign in yet. */
  readonly setupUrl: string | null;
  readonly demo: DemoFile | null;
  /** An administrator's service token for the commands of this machine. */
  readonly localToken: string;
  readonly db: Database;
  /** Settles when the platform's own database ends unasked: then nothing can be kept any more. */
  readonly databaseLost: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the whole platform in this process. What was started is stopped again when a later step fails. */
export async function startPlatform(options: StartOptions): Promise<Platform> {
  const started = new Started();
  try {
    return await assemble(options, started);
  } catch (error) {
    await started.stop(options.log);
    throw error;
  }
}

async function assemble(options: StartOptions, started: Started): Promise<Platform> {
  const { configuration, log, progress, demo, version } = options;
  const now = options.now ?? (() => new Date());
  const dataDir = resolve(configuration.settings.QOIDA_DATA);
  mkdirSync(dataDir, { recursive: true });
  const secrets = loadSecrets(dataDir, configuration.settings);
  const settings = { ...configuration.settings, ...secrets };
  const zone = settings.PLANT_TZ;

  const broker = createBroker({
    nodeId: `${hostname()}-${process.pid}`,
    natsUrl: settings.NATS_URL,
    log: (level, text) => log[level]({ part: 'broker' }, text),
  });
  const runtime = createRuleRuntime(catalogOf(configuration));
  const registry = declare(options, runtime, (organizationId) =>
    broker.broadcast('rules.changed', { organizationId }),
  );

  const opened = started.add(
    await openPlatformDatabase({
      settings,
      dataDir,
      appPassword: secrets.DB_APP_PASSWORD,
      plugins: configuration.plugins,
      records: [...registry.records.values()],
      log,
      progress,
    }),
  );
  const { db } = opened;
  started.add(startMaintenance(db, log));
  progress('loading rules');
  const reloadRules = await loadRules(db, configuration, runtime, log);

  const metrics = createMetrics();
  const stream = started.add(await createStreamHub({ events: eventLog(db), log }));
  const auth = createAuth({ db, settings: secrets, now, audit: auditOf(secrets.SERVER_SECRET) });
  await auth.keepRoles(ORGANIZATION, rolesOf(configuration.plugins));
  const ingest = started.add(createIngest({ db, settings, log, now, metrics, stream }));
  const road = createRoad({
    db,
    registry,
    rules: runtime,
    settings,
    zone,
    serverSecret: secrets.SERVER_SECRET,
    readings: (tx, context) =>
      createReadings(tx, { ...context, settings, onBound: ingest.noteBound }),
    now,
    onGateHit: (gate) => metrics.gateHits.inc({ gate_type: gate }),
  });
  serveOperations(broker, registry, road);
  broker.listen('rules.changed', () => void reloadRules());
  await broker.start();
  started.add(broker);
  const deliver = async (event: OutboxEvent) => {
    await stream.deliver(event);
    broker.broadcast(event.name, event);
  };
  started.add(await startOutbox(db, { log, deliver }));

  const filled = demo
    ? await ensureDemo({
        dataDir,
        road,
        plugins: configuration.plugins,
        organizationId: ORGANIZATION,
        progress,
      })
    : null;
  const tokens = await programTokens(db, auth);
  progress(demo ? 'starting devices and their simulators' : 'starting devices');
  const devices = started.add(
    await startDevices({
      db,
      models: configuration.plugins.flatMap((plugin) => plugin.devices ?? []),
      ingest,
      stream,
      log,
      settings,
      organizationId: ORGANIZATION,
      simulate: demo,
      now,
    }),
  );
  let address = '';
  const red = settings.NODE_RED
    ? started.add(
        startNodeRed({
          dataDir,
          secret: secrets.NODE_RED_SECRET,
          apiUrl: () => address,
          token: tokens.nodeRed,
          ...(options.sampleFlows === undefined ? {} : { sampleFlows: options.sampleFlows }),
          log,
        }),
      )
    : null;
  const more: RouteDef[] = [
    ...ingestRoutes({ db, ingest, devices, settings, now, log }),
    ...(red === null ? [] : [nodeRedRoute({ secret: secrets.NODE_RED_SECRET, now })]),
  ];
  const ready = async () => {
    await db.read(ORGANIZATION, (tx) => tx.sql('select 1'));
    const { brokenModules } = runtime.snapshot(ORGANIZATION);
    return {
      ok: brokenModules.length === 0,
      checks: { database: 'ok', broken_rule_modules: brokenModules },
    };
  };
  progress('opening the web address');
  const http = started.add(
    await startHttp({
      host: settings.QOIDA_HOST,
      port: settings.QOIDA_PORT,
      broker: broker.native as never,
      ...allRoutes({
        registry,
        broker,
        road,
        db,
        auth,
        stream,
        metrics,
        runtime,
        more,
        ready,
        version,
        zone,
        demo,
        roles: rolesOf(configuration.plugins),
        organizationId: ORGANIZATION,
        serverSecret: secrets.SERVER_SECRET,
        metricsToken: settings.METRICS_TOKEN,
      }),
      auth,
      metrics,
      log,
      settings,
      translate: translator(messagesOf(registry.plugins)),
      ...(options.webDir === undefined ? {} : { staticDir: options.webDir }),
      proxies:
        red === null
          ? []
          : [
              nodeRedProxy({
                nodeRed: red,
                secret: secrets.NODE_RED_SECRET,
                now,
                stillMay: flowEditors(db, ORGANIZATION, FLOW_ROLES),
              }),
            ],
    }),
  );
  address = http.url;
  red?.begin();
  const setupToken = await auth.setupToken(ORGANIZATION);
  return {
    url: http.url,
    setupUrl:
      setupToken === null
        ? null
        : `${settings.QOIDA_PUBLIC_URL ?? http.url}/setup?token=${setupToken}`,
    demo: filled,
    localToken: tokens.local,
    db,
    databaseLost: opened.lost,
    stop: () => started.stop(log),
  };
}

/** All declarations: those of the platform itself and of its plugins. @throws Error naming each fault */
function declare(
  options: StartOptions,
  runtime: RuleRuntime,
  announce: (organizationId: string) => void,
): Registry {
  const { plugins, settings } = options.configuration;
  const core = corePlugin({
    version: options.version,
    operations: [
      ...deviceOperations({ demo: options.demo }),
      ...ruleOperations({
        runtime,
        announce,
        recheck: {
          operation: (name) => registry.operations.get(name)?.def,
          record: (name) => registry.records.get(name),
        },
        zone: settings.PLANT_TZ,
      }),
    ],
  });
  const faults = checkPlugins([core, ...plugins]);
  if (faults.length > 0)
    throw new Error(`The plugins' declarations are wrong:\n  ${faults.join('\n  ')}`);
  const registry = createRegistry([core, ...plugins]);
  return registry;
}

async function loadRules(
  db: Database,
  configuration: Configuration,
  runtime: RuleRuntime,
  log: Log,
): Promise<() => Promise<void>> {
  const shipped = configuration.plugins.flatMap((plugin) =>
    readShipped(plugin.name, plugin.rules ?? []),
  );
  const reload = async () => {
    const snapshot = runtime.compile(await db.read(ORGANIZATION, publishedModules));
    for (const [point, module] of snapshot.brokenPoints) {
      log.error({ module, point }, 'rules do not compile; the point stays shut');
    }
    runtime.swap(ORGANIZATION, snapshot);
  };
  const differing = await db.transaction(ORGANIZATION, (tx) => syncShipped(tx, shipped, runtime));
  for (const module of differing)
    log.warn({ module }, 'the edited rules stay; the plugin ships a newer text');
  await reload();
  return () =>
    reload().catch((error: unknown) =>
      log.error({ err: error }, 'the rules could not be loaded anew'),
    );
}

const auditOf =
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
async function programTokens(
  db: Database,
  auth: Auth,
): Promise<{ local: string; nodeRed: string }> {
  const tokens = await db.transaction(ORGANIZATION, async (tx) => ({
    local: (await issueServiceToken(tx, { name: 'local-commands', roles: ['admin', 'integrator'] }))
      .token,
    nodeRed: (await issueServiceToken(tx, { name: 'node-red', roles: ['integrator'] })).token,
  }));
  auth.forget();
  return tokens;
}
