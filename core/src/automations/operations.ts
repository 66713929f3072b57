import { byId } from '../api/facts.ts';
import { id, integer, oneOf, text } from '../api/fields.ts';
import type { Say } from '../api/locale.ts';
import { type OperationDef, operation } from '../api/operations.ts';
import { settingsForRules } from '../rules/asked-with.ts';
import { PastRules } from '../rules/rule-sets.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import { calendarOperations } from './days-off.ts';
import { explainMiss, explainRun, missExplanation } from './explain.ts';
import { missesOf, runsOf } from './history.ts';
import { mendingOperations } from './mending.ts';
import { READERS, ruleRun, ruleTrace } from './records.ts';
import { upcomingRuns } from './upcoming.ts';
import { listDead, listRules, listTimers, oneRule } from './views.ts';

const MOST_DAYS = 366;

export interface AutomationOperationParts {
  readonly runtime: RuleRuntime;
  readonly zone: string;
  /** The sentence of a reason; undefined where it has none. */
  readonly say: Say;
}

/** Automations and schedules as people see and mend them. */
export function automationOperations(parts: AutomationOperationParts): OperationDef[] {
  const { runtime, zone, say } = parts;
  const past = new PastRules();
  return [
    operation({
      name: 'automations.list',
      http: 'GET /automations',
      summary: {
        uz: 'Avtomatlashtirish va jadvallar',
        ru: 'Автоматизации и расписания',
        en: 'Automations and schedules',
      },
      roles: READERS,
      effect: 'read',
      input: {
        search: text({ maxLength: 200 }).optional().doc('part of the module’s or the rule’s name'),
        kind: oneOf('automation', 'schedule').optional(),
        state: oneOf('on', 'off', 'dead').optional().doc('dead: with actions that were given up'),
        page: integer().default(1),
        page_size: integer().default(50),
      },
      run: ({ db, now, input }) => listRules(db, { ...input, now, zone, runtime }),
    }),
    operation({
      name: 'automations.rule',
      http: 'GET /automations/rules/:rule',
      summary: { uz: 'Bitta qoida', ru: 'Одно правило', en: 'One rule that acts by itself' },
      roles: READERS,
      effect: 'read',
      input: { rule: text({ maxLength: 200 }) },
      run: ({ db, now, input }) => oneRule(db, input.rule, { now, zone, runtime }),
    }),
    operation({
      name: 'automations.runs_of',
      http: 'GET /automations/rules/:rule/runs',
      summary: {
        uz: 'Qoida qachon va nega ishladi, nima bo‘ldi',
        ru: 'Когда и почему правило сработало и что из этого вышло',
        en: 'When and why a rule ran, and what came of it',
      },
      roles: READERS,
      effect: 'read',
      input: ofRule(),
      run({ db, input, actor }) {
        const locale = input.lang ?? actor.locale;
        const standing = runtime.snapshot(db.organizationId);
        const explain = async (row: Parameters<typeof explainRun>[1]) =>
          (await explainRun(db, row, { past, standing, locale })).explanation;
        return runsOf(db, input, explain, { say, locale, zone });
      },
    }),
    operation({
      name: 'automations.misses_of',
      http: 'GET /automations/rules/:rule/misses',
      summary: {
        uz: 'Qoida qachon sal qolsa ishlardi',
        ru: 'Когда правило чуть не сработало',
        en: 'When a rule nearly ran',
      },
      roles: READERS,
      effect: 'read',
      input: ofRule(),
      run({ db, input, actor, now, settings }) {
        const locale = input.lang ?? actor.locale;
        const standing = runtime.snapshot(db.organizationId);
        const clock = { settings: settingsForRules(settings), zone, now, locale, past, standing };
        return missesOf(
          db,
          input,
          async (row) => (await missExplanation(db, row, clock)).explanation ?? {},
        );
      },
    }),
    operation({
      name: 'automations.timers',
      http: 'GET /automations/timers',
      summary: { uz: 'Kutilayotgan vaqtlar', ru: 'Ожидающие таймеры', en: 'Timers that wait' },
      roles: READERS,
      effect: 'read',
      input: {
        rule: text({ maxLength: 200 }).optional(),
        page: integer().default(1),
        page_size: integer().default(50),
      },
      run: ({ db, input }) => listTimers(db, input),
    }),
    operation({
      name: 'automations.dead',
      http: 'GET /automations/dead',
      summary: {
        uz: 'To‘xtab qolgan amallar',
        ru: 'Остановленные действия',
        en: 'Actions that were given up',
      },
      roles: READERS,
      effect: 'read',
      input: { lang: lang(), page: integer().default(1), page_size: integer().default(50) },
      run: ({ db, input, actor }) =>
        listDead(db, input, { say, zone, locale: input.lang ?? actor.locale }),
    }),
    operation({
      name: 'automations.explain_run',
      http: 'GET /automations/runs/:run_id/explain',
      summary: {
        uz: 'Qoida nega ishladi',
        ru: 'Почему правило сработало',
        en: 'Why a rule went off',
      },
      roles: READERS,
      effect: 'read',
      input: { run_id: id('rule_run'), lang: lang() },
      facts: { run: byId(ruleRun, 'run_id') },
      run: ({ db, facts, input, actor }) =>
        explainRun(db, facts.run, {
          past,
          standing: runtime.snapshot(db.organizationId),
          locale: input.lang ?? actor.locale,
        }),
    }),
    operation({
      name: 'schedules.upcoming',
      http: 'GET /schedules/upcoming',
      summary: { uz: 'Kelgusi ishga tushishlar', ru: 'Ближайшие запуски', en: 'Coming runs' },
      roles: READERS,
      effect: 'read',
      input: {
        days: integer({ min: 1, max: MOST_DAYS }).default(30),
        rule: text({ maxLength: 200 }).optional(),
      },
      run: async ({ db, now, input }) => ({
        items: await upcomingRuns(db, { ...input, now, zone, runtime }),
      }),
    }),
    operation({
      name: 'automations.explain',
      http: 'GET /automations/traces/:trace_id/explain',
      summary: {
        uz: 'Qoida nega ishlamadi va nima yetishmadi',
        ru: 'Почему правило не сработало и чего не хватило',
        en: 'Why a rule did not go off, and what it lacked',
      },
      roles: READERS,
      effect: 'read',
      input: { trace_id: id('rule_trace'), lang: lang() },
      facts: { trace: byId(ruleTrace, 'trace_id') },
      async run({ db, facts, input, now, actor, settings }) {
        const standing = runtime.snapshot(db.organizationId);
        const locale = input.lang ?? actor.locale;
        const clock = { settings: settingsForRules(settings), zone, now, locale };
        return explainMiss(db, facts.trace, { ...clock, past, standing });
      },
    }),
    ...calendarOperations,
    ...mendingOperations(runtime),
  ];
}

const lang = () => oneOf('uz', 'ru', 'en').optional().doc('without it the reader’s own');
/** Explaining costs more than reading: a page is short. */
const ofRule = () => ({
  rule: text({ maxLength: 200 }),
  lang: lang(),
  page: integer({ min: 1 }).default(1),
  page_size: integer({ min: 1, max: 50 }).default(5),
});
