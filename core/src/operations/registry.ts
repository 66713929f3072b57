import type { FieldSpec } from '../api/fields.ts';
import { specsOf } from '../api/fields.ts';
import { validatorOf } from '../api/json-schema.ts';
import type { Locale } from '../api/locale.ts';
import type { OperationDef } from '../api/operations.ts';
import type { Plugin } from '../api/plugin.ts';
import type { RecordDef } from '../api/records.ts';
import { importOperation } from './imports.ts';

/** An operation in its place: whose it is, what its action is called, how its input is checked. */
export interface RegisteredOperation {
  readonly plugin: string;
  readonly def: OperationDef;
  /** Moleculer action name. */
  readonly action: string;
  readonly input: Readonly<Record<string, FieldSpec>>;
  /** @throws Refusal validation_error */
  readonly validate: (value: unknown, locale: Locale) => unknown;
}

export interface Registry {
  readonly operations: ReadonlyMap<string, RegisteredOperation>;
  readonly records: ReadonlyMap<string, RecordDef>;
  readonly plugins: readonly Plugin[];
}

/** Collects what all plugins declare; a name declared twice stops the start. */
export function createRegistry(plugins: readonly Plugin[]): Registry {
  const operations = new Map<string, RegisteredOperation>();
  const records = new Map<string, RecordDef>();
  for (const plugin of plugins) {
    for (const record of plugin.records ?? []) addOnce(records, record.name, record, 'record');
    const imports = (plugin.imports ?? []).map(importOperation);
    for (const def of [...(plugin.operations ?? []), ...imports]) {
      const input = specsOf(def.input);
      const entry = {
        plugin: plugin.name,
        def,
        action: `${plugin.name}.${def.name}`,
        input,
        validate: validatorOf(input),
      };
      addOnce(operations, def.name, entry, 'operation');
    }
  }
  return { operations, records, plugins };
}

function addOnce<T>(map: Map<string, T>, name: string, value: T, what: string): void {
  if (map.has(name)) throw new Error(`two plugins declare the ${what} ${name}`);
  map.set(name, value);
}
