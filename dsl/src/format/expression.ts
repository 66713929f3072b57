import type { BinaryNode, Expr } from '../language/ast.ts';
import type { Span } from '../source/text.ts';
import type { Doc } from './doc.ts';
import { concat, group, indent, join, line, soft } from './doc.ts';

/** Gives the text of a span as it was written. */
export type Slice = (span: Span) => string;

/** The layout of an expression; leaves are printed as they were written. */
export function expressionDoc(expr: Expr, slice: Slice): Doc {
  const doc = (inner: Expr) => expressionDoc(inner, slice);
  switch (expr.kind) {
    case 'name':
    case 'text':
    case 'bool':
    case 'missing':
    case 'now':
    case 'today':
    case 'date':
    case 'time':
    case 'instant':
      return slice(expr.span);
    case 'number':
      return numberText(slice(expr.span), expr.unit?.text);
    case 'field':
      return concat(doc(expr.target), '.', slice(expr.nameSpan));
    case 'call':
      return bracketed(`${slice(expr.nameSpan)}(`, expr.args.map(doc), ')');
    case 'aggregate':
      return aggregateDoc(expr, slice);
    case 'unary':
      return concat(expr.op === 'not' ? 'not ' : '-', doc(expr.operand));
    case 'at':
      return concat('at ', doc(expr.operand));
    case 'binary':
      return chainDoc(expr, slice);
    case 'compare':
      return concat(
        ...expr.operands.flatMap((operand, i) =>
          i === 0 ? [doc(operand)] : [` ${expr.ops[i - 1]} `, doc(operand)],
        ),
      );
    case 'in':
      return concat(doc(expr.left), expr.negated ? ' not in ' : ' in ', doc(expr.right));
    case 'between':
      return concat(
        doc(expr.operand),
        expr.negated ? ' not between ' : ' between ',
        doc(expr.low),
        ' and ',
        doc(expr.high),
      );
    case 'presence':
      return concat(doc(expr.operand), expr.negated ? ' is not ' : ' is ', expr.test);
    case 'if':
      return group(
        concat(
          'if ',
          doc(expr.condition),
          indent(concat(line, 'then ', doc(expr.then), line, 'else ', doc(expr.otherwise))),
        ),
      );
    case 'list':
      return bracketed(expr.brackets, expr.items.map(doc), expr.brackets === '[' ? ']' : ')');
    case 'record':
      return recordDoc(
        expr.fields.map((field) => concat(slice(field.nameSpan), ': ', doc(field.value))),
      );
    case 'paren':
      return group(concat('(', indent(concat(soft, doc(expr.inner))), soft, ')'));
  }
}

function numberText(written: string, unit: string | undefined): string {
  if (unit === undefined) return written;
  const digits = written.slice(0, written.length - unit.length).trimEnd();
  return unit === '%' ? `${digits}%` : `${digits} ${unit}`;
}

function bracketed(open: string, items: readonly Doc[], close: string): Doc {
  if (items.length === 0) return `${open}${close}`;
  return group(concat(open, indent(concat(soft, join(concat(',', line), items))), soft, close));
}

function recordDoc(fields: readonly Doc[]): Doc {
  if (fields.length === 0) return '{}';
  return group(concat('{', indent(concat(line, join(concat(',', line), fields))), line, '}'));
}

function aggregateDoc(expr: Extract<Expr, { kind: 'aggregate' }>, slice: Slice): Doc {
  const doc = (inner: Expr) => expressionDoc(inner, slice);
  const item = expr.item === undefined ? [] : [doc(expr.item), line];
  const where = expr.where === undefined ? [] : [line, 'where ', doc(expr.where)];
  const inner = concat(
    ...item,
    'for ',
    slice(expr.variable.span),
    ' in ',
    doc(expr.list),
    ...where,
  );
  return group(concat(`${slice(expr.nameSpan)}(`, indent(concat(soft, inner)), soft, ')'));
}

const POWER: Readonly<Record<BinaryNode['op'], number>> = {
  or: 1,
  and: 2,
  '??': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  of: 8,
};

/** `a + b - c` breaks before each of its operators or before none. */
function chainDoc(expr: BinaryNode, slice: Slice): Doc {
  const parts: Doc[] = [];
  let first: Expr = expr;
  const tail: { op: string; right: Expr }[] = [];
  while (first.kind === 'binary' && POWER[first.op] === POWER[expr.op]) {
    tail.unshift({ op: first.op, right: first.right });
    first = first.left;
  }
  for (const { op, right } of tail) parts.push(line, `${op} `, expressionDoc(right, slice));
  return group(concat(expressionDoc(first, slice), indent(concat(...parts))));
}
