import type { Block, Expr } from '../language/ast.ts';

/** Every whole expression of a block, those in messages too. */
export function expressionsOf(block: Block): Expr[] {
  if (block.kind === 'formula') return [block.body];
  if (block.kind !== 'gate' && block.kind !== 'test') return [];
  return block.clauses.flatMap((clause): Expr[] => {
    switch (clause.kind) {
      case 'mode':
        return [clause.condition];
      case 'answer':
        return clause.figures === undefined ? [] : [clause.figures];
      case 'message':
      case 'remedy':
        return clause.template.parts.filter((part) => typeof part !== 'string');
      case 'release':
        return clause.until === undefined ? [] : [clause.until];
      case 'given':
        return [clause.value];
      case 'expect':
        return clause.what.kind === 'true' ? [clause.what.condition] : [];
      default:
        return [];
    }
  });
}
