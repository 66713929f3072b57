import type { Expr } from '../language/ast.ts';
import type { Type } from '../types/type.ts';
import type { CheckedActions } from './blocks/actions.ts';
import type { CheckedAlert } from './blocks/alerts.ts';
import type { CheckedApproval } from './blocks/approvals.ts';
import type { CheckedAutomation, CheckedDeed } from './blocks/automations.ts';
import type { CheckedBalance } from './blocks/balances.ts';
import type { CheckedEntity } from './blocks/entities.ts';
import type { CheckedFormula } from './blocks/formulas.ts';
import type { CheckedGate } from './blocks/gates.ts';
import type { CheckedKpi } from './blocks/kpis.ts';
import type { CheckedScreen } from './blocks/screens.ts';
import type { CheckedStep } from './blocks/tests.ts';
import type { CheckedExpr, CheckedTrigger } from './blocks/triggers.ts';
import type { CheckedProgram } from './check.ts';
import type { BlockSource, Typing } from './context.ts';

/** A whole expression, with the type its place asks for where the place alone tells it. */
export interface WholeExpr extends CheckedExpr {
  readonly expected?: Type;
}
type Found = readonly WholeExpr[];

const one = (expr: Expr | undefined, typing: Typing | undefined, expected?: Type): Found =>
  expr === undefined || typing === undefined
    ? []
    : [{ expr, typing, ...(expected && { expected }) }];
const some = (...checked: readonly (CheckedExpr | undefined)[]): Found =>
  checked.filter((each) => each !== undefined);
const texts = (typings: ReadonlyMap<Expr, Typing>): Found =>
  [...typings].map(([expr, typing]) => ({ expr, typing }));
const done = (actions: CheckedActions): Found =>
  actions
    .flat()
    .flatMap(({ args }) => args.flatMap(({ value, typing, type }) => one(value, typing, type)));
/** Where a rule stands at several points, or hears several events: at all of them, or only the first. */
const among = <T>(all: readonly T[], everywhere: boolean): readonly T[] =>
  everywhere ? all : all.slice(0, 1);

const trigger = ({ where, condition, keys }: CheckedTrigger, everywhere: boolean): Found =>
  some(where, ...among(keys, everywhere), condition);

export const ofFormula = ({ block, typing }: CheckedFormula): Found => one(block.body, typing);

export const ofGate = ({ mode, release, points }: CheckedGate, everywhere: boolean): Found =>
  among(points, everywhere).flatMap((at) => [
    ...one(mode.condition, at.typing),
    ...one(release?.until, at.until),
    ...texts(at.texts),
  ]);

export const ofApproval = ({ when, stages, places }: CheckedApproval, everywhere: boolean): Found =>
  among(places, everywhere).flatMap((place) => [
    ...one(when, place.when),
    ...stages.flatMap(({ condition }, i) => one(condition, place.stages[i])),
    ...texts(place.texts),
    ...done(place.approved),
    ...done(place.rejected),
  ]);

/** Those in the texts of a KPI or a balance. */
export const ofTexts = ({ textTypings }: CheckedKpi | CheckedBalance): Found => texts(textTypings);

export const ofAutomation = (rule: CheckedAutomation, everywhere: boolean): Found => [
  ...trigger(rule.trigger, everywhere),
  ...ofDeed(rule),
  ...some(rule.once),
];

/** What is done, of a schedule and of an automation. */
export const ofDeed = ({ condition, actions, onFailure }: CheckedDeed): Found => [
  ...some(condition),
  ...done(actions),
  ...done(onFailure),
];

export const ofAlert = (alert: CheckedAlert, everywhere: boolean): Found => [
  ...trigger(alert.trigger, everywhere),
  ...some(alert.condition, alert.value, alert.threshold, alert.group, alert.clear),
  ...texts(alert.textTypings),
];

export const ofEntity = ({ fields, moves }: CheckedEntity): Found =>
  some(...fields.map(({ initial }) => initial), ...moves.map(({ condition }) => condition));

export const ofScreen = ({ lists, buttons }: CheckedScreen): Found =>
  some(...lists.map(({ where }) => where), ...buttons.map(({ condition }) => condition));

function step(played: CheckedStep): Found {
  if (played.kind === 'given') return one(played.clause.value, played.typing, played.target.type);
  if (played.kind !== 'event' && played.kind !== 'expect') return [];
  if (played.kind === 'expect' && played.clause.what.kind === 'true')
    return one(played.clause.what.condition, played.typing);
  return one(played.fields?.value, played.fields?.typing, played.fields?.type);
}

/**
 * The whole expressions of the blocks that are asked for, each with what checking found out about
 * it and its parts: at the first point where a block stands at several.
 */
export function expressionsOf(
  program: CheckedProgram,
  asked: (block: BlockSource) => boolean,
): WholeExpr[] {
  const of = <T extends BlockSource>(
    blocks: readonly T[],
    list: (block: T, everywhere: boolean) => Found,
  ) => blocks.filter(asked).flatMap((block) => list(block, false));
  const figures = [...program.kpis, ...program.balances];
  return [
    ...of(program.formulas, ofFormula),
    ...of(program.gates, ofGate),
    ...of(program.approvals, ofApproval),
    ...of(figures, (block) => [
      ...block.parts
        .filter(({ derived }) => !derived)
        .map(({ value, typing }) => ({ expr: value, typing })),
      ...ofTexts(block),
    ]),
    ...of(program.kpis, ({ over }) => some(over)),
    ...of(program.automations, ofAutomation),
    ...of(program.schedules, ofDeed),
    ...of(program.alerts, ofAlert),
    ...of(program.entities, ofEntity),
    ...of(program.screens, ofScreen),
    ...of(program.tests, ({ steps }) => steps.flatMap(step)),
  ];
}
