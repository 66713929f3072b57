import type { Place } from '../deep/places.ts';
import type { Explaining } from '../explain/explain.ts';
import type { Naming } from '../explain/facts.ts';
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
  return own(settings, field);
}

/** How remedies call things: fields as the catalog declares them, those of events too, and roles. */
export const namingIn = ({ index }: Runtime, language: string): Naming => ({
  language,
  declared: ({ owner, steps }: Place) => {
    const [root = '', field = ''] = steps.slice(-2);
    if (owner !== undefined) return fieldOf(index, owner, field);
    return own(steps.length === 2 ? own(index.catalog.events, root)?.fields : undefined, field);
  },
  role: roleTitleIn(index, language),
});

/** What a role is called in the reader's language; its name where the catalog gives no title. */
export const roleTitleIn =
  ({ catalog }: CatalogIndex, language: string) =>
  (role: string): string =>
    textIn(own(catalog.roleTitles, role), language) ?? role;

const own = <T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
