import type {
  BaseContext,
  NewRowOf,
  OperationDef,
  PatchOf,
  RecordDef,
  RowOf,
  Shape,
} from '@qoida/core';
import { byId, Field, id, operation } from '@qoida/core';
import { INT, TEX } from '../roles.ts';
import { material, materialBatch, sku, stockLocation, workcenter } from './records.ts';

interface Title {
  readonly uz: string;
  readonly ru: string;
  readonly en: string;
}

const EDITORS = [INT, TEX, 'admin'];

/** The same fields, none of them demanded: what is left out stays as it is. */
const patchOf = (shape: Shape): Shape =>
  Object.fromEntries(
    Object.entries(shape).map(([name, field]) => {
      const { default: _, ...spec } = field.spec;
      return [name, new Field({ ...spec, optional: true })];
    }),
  );

const REFERRED: Readonly<Record<string, RecordDef>> = { material, sku, workcenter };

/** The values with every reference that was given by its code as a uuid. */
async function withIds(
  { db }: BaseContext,
  record: RecordDef,
  values: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const target = REFERRED[record.fields[name]?.record ?? ''];
    const refers = target !== undefined && typeof value === 'string';
    result[name] = refers ? (await db.of(target).get(value, { computed: [] })).id : value;
  }
  return result;
}

/**
 * Create and change of one kind of master data (F-API-136): `POST /master/{path}` and
 * `PATCH /master/{path}/{id}`, both from the record's own fields.
 */
function masterOperations(record: RecordDef, path: string, title: Title): OperationDef[] {
  const summary = (verb: Title): Title => ({
    uz: `${title.uz}: ${verb.uz}`,
    ru: `${title.ru}: ${verb.ru}`,
    en: `${title.en}: ${verb.en}`,
  });
  return [
    operation({
      name: `${record.name}.create`,
      http: `POST /master/${path}`,
      summary: summary({ uz: 'yangi', ru: 'создать', en: 'create' }),
      roles: EDITORS,
      effect: 'record',
      input: record.shape,
      async run(context) {
        const values = await withIds(context, record, context.input);
        return context.db.of(record).insert(values as NewRowOf<RecordDef>);
      },
    }),
    operation({
      name: `${record.name}.update`,
      http: `PATCH /master/${path}/:row_id`,
      summary: summary({ uz: 'o‘zgartirish', ru: 'изменить', en: 'change' }),
      roles: EDITORS,
      effect: 'record',
      input: { row_id: id(record.name), ...patchOf(record.shape) } as Shape,
      facts: { row: byId(record, 'row_id', { lock: true }) },
      async run(context) {
        const { row_id: _, ...given } = context.input as Record<string, unknown>;
        const named = Object.entries(given).filter(([, value]) => value !== null);
        const patch = await withIds(context, record, Object.fromEntries(named));
        const row = context.facts.row as RowOf<RecordDef>;
        return context.db.of(record).update(row.id, patch as PatchOf<RecordDef>);
      },
    }),
  ];
}

export const masterDataOperations: readonly OperationDef[] = [
  ...masterOperations(workcenter, 'workcenters', {
    uz: 'Ish markazi',
    ru: 'Рабочий центр',
    en: 'Work centre',
  }),
  ...masterOperations(material, 'materials', { uz: 'Material', ru: 'Материал', en: 'Material' }),
  ...masterOperations(materialBatch, 'batches', { uz: 'Partiya', ru: 'Партия', en: 'Batch' }),
  ...masterOperations(sku, 'skus', { uz: 'Mahsulot', ru: 'Номенклатура', en: 'Product' }),
  ...masterOperations(stockLocation, 'locations', { uz: 'Ombor', ru: 'Склад', en: 'Location' }),
];
