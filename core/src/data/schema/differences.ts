import type { FieldSpec } from '../../api/fields.ts';
import type { RecordDef } from '../../api/records.ts';
import { typeOf } from '../columns.ts';
import { literal, quoted } from '../values.ts';
import {
  columnSql,
  fieldChecks,
  keysOf,
  type RecordsByName,
  referenceSql,
  SYSTEM_COLUMNS,
} from './ddl.ts';
import type { Schema, TableFacts } from './read.ts';

/** One thing in which a table isn't what its record says. */
export interface Difference {
  /** For a person: what is wrong. */
  readonly what: string;
  /** Statements that mend it and take the mending back; absent when data could be lost. */
  readonly fix?: { readonly up: readonly string[]; readonly down: readonly string[] };
  readonly missingTable?: RecordDef;
}

/** Everything in which the schema differs from the records. Columns that no record knows are left alone. */
export function differencesOf(
  records: readonly RecordDef[],
  schema: Schema,
  known: RecordsByName,
): Difference[] {
  return records.flatMap((record) => {
    const table = schema.get(record.table);
    if (!table)
      return [
        {
          what: `table ${record.table} (record "${record.name}") is missing`,
          missingTable: record,
        },
      ];
    return [
      ...systemDifferences(record, table),
      ...Object.entries(record.fields).flatMap(([name, spec]) =>
        fieldDifferences(record, table, name, spec, known),
      ),
      ...strangers(record, table),
      ...keyDifferences(record, table),
      ...checkDifferences(record, table),
      ...guardDifferences(record, table),
    ];
  });
}

const alter = (record: RecordDef, action: string) =>
  `alter table ${quoted(record.table)} ${action};`;

function systemDifferences(record: RecordDef, table: TableFacts): Difference[] {
  return Object.keys(SYSTEM_COLUMNS)
    .filter((name) => !table.columns.some((column) => column.name === name))
    .map((name) => ({ what: `${record.table}.${name} is missing; every table has it` }));
}

function fieldDifferences(
  record: RecordDef,
  table: TableFacts,
  name: string,
  spec: FieldSpec,
  known: RecordsByName,
): Difference[] {
  const column = table.columns.find((candidate) => candidate.name === name);
  const at = `${record.table}.${name}`;
  const type = typeOf(spec);
  if (!column) return [missingColumn(record, name, spec, known)];
  const found: Difference[] = [];
  if (column.type !== type)
    found.push({ what: `${at} is ${column.type}, its record says ${type}` });
  if (column.nullable && spec.optional !== true) {
    found.push({ what: `${at} may be null, its record says it is required` });
  }
  if (!column.nullable && spec.optional === true) {
    const down = alter(record, `alter ${quoted(name)} set not null`);
    const up = alter(record, `alter ${quoted(name)} drop not null`);
    found.push({
      what: `${at} is required, its record says it is optional`,
      fix: { up: [up], down: [down] },
    });
  }
  const reference = referenceSql(record, name, known);
  const target = known.get(spec.record ?? '')?.table;
  if (reference && !table.references.some((one) => one.column === name && one.table === target)) {
    found.push(
      missingConstraint(
        record,
        reference.name,
        reference.sql,
        `${at} has no reference to ${target}`,
      ),
    );
  }
  return [...found, ...valueDifferences(record, table, name, spec)];
}

function missingColumn(
  record: RecordDef,
  name: string,
  spec: FieldSpec,
  known: RecordsByName,
): Difference {
  const what = `${record.table}.${name} is missing`;
  if (spec.optional !== true && spec.default === undefined) {
    return {
      what: `${what}; a required column can't be added to rows that exist: give it a default or make it optional`,
    };
  }
  const reference = referenceSql(record, name, known);
  const constraints = [
    ...(reference ? [`add constraint ${quoted(reference.name)} ${reference.sql}`] : []),
    ...fieldChecks(record, name).map(
      (check) => `add constraint ${quoted(check.name)} check (${check.sql})`,
    ),
  ];
  const up = alter(record, [`add column ${columnSql(name, spec)}`, ...constraints].join(', '));
  return { what, fix: { up: [up], down: [alter(record, `drop column ${quoted(name)}`)] } };
}

function missingConstraint(record: RecordDef, name: string, sql: string, what: string): Difference {
  const up = alter(record, `add constraint ${quoted(name)} ${sql}`);
  return { what, fix: { up: [up], down: [alter(record, `drop constraint ${quoted(name)}`)] } };
}

const checksOn = (table: TableFacts, name: string) =>
  table.checks.filter((check) => check.columns.length === 1 && check.columns[0] === name);
const textsIn = (definition: string) =>
  [...definition.matchAll(/'((?:[^']|'')*)'::text/g)].map(([, text]) =>
    (text ?? '').replaceAll("''", "'"),
  );
const numbersIn = (definition: string) =>
  [...definition.matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text));

/** The checks that a field means: the allowed values, the smallest and the largest. */
function valueDifferences(
  record: RecordDef,
  table: TableFacts,
  name: string,
  spec: FieldSpec,
): Difference[] {
  const checks = checksOn(table, name);
  const at = `${record.table}.${name}`;
  return fieldChecks(record, name).flatMap((expected): Difference[] => {
    const sql = `check (${expected.sql})`;
    if (spec.kind === 'oneOf')
      return oneOfDifference(record, name, spec, checks, expected.name, sql);
    const bound = expected.sql.match(/^".*" ([<>]=) (.*)$/);
    const holds = (definition: string) =>
      definition.includes(bound?.[1] ?? '') && numbersIn(definition).includes(Number(bound?.[2]));
    // A text's length is checked at the door; here it is only a second wall.
    if (!bound || checks.some((check) => holds(check.definition))) return [];
    return [missingConstraint(record, expected.name, sql, `${at} lacks the check ${expected.sql}`)];
  });
}

function oneOfDifference(
  record: RecordDef,
  name: string,
  spec: FieldSpec,
  checks: TableFacts['checks'],
  constraint: string,
  sql: string,
): Difference[] {
  const at = `${record.table}.${name}`;
  const wanted = spec.values ?? [];
  const existing = checks.find((check) => textsIn(check.definition).length > 0);
  if (!existing) return [missingConstraint(record, constraint, sql, `${at} allows any value`)];
  const allowed = textsIn(existing.definition);
  const extra = wanted.filter((value) => !allowed.includes(value));
  const gone = allowed.filter((value) => !wanted.includes(value));
  if (extra.length === 0 && gone.length === 0) return [];
  const what = `${at} allows ${allowed.join(', ')}; its record says ${wanted.join(', ')}`;
  if (gone.length > 0) return [{ what }];
  const drop = `drop constraint ${quoted(existing.name)}`;
  const up = alter(record, `${drop}, add constraint ${quoted(existing.name)} ${sql}`);
  const down = alter(
    record,
    `${drop}, add constraint ${quoted(existing.name)} ${existing.definition}`,
  );
  return [{ what, fix: { up: [up], down: [down] } }];
}

/** Columns that no record knows may stay, unless they would stop every insert. */
function strangers(record: RecordDef, table: TableFacts): Difference[] {
  return table.columns
    .filter(({ name, nullable, has_default }) => {
      return !nullable && !has_default && !(name in record.fields) && !(name in SYSTEM_COLUMNS);
    })
    .map(({ name }) => ({
      what: `${record.table}.${name} is required, but no field of record "${record.name}"`,
      fix: {
        up: [alter(record, `alter ${quoted(name)} drop not null`)],
        down: [alter(record, `alter ${quoted(name)} set not null`)],
      },
    }));
}

function keyDifferences(record: RecordDef, table: TableFacts): Difference[] {
  const same = (a: readonly (string | null)[], b: readonly string[]) =>
    a.length === b.length && a.every((name, index) => name === b[index]);
  return keysOf(record)
    .filter((key) => {
      const named = table.indexes.some(
        (index) => index.name === key.name && index.unique === key.unique,
      );
      const columns = key.columns;
      const like = table.indexes.some(
        (index) =>
          columns && !index.partial && index.unique === key.unique && same(index.columns, columns),
      );
      return !named && !like;
    })
    .map((key) => ({
      what: `${record.table} has no ${key.unique ? 'unique key' : 'index'} ${key.name}`,
      fix: { up: [`${key.sql};`], down: [`drop index ${quoted(key.name)};`] },
    }));
}

function checkDifferences(record: RecordDef, table: TableFacts): Difference[] {
  return Object.entries(record.options.checks ?? {})
    .filter(([name]) => !table.checks.some((check) => check.name === name))
    .map(([name, sql]) =>
      missingConstraint(record, name, `check (${sql})`, `${record.table} lacks the check ${name}`),
    );
}

function guardDifferences(record: RecordDef, table: TableFacts): Difference[] {
  const found: Difference[] = [];
  if (!table.guarded) {
    const name = quoted(record.table);
    found.push({
      what: `${record.table} has no forced row level security`,
      fix: {
        up: [`select qoida_tenant_table(${literal(record.table)});`],
        down: [
          `drop policy tenant on ${name};`,
          `alter table ${name} no force row level security, disable row level security;`,
        ],
      },
    });
  }
  const { partition } = record.options;
  const key = partition ? `RANGE (${partition.by})` : null;
  if (table.partition_key !== key) {
    found.push({
      what: `${record.table} is partitioned by ${table.partition_key ?? 'nothing'}, its record says ${key ?? 'nothing'}`,
    });
  } else if (partition && !table.default_partition) {
    found.push({
      what: `${record.table} has no default partition`,
      fix: {
        up: [
          `select qoida_partitioned_table(${literal(record.table)}, ${literal(partition.by)}, ${literal(partition.every)});`,
        ],
        down: [
          `drop table ${quoted(`${record.table}_default`)};`,
          `delete from partitioned_tables where table_name = ${literal(record.table)};`,
        ],
      },
    });
  }
  return found;
}
