import type {
  CheckedDecision,
  CheckedExpect,
  CheckedStep,
  CheckedTest,
} from '../check/blocks/tests.ts';
import type { MomentNode } from '../language/ast.ts';
import { atMidnight, parseDate, parseInstant } from '../values/calendar.ts';
import { type FailingGate, judgeAllowed, judgeCondition, judgeNames } from './judge.ts';
import { judgeDid, judgeNothing } from './judge-did.ts';
import { Plant } from './plant.ts';
import { failingGates, type Run, waitingApprovals } from './points.ts';
import { type Request, requestAt } from './request.ts';
import { Scene } from './scene.ts';

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

/** Is it a story of rules that act by themselves? Others are spared the acting. */
const acts = ({ steps }: CheckedTest): boolean =>
  steps.some((step) => {
    if (step.kind !== 'expect') return step.kind === 'event' || step.kind === 'after';
    return ['did', 'nothing', 'raised'].includes(step.clause.what.kind);
  });

/** A test while it is played, step by step. */
export class Story {
  readonly #test: CheckedTest;
  readonly #run: Run;
  readonly #scene: Scene;
  readonly #plant: Plant | undefined;
  #failing: readonly FailingGate[] = [];
  #waiting: ReadonlySet<string> = new Set();
  #request: Request | undefined;
  /** The step before this one: givens in a row are one change. */
  #before: CheckedStep['kind'] | undefined;

  constructor(test: CheckedTest, run: Run) {
    this.#test = test;
    this.#run = run;
    const { parts, zone } = run;
    const begin = beginOf(test, zone);
    this.#scene = new Scene(test, parts.checked.settings, parts.runtime, begin, zone);
    if (acts(test)) this.#plant = new Plant(run, this.#scene);
  }

  /** Plays a step. @returns why it failed, if it did */
  play(step: CheckedStep): string | undefined {
    const { kind } = step;
    // What is given before anything happens is how things stand when the rules come into force.
    if (kind !== 'given' && !this.#sets(step)) this.#plant?.begin();
    if (kind !== 'expect' && !(kind === 'given' && this.#before === 'given')) this.#plant?.turn();
    this.#before = kind;
    const wrong = this.#played(step);
    const [fault] = this.#plant?.happenings.faults ?? [];
    return kind === 'expect' ? wrong : (wrong ?? fault);
  }

  /** Does an `at` only say when it is? Otherwise it lets time pass. */
  #sets(step: CheckedStep): boolean {
    if (step.kind !== 'at') return false;
    return momentMs(step.clause.moment, this.#run.zone) === this.#scene.now;
  }

  #played(step: CheckedStep): string | undefined {
    switch (step.kind) {
      case 'at':
        return this.#moveTo(momentMs(step.clause.moment, this.#run.zone));
      case 'given':
        this.#scene.give(step);
        this.#plant?.factsChanged();
        return undefined;
      case 'when':
        this.#failing = failingGates(step.point, this.#scene, this.#run);
        this.#ask(step.point);
        return undefined;
      case 'decision':
        return this.#decide(step);
      case 'after':
        return this.#moveTo(this.#scene.now + step.ms);
      case 'event':
        this.#plant?.event(step.event, this.#scene.event(step.fields));
        return undefined;
      case 'expect':
        return this.#judge(step);
    }
  }

  #moveTo(ms: number): string | undefined {
    if (ms < this.#scene.now) return 'the clock of a story does not go back';
    if (this.#plant === undefined) this.#scene.now = ms;
    else if (!this.#plant.advance(ms)) return 'too much happens in this time';
    return undefined;
  }

  /** Who would be asked; approvals of idle modules only where no other does. */
  #ask(point: string): void {
    const found = waitingApprovals(point, this.#scene, this.#run);
    const own = found.filter(({ module }) => !this.#run.idle.has(module));
    this.#waiting = new Set(found.map(({ name }) => name));
    this.#request = requestAt(point, own.length > 0 ? own : found, this.#scene);
  }

  /** People decide, one after another, and what follows is done. */
  #decide({ verdict, roles }: CheckedDecision): string | undefined {
    const refused = judgeAllowed(
      this.#failing.filter(({ gate }) => !this.#run.idle.has(gate.module)),
    );
    if (refused !== undefined) return `nobody is asked: ${refused}`;
    const { moment } = this.#scene;
    const word = verdict === 'approve' ? 'approved by' : 'rejected by';
    for (const role of roles) {
      const wrong = this.#request?.take(verdict, role, moment);
      if (wrong !== undefined) return `${word} ${role}: ${wrong}`;
    }
    for (const { rule, plan } of this.#request?.follows(moment) ?? [])
      this.#plant?.follow(rule, plan);
    return undefined;
  }

  #judge({ clause, typing, fields }: CheckedExpect): string | undefined {
    const { what } = clause;
    const happenings = this.#plant?.happenings;
    switch (what.kind) {
      case 'blocked': {
        const found = new Set(this.#failing.map(({ gate }) => gate.name));
        const words = { some: 'refused by', none: 'nothing refused' };
        return judgeNames('blocked by', namesOf(what.gates), found, words);
      }
      case 'allowed':
        return judgeAllowed(this.#failing.filter(({ gate }) => !this.#run.idle.has(gate.module)));
      case 'waits': {
        const words = { some: 'it waits for', none: 'it waits for nobody' };
        const open = this.#request?.waiting(this.#scene.moment);
        const waiting = open?.size === 0 ? open : this.#waiting;
        return judgeNames('waits for', namesOf(what.approvals), waiting, words);
      }
      case 'raised': {
        const words = { some: 'raised', none: 'no alert was raised' };
        const raised = happenings?.raised ?? new Set<string>();
        return judgeNames('raised', namesOf(what.alerts), raised, words);
      }
      case 'nothing':
        return happenings && judgeNothing(happenings);
      case 'did': {
        if (fields === undefined || happenings === undefined) return undefined;
        const given = this.#scene.fields(fields);
        const times = what.times?.value;
        return judgeDid({ action: what.action.text, fields: given, times }, happenings);
      }
      case 'true': {
        if (typing === undefined) return undefined;
        const { parts, coverage, language } = this.#run;
        const judging = { scene: this.#scene, runtime: parts.runtime, coverage, language };
        return judgeCondition(what.condition, typing, this.#test.reporter.file, judging);
      }
    }
  }
}

const namesOf = (nodes: readonly { readonly name: string }[]): readonly string[] =>
  nodes.map(({ name }) => name);
