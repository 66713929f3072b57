import type { Expr } from '../language/ast.ts';
import { childrenOf } from '../language/visit.ts';
import { type Ir, partsOf } from './ir.ts';
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

/** What something costs at most: steps of its own, and how often it asks what is called by name. */
export class Weight {
  own = 0;
  readonly calls = new Map<string, number>();

  call(name: string, times: number): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + times);
  }

  /** With what is called. */
  with(callee: BoundOfCallee): number {
    let sum = this.own;
    for (const [name, times] of this.calls) sum += times * callee(name);
    return sum;
  }
}

/**
 * Adds an upper bound of `costOf` the typed tree of an expression, without making the tree.
 * @param lists how long lists are reckoned
 */
export function weigh(expr: Expr, findings: Findings, lists: number, weight: Weight): void {
  const add = (part: Expr | undefined, times: number): void => {
    if (part === undefined) {
      weight.own += times;
      return;
    }
    switch (part.kind) {
      case 'field':
        weight.own += OWN * times;
        add(part.target, times);
        return;
      case 'compare':
        weight.own += (OWN + LINK * part.operands.length) * times;
        for (const each of part.operands) add(each, 2 * times);
        return;
      case 'between':
        weight.own += BETWEEN.own * times;
        addAll(part, BETWEEN.times * times);
        return;
      case 'aggregate':
        weight.own += OWN * times;
        add(part.list, times);
        add(part.item, lists * times);
        add(part.where, lists * times);
        return;
      case 'call': {
        const found = findings.calls.get(part);
        const isShift = found?.kind === 'shift';
        weight.own += (isShift ? SHIFT.own : OWN) * times;
        if (found?.kind === 'aggregate') weight.own += 2 * lists * times;
        if (found?.kind === 'formula') weight.call(found.signature.name, times);
        addAll(part, isShift ? SHIFT.times * times : times);
        return;
      }
      default:
        weight.own += OWN * times;
        addAll(part, times);
    }
  };
  const addAll = (part: Expr, times: number): void => {
    for (const child of childrenOf(part)) add(child, times);
  };
  add(expr, 1);
}

/** An upper bound of `costOf` the typed tree, in steps, without making the tree. */
export function boundOf(
  expr: Expr,
  findings: Findings,
  lists: number,
  callee: BoundOfCallee,
): number {
  const weight = new Weight();
  weigh(expr, findings, lists, weight);
  return weight.with(callee);
}

/** Adds `costOf` a typed tree, all that it calls counted wherever it is called. */
export function weighTree(body: Ir, lists: number, weight: Weight): void {
  const add = (ir: Ir, times: number): void => {
    weight.own += times;
    if (ir.kind === 'formula') weight.call(ir.name, times);
    if (ir.kind !== 'aggregate') {
      for (const part of partsOf(ir)) add(part, times);
      return;
    }
    add(ir.list, times);
    for (const part of [ir.item, ir.where])
      if (part === undefined) weight.own += lists * times;
      else add(part, lists * times);
  };
  add(body, 1);
}
