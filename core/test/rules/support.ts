import assert from 'node:assert/strict';
import { Refusal } from '../../src/api/errors.ts';
import type { Actor } from '../../src/api/operations.ts';
import { definePlugin } from '../../src/api/plugin.ts';
import type { RowOf } from '../../src/api/records.ts';
import { createLinks, createReadings } from '../../src/devices/index.ts';
import { createRegistry, createRoad, type Road } from '../../src/operations/index.ts';
import {
  buildCatalog,
  createRuleRuntime,
  type RuleRuntime,
  type RuleWatch,
  ruleOperations,
  ruleRecords,
  rulesPublished,
  syncShipped,
  watchRules,
} from '../../src/rules/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { actorOf, tray, trayFields, trays } from './trays.ts';

/** What decisions and the audit are signed with. */
export const SERVER_SECRET = 'server-secret-of-this-test';
const FIXTURE = { owner: 'trays', folder: new URL('fixture/', import.meta.url) };

export const catalog = () =>
  buildCatalog(
    [
      {
        plugin: 'trays',
        records: [tray],
        operations: trays.operations ?? [],
        events: trays.events ?? [],
      },
    ],
    trayFields,
    {
      texnolog: { uz: 'Texnolog', ru: 'Технолог', en: 'Technologist' },
      sex_boshligi: 'Sex boshlig‘i',
      operator: 'Operator',
    },
  );

export interface Rules {
  readonly database: TestDatabase;
  readonly runtime: RuleRuntime;
  readonly road: Road;
  /** Runs an operation; as the technologist unless said. */
  run<T = Record<string, unknown>>(operation: string, input: object, as?: Actor): Promise<T>;
  /** What plugins ship, synchronised and loaded as a start does. @returns what was not taken */
  ship(...texts: string[]): Promise<string[]>;
  /** Another node on the same database: each is told what the other publishes, and loads it. */
  secondNode(): Promise<Node>;
  makeTray(code: string, loadKg?: number): Promise<RowOf<typeof tray>>;
  readonly texnolog: Actor;
  stop(): Promise<void>;
}

/** One node of a cluster. */
export interface Node extends Pick<Rules, 'runtime' | 'run'> {
  /** It is told nothing any more, and loads nothing. */
  leave(): Promise<void>;
}

/** Rules, their operations and the one road over a database. */
function nodeOn(
  database: TestDatabase,
  settings: Readonly<Record<string, unknown>>,
): { runtime: RuleRuntime; road: Road; watch(): Promise<RuleWatch> } {
  const { db, organizationId } = database;
  const runtime = createRuleRuntime(catalog());
  const platform = definePlugin({
    name: 'platform',
    version: '1.0.0',
    title: 'Platform',
    records: ruleRecords,
    events: [rulesPublished],
    operations: ruleOperations({
      runtime,
      zone: 'Asia/Tashkent',
      recheck: {
        operation: (name) => registry.operations.get(name)?.def,
        record: (name) => registry.records.get(name),
      },
    }),
  });
  const registry = createRegistry([platform, trays]);
  const road = createRoad({
    db,
    registry,
    rules: runtime,
    settings,
    zone: 'Asia/Tashkent',
    serverSecret: SERVER_SECRET,
    readings: (tx, context) => createReadings(tx, { ...context, settings }),
    now: () => new Date(),
    links: createLinks(() => new Date()),
  });
  return {
    runtime,
    road,
    watch: () =>
      watchRules({
        db,
        runtime,
        organizationId,
        onFault: (error) => assert.fail(String(error)),
      }),
  };
}

/** Rules, their operations and the one road over a database of their own; nothing else of the platform. */
export async function startRules(more: Readonly<Record<string, unknown>> = {}): Promise<Rules> {
  const database = await testDatabase({
    records: [...ruleRecords, tray],
    migrations: [FIXTURE],
  });
  const { db, organizationId } = database;
  const settings = { TRAY_LIMIT_KG: 10, SERVER_SECRET, ...more };
  const { runtime, road, watch } = nodeOn(database, settings);
  const others: RuleWatch[] = [];
  let own: RuleWatch | undefined;
  const texnolog = actorOf(organizationId, 'texnolog', 'texnolog');
  const runOn =
    (on: Road) =>
    async <T>(operation: string, input: object, actor = texnolog) => {
      const { body } = await on.run({ operation, input, actor });
      return body as T;
    };
  return {
    database,
    runtime,
    road,
    texnolog,
    run: runOn(road),
    async secondNode() {
      const node = nodeOn(database, settings);
      const watched = await node.watch();
      others.push(watched);
      return { runtime: node.runtime, run: runOn(node.road), leave: () => watched.stop() };
    },
    async ship(...texts) {
      const shipped = texts.map((text) => ({ plugin: 'trays', module: moduleOf(text), text }));
      const kept = await db.transaction(organizationId, (tx) => syncShipped(tx, shipped, runtime));
      // A start loads them anew, whatever there was: a catalog may be another.
      await own?.stop();
      own = await watch();
      return kept.map(({ module, why }) => (why === 'edited' ? module : `${module} ${why}`));
    },
    makeTray: (code, load_kg = 0) =>
      db.transaction(organizationId, (tx) => tx.of(tray).insert({ code, load_kg })),
    async stop() {
      await Promise.all([own, ...others].map((one) => one?.stop()));
      await database.close();
    },
  };
}

/** Why something was refused; `done` where it was not. */
export const reasonOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.reason : String(error)),
  );

const moduleOf = (text: string): string => /^module (\S+)/m.exec(text)?.[1] ?? '';
