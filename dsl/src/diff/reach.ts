import type { ApprovalBlock, Block, Expr, FormulaBlock, GateBlock } from '../language/ast.ts';
import { isCallable } from '../language/callable.ts';
import { expressionsOf } from '../language/expressions-of.ts';
import { childrenOf, walk } from '../language/visit.ts';
import type { ChangeEffect } from './change.ts';
import { type Sense, senseOf, through, together } from './sense.ts';

/** A gate or approval and the conditions by which it refuses or asks; more often true is stricter. */
interface Guard {
  readonly name: string;
  readonly conditions: readonly Expr[];
}

export const isGuard = (block: Block): block is GateBlock | ApprovalBlock =>
  block.kind === 'gate' || block.kind === 'approval';

function conditionsOf(block: GateBlock | ApprovalBlock): readonly Expr[] {
  return block.clauses.flatMap((clause): readonly Expr[] => {
    if (clause.kind === 'mode' || clause.kind === 'condition') return [clause.condition];
    if (clause.kind === 'release') return clause.until === undefined ? [] : [clause.until];
    if (clause.kind === 'steps')
      return clause.stages.flatMap(({ condition }) => (condition === undefined ? [] : [condition]));
    return [];
  });
}

/** What a change of a formula, a balance or another thing that is asked by name means for the guards. */
export interface Reach {
  /**
   * @param sense which way the named thing goes
   * @returns guards that ask it, directly or through formulas, by what it means for them
   */
  of(name: string, sense: Sense): readonly { guard: string; effect: ChangeEffect }[];
}

const EFFECT: Readonly<Record<Sense, ChangeEffect>> = {
  up: 'stricter',
  down: 'looser',
  none: 'same',
  unclear: 'unclear',
};

/** @param sense of a condition by which a guard refuses */
export const effectOf = (sense: Sense): ChangeEffect => EFFECT[sense];

/** Looks through the blocks of all modules that may ask what is changed. */
export function reachIn(blocks: readonly Block[]): Reach {
  const formulas = new Map<string, FormulaBlock>();
  const mentioned = new Map<string, ReadonlySet<string>>();
  const guards: Guard[] = [];
  for (const block of blocks) {
    if (block.kind === 'formula') formulas.set(block.name.name, block);
    if (isCallable(block)) mentioned.set(block.name.name, mentionsOf(expressionsOf(block)));
    if (isGuard(block)) guards.push({ name: block.name.name, conditions: conditionsOf(block) });
  }
  return {
    of(name, sense) {
      const touched = askers(name, mentioned);
      const asking = guards.filter(({ conditions }) =>
        [...mentionsOf(conditions)].some((asked) => touched.has(asked)),
      );
      return [...new Set(asking.map(({ name: guard }) => guard))].map((guard) => {
        const conditions = asking.filter((g) => g.name === guard).flatMap((g) => g.conditions);
        const follows = together(
          conditions.map((expr) => following(expr, name, formulas, touched)),
        );
        return { guard, effect: effectOf(through(sense, follows)) };
      });
    },
  };
}

/** The name itself and all that is called by name and asks it, however far away. */
function askers(
  name: string,
  mentioned: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const found = new Set([name]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [asker, names] of mentioned)
      if ([...names].some((asked) => found.has(asked))) found.add(asker);
  }
  return found;
}

/** All names that are called or read: more than those of formulas, which does no harm. */
function mentionsOf(exprs: readonly Expr[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const root of exprs)
    walk(root, (expr) => {
      if (expr.kind === 'call' || expr.kind === 'name') names.add(expr.name);
    });
  return names;
}

/** How an expression follows a formula that it asks. */
function following(
  expr: Expr,
  name: string,
  formulas: ReadonlyMap<string, FormulaBlock>,
  touched: ReadonlySet<string>,
): Sense {
  if (expr.kind === 'name' && touched.has(expr.name)) return 'unclear';
  const parts = together(
    childrenOf(expr).map((child, i) =>
      through(following(child, name, formulas, touched), senseOf(expr, i)),
    ),
  );
  if (expr.kind !== 'call' || !touched.has(expr.name)) return parts;
  const body = formulas.get(expr.name)?.body;
  const called: Sense =
    expr.name === name
      ? 'up'
      : body === undefined
        ? 'unclear'
        : following(body, name, formulas, touched);
  return together([parts, called]);
}
