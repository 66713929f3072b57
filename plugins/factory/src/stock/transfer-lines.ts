import type { BaseContext, FactContext, RowOf, ValueOf } from '@qoida/core';
import { conflict, device, id, invalid, list, object, recordOf, rows, text } from '@qoida/core';
import { material, materialBatch } from '../master/records.ts';
import { refuseSharedReadings, scaleOf, type WeighingSource, weighingFields } from '../weighing.ts';

/** One weighed batch of a material, as callers name it. There is no field for a typed weight (F-M1-03). */
export const batchLineFields = () => ({
  material_id: id('material'),
  batch_no: text({ maxLength: 64 }),
  ...weighingFields(),
});
export const batchLine = () => object(batchLineFields());
export const batchLines = () => list(batchLine(), { min: 1, max: 100 });

export type BatchLineInput = WeighingSource & {
  readonly material_id: string;
  readonly batch_no: string;
};

const lineFact = {
  device: recordOf(device),
  material: recordOf(material),
  batch_no: text(),
  capture_id: text().optional(),
};
export type BatchLine = ValueOf<typeof lineFact>;

/** The lines of the input with their scale and material: what gates judge with `each line`. */
export const batchLineFacts = rows(lineFact, (context: FactContext) =>
  loadBatchLines(context, context.input.lines as readonly BatchLineInput[]),
);

/** The same of an operation that weighs one batch, named in the input itself. */
export const lineOfInput = rows(lineFact, (context: FactContext) =>
  loadBatchLines(context, [context.input as unknown as BatchLineInput]),
);

async function loadBatchLines(
  context: BaseContext,
  lines: readonly BatchLineInput[],
): Promise<BatchLine[]> {
  const loaded: BatchLine[] = [];
  for (const line of lines) {
    loaded.push({
      ...(await scaleOf(context, line)),
      material: await context.db.of(material).get(line.material_id),
      batch_no: line.batch_no,
    });
  }
  refuseSharedReadings(loaded);
  return loaded;
}

/** Refuses a material's batch named twice in one call: one line, one sum. */
export function refuseRepeatedBatches(
  lines: readonly Pick<BatchLine, 'material' | 'batch_no'>[],
): void {
  const seen = new Set<string>();
  for (const { material: row, batch_no } of lines) {
    const key = `${row.id} ${batch_no}`;
    if (seen.has(key)) {
      throw invalid('line_repeated', 'The same batch of a material stands in two lines', {
        material: row.code,
        batch_no,
      });
    }
    seen.add(key);
  }
}

/** @throws Refusal business_conflict batch_unknown */
export async function requireBatch(
  context: BaseContext,
  row: RowOf<typeof material>,
  batchNo: string,
): Promise<void> {
  const known = await context.db.of(materialBatch).find({ material_id: row.id, batch_no: batchNo });
  if (known !== null) return;
  throw conflict('batch_unknown', 'This material has no such batch', {
    material: row.code,
    batch_no: batchNo,
  });
}
