import type { AlertState, FlowEvent } from '@qoida/dsl';
import { fresh, type Lineage } from '../automations/step.ts';
import type { Transaction } from '../data/index.ts';
import { type AlertRule, contextOf, type Listening } from './rules.ts';
import { type Step, type StepParts, stepsAt, takeSteps } from './step.ts';

/** Alerts of one event up to which those that don't fit are asked why. */
const MOST_ASKED_WHY = 20;
/** Timers of a kind that are looked at in one transaction. */
export const AT_ONCE = 100;

/** What an event brings: it first ends what it ends, then raises. */
export function stepsOf(
  { flowEvent, lineage }: { readonly flowEvent: FlowEvent; readonly lineage: Lineage },
  listeners: readonly Listening[],
  parts: StepParts,
): Step[] {
  const context = contextOf(parts);
  const { dispatcher } = parts.rules;
  const fitting = new Set(dispatcher.match(flowEvent, context).map(({ rule }) => rule));
  return listeners.flatMap(({ found, role }): Step[] => {
    const nearMiss = !fitting.has(found.rule);
    if (nearMiss && (listeners.length > MOST_ASKED_WHY || role === 'clear')) return [];
    if (role === 'clear') {
      const group = found.rule.clearedBy(flowEvent, context);
      return group === undefined ? [] : [{ kind: 'clear', found, group, at: flowEvent.at }];
    }
    const key = found.rule.key(flowEvent, context);
    if (key === undefined || (nearMiss && !parts.traces.has(found.id))) return [];
    const input = { kind: 'event', event: flowEvent } as const;
    return [{ kind: 'trigger', found, key, input, lineage, nearMiss }];
  });
}

/** After a publication: what triggers of another text remember is forgotten. */
export async function forgetOthers(
  tx: Transaction,
  rules: readonly AlertRule[],
  now: Date,
): Promise<void> {
  const ids = rules.map(({ id }) => id);
  const hashes = rules.map(({ hash }) => hash);
  await tx.sql(
    `delete from alert_triggers s where not exists (
       select 1 from unnest(?::text[], ?::text[]) as r (rule, hash)
       where r.rule = s.rule and r.hash = s.rule_hash)`,
    [ids, hashes],
  );
  // An alert whose rule is gone stays until a person closes it, and tells nobody as long as it is gone.
  await tx.sql(
    `update alerts set timer_at = null, rule_hash = null
     where status <> 'closed' and rule_hash is not null and not rule = any(?::text[])`,
    [ids],
  );
  await tx.sql(
    `update alerts a set timer_at = ? from unnest(?::text[], ?::text[]) as r (rule, hash)
     where a.status = 'open' and a.rule = r.rule and a.rule_hash is distinct from r.hash`,
    [now, ids, hashes],
  );
}

/** Alerts that begin to count as soon as somebody looks. */
export const beginning = (rules: readonly AlertRule[]): readonly AlertRule[] =>
  rules.filter(
    ({ rule: { trigger } }) =>
      !trigger.keyed && ['absence', 'becomes', 'stays'].includes(trigger.kind),
  );

interface Due {
  readonly triggers: readonly { readonly rule: string; readonly key: string }[];
  readonly standing: readonly { readonly rule: string; readonly state: AlertState }[];
}

/** Triggers whose time has come, and alerts that nobody has taken up. */
export async function dueAt(
  tx: Transaction,
  rules: readonly string[],
  now: Date,
  skip: number,
): Promise<Due> {
  const triggers = await tx.sql<Due['triggers'][number]>(
    `select rule, key from alert_triggers where timer_at <= ? and rule = any(?::text[])
     order by timer_at, rule, key limit ${AT_ONCE} offset ?`,
    [now, rules, skip],
  );
  const standing = await tx.sql<Due['standing'][number]>(
    `select rule, state from alerts where timer_at <= ? and status <> 'closed' and rule = any(?::text[])
     order by timer_at, id limit ${AT_ONCE}`,
    [now, rules],
  );
  return { triggers, standing };
}

export function timerSteps({ triggers, standing }: Due, { rules, now }: StepParts): Step[] {
  const at = now.getTime();
  const input = { kind: 'timer', at } as const;
  return [
    ...triggers.flatMap(({ rule, key }): Step[] => {
      const found = rules.alerts.get(rule);
      return found === undefined ? [] : [{ kind: 'trigger', found, key, input, lineage: fresh() }];
    }),
    ...standing.flatMap(({ rule, state }): Step[] => {
      const found = rules.alerts.get(rule);
      return found === undefined ? [] : [{ kind: 'timer', found, group: state.group, at }];
    }),
  ];
}

/** Alerts that look at standing facts: those that these raise, and those that they end. */
export const lookingAtFacts = (rules: readonly AlertRule[]) => ({
  raised: rules.filter(({ rule }) => ['becomes', 'stays'].includes(rule.trigger.kind)),
  ended: rules.filter(({ rule }) => rule.clearFacts.length > 0),
});

/** Asks conditions as the facts stand now, then which alerts they end. */
export async function askFacts(
  tx: Transaction,
  { raised, ended }: ReturnType<typeof lookingAtFacts>,
  parts: StepParts,
): Promise<void> {
  await takeSteps(tx, stepsAt(raised, { kind: 'facts', at: parts.now.getTime() }), parts);
  await takeSteps(tx, await clearsOf(tx, ended, parts), parts);
}

/** Alerts whose condition is over by what the facts say now. */
async function clearsOf(
  tx: Transaction,
  ending: readonly AlertRule[],
  parts: StepParts,
): Promise<Step[]> {
  if (ending.length === 0) return [];
  const open = await tx.sql<{ rule: string; state: AlertState }>(
    `select rule, state from alerts where status <> 'closed' and rule = any(?::text[]) order by rule, dedupe_key`,
    [ending.map(({ id }) => id)],
  );
  const known = new Map(ending.map((found) => [found.id, found]));
  const context = contextOf(parts);
  const at = parts.now.getTime();
  return open.flatMap(({ rule, state: { firing, group } }): Step[] => {
    const found = known.get(rule);
    return found?.rule.cleared(firing, context) === true
      ? [{ kind: 'clear', found, group, at }]
      : [];
  });
}
