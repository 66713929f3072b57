import type { BaseContext, FactContext, RowOf } from '@qoida/core';
import { byId, conflict, id, invalid, one, operation, quantity, text } from '@qoida/core';
import { sessionPaused, sessionRecipeChanged } from '../events.ts';
import {
  type RecipeLineInput,
  recipeLines,
  requireRatio,
  requireWhole,
} from '../master/recipe-lines.ts';
import { material, type RecipeLineView } from '../master/records.ts';
import { SEX } from '../roles.ts';
import { type RecipeSnapshot, session } from './records.ts';

type Session = RowOf<typeof session>;

const vtLimit = () => quantity('%', { resolution: 0.001, min: 0, max: 100 });

/** The limit that would hold; without a new one the session keeps its own. */
const recipeFact = one({ vt_limit_pct: vtLimit().optional() }, async (context: FactContext) => {
  const { recipe_snapshot } = context.facts.session as Session;
  const asked = context.input.vt_limit_pct as number | null;
  return { vt_limit_pct: asked ?? recipe_snapshot?.vt_limit_pct ?? null };
});

/**
 * F-API-123, F-APR-04: another recipe for a session that runs. Who has to agree stands in
 * `factory.feeding`, and so does the VT gate, which judges what was fed by the new limit. The published
 * recipe of the product stays as it is.
 */
export const changeRecipe = operation({
  name: 'session.recipe_change',
  http: 'POST /sessions/:session_id/recipe-change',
  status: 200,
  summary: {
    uz: 'Sessiya retseptini o‘zgartirish',
    ru: 'Изменить рецепт сессии',
    en: 'Change the recipe of a session',
  },
  roles: [SEX],
  effect: 'record',
  input: {
    session_id: id('session'),
    lines: recipeLines(1),
    vt_limit_pct: vtLimit().optional().doc('share of VT that is allowed; without it as before'),
    reason: text({ pattern: '\\S', maxLength: 1000 }),
  },
  facts: {
    session: byId(session, 'session_id', { lock: true, computed: ['input_kg', 'vt_kg'] }),
    recipe: recipeFact,
  },
  emits: [sessionRecipeChanged, sessionPaused],
  async prepare(context) {
    runningRecipe(context.facts.session);
    await linesOf(context, context.input.lines);
    return undefined;
  },
  async run(context) {
    const { db, facts, input, emit } = context;
    const running = runningRecipe(facts.session);
    const recipe_snapshot: RecipeSnapshot = {
      ...running,
      revision: (running.revision ?? 0) + 1,
      vt_limit_pct: facts.recipe.vt_limit_pct ?? running.vt_limit_pct,
      lines: await linesOf(context, input.lines),
    };
    await db.of(session).update(facts.session.id, { recipe_snapshot });
    const { revision = 1, vt_limit_pct } = recipe_snapshot;
    await emit(sessionRecipeChanged, { session_id: facts.session.id, revision, vt_limit_pct });
    return { id: facts.session.id, recipe_snapshot };
  },
  async pause({ db, facts, emit }) {
    await db.of(session).update(facts.session.id, { status: 'paused', pause_reason: 'vt_limit' });
    await emit(sessionPaused, { session_id: facts.session.id, reason: 'vt_limit' });
  },
});

/** @throws Refusal session_closed; recipe_none where the session began without a recipe */
function runningRecipe(row: Session): RecipeSnapshot {
  if (row.status === 'closed') {
    throw conflict('session_closed', 'The session is closed', { session_id: row.id });
  }
  if (row.recipe_snapshot !== null) return row.recipe_snapshot;
  throw conflict('recipe_none', 'The session runs without a recipe', { session_id: row.id });
}

/**
 * The lines as a recipe shows them, the largest share first.
 * @throws Refusal recipe_line_ratio, recipe_line_twice, recipe_ratio_sum
 */
async function linesOf(
  context: BaseContext,
  given: readonly RecipeLineInput[],
): Promise<RecipeLineView[]> {
  const lines: RecipeLineView[] = [];
  for (const line of given) {
    const row = await context.db.of(material).get(line.material_id);
    if (lines.some((known) => known.material_id === row.id)) {
      throw invalid('recipe_line_twice', 'A material is named twice', { material: row.code });
    }
    lines.push({
      material_id: row.id,
      material: row.code,
      comp_type: line.comp_type ?? row.category,
      ...requireRatio(line, row.code),
      is_optional: line.is_optional,
    });
  }
  requireWhole(lines);
  return lines.sort(
    (a, b) => (b.ratio_pct ?? -1) - (a.ratio_pct ?? -1) || (a.material < b.material ? -1 : 1),
  );
}
