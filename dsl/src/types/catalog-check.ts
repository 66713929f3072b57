import { ApiError, needList, needRecord, needText } from '../source/api.ts';
import type { Catalog, CatalogIndex } from './catalog.ts';
import { isFault } from './type-text.ts';

/** Catalogs that were found in order: many programs are compiled against one. */
const sound = new WeakSet<object>();

/** Which entries of a catalog hold fields, and under what name. */
const FIELDS = { records: 'fields', points: 'facts', events: 'fields', actions: 'params' } as const;

/** @throws ApiError for what has not the form of a catalog */
export function needCatalog(catalog: unknown): asserts catalog is Catalog {
  needRecord(catalog, 'catalog');
  for (const kind of ['records', 'points']) needRecord(catalog[kind], `catalog.${kind}`);
}

/**
 * Reads all types of a catalog, which otherwise are read when a rule asks for them.
 * @throws ApiError that names the first entry whose type can't be read
 */
export function needReadable({ catalog, type }: CatalogIndex): void {
  if (sound.has(catalog)) return;
  const readable = (text: unknown, entry: string): void => {
    needText(text, entry);
    const read = type(text);
    if (isFault(read))
      throw new ApiError(
        'unreadable_type',
        entry,
        `is \`${text}\`, which is no type`,
        read.name === text ? 'write a type or the name of a record' : `mend \`${read.name}\``,
      );
  };
  const field = (of: unknown, entry: string): void => {
    needRecord(of, entry);
    readable(of.type, `${entry}.type`);
  };
  const each = (table: unknown, entry: string, run: (of: unknown, entry: string) => void): void => {
    if (table === undefined) return;
    needRecord(table, entry);
    for (const [name, of] of Object.entries(table)) run(of, `${entry}.${name}`);
  };
  for (const [kind, inside] of Object.entries(FIELDS))
    each(catalog[kind as keyof typeof FIELDS], `catalog.${kind}`, (of, entry) => {
      needRecord(of, entry);
      needRecord(of[inside], `${entry}.${inside}`);
      each(of[inside], `${entry}.${inside}`, field);
    });
  each(catalog.settings, 'catalog.settings', field);
  each(catalog.facts, 'catalog.facts', field);
  each(catalog.functions, 'catalog.functions', (of, entry) => {
    needRecord(of, entry);
    needList(of.params, `${entry}.params`);
    for (const [i, param] of of.params.entries()) field(param, `${entry}.params[${i}]`);
    readable(of.result, `${entry}.result`);
  });
  sound.add(catalog);
}
