import type {
  AlertClause,
  AutomationClause,
  ConditionClause,
  EventRef,
  EveryClause,
  Expr,
  ScheduleClause,
  TextClause,
  TriggerClause,
} from '../language/ast.ts';
import { actionsDoc } from './actions.ts';
import { concat, type Doc } from './doc.ts';
import { expressionDoc, numberDoc } from './expression.ts';
import { names, path, phrase } from './parts.ts';
import type { Words } from './words.ts';

/** Clauses of automations, schedules and alerts that no other block has. */
export type FlowClause = Exclude<
  AutomationClause | ScheduleClause | AlertClause,
  ConditionClause | TextClause
>;

export function flowClauseDoc(clause: FlowClause, words: Words): Doc {
  const word = words.keyword;
  const expr = (inner: Expr) => expressionDoc(inner, words);
  switch (clause.kind) {
    case 'trigger':
      return triggerDoc(clause, words);
    case 'do':
      return actionsDoc(clause.actions, words);
    case 'failure':
      return concat(`${word('on')} ${word('failure')} `, actionsDoc(clause.actions, words));
    case 'cooldown':
      return `${word('cooldown')} ${numberDoc(clause.duration, words)}`;
    case 'once':
      return concat(`${word('once')} ${word('per')} `, expr(clause.key));
    case 'allow':
      return `${word('allow')} ${word('repeat')} ${numberDoc(clause.times, words)}`;
    case 'every':
      return everyDoc(clause, words);
    case 'cron':
    case 'zone':
      return `${word(clause.kind)} ${words.slice(clause.text.span)}`;
    case 'holidays':
      return `${word('holidays')} ${word(clause.how)}`;
    case 'missed': {
      const how = clause.how === 'skip' ? word('skip') : `${word('run')} ${word('once')}`;
      return `${word('missed')} ${how}`;
    }
    case 'severity':
      return `${word('severity')} ${words.name(clause.level)}`;
    case 'notify': {
      const { roles, channels, after } = clause;
      return phrase(
        concat(`${word('notify')} `, names(roles, words)),
        channels.length === 0 ? undefined : concat(`${word('via')} `, names(channels, words)),
        after && `${word('after')} ${numberDoc(after, words)}`,
      );
    }
    case 'value':
    case 'threshold':
      return concat(`${word(clause.kind)} `, expr(clause.value));
    case 'clear':
      return concat(`${word('clear')} ${word('when')} `, expr(clause.condition));
    case 'group':
      return concat(`${word('group')} ${words.second('by')} `, expr(clause.key));
    case 'repeat':
      return `${word('repeat')} ${word('every')} ${numberDoc(clause.duration, words)}`;
  }
}

function triggerDoc({ trigger, condition }: TriggerClause, words: Words): Doc {
  const word = words.keyword;
  const expr = (inner: Expr) => expressionDoc(inner, words);
  const when = word('when');
  const last = condition && concat(`${word('if')} `, expr(condition));
  switch (trigger.kind) {
    case 'becomes':
      return phrase(
        concat(`${when} `, expr(trigger.condition)),
        `${word('becomes')} ${word('true')}`,
        last,
      );
    case 'stays': {
      const duration = `${word('for')} ${numberDoc(trigger.duration, words)}`;
      return phrase(
        concat(`${when} `, expr(trigger.condition)),
        `${word('stays')} ${word('true')} ${duration}`,
        last,
      );
    }
    default: {
      const where = trigger.where && concat(`${word('where')} `, expr(trigger.where));
      const per = trigger.per && concat(`${word('per')} `, expr(trigger.per));
      return phrase(...happening(trigger, words), where, per, last);
    }
  }
}

type Happening = Exclude<TriggerClause['trigger'], { readonly kind: 'becomes' | 'stays' }>;

/** What happens, without the conditions on it. */
function happening(trigger: Happening, words: Words): Doc[] {
  const word = words.keyword;
  const when = word('when');
  const event = ({ path: of, alias }: EventRef) =>
    `${path(of, words)}${alias === undefined ? '' : ` ${word('as')} ${words.name(alias)}`}`;
  switch (trigger.kind) {
    case 'event':
      return [`${when} ${event(trigger.event)}`];
    case 'absence':
      return [
        `${when} ${word('no')} ${event(trigger.event)}`,
        `${word('for')} ${numberDoc(trigger.duration, words)}`,
      ];
    case 'count':
      return [
        `${when} ${numberDoc(trigger.times, words)} ${word('times')} ${event(trigger.event)}`,
        `${word('in')} ${word('last')} ${numberDoc(trigger.window, words)}`,
      ];
    case 'sequence':
      return [
        `${when} ${event(trigger.first)}`,
        `${words.second('then')} ${event(trigger.second)}`,
        `${word('within')} ${numberDoc(trigger.within, words)}`,
      ];
  }
}

function everyDoc({ timing }: EveryClause, words: Words): Doc {
  const word = words.keyword;
  const every = `${word('every')} `;
  if (timing.kind === 'interval') return `${every}${numberDoc(timing.duration, words)}`;
  const at = concat(`${word('at')} `, list(timing.times.map(({ span }) => words.slice(span))));
  if (timing.kind === 'days')
    return phrase(concat(every, list(timing.days.map((day) => word(day)))), at);
  const days = timing.days.map((day) => (day === 'last' ? word('last') : numberDoc(day, words)));
  return phrase(concat(`${every}${word('month')} ${word('on')} `, list(days)), at);
}

const list = (items: readonly string[]): string => items.join(', ');
