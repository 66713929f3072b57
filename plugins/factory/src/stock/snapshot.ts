import { randomUUID } from 'node:crypto';
import type { BaseContext } from '@qoida/core';
import { flag, id, list, object, oneOf, operation, text } from '@qoida/core';
import { snapshotTaken } from '../events.ts';
import { grams, kg } from '../mass.ts';
import { actingUser } from '../people.ts';
import { SHP } from '../roles.ts';
import type { ShiftInstance } from '../session/shift.ts';
import { shiftInstance } from '../session/shift.ts';
import { shiftSettings } from '../settings.ts';
import { weigh, weighingFields } from '../weighing.ts';
import type { Posting } from './ledger.ts';
import { lockedBook, materialKey, post } from './ledger.ts';
import { placeId } from './locations.ts';
import { shopSnapshot, shopSnapshotLine, shopSnapshotWip } from './records.ts';
import type { SnapshotLine } from './snapshot-lines.ts';
import { candidatesFor, lockSessions, snapshotLineFacts } from './snapshot-lines.ts';
import { supersede } from './supersede.ts';
import { requireBatch } from './transfer-lines.ts';
import type { SnapshotFigures } from './wip.ts';
import { levelLine, namedLine } from './wip.ts';

/** M2: everything left in the shop is weighed; book becomes measured, WIP goes to its sessions (F-ALG-14). */
export const takeSnapshot = operation({
  name: 'stock.snapshot',
  http: 'POST /stock/shop/snapshot',
  summary: {
    uz: 'Sex qoldig‘ini tortish',
    ru: 'Снимок остатков цеха',
    en: 'Weigh what is left in the shop',
  },
  roles: [SHP],
  effect: 'record',
  input: {
    items: list(
      object({
        material_id: id('material'),
        batch_no: text({ maxLength: 64 }),
        session_id: id('session').optional(),
        ...weighingFields(),
      }),
      { min: 1, max: 200 },
    ),
    shift: oneOf('day', 'night'),
    shift_finished: flag().default(false),
  },
  facts: { lines: snapshotLineFacts },
  emits: [snapshotTaken],
  async prepare(context) {
    for (const line of context.facts.lines)
      await requireBatch(context, line.material, line.batch_no);
    return undefined;
  },
  async run(context) {
    const { db, input, facts, now, settings } = context;
    const shift = shiftInstance(now, input.shift, shiftSettings(settings));
    await lockSessions(context, facts.lines, shift);
    const snapshot = await db.of(shopSnapshot).insert({
      business_date: shift.business_date,
      shift: shift.shift,
      by_user: actingUser(context),
      shift_finished: input.shift_finished,
    });
    const place = await placeId(context, 'SHOP');
    // All rows at once, so that they are locked in id order whatever the order of the lines.
    await lockedBook(
      context,
      place,
      facts.lines.map((line) => materialKey(line.material, line.batch_no)),
    );
    const lines = [];
    for (const [index, line] of facts.lines.entries()) {
      lines.push(
        await takeLine(context, { snapshotId: snapshot.id, place, shift, lineNo: index + 1 }, line),
      );
    }
    await context.emit(snapshotTaken, {
      snapshot_id: snapshot.id,
      shift: shift.shift,
      lines: lines.length,
    });
    return {
      snapshot_id: snapshot.id,
      business_date: shift.business_date,
      shift: shift.shift,
      lines,
    };
  },
});

interface SnapshotOf {
  readonly snapshotId: string;
  readonly place: string;
  readonly shift: ShiftInstance;
  readonly lineNo: number;
}

async function takeLine(context: BaseContext, of: SnapshotOf, line: SnapshotLine) {
  const item = materialKey(line.material, line.batch_no);
  const txnId = randomUUID();
  const booked = (await lockedBook(context, of.place, [item])).get(item) ?? 0;
  const bound = await weigh(context, line, { stock_txn_id: txnId }, { allowZero: true });
  const takenBack = await supersede(context, line, of.shift);
  const book = grams(booked) - takenBack;
  const figures = await figuresOf(context, line, of.shift, grams(bound.net_kg), book);
  const snapshot = { snapshot_id: of.snapshotId };
  const common = { type: 'SHOP_SNAPSHOT' as const, item, to: of.place };
  const postings: Posting[] = [
    {
      ...common,
      id: txnId,
      qty: bound.net_kg,
      scale_event_id: bound.scale_event_id,
      ref_doc: {
        ...snapshot,
        mode: line.session === null ? 'level' : 'return',
        book_kg: kg(book),
        effect_kg: kg(figures.effect_g),
        ...(line.session === null ? {} : { session_id: line.session.id }),
      },
    },
  ];
  if (takenBack !== 0) {
    postings.push({
      ...common,
      qty: kg(Math.abs(takenBack)),
      ref_doc: { ...snapshot, mode: 'reverse', effect_kg: kg(-takenBack) },
    });
  }
  await post(context, postings);
  return keepLine(context, of, line, {
    figures,
    measured_kg: bound.net_kg,
    book_kg: kg(book),
    scale_event_id: bound.scale_event_id,
    stock_txn_id: txnId,
  });
}

async function figuresOf(
  context: BaseContext,
  line: SnapshotLine,
  shift: ShiftInstance,
  measured: number,
  book: number,
): Promise<SnapshotFigures> {
  if (line.session !== null) return { ...namedLine(line.session.id, measured), variance_g: 0 };
  return levelLine(measured, book, await candidatesFor(context, line, shift));
}

interface TakenLine {
  readonly figures: SnapshotFigures;
  readonly measured_kg: number;
  readonly book_kg: number;
  readonly scale_event_id: string;
  readonly stock_txn_id: string;
}

async function keepLine(
  context: BaseContext,
  of: SnapshotOf,
  line: SnapshotLine,
  taken: TakenLine,
) {
  const { figures, ...measured } = taken;
  const stored = await context.db.of(shopSnapshotLine).insert({
    snapshot_id: of.snapshotId,
    line_no: of.lineNo,
    material_id: line.material.id,
    batch_no: line.batch_no,
    session_id: line.session?.id ?? null,
    variance_kg: kg(figures.variance_g),
    wip_kg: kg(figures.wip_g),
    effect_kg: kg(figures.effect_g),
    ...measured,
  });
  const wip = figures.wip.filter((share) => share.wip_g > 0);
  for (const { session_id, wip_g } of wip) {
    await context.db
      .of(shopSnapshotWip)
      .insert({ line_id: stored.id, session_id, wip_kg: kg(wip_g) });
  }
  return {
    material_id: line.material.id,
    material: line.material.code,
    batch_no: line.batch_no,
    session_id: line.session?.id ?? null,
    ...measured,
    variance_kg: kg(figures.variance_g),
    wip_kg: kg(figures.wip_g),
    wip: wip.map(({ session_id, wip_g }) => ({ session_id, wip_kg: kg(wip_g) })),
  };
}
