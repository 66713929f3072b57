import type { BaseContext, RowOf } from '@qoida/core';
import { recipe } from './records.ts';

/** The recipe that production of this SKU starts with now, or null (F-OP-28). */
export function publishedRecipe(
  context: BaseContext,
  skuId: string,
): Promise<RowOf<typeof recipe> | null> {
  return context.db.of(recipe).find({ sku_id: skuId, status: 'published', superseded_at: null });
}
