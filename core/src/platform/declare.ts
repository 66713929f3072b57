import type { Plugin } from '../api/plugin.ts';
import { approvalOperations } from '../approvals/index.ts';
import { automationOperations, endActionsOf } from '../automations/index.ts';
import { deviceOperations } from '../devices/index.ts';
import { createRegistry, type Registry, roleNames } from '../operations/index.ts';
import { checkPlugins, DeclarationError } from '../plugins/index.ts';
import { rehearsalOperations } from '../rehearsal/index.ts';
import { type RuleRuntime, ruleOperations } from '../rules/index.ts';
import type { Alerting } from './alerting.ts';
import type { Configuration } from './configuration.ts';
import { corePlugin } from './core-plugin.ts';
import { translator } from './messages.ts';
import { messagesOf } from './routes.ts';

export interface DeclareOptions {
  readonly configuration: Configuration;
  readonly version: string;
  readonly demo: boolean;
  readonly alerting: Alerting;
}

/** The models of devices that plugins bring. */
export const modelsOf = (plugins: readonly Plugin[]) =>
  plugins.flatMap((plugin) => plugin.devices ?? []);

/**
 * All declarations: those of the platform itself and of its plugins.
 * @param wake told that a request for approval has changed
 * @throws DeclarationError naming each fault
 */
export function declare(options: DeclareOptions, runtime: RuleRuntime, wake: () => void): Registry {
  const { plugins, settings } = options.configuration;
  const core = corePlugin({
    version: options.version,
    operations: [
      ...deviceOperations({
        demo: options.demo,
        models: modelsOf(plugins),
        endings: [
          options.alerting.ending((...asked) => translate(...asked)),
          {
            emits: [],
            end: (context, device) =>
              endActionsOf(
                context,
                device,
                [...registry.operations.values()].map(({ def }) => def),
              ),
          },
        ],
      }),
      ...automationOperations({
        runtime,
        zone: settings.PLANT_TZ,
        say: (...asked) => translate(...asked),
      }),
      ...rehearsalOperations({
        runtime,
        zone: settings.PLANT_TZ,
        operation: (name) => registry.operations.get(name)?.def,
        record: (name) => registry.records.get(name),
        plugins: () => registry.plugins,
      }),
      ...approvalOperations({
        zone: settings.PLANT_TZ,
        nameOf: (actor) => roleNames({ rules: runtime }, actor),
        objects: () => plugins.flatMap((plugin) => plugin.approvals ?? []),
        operation: (name) => registry.operations.get(name)?.def,
        operations: () => [...registry.operations.values()].map(({ def }) => def),
        say: (...asked) => translate(...asked),
        wake,
      }),
      ...options.alerting.operations((...asked) => translate(...asked)),
      ...ruleOperations({
        runtime,
        recheck: {
          operation: (name) => registry.operations.get(name)?.def,
          record: (name) => registry.records.get(name),
        },
        zone: settings.PLANT_TZ,
      }),
    ],
  });
  const faults = checkPlugins([core, ...plugins]);
  if (faults.length > 0) throw new DeclarationError(faults);
  const registry = createRegistry([core, ...plugins]);
  const translate = translator(messagesOf(registry.plugins));
  return registry;
}
