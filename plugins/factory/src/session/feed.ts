import { randomUUID } from 'node:crypto';
import type { BaseContext, FactContext, RowOf, ValueOf } from '@qoida/core';
import {
  byId,
  conflict,
  device,
  id,
  invalid,
  list,
  object,
  one,
  operation,
  quantity,
  recordOf,
  rows,
  text,
} from '@qoida/core';
import { sessionFed, sessionPaused } from '../events.ts';
import { grams, kg, sumKg } from '../mass.ts';
import { material, sku } from '../master/records.ts';
import { OPR, SEX, SHP } from '../roles.ts';
import { materialKey, post, skuKey } from '../stock/ledger.ts';
import { placeId } from '../stock/locations.ts';
import { requireBatch } from '../stock/transfer-lines.ts';
import { refuseSharedReadings, scaleOf, weigh, weighingFields } from '../weighing.ts';
import { session, sessionInputLink } from './records.ts';

const lineFact = {
  device: recordOf(device),
  material: recordOf(material).optional(),
  sku: recordOf(sku).optional(),
  batch_no: text(),
  capture_id: text().optional(),
  /** Known once the reading is bound, which is before the gates judge. */
  qty_kg: quantity('kg', { resolution: 0.001 }).optional(),
  scale_event_id: text().optional(),
  stock_txn_id: text(),
};
type FeedLine = ValueOf<typeof lineFact>;

interface FeedLineInput {
  readonly material_id?: string | null;
  readonly sku_id?: string | null;
  readonly batch_no: string;
  readonly device_id?: string | null;
  readonly capture_id?: string | null;
}

const feedLineFacts = rows(lineFact, async (context: FactContext) => {
  const lines: FeedLine[] = [];
  for (const line of context.input.lines as readonly FeedLineInput[]) {
    if ((line.material_id == null) === (line.sku_id == null)) {
      throw invalid(
        'line_thing',
        'Name either material_id or sku_id in a line, and only one of them',
      );
    }
    lines.push({
      ...(await scaleOf(context, line)),
      material:
        line.material_id == null ? null : await context.db.of(material).get(line.material_id),
      sku: line.sku_id == null ? null : await context.db.of(sku).get(line.sku_id),
      batch_no: line.batch_no,
      qty_kg: null,
      scale_event_id: null,
      stock_txn_id: randomUUID(),
    });
  }
  refuseSharedReadings(lines);
  return lines;
});

/** The limit that the session started with; a work centre without a recipe has none. */
const recipeFact = one(
  { vt_limit_pct: quantity('%', { resolution: 0.001 }).optional().changeable(false) },
  async (context) => {
    const { recipe_snapshot } = context.facts.session as RowOf<typeof session>;
    return { vt_limit_pct: recipe_snapshot?.vt_limit_pct ?? null };
  },
);

/**
 * Material goes from the shop into the session (F-M3-09, F-API-120). The gates judge the session as
 * it will be with the whole request in it (F-ALG-08); over the VT limit the masses are kept, since
 * they are facts, and the session pauses.
 */
export const feedSession = operation({
  name: 'session.feed',
  http: 'POST /sessions/:session_id/inputs',
  summary: {
    uz: 'Sessiyaga material berish',
    ru: 'Подать материал в сессию',
    en: 'Feed a session',
  },
  roles: [OPR, SHP, SEX],
  effect: 'record',
  input: {
    session_id: id('session'),
    lines: list(
      object({
        material_id: id('material').optional(),
        sku_id: id('sku').optional(),
        batch_no: text({ maxLength: 64 }),
        ...weighingFields(),
      }),
      { min: 1, max: 100 },
    ),
  },
  facts: {
    session: byId(session, 'session_id', { lock: true, computed: ['input_kg', 'vt_kg'] }),
    recipe: recipeFact,
    lines: feedLineFacts,
  },
  emits: [sessionFed, sessionPaused],
  async prepare(context) {
    const { facts } = context;
    requireFeedable(facts.session);
    for (const line of facts.lines) {
      if (line.material !== null) await requireBatch(context, line.material, line.batch_no);
    }
    await bindWhatCanBeBound(context, facts.session.id, facts.lines);
    return { session: withInput(facts.session, facts.lines) };
  },
  async run(context) {
    const { facts } = context;
    const from = await placeId(context, 'SHOP');
    for (const line of facts.lines) await bind(context, facts.session.id, line);
    await issue(context, facts.session.id, from, facts.lines);
    const after = withInput(facts.session, facts.lines);
    const ratio = vtRatio(after.vt_kg, after.input_kg);
    await context.emit(sessionFed, {
      session_id: facts.session.id,
      fed_kg: sumKg(facts.lines.map((line) => line.qty_kg ?? 0)),
      input_kg: after.input_kg,
      vt_kg: after.vt_kg,
      vt_ratio: ratio,
      vt_limit_pct: facts.recipe.vt_limit_pct,
    });
    return {
      session_id: facts.session.id,
      lines: facts.lines.map(lineView),
      input_kg: after.input_kg,
      vt_kg: after.vt_kg,
      vt_ratio: ratio,
    };
  },
  async pause({ db, facts, emit }) {
    await db.of(session).update(facts.session.id, { status: 'paused', pause_reason: 'vt_limit' });
    await emit(sessionPaused, { session_id: facts.session.id, reason: 'vt_limit' });
  },
});

/** Open sessions take material; a paused one only after a reopening (F-OP-05). */
function requireFeedable(row: RowOf<typeof session>): void {
  const feedable = row.status === 'opened' || (row.status === 'paused' && row.reopen_count > 0);
  if (feedable) return;
  throw conflict('session_not_open', 'The session takes no material now', { status: row.status });
}

async function bind(context: BaseContext, sessionId: string, line: FeedLine): Promise<void> {
  if (line.qty_kg !== null) return;
  const bound = await weigh(context, line, {
    stock_txn_id: line.stock_txn_id,
    session_id: sessionId,
  });
  line.qty_kg = bound.net_kg;
  line.scale_event_id = bound.scale_event_id;
}

/**
 * Gates judge before a missing reading is complained of (F-ALG-01 puts the calibration first), so
 * what can't be bound here is left, and `run` meets the same refusal if the gates let it come so far.
 */
async function bindWhatCanBeBound(
  context: BaseContext,
  sessionId: string,
  lines: readonly FeedLine[],
): Promise<void> {
  for (const line of lines) {
    try {
      await bind(context, sessionId, line);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'Refusal')) throw error;
      return;
    }
  }
}

/** The session as it is with these lines in it. Columns nobody loaded stay unreadable. */
function withInput(row: RowOf<typeof session>, lines: readonly FeedLine[]): RowOf<typeof session> {
  const fed = (wanted: (line: FeedLine) => boolean) =>
    lines.filter(wanted).reduce((total, line) => total + grams(line.qty_kg ?? 0), 0);
  const projected = Object.defineProperties({}, Object.getOwnPropertyDescriptors(row));
  return Object.assign(projected, {
    input_kg: kg(grams(row.input_kg) + fed(() => true)),
    vt_kg: kg(grams(row.vt_kg) + fed(isVt)),
  }) as RowOf<typeof session>;
}

const isVt = (line: FeedLine) => line.material?.category === 'vt';

/** Per cent of VT in all that was issued, four decimals for the eye; gates compare unrounded. */
export const vtRatio = (vtKg: number, inputKg: number): number =>
  inputKg === 0 ? 0 : Math.round((grams(vtKg) * 1_000_000) / grams(inputKg)) / 10_000;

async function issue(
  context: BaseContext,
  sessionId: string,
  from: string,
  lines: readonly FeedLine[],
): Promise<void> {
  const posted = await post(
    context,
    lines.map((line) => ({
      id: line.stock_txn_id,
      type: 'SHOP_TO_SESSION' as const,
      item:
        line.material === null
          ? skuKey(String(line.sku?.id), line.batch_no)
          : materialKey(line.material, line.batch_no),
      from,
      qty: line.qty_kg ?? 0,
      scale_event_id: String(line.scale_event_id),
      ref_doc: { session_id: sessionId },
    })),
  );
  for (const [index, line] of lines.entries()) {
    await context.db.of(sessionInputLink).insert({
      session_id: sessionId,
      stock_txn_id: line.stock_txn_id,
      stock_txn_ts: posted[index]?.ts ?? context.now,
      material_id: line.material?.id ?? null,
      sku_id: line.sku?.id ?? null,
      batch_no: line.batch_no,
      is_vt: isVt(line),
      qty_kg: line.qty_kg ?? 0,
    });
  }
}

const lineView = (line: FeedLine) => ({
  material_id: line.material?.id ?? null,
  material: line.material?.code ?? null,
  sku_id: line.sku?.id ?? null,
  batch_no: line.batch_no,
  qty_kg: line.qty_kg,
  scale_event_id: line.scale_event_id,
  stock_txn_id: line.stock_txn_id,
});
