import type { BaseContext, RowOf } from '@qoida/core';
import { byId, conflict, id, integer, operation, quantity } from '@qoida/core';
import { actingUser } from '../people.ts';
import { INT, TEX } from '../roles.ts';
import { type RecipeLineInput, recipeLines, requireRatio, requireWhole } from './recipe-lines.ts';
import { material, recipe, recipeLine, sku } from './records.ts';

const EDITORS = [TEX, INT];
const vtLimit = () => quantity('%', { resolution: 0.001, min: 0, max: 100 });
/** A new draft with the next free version of its product. */
export const createRecipe = operation({
  name: 'recipe.create',
  http: 'POST /master/recipes',
  summary: { uz: 'Retsept: yangi', ru: 'Рецепт: создать', en: 'Recipe: create' },
  roles: EDITORS,
  effect: 'record',
  input: {
    sku_id: id('sku'),
    version: integer({ min: 1 }).optional(),
    vt_limit_pct: vtLimit().default(0),
    lines: recipeLines(),
  },
  facts: { sku: byId(sku, 'sku_id', { lock: true }) },
  async run(context) {
    const { db, facts, input } = context;
    const [last] = await db.sql<{ version: number }>(
      'select coalesce(max(version), 0) as version from recipes where sku_id = ?',
      [facts.sku.id],
    );
    const made = await db.of(recipe).insert({
      sku_id: facts.sku.id,
      version: input.version ?? (last?.version ?? 0) + 1,
      vt_limit_pct: input.vt_limit_pct,
    });
    await putLines(context, made.id, input.lines);
    return db.of(recipe).get(made.id);
  },
});

/** Changes a draft; a published recipe never changes (F-SM-14). */
export const updateRecipe = operation({
  name: 'recipe.update',
  http: 'PATCH /master/recipes/:recipe_id',
  summary: { uz: 'Retsept: o‘zgartirish', ru: 'Рецепт: изменить', en: 'Recipe: change' },
  roles: EDITORS,
  effect: 'record',
  input: {
    recipe_id: id('recipe'),
    vt_limit_pct: vtLimit().optional(),
    lines: recipeLines().optional(),
  },
  facts: { recipe: byId(recipe, 'recipe_id', { lock: true }) },
  async run(context) {
    const { db, facts, input } = context;
    requireDraft(facts.recipe);
    if (input.vt_limit_pct !== null) {
      await db.of(recipe).update(facts.recipe.id, { vt_limit_pct: input.vt_limit_pct });
    }
    if (input.lines !== null) await putLines(context, facts.recipe.id, input.lines);
    return db.of(recipe).get(facts.recipe.id);
  },
});

/** F-SM-14, F-OP-28: the shares must sum to 100, and the former recipe of the product steps back. */
export const publishRecipe = operation({
  name: 'recipe.publish',
  http: 'POST /master/recipes/:recipe_id/publish',
  status: 200,
  summary: { uz: 'Retseptni e’lon qilish', ru: 'Опубликовать рецепт', en: 'Publish a recipe' },
  roles: [TEX],
  effect: 'record',
  input: { recipe_id: id('recipe') },
  facts: { recipe: byId(recipe, 'recipe_id', { lock: true }) },
  async run(context) {
    await publish(context, context.facts.recipe);
    return context.db.of(recipe).get(context.facts.recipe.id);
  },
});

function requireDraft(row: RowOf<typeof recipe>): void {
  if (row.status === 'draft') return;
  throw conflict('recipe_published', 'A published recipe does not change; make a new version', {
    version: row.version,
  });
}

/** Replaces the lines of a draft. @throws Refusal validation_error recipe_line_ratio */
export async function putLines(
  context: BaseContext,
  recipeId: string,
  given: readonly RecipeLineInput[],
): Promise<void> {
  for (const line of await context.db.of(recipeLine).list({ recipe_id: recipeId })) {
    await context.db.of(recipeLine).remove(line.id);
  }
  for (const line of given) await putLine(context, recipeId, line);
}

export async function putLine(
  context: BaseContext,
  recipeId: string,
  line: RecipeLineInput,
): Promise<void> {
  const row = await context.db.of(material).get(line.material_id);
  const ratio = requireRatio(line, row.code);
  await context.db.of(recipeLine).insert({
    recipe_id: recipeId,
    material_id: row.id,
    comp_type: line.comp_type ?? row.category,
    ...ratio,
    is_optional: line.is_optional,
  });
}

/** @throws Refusal recipe_published, recipe_ratio_sum */
export async function publish(context: BaseContext, row: RowOf<typeof recipe>): Promise<void> {
  requireDraft(row);
  const stored = await context.db.of(recipeLine).list({ recipe_id: row.id });
  requireWhole(stored);
  const former = await context.db
    .of(recipe)
    .find({ sku_id: row.sku_id, status: 'published', superseded_at: null }, { lock: true });
  if (former !== null) {
    await context.db.of(recipe).update(former.id, { superseded_at: context.now });
  }
  await context.db.of(recipe).update(row.id, {
    status: 'published',
    published_at: context.now,
    published_by: actingUser(context),
  });
}
