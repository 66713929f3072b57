import type { CheckedExpect, CheckedStep, CheckedTest } from '../check/tests.ts';
import type { MomentNode } from '../language/ast.ts';
import type { PointRule } from '../program/gate.ts';
import type { Program, ProgramParts } from '../program/program.ts';
import { evaluateUnit } from '../reference/evaluate.ts';
import { BAD, enter } from '../values/border.ts';
import { atMidnight, parseDate, parseInstant } from '../values/calendar.ts';
import { Fault } from '../values/fault.ts';
import type { Coverage } from './coverage.ts';
import { type FailingGate, judgeAllowed, judgeCondition, judgeNames } from './judge.ts';
import { Scene } from './scene.ts';

export interface Run {
  readonly program: Program;
  readonly parts: ProgramParts;
  readonly coverage: Coverage;
  readonly zone: string;
  readonly language: string;
}

/** When a test plays that does not say when. */
const DEFAULT_MOMENT = Date.UTC(2025, 0, 1, 7);

function momentMs({ kind, text }: MomentNode, zone: string): number {
  if (kind === 'date') return atMidnight(parseDate(text) ?? 0, zone);
  return parseInstant(text, zone) ?? 0;
}

/** The first `at` sets the clock before the story, unless something has happened by then. */
function beginOf(test: CheckedTest, zone: string): number {
  const first = test.steps.find(({ kind }) => kind !== 'given');
  const at = test.steps.find((step) => step.kind === 'at');
  const happened = first?.kind === 'event' || first?.kind === 'after';
  return at === undefined || happened ? DEFAULT_MOMENT : momentMs(at.clause.moment, zone);
}

/** A test while it is played, step by step. */
export class Story {
  readonly #test: CheckedTest;
  readonly #run: Run;
  readonly #scene: Scene;
  #failing: readonly FailingGate[] = [];

  constructor(test: CheckedTest, run: Run) {
    this.#test = test;
    this.#run = run;
    const { checked, runtime } = run.parts;
    const begin = beginOf(test, run.zone);
    this.#scene = new Scene(test, checked.settings, runtime, begin, run.zone);
  }

  /** Plays a step. @returns why it failed, if it did */
  play(step: CheckedStep): string | undefined {
    switch (step.kind) {
      case 'at':
        return this.#moveTo(momentMs(step.clause.moment, this.#run.zone));
      case 'given':
        this.#scene.give(step);
        return undefined;
      case 'when':
        this.#failing = failingGates(step.point, this.#scene, this.#run);
        return undefined;
      case 'after':
        return this.#moveTo(this.#scene.now + step.ms);
      case 'event':
        return undefined;
      case 'expect':
        return this.#judge(step);
    }
  }

  #moveTo(ms: number): string | undefined {
    if (ms < this.#scene.now) return 'the clock of a story does not go back';
    this.#scene.now = ms;
    return undefined;
  }

  #judge({ clause, typing }: CheckedExpect): string | undefined {
    const { what } = clause;
    switch (what.kind) {
      case 'blocked': {
        const found = new Set(this.#failing.map(({ gate }) => gate.name));
        const words = { some: 'refused by', none: 'nothing refused' };
        return judgeNames('blocked by', namesOf(what.gates), found, words);
      }
      case 'allowed':
        return judgeAllowed(this.#failing);
      case 'true': {
        if (typing === undefined) return undefined;
        const { parts, coverage, language } = this.#run;
        const judging = { scene: this.#scene, runtime: parts.runtime, coverage, language };
        return judgeCondition(what.condition, typing, this.#test.reporter.file, judging);
      }
      default:
        return undefined;
    }
  }
}

const namesOf = (nodes: readonly { readonly name: string }[]): readonly string[] =>
  nodes.map(({ name }) => name);

/** The gates that refuse at a point; each is also run where its conditions are watched. */
function failingGates(point: string, scene: Scene, run: Run): readonly FailingGate[] {
  const failing: FailingGate[] = [];
  for (const gate of run.program.gates) {
    if (!gate.points.some((stand) => stand.point === point)) continue;
    watchGate(run.parts.rules.get(gate.name)?.get(point), scene, run);
    const env = { now: scene.moment, zone: run.zone, settings: scene.settings };
    const result = gate.evaluate(point, scene.facts, env);
    if (result.verdict === 'fail') {
      failing.push({ gate, message: result.failures[0]?.message(run.language) ?? '' });
    }
  }
  return failing;
}

function watchGate(rule: PointRule | undefined, scene: Scene, run: Run): void {
  if (rule === undefined) return;
  const { units } = run.parts.runtime;
  const reference = { units, environment: scene.environment, watch: run.coverage.watch };
  if (rule.each === undefined) {
    evaluateUnit(rule.unit, [], reference);
    return;
  }
  const { fact, border } = rule.each;
  const list = scene.facts[fact];
  const wrong = () => new Fault('data', rule.unit.body.span, rule.unit.file, []);
  for (const item of Array.isArray(list) ? list : []) {
    const element = enter(item, border, run.zone, wrong);
    if (element !== BAD) evaluateUnit(rule.unit, [element], reference);
  }
}
