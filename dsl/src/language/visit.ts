import type { Expr } from './ast.ts';

const NONE: readonly Expr[] = [];

/** The direct sub-expressions of an expression, in the order they are written; the most frequent first. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'name':
    case 'number':
      return NONE;
    case 'field':
      return [expr.target];
    case 'binary':
    case 'in':
      return [expr.left, expr.right];
    case 'compare':
      return expr.operands;
    case 'call':
      return expr.args;
    case 'text':
    case 'bool':
    case 'missing':
    case 'now':
    case 'today':
    case 'date':
    case 'time':
    case 'instant':
      return NONE;
    case 'aggregate':
      return [expr.item, expr.list, expr.where].filter((e) => e !== undefined);
    case 'unary':
    case 'presence':
    case 'at':
      return [expr.operand];
    case 'between':
      return [expr.operand, expr.low, expr.high];
    case 'if':
      return [expr.condition, expr.then, expr.otherwise];
    case 'list':
      return expr.items;
    case 'record':
      return expr.fields.map((field) => field.value);
    case 'paren':
      return [expr.inner];
  }
}

/** Calls `visit` for the expression and everything in it, outside first. */
export function walk(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const child of childrenOf(expr)) walk(child, visit);
}
