import type { BalanceBlock, Block, FormulaBlock, KpiBlock } from './ast.ts';

/** Blocks that expressions call by name; they share one table of names. */
export type CallableBlock = FormulaBlock | KpiBlock | BalanceBlock;

export const isCallable = (block: Block): block is CallableBlock =>
  block.kind === 'formula' || block.kind === 'kpi' || block.kind === 'balance';
