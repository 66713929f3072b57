import type { RecordDef } from '../../api/records.ts';
import { quoted } from '../values.ts';
import { byName, createTableSql, type RecordsByName, referenceSql } from './ddl.ts';
import { differencesOf } from './differences.ts';
import type { Schema } from './read.ts';

/**
 * A migration that brings the schema to the records, to be reviewed and committed. It only adds.
 * @param records those to draft for (a plugin's)
 * @param all every record, for references to others' tables
 * @returns the file's text, or null when nothing differs
 * @throws Error naming what can't be done without losing data
 */
export function draftMigration(
  records: readonly RecordDef[],
  schema: Schema,
  all: readonly RecordDef[] = records,
): string | null {
  const known = byName([...all, ...records]);
  const differences = differencesOf(records, schema, known);
  if (differences.length === 0) return null;
  const refused = differences.filter((difference) => !difference.fix && !difference.missingTable);
  if (refused.length > 0) {
    const list = refused.map(({ what }) => `  - ${what}`).join('\n');
    throw new Error(`write this migration by hand, a draft could lose data:\n${list}`);
  }
  const missing = differences.flatMap(({ missingTable }) => missingTable ?? []);
  const tables = newTables(missing, schema, known);
  const fixes = differences.flatMap(({ fix }) => fix ?? []);
  const up = [...tables.up, ...fixes.flatMap((fix) => fix.up)];
  const down = [...fixes.toReversed().flatMap((fix) => fix.down), ...tables.down];
  return `-- up\n${up.join('\n\n')}\n\n-- down\n${down.join('\n')}\n`;
}

function newTables(missing: readonly RecordDef[], schema: Schema, known: RecordsByName) {
  const order = inOrder(missing, known);
  const there = new Set(schema.keys());
  const up: string[] = [];
  const late: { up: string; down: string }[] = [];
  for (const record of order) {
    there.add(record.table);
    const waits = Object.keys(record.fields).filter((name) => {
      const target =
        record.fields[name]?.kind === 'ref'
          ? known.get(record.fields[name]?.record ?? '')
          : undefined;
      return target !== undefined && !there.has(target.table);
    });
    up.push(createTableSql(record, known, waits));
    for (const name of waits) {
      const reference = referenceSql(record, name, known);
      if (!reference) continue;
      const table = `alter table ${quoted(record.table)}`;
      late.push({
        up: `${table} add constraint ${quoted(reference.name)} ${reference.sql};`,
        down: `${table} drop constraint ${quoted(reference.name)};`,
      });
    }
  }
  const drops = order
    .toReversed()
    .flatMap((record) => [
      `drop table ${quoted(record.table)};`,
      ...(record.options.partition
        ? [`delete from partitioned_tables where table_name = '${record.table}';`]
        : []),
    ]);
  return {
    up: [...up, ...late.map((one) => one.up)],
    down: [...late.map((one) => one.down), ...drops],
  };
}

/** Referred tables before those that refer to them, where there is no circle. */
function inOrder(records: readonly RecordDef[], known: RecordsByName): RecordDef[] {
  const ordered = new Set<RecordDef>();
  const visiting = new Set<RecordDef>();
  const visit = (record: RecordDef): void => {
    if (ordered.has(record) || visiting.has(record)) return;
    visiting.add(record);
    for (const spec of Object.values(record.fields)) {
      const target = spec.kind === 'ref' ? known.get(spec.record ?? '') : undefined;
      if (target && records.includes(target)) visit(target);
    }
    ordered.add(record);
  };
  for (const record of records) visit(record);
  return [...ordered];
}
