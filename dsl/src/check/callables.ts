import type { BalanceBlock, Block, Expr, FormulaBlock, KpiBlock } from '../language/ast.ts';
import { walk } from '../language/visit.ts';
import { UNKNOWN } from '../types/type.ts';
import type { FormulaSignature } from './context.ts';

/** Blocks that expressions call by name; they share one table of names. */
export type CallableBlock = FormulaBlock | KpiBlock | BalanceBlock;

export const isCallable = (block: Block): block is CallableBlock =>
  block.kind === 'formula' || block.kind === 'kpi' || block.kind === 'balance';

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
  for (const written of computedBy(block)) {
    walk(written, (expr) => {
      if (expr.kind === 'call') names.add(expr.name);
    });
  }
  const found = [...names];
  called.set(block, found);
  return found;
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
