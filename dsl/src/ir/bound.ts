import type { Expr } from '../language/ast.ts';
import { childrenOf } from '../language/visit.ts';
import type { Findings } from './lowering.ts';

/** What an expression itself becomes at most, besides its parts: `round` to a step in per cent. */
const OWN = 6;
/** A comparison and an `and` for each operator. */
const LINK = 2;
/** `between` over midnight: both comparisons twice, and that of the bounds. */
const BETWEEN = { own: 14, times: 4 } as const;
/** A whole shift: four functions of the instant, each with two settings. */
const SHIFT = { own: 32, times: 4 } as const;

/** The bound of a formula, by its name. */
export type BoundOfCallee = (name: string) => number;

/**
 * An upper bound of `costOf` the typed tree, in steps, without making the tree.
 * @param lists how long lists are reckoned
 */
export function boundOf(
  expr: Expr,
  findings: Findings,
  lists: number,
  callee: BoundOfCallee,
): number {
  const of = (part: Expr | undefined): number => {
    if (part === undefined) return 1;
    switch (part.kind) {
      case 'name':
      case 'number':
      case 'text':
      case 'bool':
        return OWN;
      case 'field':
        return OWN + of(part.target);
      case 'binary':
        return OWN + of(part.left) + of(part.right);
      case 'compare':
        return part.operands.reduce((sum, each) => sum + LINK + 2 * of(each), OWN);
      case 'between':
        return BETWEEN.own + BETWEEN.times * all(part);
      case 'aggregate':
        return OWN + of(part.list) + lists * (of(part.item) + of(part.where));
      case 'call': {
        const found = findings.calls.get(part);
        if (found?.kind === 'shift') return SHIFT.own + SHIFT.times * all(part);
        if (found?.kind === 'aggregate') return OWN + all(part) + 2 * lists;
        return OWN + all(part) + (found?.kind === 'formula' ? callee(found.signature.name) : 0);
      }
      default:
        return OWN + all(part);
    }
  };
  const all = (part: Expr): number => childrenOf(part).reduce((sum, each) => sum + of(each), 0);
  return of(expr);
}
