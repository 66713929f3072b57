import type { CheckedGate, GatePoint } from '../check/blocks/gates.ts';
import type { BlockSource } from '../check/context.ts';
import type { Diagnostic } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { approvalChecks } from './approvals.ts';
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
import { flowOf } from './flows.ts';
import { contradictions, shadowed, standingAt } from './gates.ts';
import type { DeepModel } from './model.ts';
import { releaseChecks } from './releases.ts';
import { Terms } from './terms.ts';
import { textsOf } from './texts.ts';

/** A piece of the work: what it looks at, and what it finds there. */
interface Task {
  readonly kind: string;
  readonly blocks: readonly BlockSource[];
  run(): readonly Diagnostic[];
}

interface Kept {
  readonly blocks: readonly { readonly file: string; readonly span: Span }[];
  readonly found: readonly Diagnostic[];
}

/**
 * What was found before. A rule whose text, and the texts of all it calls, are the same is not
 * looked at again; its findings move with it.
 */
export class DeepCache {
  #kept = new Map<string, Kept>();
  #fresh = new Map<string, Kept>();

  /** A new round begins; what one that was left off has found still counts. */
  begin(): void {
    this.#kept = new Map([...this.#kept, ...this.#fresh]);
    this.#fresh = new Map();
  }

  /** What the round did not ask for is forgotten. */
  end(): void {
    this.#kept = this.#fresh;
    this.#fresh = new Map();
  }

  found(key: string, blocks: readonly BlockSource[]): readonly Diagnostic[] | undefined {
    const kept = this.#fresh.get(key) ?? this.#kept.get(key);
    if (kept === undefined) return undefined;
    return kept.found.map((item) => moved(item, kept, blocks));
  }

  keep(key: string, blocks: readonly BlockSource[], found: readonly Diagnostic[]): void {
    const places = blocks.map(({ block, reporter }) => ({ file: reporter.file, span: block.span }));
    this.#fresh.set(key, { blocks: places, found });
  }
}

/** A finding where its blocks are by now. */
function moved(item: Diagnostic, kept: Kept, blocks: readonly BlockSource[]): Diagnostic {
  const place = <T extends { readonly file: string; readonly span: Span }>(at: T): T => {
    const i = kept.blocks.findIndex(
      ({ file, span }) =>
        file === at.file && span.start <= at.span.start && at.span.end <= span.end,
    );
    const [before, now] = [kept.blocks[i], blocks[i]];
    if (before === undefined || now === undefined) return at;
    const by = now.block.span.start - before.span.start;
    const span = { start: at.span.start + by, end: at.span.end + by };
    return { ...at, file: now.reporter.file, span };
  };
  const related = item.related?.map(place);
  return related === undefined ? place(item) : { ...place(item), related };
}

/**
 * Looks at a program that has no errors, rule by rule. The work stops after each piece, so that
 * whoever drives it can do something else, or leave off.
 * @returns what was found, file by file in the order of the text
 */
export function* deepSteps(
  model: DeepModel,
  cache?: DeepCache,
): Generator<undefined, readonly Diagnostic[]> {
  cache?.begin();
  const texts = cache && textsOf(model);
  const found: Diagnostic[] = [];
  for (const task of tasksOf(model)) {
    const key = texts === undefined ? '' : `${task.kind} ${task.blocks.map(texts).join('\n')}`;
    const here = cache?.found(key, task.blocks) ?? task.run();
    cache?.keep(key, task.blocks, here);
    found.push(...here);
    yield;
  }
  cache?.end();
  return found.sort((a, b) =>
    a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1,
  );
}

function* tasksOf(model: DeepModel): Generator<Task> {
  const { checked } = model;
  const each = function* <T extends BlockSource>(
    kind: string,
    items: readonly T[],
    ...runs: readonly ((item: T, model: DeepModel) => readonly Diagnostic[])[]
  ): Generator<Task> {
    for (const item of items)
      yield { kind, blocks: [item], run: () => runs.flatMap((run) => run(item, model)) };
  };
  yield* each('formula', checked.formulas, formulaConditions);
  yield* each('gate', checked.gates, gateConditions, releaseChecks);
  yield* each('approval', checked.approvals, approvalChecks);
  yield* each('kpi', checked.kpis, figureConditions, rowChecks);
  yield* each('balance', checked.balances, figureConditions);
  yield* each('automation', checked.automations, triggerConditions);
  yield* each('alert', checked.alerts, triggerConditions);
  yield* each('schedule', checked.schedules, scheduleConditions);
  yield* each('entity', checked.entities, entityConditions);
  yield* each('screen', checked.screens, screenConditions);
  yield* pointTasks(model);
  const flows = [...checked.automations, ...checked.schedules];
  if (flows.length > 0) {
    const run = () => {
      const all = flows.map(flowOf);
      return [...cycles(all, model), ...fights(all, model)];
    };
    yield { kind: 'flows', blocks: flows, run };
  }
}

/** The gates of one point, together. */
function* pointTasks(model: DeepModel): Generator<Task> {
  const points = new Map<string, { gate: CheckedGate; at: GatePoint }[]>();
  for (const gate of model.checked.gates)
    for (const at of gate.points)
      points.set(at.point, [...(points.get(at.point) ?? []), { gate, at }]);
  for (const [point, gates] of points) {
    if (gates.length < 2) continue;
    const run = () => {
      const terms = new Terms(model.units, gates.length);
      const standing = gates.map(({ gate, at }) => standingAt(gate, at, terms));
      const none = contradictions(point, standing, terms, model);
      return [...none, ...shadowed(point, standing, terms, model)];
    };
    yield { kind: `point ${point}`, blocks: gates.map(({ gate }) => gate), run };
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
