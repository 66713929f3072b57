import {
  byId,
  conflict,
  id,
  invalid,
  list,
  object,
  oneOf,
  operation,
  quantity,
  text,
} from '@qoida/core';
import { publishedRecipe } from '../master/published.ts';
import { actingUser } from '../people.ts';
import { SEX, SHP } from '../roles.ts';
import { materialRequest, materialRequestLine } from './records.ts';

interface RequestedLine {
  readonly material_id: string;
  readonly qty_kg: number | null;
}

/** F-M1-01, F-API-124: what the shop wants; without lines, the materials of the SKU's recipe. */
export const createRequest = operation({
  name: 'stock.request.create',
  http: 'POST /stock/requests',
  summary: { uz: 'Material so‘rash', ru: 'Запросить материал', en: 'Request material' },
  roles: [SEX, SHP],
  effect: 'record',
  input: {
    sku_id: id('sku').optional(),
    workcenter_id: id('workcenter').optional(),
    shift: oneOf('day', 'night').optional(),
    note: text({ maxLength: 500 }).optional(),
    lines: list(
      object({
        material_id: id('material'),
        qty_kg: quantity('kg', { resolution: 0.001, min: 0 }).optional(),
      }),
      { max: 100 },
    ).optional(),
  },
  async run(context) {
    const { db, input } = context;
    const recipe = input.sku_id === null ? null : await publishedRecipe(context, input.sku_id);
    const lines = requestedLines(input.lines ?? [], recipe?.lines ?? []);
    const request = await db.of(materialRequest).insert({
      sku_id: input.sku_id,
      recipe_id: recipe?.id ?? null,
      workcenter_id: input.workcenter_id,
      shift: input.shift,
      note: input.note,
      requested_by: actingUser(context),
    });
    for (const line of lines) {
      await db.of(materialRequestLine).insert({ request_id: request.id, ...line });
    }
    return { id: request.id, status: request.status, lines };
  },
});

function requestedLines(
  given: readonly RequestedLine[],
  ofRecipe: readonly { readonly material_id: string }[],
): RequestedLine[] {
  const lines =
    given.length > 0
      ? [...given]
      : ofRecipe.map(({ material_id }) => ({ material_id, qty_kg: null }));
  if (lines.length > 0) return lines;
  throw invalid('request_empty', 'Name the materials, or a product with a published recipe');
}

export const cancelRequest = operation({
  name: 'stock.request.cancel',
  http: 'POST /stock/requests/:request_id/cancel',
  status: 200,
  summary: { uz: 'So‘rovni bekor qilish', ru: 'Отменить заявку', en: 'Cancel a request' },
  roles: [SEX, SHP],
  effect: 'record',
  input: { request_id: id('material_request') },
  facts: { request: byId(materialRequest, 'request_id', { lock: true }) },
  async run({ db, facts }) {
    if (facts.request.status !== 'open') {
      throw conflict('request_not_open', 'The request is no longer open', {
        status: facts.request.status,
      });
    }
    await db.of(materialRequest).update(facts.request.id, { status: 'cancelled' });
    return { id: facts.request.id, status: 'cancelled' };
  },
});
