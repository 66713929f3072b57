import { parse } from 'csv-parse/sync';
import { invalid, Refusal } from '../api/errors.ts';
import type { FieldSpec } from '../api/fields.ts';
import { flag, specsOf, text } from '../api/fields.ts';
import { decimalOf } from '../api/from-text.ts';
import { validatorOf } from '../api/json-schema.ts';
import type { BaseContext, OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { ImportDef } from '../api/plugin.ts';

/** One fault of one row; `row` counts data rows from 1, as a person sees them below the header. */
export interface RowFault {
  readonly row: number;
  readonly column: string | null;
  readonly reason: string;
  readonly message: string;
}

const MOST_FAULTS = 200;
/** A longer file is taken in parts: one transaction must not hold the plant up. */
const MOST_ROWS = 20_000;

/**
 * The operation of one CSV import (F-CSV-06): the whole file or nothing, with a report row by row;
 * a dry run tells the same and writes nothing; repeating a file changes nothing.
 */
export function importOperation(definition: ImportDef): OperationDef {
  const columns = specsOf(definition.columns);
  const validate = validatorOf(columns);
  return operation({
    name: `import.${definition.entity}`,
    http: `POST /import/${definition.entity}`,
    status: 200,
    summary: {
      uz: `CSV yuklash: ${definition.entity}`,
      ru: `Загрузка CSV: ${definition.entity}`,
      en: `CSV import: ${definition.entity}`,
    },
    roles: definition.roles,
    effect: 'record',
    input: { csv: text({ maxLength: 5_000_000 }), dry_run: flag().default(false) },
    async run(context) {
      const rows = readRows(context.input.csv, columns);
      if (rows.length > MOST_ROWS) {
        throw invalid('csv_too_long', `At most ${MOST_ROWS} rows at a time`, {
          rows: rows.length,
          most: MOST_ROWS,
        });
      }
      const faults: RowFault[] = [];
      const valid = rows.map((row, index) => validRow(row, index + 1, columns, validate, faults));
      // Rows are applied one by one on savepoints, so that a later row may use an earlier one.
      await (context.db as SavepointTx)
        .savepoint(async () => {
          for (const [index, row] of valid.entries()) {
            if (faults.length >= MOST_FAULTS) break;
            if (row !== undefined) await applyRow(definition, row, index + 1, context, faults);
          }
          if (faults.length > 0 || context.input.dry_run) throw new Undo();
        })
        .catch((error: unknown) => {
          if (!(error instanceof Undo)) throw error;
        });
      const report = {
        entity: definition.entity,
        rows: rows.length,
        faults: faults.slice(0, MOST_FAULTS),
        fault_count: faults.length,
      };
      if (faults.length > 0 && !context.input.dry_run) {
        throw invalid('import_refused', `${faults.length} fault(s); nothing was imported`, report);
      }
      return {
        ...report,
        dry_run: context.input.dry_run,
        imported: context.input.dry_run ? 0 : rows.length,
      };
    },
  });
}

class Undo extends Error {}
type SavepointTx = BaseContext['db'] & { savepoint<T>(work: () => Promise<T>): Promise<T> };

interface Row {
  readonly cells: Readonly<Record<string, string>>;
  /** A decimal comma without quotes makes two cells of one number: what is over must not get lost. */
  readonly over: boolean;
}

function readRows(csv: string, columns: Readonly<Record<string, FieldSpec>>): Row[] {
  let table: string[][];
  try {
    table = parse(csv, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      delimiter: delimiterOf(csv),
    });
  } catch (error) {
    throw invalid('csv_unreadable', `This is not CSV: ${(error as Error).message}`);
  }
  const [header, ...rows] = table;
  if (header === undefined) throw invalid('csv_empty', 'The file is empty');
  const required = Object.entries(columns).filter(
    ([, spec]) => !spec.optional && spec.default === undefined,
  );
  const missing = required.map(([name]) => name).filter((name) => !header.includes(name));
  const unknown = header.filter((name) => !Object.hasOwn(columns, name));
  if (missing.length > 0 || unknown.length > 0) {
    throw invalid('csv_columns', "The columns don't fit", {
      missing,
      unknown,
      expected: Object.keys(columns),
    });
  }
  const twice = header.filter((name, index) => header.indexOf(name) !== index);
  if (twice.length > 0) throw invalid('csv_columns_twice', 'A column stands twice', { twice });
  return rows.map((row) => ({
    cells: Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])),
    over: row.slice(header.length).some((cell) => cell !== ''),
  }));
}

/** Spreadsheets of this region separate by semicolons, since the comma is their decimal point. */
const delimiterOf = (csv: string) => (/^[^\n,]*;[^\n,]*(?:\n|$)/.test(csv) ? ';' : ',');

function validRow(
  { cells, over }: Row,
  number: number,
  columns: Readonly<Record<string, FieldSpec>>,
  validate: (value: unknown) => unknown,
  faults: RowFault[],
): Record<string, unknown> | undefined {
  if (over) {
    const message = 'The row has more cells than the header; a number like 12,5 needs quotes';
    faults.push({ row: number, column: null, reason: 'csv_row_wide', message });
    return undefined;
  }
  const value: Record<string, unknown> = {};
  for (const [name, content] of Object.entries(cells)) {
    if (content !== '') value[name] = typed(columns[name], content);
  }
  try {
    return validate(value) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const fields = (error.details.fields ?? {}) as Record<string, string>;
    const entries = Object.entries(fields);
    for (const [column, message] of entries)
      faults.push({ row: number, column, reason: error.reason, message });
    if (entries.length === 0)
      faults.push({ row: number, column: null, reason: error.reason, message: error.message });
    return undefined;
  }
}

/** A cell is text; numbers and flags get their type, and what isn't one stays text for the validator to name. */
function typed(spec: FieldSpec | undefined, content: string): unknown {
  switch (spec?.kind) {
    case 'number':
    case 'integer':
    case 'quantity':
    case 'money': {
      const number = decimalOf(content.replace(',', '.'));
      return Number.isFinite(number) ? number : content;
    }
    case 'flag':
      if (/^(true|1|ha|да|yes)$/i.test(content)) return true;
      return /^(false|0|yo'q|нет|no)$/i.test(content) ? false : content;
    default:
      return content;
  }
}

async function applyRow(
  definition: ImportDef,
  row: Record<string, unknown>,
  number: number,
  context: BaseContext,
  faults: RowFault[],
): Promise<void> {
  try {
    await (context.db as SavepointTx).savepoint(() => definition.apply(row, context));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const column = typeof error.details.column === 'string' ? error.details.column : null;
    faults.push({ row: number, column, reason: error.reason, message: error.message });
  }
}
