import type { CheckedProgram } from '../../check/check.ts';
import type { NamedBlock } from '../../check/context.ts';
import type { Unit } from '../../ir/ir.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import type { Runtime } from '../runtime.ts';
import { type CompiledAlert, compileAlert } from './alert.ts';
import { type CompiledAutomation, compileAutomation, type FlowParts } from './automation.ts';
import { type CompiledSchedule, compileSchedule, type ScheduleParts } from './schedule.ts';

/** A rule whose cost is bounded: where it stands, and all its expressions. */
export interface Bounded {
  readonly block: NamedBlock;
  readonly reporter: Reporter;
  readonly units: readonly Unit[];
}

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

export function compileFlows(checked: CheckedProgram, runtime: Runtime): Flows {
  const automations = checked.automations.map((one) => compileAutomation(one, runtime));
  const schedules = checked.schedules.map((one) => compileSchedule(one, runtime));
  const alerts = checked.alerts.map((one) => compileAlert(one, runtime));
  return {
    automations: automations.map(({ automation }) => automation),
    schedules: schedules.map(({ schedule }) => schedule),
    alerts: alerts.map(({ alert }) => alert),
    automationParts: automations.map(({ parts }) => parts),
    scheduleParts: schedules.map(({ parts }) => parts),
    alertParts: alerts.map(({ parts }) => parts),
  };
}

/** What the bound of steps is judged on. */
export function boundedFlows(checked: CheckedProgram, flows: Flows): readonly Bounded[] {
  const all = [
    ...checked.automations.map((source, i) => ({ source, parts: flows.automationParts[i] })),
    ...checked.schedules.map((source, i) => ({ source, parts: flows.scheduleParts[i] })),
    ...checked.alerts.map((source, i) => ({ source, parts: flows.alertParts[i] })),
  ];
  return all.map(({ source, parts }) => ({
    block: source.block,
    reporter: source.reporter,
    units: parts?.rules.map(({ unit }) => unit) ?? [],
  }));
}
