import { type Catalog, LANGUAGE_VERSION } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import { payloadHash } from '../data/canonical.ts';
import { catalogHash, compileSnapshot, type Snapshot } from './snapshot.ts';
import { hashText } from './store.ts';

/** Which text of a module stood in a rule set; `version` is the newest that reads so. */
export interface SetModule {
  readonly module: string;
  readonly version: number;
  readonly hash: string;
}

/** Why rules of an earlier time can't be asked again. */
export type Lost =
  | 'rule_set_missing'
  | 'rule_text_missing'
  | 'rule_text_altered'
  | 'catalog_missing'
  | 'catalog_altered'
  | 'language_changed'
  | 'rules_broken';

/**
 * Keeps which texts stand, with what they were compiled against, under the hash that decisions carry.
 * Kept once; called wherever rules come into force, before anything is decided by them.
 */
export async function keepRuleSet(tx: Tx, snapshot: Snapshot): Promise<void> {
  const { hash, catalog, modules } = snapshot;
  const there = await tx.sql('select 1 from rule_sets where hash = ?', [hash]);
  if (there.length > 0) return;
  const standing = modules.map(({ module, text }) => ({ module, hash: hashText(text) }));
  await tx.sql(
    'insert into rule_catalogs (hash, catalog) values (?, ?::jsonb) on conflict do nothing',
    [catalogHash(catalog), JSON.stringify(catalog)],
  );
  await tx.sql(
    `insert into rule_sets (hash, language, catalog_hash, modules)
     select ?, ?, ?, coalesce(jsonb_agg(
       jsonb_build_object('module', s.module, 'hash', s.hash, 'version',
         (select max(v.version) from rule_versions v join rule_modules m on m.id = v.module_id
          where m.module = s.module and v.hash = s.hash)) order by s.module), '[]')
     from jsonb_to_recordset(?::jsonb) as s (module text, hash text)
     on conflict do nothing`,
    [hash, LANGUAGE_VERSION, catalogHash(catalog), JSON.stringify(standing)],
  );
}

export interface RuleSet {
  readonly hash: string;
  readonly catalog: Catalog;
  readonly modules: readonly { readonly module: string; readonly text: string }[];
}

/** The texts and the catalog of a rule set, each held against its hash. */
export async function ruleSetOf(tx: Pick<Tx, 'sql'>, hash: string): Promise<RuleSet | Lost> {
  const [set] = await tx.sql<{ language: string; catalog_hash: string; modules: SetModule[] }>(
    'select language, catalog_hash, modules from rule_sets where hash = ?',
    [hash],
  );
  if (set === undefined) return 'rule_set_missing';
  if (set.language !== LANGUAGE_VERSION) return 'language_changed';
  const [stored] = await tx.sql<{ catalog: Catalog }>(
    'select catalog from rule_catalogs where hash = ?',
    [set.catalog_hash],
  );
  if (stored === undefined) return 'catalog_missing';
  if (payloadHash(stored.catalog) !== set.catalog_hash) return 'catalog_altered';
  const texts = await tx.sql<{ module: string; text: string }>(
    `select s.module, v.text from jsonb_to_recordset(?::jsonb) as s (module text, version bigint)
     join rule_modules m on m.module = s.module
     join rule_versions v on v.module_id = m.id and v.version = s.version order by s.module`,
    [JSON.stringify(set.modules)],
  );
  if (texts.length !== set.modules.length) return 'rule_text_missing';
  const hashes = new Map(set.modules.map((entry) => [entry.module, entry.hash]));
  if (texts.some(({ module, text }) => hashText(text) !== hashes.get(module)))
    return 'rule_text_altered';
  return { hash, catalog: stored.catalog, modules: texts };
}

const MOST_SETS = 6;

/** Compiled rule sets of earlier times, the latest used ones: verifying a year meets few at a time. */
export class PastRules {
  readonly #compiled = new Map<string, Snapshot | Lost>();

  /** @param standing the rules of today, which need not be compiled again */
  async find(tx: Tx, hash: string, standing: Snapshot): Promise<Snapshot | Lost> {
    if (hash === standing.hash) return standing;
    const key = `${tx.organizationId} ${hash}`;
    const found = this.#compiled.get(key) ?? (await compileSet(tx, hash));
    this.#compiled.delete(key);
    // What is lost is looked for anew: a backup may bring it back.
    if (typeof found !== 'string') this.#compiled.set(key, found);
    for (const oldest of this.#compiled.keys()) {
      if (this.#compiled.size <= MOST_SETS) break;
      this.#compiled.delete(oldest);
    }
    return found;
  }
}

async function compileSet(tx: Tx, hash: string): Promise<Snapshot | Lost> {
  const set = await ruleSetOf(tx, hash);
  if (typeof set === 'string') return set;
  const snapshot = compileSnapshot(
    set.modules.map((entry) => ({ ...entry, points: [] })),
    set.catalog,
  );
  if (snapshot.brokenModules.length > 0) return 'rules_broken';
  // Another hash: the set's own row was altered.
  return snapshot.hash === hash ? snapshot : 'rule_text_altered';
}
