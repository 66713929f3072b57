import type { Expr } from '../language/ast.ts';
import { childrenOf } from '../language/visit.ts';

/** An expression in a few words, for a sentence: its own text when short, else its outline. */
export function sourceOf(expr: Expr): string {
  const text = outline(expr, 0);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

const joined = (items: readonly Expr[], depth: number): string =>
  items.map((item) => outline(item, depth)).join(', ');

function outline(expr: Expr, depth: number): string {
  if (depth > 8) return '…';
  const deeper = depth + 1;
  const [first, second] = childrenOf(expr);
  switch (expr.kind) {
    case 'name':
      return expr.quoted ? `\`${expr.name}\`` : expr.name;
    case 'number':
      return expr.unit === undefined ? String(expr.value) : `${expr.value} ${expr.unit.text}`;
    case 'text':
      return JSON.stringify(expr.value);
    case 'bool':
      return String(expr.value);
    case 'missing':
    case 'now':
    case 'today':
      return expr.kind;
    case 'date':
    case 'time':
    case 'instant':
      return expr.text;
    case 'field':
      return `${outline(expr.target, deeper)}.${expr.name}`;
    case 'call':
      return `${expr.name}(${joined(expr.args, deeper)})`;
    case 'aggregate':
      return `${expr.name}(… for ${expr.variable.name} in ${outline(expr.list, deeper)})`;
    case 'unary':
      return expr.op === '-'
        ? `-${outline(expr.operand, deeper)}`
        : `not ${outline(expr.operand, deeper)}`;
    case 'binary':
      return `${outline(expr.left, deeper)} ${expr.op} ${outline(expr.right, deeper)}`;
    case 'compare':
      return expr.operands
        .map((operand, i) => `${i === 0 ? '' : ` ${expr.ops[i - 1]} `}${outline(operand, deeper)}`)
        .join('');
    case 'paren':
      return `(${outline(expr.inner, deeper)})`;
    case 'list':
      return `[${joined(expr.items, deeper)}]`;
    default:
      return [first, second]
        .filter((part) => part !== undefined)
        .map((part) => outline(part, deeper))
        .join(' … ');
  }
}
