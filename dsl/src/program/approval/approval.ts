import type { CheckedApproval } from '../../check/blocks/approvals.ts';
import type { Votes } from '../../check/blocks/votes.ts';
import { type ExplainNode, explain } from '../../explain/explain.ts';
import type { Remedy, RemedyOptions } from '../../explain/remedies.ts';
import { costOf, readsOf } from '../../ir/analyse.ts';
import { DEFAULT_ZONE } from '../../values/calendar.ts';
import type { Environment } from '../../values/environment.ts';
import { type ActionInfo, type ActionPlan, infoOf, planActions } from '../flow/action.ts';
import type { Rule, Sight } from '../flow/rule.ts';
import { type Facts, type GateEnvironment, inputsOf } from '../gate/gate.ts';
import { approvalText, textFor, toldBy } from '../message.ts';
import { environmentOf, type FaultInfo, faultInfo, type Runtime, settingsOf } from '../runtime.ts';
import { explainingIn, roleTitleIn } from '../telling.ts';
import { remediesOfApproval } from './approval-remedies.ts';
import { type ApprovalRequest, type ApprovalState, decide } from './decide.ts';
import { ask, compilePlace, conditionsOf, type PlaceRule, unitsOfPlace } from './place-rule.ts';
import { type StillNeeded, stillNeeded } from './still-needed.ts';
import { stagesInWords, stillNeededText } from './votes-text.ts';

/** A step of an approval. */
export interface ApprovalStage {
  readonly votes: Votes;
  /** Asked for only where its condition holds. */
  readonly conditional: boolean;
}

/** The steps that an operation, or an object's state, has to wait for. */
export interface NeededApproval {
  readonly stages: readonly Votes[];
  /** Conditions that could not be decided: each counts as true. */
  readonly undecided: readonly FaultInfo[];
}

export interface CompiledApproval {
  readonly name: string;
  readonly module: string;
  readonly file: string;
  readonly doc: string | undefined;
  /** Where an operation waits; empty for an approval of a record. */
  readonly points: readonly { readonly point: string; readonly each?: string }[];
  /** The record whose state waits. */
  readonly record: string | undefined;
  /** Seconds after which a request is void. */
  readonly expiresAfter: number | undefined;
  /** Roles that may decide what they asked for themselves. */
  readonly own: readonly string[];
  readonly stages: readonly ApprovalStage[];
  /** What is done once it is decided. */
  readonly outcomes: {
    readonly approved: readonly ActionInfo[];
    readonly rejected: readonly ActionInfo[];
  };
  /** What its conditions, texts and actions read. @throws RangeError for a place it does not stand at */
  reads(point: string | undefined): readonly string[];
  /** An upper bound of the steps to find out what is needed, with lists of 1000. */
  readonly cost: number;
  /**
   * Who has to agree, or undefined when nobody has. A condition that can't be decided counts as
   * true; with `each`, a condition holds when it does for one of the elements.
   * @param point the operation's, or undefined for the state of a record
   * @throws RangeError for a place it does not stand at
   */
  needed(point: string | undefined, facts: Facts, env: GateEnvironment): NeededApproval | undefined;
  /** The smallest changes of facts for which nobody has to agree, each tried by evaluation. */
  remedies(
    point: string | undefined,
    facts: Facts,
    env: GateEnvironment,
    language: string,
    options?: RemedyOptions,
  ): readonly Remedy[];
  /** Where a request stands at an instant; see `decide`. */
  decide(request: Omit<ApprovalRequest, 'own' | 'expiresAfter'>, now: Date): ApprovalState;
  /** Who has yet to agree, which of them instead of one another, and until when; see `stillNeeded`. */
  stillNeeded(request: Omit<ApprovalRequest, 'own' | 'expiresAfter'>, now: Date): StillNeeded;
  /** The same in a sentence; roles are called as the catalog calls them. */
  stillNeededText(needed: StillNeeded, language: string, zone?: string): string;
  /** The actions of an outcome with their arguments. */
  plan(
    outcome: 'approved' | 'rejected',
    point: string | undefined,
    facts: Facts,
    env: GateEnvironment,
  ): ActionPlan;
  message(point: string | undefined, facts: Facts, env: GateEnvironment, language: string): string;
  /**
   * What its message tells of the facts, by the expressions as they are written: asked again, what
   * differs is what people were told otherwise.
   */
  tells(
    point: string | undefined,
    facts: Facts,
    env: GateEnvironment,
  ): Readonly<Record<string, string>>;
  remedy(
    point: string | undefined,
    facts: Facts,
    env: GateEnvironment,
    language: string,
  ): string | undefined;
  /** Why the approval as a whole, and each step, is asked for; undefined where there is no condition. */
  explain(
    point: string | undefined,
    facts: Facts,
    env: GateEnvironment,
    language: string,
  ): {
    readonly whole: ExplainNode | undefined;
    readonly stages: readonly (ExplainNode | undefined)[];
  };
}

/** Compiles a checked approval for all its places; returns the rules too, for tests and coverage. */
export function compileApproval(
  approval: CheckedApproval,
  runtime: Runtime,
): { readonly approval: CompiledApproval; readonly rules: readonly PlaceRule[] } {
  const { block, stages, own, reporter } = approval;
  const name = block.name.name;
  const rules = new Map(
    approval.places.map((at) => [at.point, { at, rule: compilePlace(approval, at, runtime) }]),
  );
  const placeAt = (point: string | undefined) => {
    const place = rules.get(point);
    if (place === undefined)
      throw new RangeError(`approval ${name} does not stand at ${point ?? 'a record'}`);
    return place;
  };
  const sightOf = (facts: Facts, env: GateEnvironment): Sight => ({
    environment: environmentOf(inputsOf(facts, settingsOf(env)), env, runtime.natives),
    runtime,
  });
  const expiresAfter = approval.expiresMs === undefined ? undefined : approval.expiresMs / 1000;
  const needed: CompiledApproval['needed'] = (point, facts, env) =>
    neededIn(placeAt(point).rule, sightOf(facts, env));
  const neededIn = (rule: PlaceRule, sight: Sight): NeededApproval | undefined => {
    const undecided: FaultInfo[] = [];
    const holds = (condition: Rule | undefined): boolean => {
      if (condition === undefined) return true;
      const asked = ask(condition, rule, sight);
      if (asked.fault !== undefined) undecided.push(faultInfo(asked.fault));
      return asked.holds;
    };
    if (!holds(rule.when)) return undefined;
    const found = stages.filter((_, i) => holds(rule.stages[i])).map(({ votes }) => votes);
    return found.length === 0 ? undefined : { stages: found, undecided };
  };
  const text = (
    kind: 'messages' | 'remedies',
    ...[point, facts, env, language]: Parameters<CompiledApproval['message']>
  ): string | undefined =>
    textFor(placeAt(point).rule[kind], language, [], sightOf(facts, env).environment);
  const compiled: CompiledApproval = {
    name,
    module: approval.module,
    file: reporter.file,
    doc: block.doc,
    points: approval.places.flatMap(({ point, each }) =>
      point === undefined ? [] : each === undefined ? { point } : { point, each: each.name },
    ),
    record: approval.record?.name,
    expiresAfter,
    own,
    stages: stages.map(({ votes, condition }) => ({ votes, conditional: condition !== undefined })),
    outcomes: {
      approved: infoOf([...rules.values()][0]?.rule.approved ?? []),
      rejected: infoOf([...rules.values()][0]?.rule.rejected ?? []),
    },
    reads(point) {
      const { rule, at } = placeAt(point);
      const params = at.each === undefined ? [] : [at.each.fact];
      const found = unitsOfPlace(rule).flatMap((unit) => readsOf(unit, runtime.units, params));
      return [...new Set(found)].sort();
    },
    cost: Math.max(
      ...[...rules.values()].map(({ rule }) =>
        conditionsOf(rule).reduce((total, unit) => total + costOf(unit, runtime.units), 0),
      ),
    ),
    needed,
    remedies(point, facts, env, language, options) {
      const { rule } = placeAt(point);
      const sight = sightOf(facts, env);
      const { environment } = sight;
      const isNeeded = (at: Environment): boolean =>
        neededIn(rule, { ...sight, environment: at }) !== undefined;
      return remediesOfApproval({ rule, runtime, environment, isNeeded }, language, options);
    },
    decide: (request, now) => decide({ ...request, own, expiresAfter }, now),
    stillNeeded: (request, now) => stillNeeded({ ...request, own, expiresAfter }, now),
    stillNeededText: (found, language, zone = DEFAULT_ZONE) =>
      stillNeededText(found, language, zone, roleTitleIn(runtime.index, language)),
    plan: (outcome, point, facts, env) =>
      planActions(placeAt(point).rule[outcome], [], sightOf(facts, env)),
    message(point, facts, env, language) {
      const written = text('messages', point, facts, env, language);
      if (written !== undefined) return written;
      const asked = needed(point, facts, env)?.stages ?? stages.map(({ votes }) => votes);
      const who = stagesInWords(asked, language, roleTitleIn(runtime.index, language));
      return approvalText(name, who, language);
    },
    tells: (point, facts, env) =>
      toldBy(placeAt(point).rule.messages, sightOf(facts, env).environment, runtime.source),
    remedy: (...asked) => text('remedies', ...asked),
    explain(point, facts, env, language) {
      const { rule } = placeAt(point);
      const sight = sightOf(facts, env);
      const { environment } = sight;
      const context = explainingIn(runtime, environment, language);
      const tree = (condition: Rule | undefined): ExplainNode | undefined => {
        if (condition === undefined) return undefined;
        const { body, file } = condition.unit;
        return explain(body, file, ask(condition, rule, sight).locals, context);
      };
      return { whole: tree(rule.when), stages: rule.stages.map(tree) };
    },
  };
  return { approval: compiled, rules: [...rules.values()].map(({ rule }) => rule) };
}
