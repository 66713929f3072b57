import type { DeviceModel } from '../../src/api/devices.ts';
import { createLinks, createReadings, deviceOperations } from '../../src/devices/index.ts';
import { createRegistry, createRoad, type Road } from '../../src/operations/index.ts';
import { corePlugin, languageRecords } from '../../src/platform/core-plugin.ts';
import { buildCatalog, createRuleRuntime } from '../../src/rules/index.ts';
import { type Bench, operator, SERVER_SECRET } from './support.ts';

export interface Roads extends Road {
  /** Runs an operation as somebody with these roles and gives its answer's body. */
  as<T = Record<string, unknown>>(role: string, operation: string, input: unknown): Promise<T>;
}

/** The one road with the operations of devices, over the bench's database and clock. */
export function roadOf(bench: Bench, models: readonly DeviceModel[] = []): Roads {
  const registry = createRegistry([
    corePlugin({ version: '0', operations: deviceOperations({ demo: true, models, endings: [] }) }),
  ]);
  const catalog = buildCatalog(
    [{ plugin: 'platform', records: languageRecords, operations: [], events: [] }],
    {},
    {},
  );
  const settings = { SERVER_SECRET, PRESENCE_MIN_SEC: 0 };
  const road = createRoad({
    db: bench.db,
    registry,
    rules: createRuleRuntime(catalog),
    settings,
    zone: 'Asia/Tashkent',
    serverSecret: SERVER_SECRET,
    readings: (tx, context) =>
      createReadings(tx, { ...context, settings, onBound: bench.ingest.noteBound }),
    now: bench.now,
    links: createLinks(bench.now),
    onGateHit: () => undefined,
  });
  return {
    ...road,
    async as(role, operation, input) {
      const { body } = await road.run({
        operation,
        input,
        actor: operator(bench.organizationId, role),
      });
      return body as never;
    },
  };
}
