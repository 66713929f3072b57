import { hostname } from 'node:os';
import type { Plugin } from '../api/plugin.ts';
import { type ApprovalEngine, approvalNews, startApprovals } from '../approvals/index.ts';
import { startAuditKeeper } from '../audit/index.ts';
import { createAuth } from '../auth/index.ts';
import { measureAutomations, startAutomations, toldSeldom } from '../automations/index.ts';
import { createBroker, serveOperations } from '../broker/index.ts';
import { createClientSocket } from '../client-socket/index.ts';
import { type Database, startOutbox } from '../data/index.ts';
import {
  createDoor,
  createIngest,
  createLinks,
  createReadings,
  createSocketDoor,
  ingestRoutes,
  leftOnline,
  startDevices,
} from '../devices/index.ts';
import { createMetrics, startHttp } from '../http/index.ts';
import { createRoad } from '../operations/index.ts';
import { startRecorder, startRehearsals } from '../rehearsal/index.ts';
import { createRuleRuntime } from '../rules/index.ts';
import { createStreamHub, eventLog } from '../stream/index.ts';
import { createAlerting, standingOf } from './alerting.ts';
import { catalogOf, rolesOf } from './catalog.ts';
import type { Configuration } from './configuration.ts';
import { openDataFolder } from './data-folder.ts';
import { openPlatformDatabase } from './database.ts';
import { declare, modelsOf } from './declare.ts';
import { delivery } from './deliver.ts';
import { type DemoFile, ensureDemo } from './demo.ts';
import { watchPlatform } from './figures.ts';
import { loadRules } from './load-rules.ts';
import { startMaintenance } from './maintenance.ts';
import { translator } from './messages.ts';
import { NO_FLOWS, prepareFlows } from './node-red.ts';
import { auditOf, programTokens } from './programs.ts';
import type { Log, Progress } from './progress.ts';
import { readiness } from './readiness.ts';
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
  const { plugins } = configuration;
  const now = options.now ?? (() => new Date());
  const { dataDir, secrets } = openDataFolder(configuration.settings);
  const settings = { ...configuration.settings, ...secrets };
  const zone = settings.PLANT_TZ;

  const broker = createBroker({
    nodeId: `${hostname()}-${process.pid}`,
    natsUrl: settings.NATS_URL,
    log: (level, text) => log[level]({ part: 'broker' }, text),
  });
  const runtime = createRuleRuntime(catalogOf(configuration), waitingOf(plugins));
  const waiting: { engine?: ApprovalEngine } = {};
  const onApproval = () => {
    waiting.engine?.wake();
    alerting.wake();
  };
  const { SERVER_SECRET: serverSecret } = secrets;
  const shared = { organizationId: ORGANIZATION, runtime, settings, zone, now, log };
  const alerting = createAlerting({ ...shared, plugins, serverSecret });
  const registry = declare({ ...options, alerting }, runtime, onApproval);

  const opened = started.add(
    await openPlatformDatabase({
      settings,
      dataDir,
      appPassword: secrets.DB_APP_PASSWORD,
      plugins,
      records: [...registry.records.values()],
      log,
      progress,
    }),
  );
  const { db } = opened;
  started.add(startMaintenance(db, log, settings.EVENT_KEEP_DAYS));
  started.add(startAuditKeeper({ db, settings, serverSecret, now, log }));
  progress('loading rules');
  started.add(await loadRules(db, configuration, ORGANIZATION, runtime, log));

  const metrics = createMetrics();
  const stream = started.add(await createStreamHub({ events: eventLog(db), log }));
  const auth = createAuth({ db, settings: secrets, now, audit: auditOf(serverSecret) });
  await auth.keepRoles(ORGANIZATION, rolesOf(plugins));
  const ingest = started.add(createIngest({ db, settings, log, now, metrics, stream }));
  const links = createLinks(now, ({ status, latency_ms }) =>
    metrics.commands.observe({ outcome: status }, latency_ms / 1000),
  );
  const lost = await leftOnline(db, ORGANIZATION);
  links.expect(lost);
  const road = createRoad({
    db,
    registry,
    links,
    metrics,
    rules: runtime,
    settings,
    zone,
    serverSecret,
    readings: (tx, context) =>
      createReadings(tx, { ...context, settings, onBound: ingest.noteBound }),
    now,
    onGateHit: (gate) => metrics.gateHits.inc({ gate_type: gate }),
    onApproval,
  });
  waiting.engine = started.add(
    startApprovals({
      ...shared,
      db,
      run: road.run,
      operations: registry.operations,
      serverSecret,
    }),
  );
  const here = { organizationId: ORGANIZATION };
  const automations = await startAutomations({
    ...shared,
    db,
    run: road.run,
    facts: alerting.facts,
    metrics: measureAutomations(metrics),
    onChange: toldSeldom(() => stream.publish('live.automations', {}, here)),
  });
  started.add(automations);
  runtime.onSwap(() => automations.wake());
  started.add(
    startRehearsals({ db, runtime, registry, stream, log, organizationId: ORGANIZATION }),
  );
  started.add(startRecorder({ ...shared, db, declared: standingOf(plugins) }));
  serveOperations(broker, registry, road);
  await broker.start();
  started.add(broker);
  const translate = translator(messagesOf(registry.plugins));
  const declared = {
    objects: () => plugins.flatMap((plugin) => plugin.approvals ?? []),
    operation: (name: string) => registry.operations.get(name)?.def,
  };
  started.add(alerting.start(db, approvalNews({ ...shared, db, declared, say: translate })));
  const consumers = delivery({ automations, broker });
  started.add(await startOutbox(db, { log, ...alerting.before(consumers) }));

  const filled = demo
    ? await ensureDemo({ dataDir, road, plugins, organizationId: ORGANIZATION, progress })
    : null;
  const tokens = await programTokens(db, auth, ORGANIZATION);
  const door = createDoor({ db, settings, now, log });
  const models = modelsOf(plugins);
  const sockets = started.add(
    createSocketDoor({ db, door, links, models, run: road.run, settings, now, log }),
  );
  await sockets.forgetLost(lost, ORGANIZATION);
  progress(demo ? 'starting devices and their simulators' : 'starting devices');
  const devices = started.add(
    await startDevices({
      db,
      models,
      ingest,
      links,
      run: road.run,
      stream,
      log,
      settings,
      organizationId: ORGANIZATION,
      simulate: demo,
      now,
    }),
  );
  const { sampleFlows } = options;
  const flowParts = { db, organizationId: ORGANIZATION, dataDir, sampleFlows, now, log };
  const flows = settings.NODE_RED
    ? prepareFlows(
        { ...flowParts, secret: secrets.NODE_RED_SECRET, token: tokens.nodeRed },
        started,
      )
    : NO_FLOWS;
  const more = [...ingestRoutes({ db, ingest, devices, settings, now, door }), ...flows.routes];
  const ask = () => db.read(ORGANIZATION, (tx) => tx.sql('select 1'));
  const ready = () => readiness(ask, () => runtime.snapshot(ORGANIZATION).brokenModules);
  const clients = started.add(
    createClientSocket({
      auth,
      stream,
      registry,
      run: road.run,
      translate,
      settings,
      now,
      log,
      onRefusal: ({ code }) => metrics.errors.inc({ code }),
    }),
  );
  watchPlatform(metrics, { db, organizationId: ORGANIZATION, sockets, clients });
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
        roles: rolesOf(plugins),
        organizationId: ORGANIZATION,
        settings,
        serverSecret,
        metricsToken: settings.METRICS_TOKEN,
      }),
      auth,
      metrics,
      log,
      settings,
      translate,
      ...(options.webDir === undefined ? {} : { staticDir: options.webDir }),
      upgrade: (...asked) => sockets.upgrade(...asked) || clients.upgrade(...asked),
      proxies: flows.proxies,
    }),
  );
  await devices.open(http.url);
  flows.begin(http.url);
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

const waitingOf = (plugins: readonly Plugin[]) =>
  new Set(
    plugins.flatMap(({ approvals = [] }) =>
      approvals.map(({ record, type }) => `${record.name}.${type}`),
    ),
  );
