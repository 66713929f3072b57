import type pg from 'pg';

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly has_default: boolean;
}
export interface CheckFacts {
  readonly name: string;
  readonly definition: string;
  readonly columns: readonly string[];
}
export interface IndexFacts {
  readonly name: string;
  readonly unique: boolean;
  readonly partial: boolean;
  /** Column names in order; null where an expression stands. */
  readonly columns: readonly (string | null)[];
}
export interface TableFacts {
  readonly name: string;
  readonly columns: readonly ColumnFacts[];
  readonly checks: readonly CheckFacts[];
  readonly references: readonly { readonly column: string; readonly table: string }[];
  readonly indexes: readonly IndexFacts[];
  /** Row level security is on, forced and has a policy. */
  readonly guarded: boolean;
  /** e.g. 'RANGE (ts)' */
  readonly partition_key: string | null;
  readonly default_partition: boolean;
}

/** Tables of the schema `public` by their name. */
export type Schema = ReadonlyMap<string, TableFacts>;

const QUERY = `
select c.relname as name,
  (c.relrowsecurity and c.relforcerowsecurity
    and exists (select 1 from pg_policy p where p.polrelid = c.oid)) as guarded,
  case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
  exists (select 1 from pg_partitioned_table t where t.partrelid = c.oid and t.partdefid <> 0) as default_partition,
  (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'nullable', not a.attnotnull, 'has_default', a.atthasdef or a.attidentity <> '') order by a.attnum), '[]')
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select coalesce(json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid),
      'columns', (select coalesce(json_agg(a.attname), '[]') from pg_attribute a
        where a.attrelid = c.oid and a.attnum = any(k.conkey)))), '[]')
    from pg_constraint k where k.conrelid = c.oid and k.contype = 'c') as checks,
  (select coalesce(json_agg(json_build_object('column', a.attname, 'table', f.relname)), '[]')
    from pg_constraint k join pg_class f on f.oid = k.confrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.conrelid = c.oid and k.contype = 'f' and cardinality(k.conkey) = 1) as "references",
  (select coalesce(json_agg(json_build_object('name', n.relname, 'unique', i.indisunique,
      'partial', i.indpred is not null,
      'columns', (select json_agg(a.attname order by key.place) from unnest(i.indkey[0:i.indnkeyatts - 1])
          with ordinality as key (attnum, place)
        left join pg_attribute a on a.attrelid = c.oid and a.attnum = key.attnum))), '[]')
    from pg_index i join pg_class n on n.oid = i.indexrelid where i.indrelid = c.oid) as indexes
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname`;

/** What the database has, as far as records can say it. */
export async function readSchema(client: Pick<pg.ClientBase, 'query'>): Promise<Schema> {
  const { rows } = await client.query<TableFacts>(QUERY);
  return new Map(rows.map((table) => [table.name, table]));
}
