import { conflict } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { flag, id, instant, integer, list, object, oneOf, text } from '../api/fields.ts';
import type { Actor, OperationDef, Tx } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import type { DecisionParts } from '../rules/who-sees.ts';
import { type MayHear, mayHear } from '../stream/access.ts';
import { draftOf, periodOf } from './ask.ts';
import { rehearsalEnded } from './events.ts';
import { forgetOldest } from './keeping.ts';
import { Opening, settingsNow } from './opening.ts';
import {
  itemOf,
  itemsToExport,
  listItems,
  listRehearsals,
  rehearsalView,
  shownItems,
  wholeRehearsal,
} from './reading.ts';
import { rehearsal, rehearsalExport } from './records.ts';
import { wakeRunner } from './runner.ts';
import { Sight } from './sight.ts';
import { ITEM_KINDS } from './task.ts';

/** Who may see what people would be paid. */
const REHEARSERS = ['texnolog', 'direktor', 'admin', 'integrator'] as const;
const MOST_WAITING = 5;
const MOST_MODULES = 50;
/** Longer lists nobody reads; filters make them shorter. */
const MOST_EXPORTED = 20_000;
const DAY_MS = 86_400_000;

export interface RehearsalOperationParts extends DecisionParts {
  readonly runtime: RuleRuntime;
  readonly zone: string;
  /** What the plugins declare; asked when all of them are known. */
  readonly plugins: () => Parameters<typeof mayHear>[0];
}

const filter = {
  kind: oneOf(...ITEM_KINDS).optional(),
  of: text({ maxLength: 300 }).optional(),
  person: text({ maxLength: 64 }).optional(),
  by_draft: flag()
    .optional()
    .doc('only what the draft makes, or only what the rules in force show as well'),
};

/** Rules run against what was recorded: asked for, watched, cancelled and read. */
export function rehearsalOperations(parts: RehearsalOperationParts): OperationDef[] {
  const { runtime, zone, operation: operationOf, record, plugins } = parts;
  let hears: MayHear | undefined;
  const sightOf = (actor: Actor) => {
    hears ??= mayHear(plugins());
    return new Sight(actor, { operation: operationOf, record, mayHear: hears });
  };
  const wake = () => wakeRunner(runtime);
  const opening = new Opening(runtime);
  return [
    operation({
      name: 'rules.rehearse',
      http: 'POST /rules/rehearse',
      status: 202,
      summary: {
        uz: 'Qoidalarni o‘tgan davrda sinash',
        ru: 'Прорепетировать правила на прошлом',
        en: 'Rehearse rules on what was recorded',
      },
      roles: REHEARSERS,
      effect: 'record',
      input: {
        from: instant().doc('from this moment on'),
        to: instant().optional().doc('up to this moment, itself not; now when left out'),
        modules: list(
          object({
            module: text({ maxLength: 200 }),
            text: text({ maxLength: 100_000 }).optional(),
          }),
          { max: MOST_MODULES },
        )
          .default([])
          .doc('texts in place of what is published; without a text the saved draft'),
      },
      async run({ db, input, actor, now, settings, afterCommit }) {
        const { from, to } = periodOf(input.from, input.to, now);
        await refuseMany(db);
        const { draft, published, modules } = await draftOf(db, runtime, input.modules);
        const keptSince = new Date(now.getTime() - keptDays(settings) * DAY_MS);
        const row = await db.of(rehearsal).insert({
          asked_by: actor.id,
          asked_by_name: actor.name,
          from_at: from,
          to_at: to,
          modules,
          asked: {
            draft,
            published,
            settings: settingsNow(runtime, settings, zone),
            zone,
            keptSince: keptSince.toISOString(),
            askedAt: now.toISOString(),
            lookFreshMs: lookFreshMs(settings),
          },
        });
        await forgetOldest(db);
        afterCommit(wake);
        return rehearsalView(row);
      },
    }),
    operation({
      name: 'rehearsals.list',
      http: 'GET /rules/rehearsals',
      summary: { uz: 'Sinovlar', ru: 'Репетиции правил', en: 'Rehearsals of rules' },
      roles: REHEARSERS,
      effect: 'read',
      input: {
        page: integer({ min: 1 }).default(1),
        page_size: integer({ min: 1, max: 200 }).default(20),
      },
      run: ({ db, input }) => listRehearsals(db, input),
    }),
    operation({
      name: 'rehearsals.get',
      http: 'GET /rules/rehearsals/:rehearsal_id',
      summary: {
        uz: 'Sinov holati va natijasi',
        ru: 'Ход и итог репетиции',
        en: 'How far a rehearsal is, and its result',
      },
      roles: REHEARSERS,
      effect: 'read',
      input: { rehearsal_id: id('rehearsal') },
      facts: { rehearsal: byId(rehearsal, 'rehearsal_id') },
      run: ({ db, facts, actor }) => wholeRehearsal(db, facts.rehearsal, sightOf(actor)),
    }),
    operation({
      name: 'rehearsals.cancel',
      http: 'POST /rules/rehearsals/:rehearsal_id/cancel',
      status: 200,
      summary: { uz: 'Sinovni bekor qilish', ru: 'Отменить репетицию', en: 'Cancel a rehearsal' },
      roles: REHEARSERS,
      effect: 'record',
      input: { rehearsal_id: id('rehearsal') },
      facts: { rehearsal: byId(rehearsal, 'rehearsal_id', { lock: true }) },
      emits: [rehearsalEnded],
      async run({ db, facts, now, emit, afterCommit }) {
        const { id: rehearsal_id, state } = facts.rehearsal;
        if (state !== 'waiting' && state !== 'running')
          throw conflict('rehearsal_ended', `This rehearsal is ${state}`, { state });
        const row = await db
          .of(rehearsal)
          .update(rehearsal_id, { state: 'cancelled', finished_at: now });
        await db.sql('delete from rehearsal_items where rehearsal_id = ?', [rehearsal_id]);
        await emit(rehearsalEnded, { rehearsal_id, state: 'cancelled' });
        afterCommit(wake);
        return rehearsalView(row);
      },
    }),
    operation({
      name: 'rehearsals.items',
      http: 'GET /rules/rehearsals/:rehearsal_id/items',
      summary: {
        uz: 'Sinovda farq qilganlar',
        ru: 'Отличия, найденные репетицией',
        en: 'What came out otherwise in a rehearsal',
      },
      roles: REHEARSERS,
      effect: 'read',
      input: {
        rehearsal_id: id('rehearsal'),
        ...filter,
        page: integer({ min: 1 }).default(1),
        page_size: integer({ min: 1, max: 200 }).default(50),
      },
      facts: { rehearsal: byId(rehearsal, 'rehearsal_id') },
      run: ({ db, facts, input, actor }) =>
        listItems(db, facts.rehearsal.id, input, sightOf(actor)),
    }),
    operation({
      name: 'rehearsals.export',
      http: 'POST /rules/rehearsals/:rehearsal_id/export',
      summary: {
        uz: 'Sinovda farq qilganlarni yuklab olish',
        ru: 'Выгрузить отличия репетиции',
        en: 'Take the differences of a rehearsal along',
      },
      roles: REHEARSERS,
      effect: 'record',
      input: { rehearsal_id: id('rehearsal'), ...filter },
      facts: { rehearsal: byId(rehearsal, 'rehearsal_id') },
      async run({ db, facts, input, actor, now }) {
        const rows = await itemsToExport(db, facts.rehearsal.id, input, MOST_EXPORTED + 1);
        const shown = await shownItems(db, rows.slice(0, MOST_EXPORTED), sightOf(actor));
        // Who takes along what people are paid is in the audit (F-SEC-07).
        await db.of(rehearsalExport).insert({
          rehearsal_id: facts.rehearsal.id,
          taken_by: actor.name,
          entries: shown.items.length,
        });
        return {
          ...shown,
          cut: rows.length > MOST_EXPORTED,
          exported_by: actor.name,
          exported_at: now,
        };
      },
    }),
    operation({
      name: 'rehearsals.item',
      http: 'GET /rules/rehearsals/:rehearsal_id/items/:no',
      summary: {
        uz: 'Bitta farqni ochish',
        ru: 'Открыть одно отличие',
        en: 'Open one difference: then, now and why',
      },
      roles: REHEARSERS,
      effect: 'read',
      input: {
        rehearsal_id: id('rehearsal'),
        no: text({ pattern: '^[0-9]{1,9}$' }),
        lang: oneOf('uz', 'ru', 'en').optional(),
      },
      facts: { rehearsal: byId(rehearsal, 'rehearsal_id') },
      async run({ db, facts, input, actor }) {
        const item = await itemOf(db, facts.rehearsal.id, Number(input.no));
        sightOf(actor).check(item);
        return opening.open(db, facts.rehearsal, item, {
          actor,
          locale: input.lang ?? actor.locale,
        });
      },
    }),
  ];
}

/** Events are held against the runs they led to: both have to be there. */
const keptDays = (settings: Readonly<Record<string, unknown>>): number =>
  Math.min(Number(settings.EVENT_KEEP_DAYS ?? 62), Number(settings.AUTOMATION_RUN_DAYS ?? 90));

/** A look counts until the next one is due, and half as long again: one may be late. */
const lookFreshMs = (settings: Readonly<Record<string, unknown>>): number =>
  Number(settings.STANDING_RECORD_SEC ?? 60) * 2_500;

/** @throws Refusal rehearsals_waiting */
async function refuseMany(db: Tx): Promise<void> {
  const [row] = await db.sql<{ waiting: number }>(
    `select count(*) as waiting from rehearsals where state in ('waiting', 'running')`,
  );
  const waiting = row?.waiting ?? 0;
  if (waiting >= MOST_WAITING)
    throw conflict('rehearsals_waiting', `${waiting} rehearsals wait already`, { waiting });
}
