import type { CheckedGate, GatePoint } from '../check/blocks/gates.ts';
import type { BlockSource } from '../check/context.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import { approvalChecks } from './approvals.ts';
import { DeepCache } from './cache.ts';
import {
  entityConditions,
  figureConditions,
  formulaConditions,
  gateConditions,
  gateUnit,
  scheduleConditions,
  screenConditions,
  triggerConditions,
} from './conditions.ts';
import { cycles } from './cycles.ts';
import { fights } from './fights.ts';
import { divisorChecks, rowChecks } from './figures.ts';
import type { Findings } from './finding.ts';
import { flowOf } from './flows.ts';
import { contradictions, Standing, shadowed } from './gates.ts';
import type { DeepModel } from './model.ts';
import { peopleChecks } from './people.ts';
import { releaseChecks } from './releases.ts';
import { Terms } from './terms.ts';

/**
 * Looks at a program that has no errors, rule by rule. The work stops after each piece, so that
 * whoever drives it can do something else, or leave off.
 * @param cache what was found before; each piece is asked for there
 * @returns what was found, file by file in the order of the text
 */
export function* deepSteps(model: DeepModel, cache = new DeepCache()): Findings {
  cache.begin(model);
  const found: Diagnostic[] = [];
  for (const part of partsOf(model, cache)) found.push(...(yield* part));
  cache.end();
  return found.sort((a, b) =>
    a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1,
  );
}

function* partsOf(model: DeepModel, cache: DeepCache): Generator<Findings> {
  const { checked } = model;
  const each = function* <T extends BlockSource>(
    kind: string,
    items: readonly T[],
    ...runs: readonly ((item: T, model: DeepModel) => readonly Diagnostic[])[]
  ): Findings {
    const found: Diagnostic[] = [];
    for (const item of items) {
      const make = () => runs.flatMap((run) => run(item, model));
      found.push(...cache.found(kind, [item], make));
      yield;
    }
    return found;
  };
  yield each('formula', checked.formulas, formulaConditions);
  yield each('gate', checked.gates, gateConditions, releaseChecks);
  yield each('approval', checked.approvals, approvalChecks);
  yield whoCanAgree(model);
  yield each('kpi', checked.kpis, figureConditions, rowChecks);
  yield each('balance', checked.balances, figureConditions);
  yield each('automation', checked.automations, triggerConditions);
  yield each('alert', checked.alerts, triggerConditions);
  yield each('schedule', checked.schedules, scheduleConditions);
  yield each('entity', checked.entities, entityConditions);
  yield each('screen', checked.screens, screenConditions);
  yield* gatesOfPoints(model, cache);
  const flows = [...checked.automations, ...checked.schedules].map(flowOf);
  yield cycles(flows, model, cache);
  yield fights(flows, model, cache);
}

/** Who can agree: asked each time, as people come and go while rules stay. */
function* whoCanAgree({ checked, holders }: DeepModel): Findings {
  if (holders === undefined) return [];
  const { approvals, index } = checked;
  return approvals.flatMap((approval) => peopleChecks(approval, holders, index));
}

/** The gates of each point, together. */
function* gatesOfPoints(model: DeepModel, cache: DeepCache): Generator<Findings> {
  const points = new Map<string, { gate: CheckedGate; at: GatePoint }[]>();
  for (const gate of model.checked.gates)
    for (const at of gate.points) {
      const here = points.get(at.point);
      if (here === undefined) points.set(at.point, [{ gate, at }]);
      else here.push({ gate, at });
    }
  for (const [point, all] of points) {
    if (all.length < 2) continue;
    const terms = new Terms(model.units);
    const gates = all.map(({ gate, at }) => new Standing(gate, at, terms));
    const here = { point, gates, terms, model, cache };
    yield contradictions(here);
    yield shadowed(here);
  }
}

/**
 * With which facts the divisors are 0 that nothing guards: for a program whose only errors are
 * such divisions and missing values.
 * @param errors the program's diagnostics
 */
export function divisorFindings(
  model: DeepModel,
  errors: readonly Diagnostic[],
): readonly Diagnostic[] {
  const unguarded = errors.filter(({ code }) => code === 'Q4002');
  const { gates, schedules, automations } = model.checked;
  const units = [
    ...model.units.values(),
    ...gates.flatMap((gate) => gate.points.slice(0, 1).map((at) => gateUnit(gate, at))),
    ...[...automations, ...schedules].flatMap((rule) => flowOf(rule).conditions),
  ];
  return units.flatMap((unit) => {
    const here = unguarded.filter(({ file }) => file === unit.file).map(({ span }) => span);
    return here.length === 0 ? [] : divisorChecks(unit, here, model);
  });
}
