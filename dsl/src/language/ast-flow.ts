import type { Span } from '../source/text.ts';
import type {
  ClauseBlock,
  ConditionClause,
  DoClause,
  FailureClause,
  PathNode,
  TextClause,
} from './ast-clauses.ts';
import type { Expr, MomentNode, NameNode, NumberNode, TextNode } from './ast-expr.ts';

/** Blocks that act by themselves: automation, schedule, alert. */

export interface EventRef {
  readonly path: PathNode;
  readonly alias: NameNode | undefined;
}
/** What sets an automation or an alert going. */
export type TriggerNode =
  | {
      readonly kind: 'event';
      readonly event: EventRef;
      readonly where: Expr | undefined;
      readonly per: Expr | undefined;
    }
  | {
      readonly kind: 'absence';
      readonly event: EventRef;
      readonly duration: NumberNode;
      readonly where: Expr | undefined;
      readonly per: Expr | undefined;
    }
  | {
      readonly kind: 'count';
      readonly times: NumberNode;
      readonly event: EventRef;
      readonly window: NumberNode;
      readonly where: Expr | undefined;
      readonly per: Expr | undefined;
    }
  | {
      readonly kind: 'sequence';
      readonly first: EventRef;
      readonly second: EventRef;
      readonly within: NumberNode;
      readonly where: Expr | undefined;
      readonly per: Expr | undefined;
    }
  | { readonly kind: 'becomes'; readonly condition: Expr }
  | { readonly kind: 'stays'; readonly condition: Expr; readonly duration: NumberNode };
export interface TriggerClause {
  readonly kind: 'trigger';
  readonly trigger: TriggerNode;
  /** An `if` at the end of the same clause. */
  readonly condition: Expr | undefined;
  readonly span: Span;
}
export interface CooldownClause {
  readonly kind: 'cooldown';
  readonly duration: NumberNode;
  readonly span: Span;
}
export interface OnceClause {
  readonly kind: 'once';
  readonly key: Expr;
  readonly span: Span;
}
export interface AllowClause {
  readonly kind: 'allow';
  readonly times: NumberNode;
  readonly span: Span;
}
export type AutomationClause =
  | TriggerClause
  | ConditionClause
  | DoClause
  | FailureClause
  | CooldownClause
  | OnceClause
  | AllowClause;
export type AutomationBlock = ClauseBlock<'automation', AutomationClause>;

export type DayWord =
  | 'day'
  | 'workday'
  | 'monday'
  | 'tuesday'
  | 'wednesday'
  | 'thursday'
  | 'friday'
  | 'saturday'
  | 'sunday';
export type TimingNode =
  | { readonly kind: 'interval'; readonly duration: NumberNode }
  | {
      readonly kind: 'days';
      readonly days: readonly DayWord[];
      readonly times: readonly MomentNode[];
    }
  | {
      readonly kind: 'month';
      readonly days: readonly (NumberNode | 'last')[];
      readonly times: readonly MomentNode[];
    };
export interface EveryClause {
  readonly kind: 'every';
  readonly timing: TimingNode;
  readonly span: Span;
}
export interface CronClause {
  readonly kind: 'cron';
  readonly text: TextNode;
  readonly span: Span;
}
export interface ZoneClause {
  readonly kind: 'zone';
  readonly text: TextNode;
  readonly span: Span;
}
export interface HolidaysClause {
  readonly kind: 'holidays';
  readonly how: 'skip' | 'only';
  readonly span: Span;
}
export interface MissedClause {
  readonly kind: 'missed';
  readonly how: 'skip' | 'run';
  readonly span: Span;
}
export type ScheduleClause =
  | EveryClause
  | CronClause
  | ConditionClause
  | DoClause
  | FailureClause
  | ZoneClause
  | HolidaysClause
  | MissedClause;
export type ScheduleBlock = ClauseBlock<'schedule', ScheduleClause>;

export interface SeverityClause {
  readonly kind: 'severity';
  readonly level: NameNode;
  readonly span: Span;
}
export interface NotifyClause {
  readonly kind: 'notify';
  readonly roles: readonly NameNode[];
  readonly channels: readonly NameNode[];
  readonly after: NumberNode | undefined;
  readonly span: Span;
}
/** The figure an alert is about, and the limit it crossed. */
export interface FigureClause {
  readonly kind: 'value' | 'threshold';
  readonly value: Expr;
  readonly span: Span;
}
export interface ClearClause {
  readonly kind: 'clear';
  readonly condition: Expr;
  readonly span: Span;
}
export interface GroupClause {
  readonly kind: 'group';
  readonly key: Expr;
  readonly span: Span;
}
export interface RepeatClause {
  readonly kind: 'repeat';
  readonly duration: NumberNode;
  readonly span: Span;
}
export type AlertClause =
  | SeverityClause
  | TriggerClause
  | ConditionClause
  | NotifyClause
  | FigureClause
  | ClearClause
  | GroupClause
  | RepeatClause
  | TextClause;
export type AlertBlock = ClauseBlock<'alert', AlertClause>;
