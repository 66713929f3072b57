import type { ParserMethod } from 'chevrotain';
import type {
  AllowClause,
  ClearClause,
  ConditionClause,
  CooldownClause,
  CronClause,
  DayWord,
  DoClause,
  EveryClause,
  FailureClause,
  FigureClause,
  GroupClause,
  HolidaysClause,
  MissedClause,
  NameNode,
  NotifyClause,
  NumberNode,
  OnceClause,
  RepeatClause,
  SeverityClause,
  TimingNode,
  ZoneClause,
} from './ast.ts';
import type { Bare, RawTextClause } from './clause-grammar.ts';
import { nameNode } from './nodes.ts';
import { Comma, Contextual, Reserved, Word } from './tokens.ts';
import { type RawTriggerClause, TriggerGrammar } from './trigger-grammar.ts';

const C = Contextual;
const R = Reserved;

type Acting = ConditionClause | DoClause | FailureClause;
export type RawAutomationClause =
  | Bare<Acting | CooldownClause | OnceClause | AllowClause>
  | RawTriggerClause;
export type RawScheduleClause = Bare<
  Acting | EveryClause | CronClause | ZoneClause | HolidaysClause | MissedClause
>;
export type RawAlertClause =
  | Bare<
      | ConditionClause
      | SeverityClause
      | NotifyClause
      | FigureClause
      | ClearClause
      | GroupClause
      | RepeatClause
    >
  | RawTriggerClause
  | RawTextClause;

const DAYS: readonly DayWord[] = [
  'day',
  'workday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

/** Blocks that act by themselves: automation, schedule, alert. */
export class FlowGrammar extends TriggerGrammar {
  constructor(validate = false) {
    super(validate);
    this.performSelfAnalysis();
  }

  readonly automationHead: ParserMethod<[], { name: NameNode }> = this.RULE(
    'automationHead',
    () => {
      this.CONSUME(C.automation);
      return { name: nameNode(this.CONSUME(Word)) };
    },
  );

  readonly automationClause: ParserMethod<[], RawAutomationClause> = this.RULE(
    'automationClause',
    (): RawAutomationClause =>
      this.OR([
        { ALT: () => this.SUBRULE(this.triggerClause) },
        { ALT: () => this.SUBRULE(this.ifClause) },
        { ALT: () => this.SUBRULE(this.doClause) },
        { ALT: () => this.SUBRULE(this.failureClause) },
        {
          ALT: (): RawAutomationClause => {
            this.CONSUME(C.cooldown);
            return { kind: 'cooldown', duration: this.SUBRULE(this.duration) };
          },
        },
        {
          ALT: (): RawAutomationClause => {
            this.CONSUME(C.once);
            this.CONSUME(C.per);
            return { kind: 'once', key: this.SUBRULE(this.expression) };
          },
        },
        {
          ALT: (): RawAutomationClause => {
            this.CONSUME(C.allow);
            this.CONSUME(C.repeat);
            return { kind: 'allow', times: this.SUBRULE(this.count) };
          },
        },
      ]),
  );

  private readonly ifClause: ParserMethod<[], Bare<ConditionClause>> = this.RULE(
    'ifClause',
    (): Bare<ConditionClause> => {
      this.CONSUME(R.if);
      return {
        kind: 'condition',
        word: 'if',
        condition: this.SUBRULE(this.expression),
      };
    },
  );

  // --- schedule --------------------------------------------------------------------------------------

  readonly scheduleHead: ParserMethod<[], { name: NameNode }> = this.RULE('scheduleHead', () => {
    this.CONSUME(C.schedule);
    return { name: nameNode(this.CONSUME(Word)) };
  });

  readonly scheduleClause: ParserMethod<[], RawScheduleClause> = this.RULE(
    'scheduleClause',
    (): RawScheduleClause =>
      this.OR([
        { ALT: () => this.SUBRULE(this.everyClause) },
        { ALT: () => this.SUBRULE(this.ifClause) },
        { ALT: () => this.SUBRULE(this.doClause) },
        { ALT: () => this.SUBRULE(this.failureClause) },
        {
          ALT: (): RawScheduleClause => {
            this.CONSUME(C.cron);
            return { kind: 'cron', text: this.SUBRULE(this.plainText) };
          },
        },
        {
          ALT: (): RawScheduleClause => {
            this.CONSUME(C.zone);
            return { kind: 'zone', text: this.SUBRULE2(this.plainText) };
          },
        },
        {
          ALT: (): RawScheduleClause => {
            this.CONSUME(C.holidays);
            const how = this.OR2([
              { ALT: () => (this.CONSUME(C.skip), 'skip' as const) },
              { ALT: () => (this.CONSUME(C.only), 'only' as const) },
            ]);
            return { kind: 'holidays', how };
          },
        },
        {
          ALT: (): RawScheduleClause => {
            this.CONSUME(C.missed);
            const how = this.OR3([
              { ALT: () => (this.CONSUME2(C.skip), 'skip' as const) },
              {
                ALT: () => {
                  this.CONSUME(C.run);
                  this.CONSUME(C.once);
                  return 'run' as const;
                },
              },
            ]);
            return { kind: 'missed', how };
          },
        },
      ]),
  );

  private readonly everyClause: ParserMethod<[], Bare<EveryClause>> = this.RULE(
    'everyClause',
    (): Bare<EveryClause> => {
      this.CONSUME(C.every);
      const timing = this.OR([
        {
          ALT: (): TimingNode => ({ kind: 'interval', duration: this.SUBRULE(this.duration) }),
        },
        {
          ALT: (): TimingNode => {
            const days: (NumberNode | 'last')[] = [];
            this.CONSUME(C.month);
            this.CONSUME(C.on);
            this.AT_LEAST_ONE_SEP({
              SEP: Comma,
              DEF: () =>
                days.push(
                  this.OR2([
                    { ALT: () => this.SUBRULE(this.count) },
                    { ALT: () => (this.CONSUME(C.last), 'last' as const) },
                  ]),
                ),
            });
            this.CONSUME(R.at);
            return { kind: 'month', days, times: this.SUBRULE(this.times) };
          },
        },
        {
          ALT: (): TimingNode => {
            const days: DayWord[] = [];
            this.AT_LEAST_ONE_SEP2({
              SEP: Comma,
              DEF: () => days.push(this.SUBRULE(this.dayWord)),
            });
            this.CONSUME2(R.at);
            return { kind: 'days', days, times: this.SUBRULE2(this.times) };
          },
        },
      ]);
      return { kind: 'every', timing };
    },
  );

  private readonly dayWord: ParserMethod<[], DayWord> = this.RULE('dayWord', () =>
    this.OR(DAYS.map((day) => ({ ALT: (): DayWord => (this.CONSUME(C[day]), day) }))),
  );

  // --- alert -----------------------------------------------------------------------------------------

  readonly alertHead: ParserMethod<[], { name: NameNode }> = this.RULE('alertHead', () => {
    this.CONSUME(C.alert);
    return { name: nameNode(this.CONSUME(Word)) };
  });

  readonly alertClause: ParserMethod<[], RawAlertClause> = this.RULE(
    'alertClause',
    (): RawAlertClause =>
      this.OR([
        { ALT: () => this.SUBRULE(this.triggerClause) },
        { ALT: () => this.SUBRULE(this.ifClause) },
        { ALT: () => this.SUBRULE(this.notifyClause) },
        { ALT: () => this.SUBRULE(this.textClause) },
        {
          ALT: (): RawAlertClause => {
            this.CONSUME(C.severity);
            return { kind: 'severity', level: nameNode(this.CONSUME(Word)) };
          },
        },
        {
          ALT: (): RawAlertClause => {
            this.CONSUME(C.value);
            return { kind: 'value', value: this.SUBRULE(this.expression) };
          },
        },
        {
          ALT: (): RawAlertClause => {
            this.CONSUME(C.threshold);
            return { kind: 'threshold', value: this.SUBRULE2(this.expression) };
          },
        },
        {
          ALT: (): RawAlertClause => {
            this.CONSUME(C.clear);
            this.CONSUME(C.when);
            return { kind: 'clear', condition: this.SUBRULE3(this.expression) };
          },
        },
        {
          ALT: (): RawAlertClause => {
            this.CONSUME(C.group);
            this.CONSUME(C.by);
            return { kind: 'group', key: this.SUBRULE4(this.expression) };
          },
        },
        {
          ALT: (): RawAlertClause => {
            this.CONSUME(C.repeat);
            this.CONSUME(C.every);
            return { kind: 'repeat', duration: this.SUBRULE(this.duration) };
          },
        },
      ]),
  );

  private readonly notifyClause: ParserMethod<[], Bare<NotifyClause>> = this.RULE(
    'notifyClause',
    (): Bare<NotifyClause> => {
      let channels: readonly NameNode[] = [];
      let after: NumberNode | undefined;
      this.CONSUME(C.notify);
      const roles = this.SUBRULE(this.names);
      this.OPTION(() => {
        this.CONSUME(C.via);
        channels = this.SUBRULE2(this.names);
      });
      this.OPTION2(() => {
        this.CONSUME(C.after);
        after = this.SUBRULE(this.duration);
      });
      return { kind: 'notify', roles, channels, after };
    },
  );
}
