import type { BaseContext, RowOf } from '@qoida/core';
import { byId, conflict, id, oneOf, operation, text } from '@qoida/core';
import { sessionOpened } from '../events.ts';
import { publishedRecipe } from '../master/published.ts';
import { sku, workcenter } from '../master/records.ts';
import { actingUser } from '../people.ts';
import { SEX } from '../roles.ts';
import { shiftSettings } from '../settings.ts';
import { closeGatesOfPeople, GATES_OF_PEOPLE, operatorFacts, operatorsField } from './operators.ts';
import type { RecipeSnapshot } from './records.ts';
import { session } from './records.ts';
import { shiftInstance } from './shift.ts';

/** M3: a session begins with its recipe frozen; one running session per work centre (F-M3-10). */
export const startSession = operation({
  name: 'session.start',
  http: 'POST /sessions',
  summary: { uz: 'Sessiya ochish', ru: 'Открыть сессию', en: 'Open a session' },
  roles: [SEX],
  effect: 'record',
  input: {
    workcenter_id: id('workcenter'),
    sku_id: id('sku'),
    partiya_no: text({ maxLength: 64 }),
    shift: oneOf('day', 'night'),
    operators: operatorsField(),
  },
  facts: {
    workcenter: byId(workcenter, 'workcenter_id', { lock: true }),
    sku: byId(sku, 'sku_id'),
    operators: operatorFacts,
  },
  emits: [sessionOpened],
  closes: GATES_OF_PEOPLE,
  async prepare(context) {
    await requireFree(context, context.facts.workcenter);
    await frozenRecipe(context, context.facts.workcenter, context.facts.sku);
    return undefined;
  },
  async run(context) {
    const { db, input, facts, now, settings } = context;
    const shift = shiftInstance(now, input.shift, shiftSettings(settings));
    const recipe = await frozenRecipe(context, facts.workcenter, facts.sku);
    const opened = await db.of(session).insert({
      workcenter_id: facts.workcenter.id,
      sku_id: facts.sku.id,
      partiya_no: input.partiya_no,
      shift: shift.shift,
      business_date: shift.business_date,
      operators: facts.operators.map((operator) => operator.user.id),
      started_at: now,
      recipe_snapshot: recipe,
      opened_by: actingUser(context),
    });
    await closeGatesOfPeople(context.gates, facts.workcenter);
    await context.emit(sessionOpened, {
      session_id: opened.id,
      workcenter_id: facts.workcenter.id,
      sku_id: facts.sku.id,
      partiya_no: input.partiya_no,
    });
    return {
      id: opened.id,
      status: opened.status,
      workcenter_id: facts.workcenter.id,
      workcenter_code: facts.workcenter.code,
      sku_id: facts.sku.id,
      sku_code: facts.sku.code,
      partiya_no: opened.partiya_no,
      shift: opened.shift,
      business_date: opened.business_date,
      operators: opened.operators,
      started_at: opened.started_at,
      recipe_snapshot: recipe,
    };
  },
});

/**
 * The work centre must be in use and free.
 * @throws Refusal business_conflict workcenter_busy, workcenter_inactive
 */
export async function requireFree(
  context: BaseContext,
  row: RowOf<typeof workcenter>,
): Promise<void> {
  if (!row.active) {
    throw conflict('workcenter_inactive', 'The work centre is switched off', {
      workcenter: row.code,
    });
  }
  const [running] = await context.db.sql<{ id: string; partiya_no: string }>(
    `select id, partiya_no from sessions
     where workcenter_id = ? and status in ('opened', 'paused') and production_ended_at is null`,
    [row.id],
  );
  if (running === undefined) return;
  throw conflict('workcenter_busy', 'Another session is running on this work centre', {
    workcenter: row.code,
    session_id: running.id,
    partiya_no: running.partiya_no,
  });
}

/** Extruders need a published recipe; finishing machines may run without one (F-OP-43). */
async function frozenRecipe(
  context: BaseContext,
  place: RowOf<typeof workcenter>,
  product: RowOf<typeof sku>,
): Promise<RecipeSnapshot | null> {
  const published = await publishedRecipe(context, product.id);
  if (published === null) {
    if (place.type !== 'extruder') return null;
    throw conflict('recipe_missing', 'The product has no published recipe', { sku: product.code });
  }
  return {
    sku: product.code,
    recipe_id: published.id,
    version: published.version,
    vt_limit_pct: published.vt_limit_pct,
    lines: published.lines,
  };
}
