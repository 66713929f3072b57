import type { Actor } from '../../src/api/operations.ts';
import { definePlugin } from '../../src/api/plugin.ts';
import type { RowOf } from '../../src/api/records.ts';
import { createReadings } from '../../src/devices/index.ts';
import { createRegistry, createRoad, type Road } from '../../src/operations/index.ts';
import {
  buildCatalog,
  createRuleRuntime,
  publishedModules,
  type RuleRuntime,
  ruleOperations,
  ruleRecords,
  rulesPublished,
  syncShipped,
} from '../../src/rules/index.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/database.ts';
import { actorOf, tray, trayFields, trays } from './trays.ts';

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
    ['texnolog', 'sex_boshligi', 'operator'],
  );

export interface Rules {
  readonly database: TestDatabase;
  readonly runtime: RuleRuntime;
  readonly road: Road;
  /** Organisations whose rules the other nodes were told to load anew. */
  readonly announced: readonly string[];
  /** Runs an operation; as the technologist unless said. */
  run<T = Record<string, unknown>>(operation: string, input: object, as?: Actor): Promise<T>;
  /** What plugins ship, synchronised and loaded as a start does. @returns names that the plant keeps its own text of */
  ship(...texts: string[]): Promise<string[]>;
  makeTray(code: string, loadKg?: number): Promise<RowOf<typeof tray>>;
  readonly texnolog: Actor;
  stop(): Promise<void>;
}

/** Rules, their operations and the one road over a database of their own; nothing else of the platform. */
export async function startRules(): Promise<Rules> {
  const records = [...ruleRecords, tray];
  const database = await testDatabase({ records, migrations: [FIXTURE] });
  const { db, organizationId } = database;
  const runtime = createRuleRuntime(catalog());
  const announced: string[] = [];
  const platform = definePlugin({
    name: 'platform',
    version: '1.0.0',
    title: 'Platform',
    records: ruleRecords,
    events: [rulesPublished],
    operations: ruleOperations({
      runtime,
      zone: 'Asia/Tashkent',
      announce: (id) => announced.push(id),
      recheck: {
        operation: (name) => registry.operations.get(name)?.def,
        record: (name) => registry.records.get(name),
      },
    }),
  });
  const registry = createRegistry([platform, trays]);
  const settings = { TRAY_LIMIT_KG: 10 };
  const road = createRoad({
    db,
    registry,
    rules: runtime,
    settings,
    zone: 'Asia/Tashkent',
    serverSecret: 'server-secret-of-this-test',
    readings: (tx, context) => createReadings(tx, { ...context, settings }),
    now: () => new Date(),
  });
  const texnolog = actorOf(organizationId, 'texnolog', 'texnolog');
  return {
    database,
    runtime,
    road,
    announced,
    texnolog,
    run: async <T>(operation: string, input: object, actor = texnolog) => {
      const { body } = await road.run({ operation, input, actor });
      return body as T;
    },
    async ship(...texts) {
      const shipped = texts.map((text) => ({ plugin: 'trays', module: moduleOf(text), text }));
      const kept = await db.transaction(organizationId, (tx) => syncShipped(tx, shipped, runtime));
      const modules = await db.read(organizationId, publishedModules);
      runtime.swap(organizationId, runtime.compile(modules));
      return kept;
    },
    makeTray: (code, load_kg = 0) =>
      db.transaction(organizationId, (tx) => tx.of(tray).insert({ code, load_kg })),
    stop: () => database.close(),
  };
}

const moduleOf = (text: string): string => /^module (\S+)/m.exec(text)?.[1] ?? '';
