import type { Expr } from '../language/ast.ts';
import type { Type } from '../types/type.ts';
import type { CheckedActions } from './blocks/actions.ts';
import type { CheckedDeed } from './blocks/automations.ts';
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
const deed = ({ condition, actions, onFailure }: CheckedDeed): Found => [
  ...some(condition),
  ...done(actions),
  ...done(onFailure),
];
const trigger = ({ where, condition, keys: [key] }: CheckedTrigger): Found =>
  some(where, key, condition);

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
  const of = <T extends BlockSource>(blocks: readonly T[], list: (block: T) => Found) =>
    blocks.filter(asked).flatMap(list);
  const figures = [...program.kpis, ...program.balances];
  return [
    ...of(program.formulas, ({ block, typing }) => one(block.body, typing)),
    ...of(program.gates, ({ mode, release, points: [point] }) =>
      point === undefined
        ? []
        : [
            ...one(mode.condition, point.typing),
            ...one(release?.until, point.until),
            ...texts(point.texts),
          ],
    ),
    ...of(program.approvals, ({ when, stages, places: [place] }) =>
      place === undefined
        ? []
        : [
            ...one(when, place.when),
            ...stages.flatMap(({ condition }, i) => one(condition, place.stages[i])),
            ...texts(place.texts),
            ...done(place.approved),
            ...done(place.rejected),
          ],
    ),
    ...of(figures, ({ parts, textTypings }) => [
      ...parts
        .filter(({ derived }) => !derived)
        .map(({ value, typing }) => ({ expr: value, typing })),
      ...texts(textTypings),
    ]),
    ...of(program.kpis, ({ over }) => some(over)),
    ...of(program.automations, (rule) => [
      ...trigger(rule.trigger),
      ...deed(rule),
      ...some(rule.once),
    ]),
    ...of(program.schedules, deed),
    ...of(program.alerts, (alert) => [
      ...trigger(alert.trigger),
      ...some(alert.condition, alert.value, alert.threshold, alert.group, alert.clear),
      ...texts(alert.textTypings),
    ]),
    ...of(program.entities, ({ fields, moves }) =>
      some(...fields.map(({ initial }) => initial), ...moves.map(({ condition }) => condition)),
    ),
    ...of(program.screens, ({ lists, buttons }) =>
      some(...lists.map(({ where }) => where), ...buttons.map(({ condition }) => condition)),
    ),
    ...of(program.tests, ({ steps }) => steps.flatMap(step)),
  ];
}
