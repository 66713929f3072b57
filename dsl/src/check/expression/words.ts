import type { Expr } from '../../language/ast.ts';
import { childrenOf } from '../../language/visit.ts';
import type { Reporter } from '../../source/diagnostic.ts';

/** An expression in a few words, for a sentence: its own text when short, else its outline. */
export function sourceOf(expr: Expr, { quoting }: Reporter): string {
  const say = (word: string): string =>
    quoting === undefined ? word : quoting(`\`${word}\``).slice(1, -1);
  const text = outline(expr, 0, say);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Says a keyword in the language of the file. */
type Say = (word: string) => string;

const joined = (items: readonly Expr[], depth: number, say: Say): string =>
  items.map((item) => outline(item, depth, say)).join(', ');

function outline(expr: Expr, depth: number, say: Say): string {
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
      return say(String(expr.value));
    case 'missing':
    case 'now':
    case 'today':
      return say(expr.kind);
    case 'date':
    case 'time':
    case 'instant':
      return expr.text;
    case 'field':
      return `${outline(expr.target, deeper, say)}.${expr.name}`;
    case 'call':
      return `${expr.name}(${joined(expr.args, deeper, say)})`;
    case 'aggregate':
      return `${expr.name}(… ${say('for')} ${expr.variable.name} ${say('in')} ${outline(expr.list, deeper, say)})`;
    case 'unary':
      return expr.op === '-'
        ? `-${outline(expr.operand, deeper, say)}`
        : `${say('not')} ${outline(expr.operand, deeper, say)}`;
    case 'binary':
      return `${outline(expr.left, deeper, say)} ${say(expr.op)} ${outline(expr.right, deeper, say)}`;
    case 'compare':
      return expr.operands
        .map(
          (operand, i) =>
            `${i === 0 ? '' : ` ${expr.ops[i - 1]} `}${outline(operand, deeper, say)}`,
        )
        .join('');
    case 'paren':
      return `(${outline(expr.inner, deeper, say)})`;
    case 'list':
      return `[${joined(expr.items, deeper, say)}]`;
    default:
      return [first, second]
        .filter((part) => part !== undefined)
        .map((part) => outline(part, deeper, say))
        .join(' … ');
  }
}
