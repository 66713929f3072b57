import type { Unit } from '../ir/ir.ts';
import type { CompiledApproval } from '../program/approval/approval.ts';
import { conditionsOf } from '../program/approval/place-rule.ts';
import type { ProgramParts } from '../program/parts.ts';
import type { Program } from '../program/program.ts';
import { evaluateUnit } from '../reference/evaluate.ts';
import { BAD, type Border, enter } from '../values/border.ts';
import { Fault } from '../values/fault.ts';
import type { Coverage } from './coverage.ts';
import type { FailingGate } from './judge.ts';
import type { Scene } from './scene.ts';

export interface Run {
  readonly program: Program;
  readonly parts: ProgramParts;
  readonly coverage: Coverage;
  readonly zone: string;
  readonly language: string;
  /** Modules that only answer what is asked of them. */
  readonly idle: ReadonlySet<string>;
}

/** The gates that do not pass at a point; each is also run where its conditions are watched. */
export function failingGates(point: string, scene: Scene, run: Run): readonly FailingGate[] {
  const failing: FailingGate[] = [];
  for (const gate of run.program.gates) {
    if (!gate.points.some((stand) => stand.point === point)) continue;
    const rule = run.parts.rules.get(gate.name)?.get(point);
    if (rule !== undefined) watch(rule.unit, rule.each, scene, run);
    const result = gate.evaluate(point, scene.facts, environmentOf(scene));
    if (result.verdict === 'fail')
      failing.push({ gate, message: result.failures[0]?.message(run.language) ?? '' });
  }
  return failing;
}

/** The approvals that an operation at a point waits for. */
export function waitingApprovals(
  point: string,
  scene: Scene,
  run: Run,
): readonly CompiledApproval[] {
  const waiting: CompiledApproval[] = [];
  for (const [i, approval] of run.program.approvals.entries()) {
    if (!approval.points.some((stand) => stand.point === point)) continue;
    const place = run.parts.checked.approvals[i]?.places.findIndex((at) => at.point === point);
    const rule = run.parts.reckonings.places.get(approval.name)?.[place ?? -1];
    if (rule !== undefined)
      for (const unit of conditionsOf(rule)) watch(unit, rule.each, scene, run);
    if (approval.needed(point, scene.facts, environmentOf(scene)) !== undefined)
      waiting.push(approval);
  }
  return waiting;
}

const environmentOf = ({ moment, zone, settings }: Scene) => ({ now: moment, zone, settings });

function watch(
  unit: Unit,
  each: { readonly fact: string; readonly border: Border } | undefined,
  scene: Scene,
  run: Run,
): void {
  const { units } = run.parts.runtime;
  const reference = { units, environment: scene.environment, watch: run.coverage.watch };
  if (each === undefined) {
    evaluateUnit(unit, [], reference);
    return;
  }
  const list = scene.facts[each.fact];
  const wrong = () => new Fault('data', unit.body.span, unit.file, []);
  for (const item of Array.isArray(list) ? list : []) {
    const element = enter(item, each.border, run.zone, wrong);
    if (element !== BAD) evaluateUnit(unit, [element], reference);
  }
}
