import { type CheckedAlert, checkAlert } from '../../check/blocks/alerts.ts';
import { type CheckedAutomation, checkAutomation } from '../../check/blocks/automations.ts';
import { type CheckedSchedule, checkSchedule } from '../../check/blocks/schedules.ts';
import type { CheckedProgram } from '../../check/check.ts';
import { later, type Making } from '../later.ts';
import { fingerprintsIn } from '../meaning.ts';
import type { Runtime } from '../runtime.ts';
import { type CompiledAlert, compileAlert } from './alert.ts';
import { type CompiledAutomation, compileAutomation, type FlowParts } from './automation.ts';
import { type CompiledSchedule, compileSchedule, type ScheduleParts } from './schedule.ts';

/** The rules that act by themselves, compiled, with their inner parts in the same order. */
export interface Flows {
  readonly automations: readonly CompiledAutomation[];
  readonly schedules: readonly CompiledSchedule[];
  readonly alerts: readonly CompiledAlert[];
  readonly automationParts: readonly FlowParts[];
  readonly scheduleParts: readonly ScheduleParts[];
  readonly alertParts: readonly FlowParts[];
}

export const NO_FLOWS: Flows = {
  automations: [],
  schedules: [],
  alerts: [],
  automationParts: [],
  scheduleParts: [],
  alertParts: [],
};

/** The rules that act by themselves. Of each only what is light is kept: the rest is read again. */
export function compileFlows(checked: CheckedProgram, { runtime, meanwhile, kept }: Making): Flows {
  const meaningOf = fingerprintsIn(checked);
  const automations = checked.automations.map((one) =>
    compileAutomation(one, meanwhile, meaningOf(one.block)),
  );
  const schedules = checked.schedules.map((one) =>
    compileSchedule(one, meanwhile, meaningOf(one.block)),
  );
  const alerts = checked.alerts.map((one) => compileAlert(one, meanwhile, meaningOf(one.block)));
  const late = {
    automations: checked.automations.map((one, i) =>
      lateAutomation(automations[i] as Automation, kept.again(one, checkAutomation), runtime),
    ),
    schedules: checked.schedules.map((one, i) =>
      lateSchedule(schedules[i] as Schedule, kept.again(one, checkSchedule), runtime),
    ),
    alerts: checked.alerts.map((one, i) =>
      lateAlert(alerts[i] as Alert, kept.again(one, checkAlert), runtime),
    ),
  };
  return {
    automations: late.automations.map(({ automation }) => automation),
    schedules: late.schedules.map(({ schedule }) => schedule),
    alerts: late.alerts.map(({ alert }) => alert),
    automationParts: late.automations.map(({ parts }) => parts),
    scheduleParts: late.schedules.map(({ parts }) => parts),
    alertParts: late.alerts.map(({ parts }) => parts),
  };
}

type Automation = ReturnType<typeof compileAutomation>;
type Schedule = ReturnType<typeof compileSchedule>;
type Alert = ReturnType<typeof compileAlert>;

// Functions of their own: what they close over is kept, and must not be a whole program's trees.

function lateAutomation(made: Automation, again: () => CheckedAutomation, runtime: Runtime) {
  const { meaning } = made.automation;
  const compile = (checked: CheckedAutomation, by: Runtime) =>
    compileAutomation(checked, by, meaning);
  const whole = shared(again, compile, runtime);
  return {
    automation: later(made.automation, () => whole().automation),
    parts: later(made.parts, () => whole().parts, HEAVY),
  };
}

function lateSchedule(made: Schedule, again: () => CheckedSchedule, runtime: Runtime) {
  const { meaning } = made.schedule;
  const compile = (checked: CheckedSchedule, by: Runtime) => compileSchedule(checked, by, meaning);
  const whole = shared(again, compile, runtime);
  return {
    schedule: later(made.schedule, () => whole().schedule),
    parts: later(made.parts, () => whole().parts, ['condition', 'rules']),
  };
}

function lateAlert(made: Alert, again: () => CheckedAlert, runtime: Runtime) {
  const { meaning } = made.alert;
  const compile = (checked: CheckedAlert, by: Runtime) => compileAlert(checked, by, meaning);
  const whole = shared(again, compile, runtime);
  return {
    alert: later(made.alert, () => whole().alert),
    parts: later(made.parts, () => whole().parts, HEAVY),
  };
}

const HEAVY = ['trigger', 'rules', 'clear', 'conditions'] as const;

/** A rule and its parts are made together, and are one as long as somebody has either. */
export function shared<C, R extends object>(
  again: () => C,
  compile: (checked: C, runtime: Runtime) => R,
  runtime: Runtime,
): () => R {
  let made: WeakRef<R> | undefined;
  return () => {
    const known = made?.deref();
    if (known !== undefined) return known;
    const now = compile(again(), runtime);
    made = new WeakRef(now);
    return now;
  };
}
