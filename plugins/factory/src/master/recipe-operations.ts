import type { BaseContext, RowOf } from '@qoida/core';
import {
  byId,
  conflict,
  flag,
  id,
  integer,
  invalid,
  list,
  number,
  object,
  oneOf,
  operation,
  quantity,
} from '@qoida/core';
import { actingUser } from '../people.ts';
import { INT, TEX } from '../roles.ts';
import { material, recipe, recipeLine, sku } from './records.ts';

const EDITORS = [TEX, INT];
const vtLimit = () => quantity('%', { resolution: 0.001, min: 0, max: 100 });
const lines = () =>
  list(
    object({
      material_id: id('material'),
      comp_type: oneOf('perv', 'vt', 'additiv').optional(),
      ratio_pct: quantity('%', { resolution: 0.0001, min: 0, max: 100 }).optional(),
      ratio_per_kg: number({ resolution: 0.000001, min: 0 }).optional(),
      is_optional: flag().default(false),
    }),
    { max: 100 },
  );

export interface RecipeLineInput {
  readonly material_id: string;
  readonly comp_type?: 'perv' | 'vt' | 'additiv' | null;
  readonly ratio_pct?: number | null;
  readonly ratio_per_kg?: number | null;
  readonly is_optional: boolean;
}

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
    lines: lines(),
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
  input: { recipe_id: id('recipe'), vt_limit_pct: vtLimit().optional(), lines: lines().optional() },
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
  const percent = line.ratio_pct ?? null;
  const perKg = line.ratio_per_kg ?? null;
  if ((percent === null) === (perKg === null)) {
    throw invalid(
      'recipe_line_ratio',
      'Give either ratio_pct or ratio_per_kg, and only one of them',
      {
        material: row.code,
      },
    );
  }
  await context.db.of(recipeLine).insert({
    recipe_id: recipeId,
    material_id: row.id,
    comp_type: line.comp_type ?? row.category,
    ratio_pct: percent,
    ratio_per_kg: perKg,
    is_optional: line.is_optional,
  });
}

/** Parts in ten thousand per cent, so that 60 + 30 + 5 + 5 is 100 exactly. */
const STEPS = 10_000;
const ALLOWED_STEPS = 100;

/** @throws Refusal recipe_published, recipe_ratio_sum */
export async function publish(context: BaseContext, row: RowOf<typeof recipe>): Promise<void> {
  requireDraft(row);
  const stored = await context.db.of(recipeLine).list({ recipe_id: row.id });
  const steps = stored
    .filter((line) => !line.is_optional && line.ratio_pct !== null)
    .reduce((sum, line) => sum + Math.round((line.ratio_pct ?? 0) * STEPS), 0);
  if (Math.abs(steps - 100 * STEPS) > ALLOWED_STEPS) {
    throw invalid('recipe_ratio_sum', 'The shares of a recipe must sum to 100 %', {
      sum_pct: steps / STEPS,
    });
  }
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
