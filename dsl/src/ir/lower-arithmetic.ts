import type { BinaryNode, Expr } from '../language/ast.ts';
import { isNumber, NUMBER_TYPE, present, quantity, type Type } from '../types/type.ts';
import { NUMBER } from '../types/units.ts';
import type { Ir } from './ir.ts';
import { type Lowering, node } from './lowering.ts';

const isPercent = (type: Type): boolean => {
  const plain = present(type);
  return plain.kind === 'quantity' && plain.dimension === '%';
};

const perHundred = (ir: Ir): Ir => ({
  ...ir,
  kind: 'scale',
  operand: ir,
  mul: 1,
  div: 100,
  type: NUMBER_TYPE,
});

/** A per cent beside a plain number is that number: 35% is 0.35. */
export const hundredths = (ir: Ir, type: Type, other: Type): Ir =>
  isPercent(type) && isNumber(present(other)) ? perHundred(ir) : ir;

/** `+ - * / ?? of and or`. */
export function lowerBinary(expr: BinaryNode, l: Lowering): Ir {
  const base = node(expr, l.typeOf(expr));
  const [left, right] = [l.lower(expr.left), l.lower(expr.right)];
  const [leftType, rightType] = [l.typeOf(expr.left), l.typeOf(expr.right)];
  switch (expr.op) {
    case 'and':
    case 'or':
      return { ...base, kind: expr.op, left, right };
    case '??':
      return { ...base, kind: 'coalesce', left, right };
    case 'of':
      return { ...base, kind: 'mul', left: perHundred(left), right };
    case '*':
    case '/': {
      const [a, b] = [left, right].map((ir, i) =>
        isPercent(i === 0 ? leftType : rightType) ? perHundred(ir) : ir,
      ) as [Ir, Ir];
      return { ...base, kind: expr.op === '*' ? 'mul' : 'div', left: a, right: b };
    }
    default:
      return lowerSum(expr, left, right, l);
  }
}

function lowerSum(expr: BinaryNode, left: Ir, right: Ir, l: Lowering): Ir {
  const base = node(expr, l.typeOf(expr));
  const kind = expr.op === '+' ? 'add' : 'sub';
  const [a, b] = [present(l.typeOf(expr.left)), present(l.typeOf(expr.right))];
  if (a.kind === 'calendar') return addCalendar(expr, right, expr.left, 1);
  if (b.kind === 'calendar') return addCalendar(expr, left, expr.right, kind === 'add' ? 1 : -1);
  const milliseconds = (ir: Ir): Ir => ({ ...ir, kind: 'scale', operand: ir, mul: 1000, div: 1 });
  if (a.kind === 'instant' && b.kind === 'instant') {
    const difference: Ir = { ...base, kind: 'sub', left, right };
    return { ...base, kind: 'scale', operand: difference, mul: 1, div: 1000 };
  }
  if (a.kind === 'instant') return { ...base, kind, left, right: milliseconds(right) };
  if (b.kind === 'instant') return { ...base, kind, left: milliseconds(left), right };
  const [x, y] = [hundredths(left, a, b), hundredths(right, b, a)];
  return { ...base, kind, left: x, right: y };

  function addCalendar(at: BinaryNode, date: Ir, amount: Expr, sign: 1 | -1): Ir {
    const { days, months } = calendarAmount(amount);
    const constant = (value: number): Ir => ({
      ...node(amount, quantity(NUMBER)),
      kind: 'const',
      value: value * sign,
    });
    const whole = node(at, l.typeOf(at));
    if (months !== 0)
      return { ...whole, kind: 'call', name: 'add_months', args: [date, constant(months)] };
    return { ...whole, kind: 'add', left: date, right: constant(days) };
  }
}

/** `3 day`, `2 week`, `-1 month` as whole days or months. */
function calendarAmount(expr: Expr): { readonly days: number; readonly months: number } {
  if (expr.kind === 'paren') return calendarAmount(expr.inner);
  if (expr.kind === 'unary') {
    const { days, months } = calendarAmount(expr.operand);
    return { days: -days, months: -months };
  }
  if (expr.kind !== 'number') return { days: 0, months: 0 };
  const amount = Math.round(expr.value);
  if (expr.unit?.text === 'month') return { days: 0, months: amount };
  return { days: expr.unit?.text === 'week' ? amount * 7 : amount, months: 0 };
}
