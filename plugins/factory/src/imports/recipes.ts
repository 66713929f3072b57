import type { BaseContext, ImportDef, RowOf } from '@qoida/core';
import { conflict, flag, integer, number, oneOf, quantity, text } from '@qoida/core';
import { publish, putLine } from '../master/recipe-operations.ts';
import { material, recipe, recipeLine, sku } from '../master/records.ts';
import { INT, TEX } from '../roles.ts';
import { named } from './master.ts';

const code = () => text({ maxLength: 64 });

/**
 * F-CSV-04. A recipe is published when its lines are there, so `recipe_lines.csv` comes first and
 * makes the draft; a published recipe may be repeated, not changed.
 */
export const importRecipes: ImportDef = {
  entity: 'recipes',
  roles: [TEX, INT, 'admin'],
  columns: {
    sku_code: code(),
    version: integer({ min: 1 }).default(1),
    vt_limit_pct: quantity('%', { resolution: 0.001, min: 0, max: 100 }).default(0),
    status: oneOf('draft', 'published').default('draft'),
  },
  async apply(row, context) {
    const current = await recipeOf(context, String(row.sku_code), Number(row.version));
    const limit = Number(row.vt_limit_pct);
    if (current.status === 'published') {
      if (current.vt_limit_pct === limit && row.status === 'published') return;
      throw recipePublished(current.version);
    }
    if (current.vt_limit_pct !== limit) {
      await context.db.of(recipe).update(current.id, { vt_limit_pct: limit });
    }
    if (row.status === 'published') await publish(context, current);
  },
};

/** F-CSV-04 */
export const importRecipeLines: ImportDef = {
  entity: 'recipe_lines',
  roles: [TEX, INT, 'admin'],
  columns: {
    sku_code: code(),
    version: integer({ min: 1 }).default(1),
    material_code: code(),
    comp_type: oneOf('perv', 'vt', 'additiv'),
    ratio_pct: quantity('%', { resolution: 0.0001, min: 0, max: 100 }).optional(),
    ratio_per_kg: number({ resolution: 0.000001, min: 0 }).optional(),
    is_optional_bool: flag().default(false),
  },
  async apply(row, context) {
    const current = await recipeOf(context, String(row.sku_code), Number(row.version));
    const { id } = await named(context, material, 'material_code', String(row.material_code));
    const wanted = {
      material_id: id,
      comp_type: row.comp_type as 'perv' | 'vt' | 'additiv',
      ratio_pct: row.ratio_pct as number | null,
      ratio_per_kg: row.ratio_per_kg as number | null,
      is_optional: row.is_optional_bool as boolean,
    };
    const known = await context.db.of(recipeLine).find({ recipe_id: current.id, material_id: id });
    if (known !== null && sameLine(known, wanted)) return;
    if (current.status === 'published') throw recipePublished(current.version);
    if (known !== null) await context.db.of(recipeLine).remove(known.id);
    await putLine(context, current.id, wanted);
  },
};

async function recipeOf(
  context: BaseContext,
  skuCode: string,
  version: number,
): Promise<RowOf<typeof recipe>> {
  const { id } = await named(context, sku, 'sku_code', skuCode);
  const known = await context.db.of(recipe).find({ sku_id: id, version }, { lock: true });
  return known ?? context.db.of(recipe).insert({ sku_id: id, version });
}

type LineValues = Pick<
  RowOf<typeof recipeLine>,
  'comp_type' | 'ratio_pct' | 'ratio_per_kg' | 'is_optional'
>;

const sameLine = (a: LineValues, b: LineValues): boolean =>
  a.comp_type === b.comp_type &&
  a.ratio_pct === b.ratio_pct &&
  a.ratio_per_kg === b.ratio_per_kg &&
  a.is_optional === b.is_optional;

const recipePublished = (version: number) =>
  conflict('recipe_published', 'A published recipe does not change; make a new version', {
    version,
  });
