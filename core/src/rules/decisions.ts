import { invalid } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { id, instant, integer, oneOf, text } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { askedWith, settingsOfHash } from './asked-with.ts';
import { listDecisions } from './decision-list.ts';
import { explainDecision } from './explain.ts';
import { decision } from './records.ts';
import { PastRules } from './rule-sets.ts';
import type { RuleRuntime } from './runtime.ts';
import { verifyDecisions } from './verify-decisions.ts';
import { verifyMisses } from './verify-misses.ts';
import { verifyRequests } from './verify-requests.ts';
import { verifyRuns } from './verify-runs.ts';
import { checkMaySee, type DecisionParts, maySeeDecisionsOf } from './who-sees.ts';

const VERIFIERS = ['integrator', 'admin'] as const;
const CURSOR = '^[0-9T:.Z-]{20,30} [0-9a-f-]{36}$';

/** Decisions as they are explained and verified later, by the rules that they were taken with. */
export function decisionOperations(
  runtime: RuleRuntime,
  zone: string,
  parts: DecisionParts,
): OperationDef[] {
  const past = new PastRules();
  return [
    operation({
      name: 'decision.list',
      http: 'GET /rules/decisions',
      summary: { uz: 'Qarorlar', ru: 'Решения', en: 'Decisions of the gates' },
      roles: '*',
      effect: 'read',
      input: {
        point: text({ maxLength: 200 }).optional(),
        verdict: oneOf('allowed', 'refused', 'warned').optional(),
        trace_id: id('trace').optional(),
        page: integer({ min: 1 }).default(1),
        page_size: integer({ min: 1, max: 200 }).default(50),
      },
      run: ({ db, input, actor }) =>
        listDecisions(
          db,
          input,
          actor,
          Object.keys(runtime.catalog.points).filter((point) =>
            maySeeDecisionsOf(actor, point, parts),
          ),
          parts,
        ),
    }),
    operation({
      name: 'decision.get',
      http: 'GET /rules/decisions/:id',
      summary: { uz: 'Bitta qaror', ru: 'Одно решение', en: 'One decision' },
      roles: '*',
      effect: 'read',
      input: { id: id('decision') },
      facts: { decision: byId(decision, 'id') },
      async run({ facts, actor }) {
        checkMaySee(actor, facts.decision, parts);
        return facts.decision;
      },
    }),
    ...(['decision.explain', 'decision.explain_short'] as const).map((name) =>
      operation({
        name,
        http:
          name === 'decision.explain'
            ? 'GET /rules/decisions/:id/explain'
            : 'GET /decisions/:id/explain',
        summary: { uz: 'Qaror izohi', ru: 'Объяснение решения', en: 'Explain a decision' },
        roles: '*',
        effect: 'read',
        input: { id: id('decision'), lang: oneOf('uz', 'ru', 'en').optional() },
        facts: { decision: byId(decision, 'id') },
        async run({ facts, db, settings, actor, input }) {
          checkMaySee(actor, facts.decision, parts);
          const standing = runtime.snapshot(db.organizationId);
          const row = facts.decision;
          const found = await past.find(db, row.rules_hash, standing);
          const asked = await settingsOfHash(db, row.settings_hash);
          return explainDecision(
            row,
            {
              standing,
              ...(typeof found === 'string'
                ? { snapshot: standing, lost: found }
                : { snapshot: found, lost: null }),
              asked: asked ?? askedWith(runtime.catalog, { settings, zone }),
            },
            input.lang ?? actor.locale,
          );
        },
      }),
    ),
    operation({
      name: 'decisions.verify',
      http: 'GET /rules/decisions/verify',
      summary: {
        uz: 'Qarorlarni qayta hisoblab tekshirish',
        ru: 'Проверить решения пересчётом',
        en: 'Take decisions again and name those that differ',
      },
      roles: VERIFIERS,
      effect: 'read',
      input: {
        since: instant(),
        until: instant().optional(),
        of: oneOf('decisions', 'runs', 'misses', 'requests').default('decisions'),
        after: text({ maxLength: 80, pattern: CURSOR }).optional(),
        limit: integer({ min: 1, max: 2000 }).default(500),
      },
      async run({ db, input, now, settings }) {
        const until = input.until ?? new Date(now.getTime() + 1);
        if (until.getTime() <= input.since.getTime())
          throw invalid('period_invalid', 'The period ends before it begins', {
            since: input.since,
            until,
          });
        const question = { since: input.since, until, after: input.after, limit: input.limit };
        const standing = runtime.snapshot(db.organizationId);
        const secret = String(settings.SERVER_SECRET);
        const takeAgain = {
          decisions: () => verifyDecisions(db, question, past, standing, secret),
          runs: () => verifyRuns(db, question, past, standing),
          misses: () => verifyMisses(db, question, past, standing),
          requests: () => verifyRequests(db, question, past, standing),
        };
        return { ...(await takeAgain[input.of]()), until };
      },
    }),
  ];
}
