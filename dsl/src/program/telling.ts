import type { Explaining } from '../explain/explain.ts';
import type { CatalogField, CatalogIndex } from '../types/catalog.ts';
import { textIn } from '../types/catalog.ts';
import type { Environment } from '../values/environment.ts';
import type { Runtime } from './runtime.ts';

/** What an explanation needs of a program. */
export function explainingIn(
  { units, source, index }: Runtime,
  environment: Environment,
  language: string,
): Explaining {
  return {
    units,
    environment,
    language,
    source,
    label: (record, field) => textIn(fieldOf(index, record, field)?.doc, language),
  };
}

/** A field as the catalog declares it; settings are the fields of `settings`. */
export function fieldOf(
  index: CatalogIndex,
  record: string,
  field: string,
): CatalogField | undefined {
  const { settings } = index.catalog;
  if (record !== 'settings' || settings === undefined) return index.field(record, field);
  return Object.hasOwn(settings, field) ? settings[field] : undefined;
}
