import type { CompareOp, Expr } from '../language/ast.ts';

/** Which way a whole goes when a part grows, or becomes true more often. */
export type Sense = 'up' | 'down' | 'none' | 'unclear';

export const flip = (sense: Sense): Sense =>
  sense === 'up' ? 'down' : sense === 'down' ? 'up' : sense;

/** A part that goes one way inside of a whole that follows it another. */
export const through = (part: Sense, whole: Sense): Sense => {
  if (part === 'none' || whole === 'none') return 'none';
  if (part === 'unclear' || whole === 'unclear') return 'unclear';
  return whole === 'up' ? part : flip(part);
};

/** Several at once. */
export const together = (senses: readonly Sense[]): Sense => {
  const moving = new Set(senses.filter((sense) => sense !== 'none'));
  if (moving.size === 0) return 'none';
  return moving.size === 1 ? ([...moving][0] as Sense) : 'unclear';
};

const GROWING: ReadonlySet<string> = new Set(['min', 'max', 'clamp', 'coalesce']);
const GROWING_BY_FIRST: ReadonlySet<string> = new Set(['round', 'floor', 'ceil', 'sqrt']);

const isPositive = (expr: Expr | undefined): boolean => expr?.kind === 'number' && expr.value > 0;

/** How an expression follows one of the parts that `childrenOf` names. */
export function senseOf(expr: Expr, child: number): Sense {
  switch (expr.kind) {
    case 'paren':
    case 'at':
      return 'up';
    case 'unary':
      return 'down';
    case 'binary':
      return ofBinary(expr, child);
    case 'compare':
      return ofCompare(expr.ops, child, expr.operands.length);
    case 'between': {
      const sense: Sense = child === 0 ? 'unclear' : child === 1 ? 'down' : 'up';
      return expr.negated ? flip(sense) : sense;
    }
    case 'if':
      return child === 0 ? 'unclear' : 'up';
    case 'call':
      if (GROWING.has(expr.name)) return 'up';
      return GROWING_BY_FIRST.has(expr.name) && child === 0 ? 'up' : 'unclear';
    case 'aggregate':
      return ofAggregate(expr, child);
    default:
      return 'unclear';
  }
}

function ofBinary(expr: Extract<Expr, { kind: 'binary' }>, child: number): Sense {
  switch (expr.op) {
    case 'and':
    case 'or':
    case '+':
      return 'up';
    case '-':
      return child === 0 ? 'up' : 'down';
    case '*':
      return isPositive(child === 0 ? expr.right : expr.left) ? 'up' : 'unclear';
    case '/':
      return child === 0 && isPositive(expr.right) ? 'up' : 'unclear';
    case 'of':
      return child === 1 && isPositive(expr.left) ? 'up' : 'unclear';
    // Which side counts may change with the part.
    case '??':
      return 'unclear';
  }
}

function ofCompare(ops: readonly CompareOp[], child: number, operands: number): Sense {
  const first = child === 0;
  if (!first && child !== operands - 1) return 'unclear';
  const op = first ? ops[0] : ops.at(-1);
  const grows = op === '<' || op === '<=';
  if (!grows && op !== '>' && op !== '>=') return 'unclear';
  return grows === first ? 'down' : 'up';
}

const AGGREGATES: Readonly<Record<string, { readonly item: Sense; readonly where: Sense }>> = {
  any: { item: 'up', where: 'up' },
  all: { item: 'up', where: 'down' },
  none: { item: 'down', where: 'down' },
  count: { item: 'unclear', where: 'up' },
  sum: { item: 'up', where: 'unclear' },
  avg: { item: 'up', where: 'unclear' },
  min: { item: 'up', where: 'unclear' },
  max: { item: 'up', where: 'unclear' },
};

function ofAggregate(expr: Extract<Expr, { kind: 'aggregate' }>, child: number): Sense {
  const senses = Object.hasOwn(AGGREGATES, expr.name) ? AGGREGATES[expr.name] : undefined;
  if (senses === undefined) return 'unclear';
  const parts = [expr.item && 'item', 'list', expr.where && 'where'].filter((p) => p !== undefined);
  const part = parts[child];
  return part === 'item' || part === 'where' ? senses[part] : 'unclear';
}
