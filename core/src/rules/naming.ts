import type { Tx } from '../api/operations.ts';

/** A published module that names something, and the lines in which it does. */
export interface NamingModule {
  readonly module: string;
  /** From 1. */
  readonly lines: readonly number[];
}

/** Published modules that say one of these names in quotes: rules call devices and the like so. */
export async function modulesNaming(db: Tx, names: readonly string[]): Promise<NamingModule[]> {
  const quoted = names.map((name) => `"${name}"`);
  const rows = await db.sql<{ module: string; text: string }>(
    `select m.module, v.text from rule_modules m
       join rule_versions v on v.module_id = m.id and v.version = m.published_version
      where not m.removed and exists (select 1 from unnest(?::text[]) as q (name) where position(q.name in v.text) > 0)
      order by m.module`,
    [quoted],
  );
  return rows.map(({ module, text }) => ({
    module,
    lines: text
      .split('\n')
      .flatMap((line, at) => (quoted.some((name) => line.includes(name)) ? [at + 1] : [])),
  }));
}
