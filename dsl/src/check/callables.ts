import type { Expr, KpiBlock, LetClause, ResultClause } from '../language/ast.ts';
import type { CallableBlock } from '../language/callable.ts';
import { childrenOf, walk } from '../language/visit.ts';
import { UNKNOWN } from '../types/type.ts';
import { deepest } from './call-order.ts';
import type { FormulaSignature } from './context.ts';

/** The expressions a block computes with; its texts aside, which no caller sees. */
function computedBy(block: CallableBlock): readonly Expr[] {
  switch (block.kind) {
    case 'formula':
      return [block.body];
    case 'kpi':
      return block.clauses.flatMap((clause) => {
        if (clause.kind === 'condition') return [clause.condition];
        return clause.kind === 'let' || clause.kind === 'result' ? [clause.value] : [];
      });
    case 'balance':
      return block.clauses.flatMap((clause) =>
        clause.kind === 'term' || clause.kind === 'tolerance' ? [clause.value] : [],
      );
  }
}

const called = new WeakMap<CallableBlock, readonly string[]>();

/** The names a block calls, each once, built-in ones too. */
export function namesCalledBy(block: CallableBlock): readonly string[] {
  const known = called.get(block);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const written of computedBy(block)) addCalls(written, names);
  const found = [...names];
  called.set(block, found);
  return found;
}

const inTexts = new WeakMap<CallableBlock, readonly string[]>();

/** The names that only the texts of a block call: these may use the block itself. */
export function namesInTextsOf(block: CallableBlock): readonly string[] {
  if (block.kind === 'formula') return NO_NAMES;
  const known = inTexts.get(block);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const clause of block.clauses) {
    if (clause.kind !== 'message') continue;
    for (const part of clause.template.parts) if (typeof part !== 'string') addCalls(part, names);
  }
  const found = names.size === 0 ? NO_NAMES : [...names];
  inTexts.set(block, found);
  return found;
}

const NO_NAMES: readonly string[] = [];

function addCalls(expr: Expr, names: Set<string>): void {
  walk(expr, (part) => {
    if (part.kind === 'call') names.add(part.name);
  });
}

/** What callers see of a block that uses itself: nothing that could be wrong. */
export function brokenSignature(block: CallableBlock): FormulaSignature {
  const names =
    block.kind === 'formula'
      ? block.params.map((param) => param.name)
      : block.kind === 'kpi'
        ? block.grain.map((grain) => grain.name)
        : [block.record];
  const params = names.map(({ name }) => ({ name, type: UNKNOWN }));
  return { name: block.name.name, params, result: UNKNOWN };
}

/** A step of a KPI. */
export type Step = LetClause | ResultClause;

/** Which steps a step uses, by name. */
export function usesAmong(steps: readonly Step[]): (name: string) => readonly string[] {
  const uses = new Map<string, readonly string[]>();
  for (const { name, value } of steps) {
    // In its own value a step's name is the field it is called after: `result code: text = code`.
    const used = [...freeNames(value)].filter((free) => free !== name.name);
    if (!uses.has(name.name)) uses.set(name.name, used);
  }
  return (name) => uses.get(name) ?? [];
}

/** The names an expression takes from outside; those of its comprehensions aside. */
export function freeNames(expr: Expr): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (part: Expr, bound: ReadonlySet<string>): void => {
    if (part.kind === 'name') {
      if (!bound.has(part.name)) found.add(part.name);
    } else if (part.kind === 'aggregate') {
      visit(part.list, bound);
      const inside = new Set(bound).add(part.variable.name);
      for (const inner of [part.item, part.where]) if (inner !== undefined) visit(inner, inside);
    } else {
      for (const child of childrenOf(part)) visit(child, bound);
    }
  };
  visit(expr, new Set());
  return found;
}

/** `within`, `delta`, `expected`, a term. */
const BALANCE_DEPTH = 4;

const depths = new WeakMap<KpiBlock, number>();

/** How many calls in a row a block is by itself: its parts call one another. */
export function depthOf(block: CallableBlock): number {
  if (block.kind === 'formula') return 1;
  if (block.kind === 'balance') return BALANCE_DEPTH;
  const known = depths.get(block);
  if (known !== undefined) return known;
  const steps = block.clauses.filter(
    (clause): clause is Step => clause.kind === 'let' || clause.kind === 'result',
  );
  const names = [...new Set(steps.map((step) => step.name.name))];
  const depth = 1 + deepest(names, usesAmong(steps));
  depths.set(block, depth);
  return depth;
}
