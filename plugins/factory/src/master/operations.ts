import type { NewRowOf, OperationDef, PatchOf, RecordDef, RowOf, Shape } from '@qoida/core';
import { byId, Field, id, operation } from '@qoida/core';
import { INT } from '../roles.ts';
import { material, materialBatch, sku, stockLocation, workcenter } from './records.ts';

interface Title {
  readonly uz: string;
  readonly ru: string;
  readonly en: string;
}

const EDITORS = [INT, 'admin'];

/** The record's own fields as a caller gives them: what it refers to by id or code (F-API-008). */
const inputOf = (shape: Shape): Shape =>
  Object.fromEntries(
    Object.entries(shape).map(([name, { spec }]) => [
      name,
      new Field(spec.kind === 'ref' ? { ...spec, kind: 'id' } : spec),
    ]),
  );

/** The same fields, none of them demanded: what is left out stays as it is. */
const patchOf = (shape: Shape): Shape =>
  Object.fromEntries(
    Object.entries(inputOf(shape)).map(([name, field]) => {
      const { default: _, ...spec } = field.spec;
      return [name, new Field({ ...spec, optional: true })];
    }),
  );

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
      input: inputOf(record.shape),
      run: ({ db, input }) => db.of(record).insert(input as NewRowOf<RecordDef>),
    }),
    operation({
      name: `${record.name}.update`,
      http: `PATCH /master/${path}/:row_id`,
      summary: summary({ uz: 'o‘zgartirish', ru: 'изменить', en: 'change' }),
      roles: EDITORS,
      effect: 'record',
      input: { row_id: id(record.name), ...patchOf(record.shape) } as Shape,
      facts: { row: byId(record, 'row_id', { lock: true }) },
      async run({ db, input, facts }) {
        const { row_id: _, ...given } = input as Record<string, unknown>;
        const patch = Object.entries(given).filter(([, value]) => value !== null);
        const row = facts.row as RowOf<RecordDef>;
        return db.of(record).update(row.id, Object.fromEntries(patch) as PatchOf<RecordDef>);
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
