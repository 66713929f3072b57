import type { BinaryNode, Expr } from '../language/ast.ts';
import type { Span } from '../source/text.ts';
import type { Doc } from './doc.ts';
import { commaList, concat, group, indent, line, soft } from './doc.ts';

/** Gives the text of a span as it was written. */
export type Slice = (span: Span) => string;

/** The layout of an expression; leaves are printed as they were written. */
export function expressionDoc(expr: Expr, slice: Slice): Doc {
  const doc = (inner: Expr) => expressionDoc(inner, slice);
  const ownLine = (inner: Expr) => lineDoc(inner, slice);
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
      return numberDoc(expr, slice);
    case 'field':
      return concat(doc(expr.target), '.', slice(expr.nameSpan));
    case 'call':
      return bracketed(`${slice(expr.nameSpan)}(`, expr.args.map(ownLine), ')');
    case 'aggregate':
      return aggregateDoc(expr, slice);
    case 'unary':
      return concat(expr.op === 'not' ? 'not ' : '-', doc(expr.operand));
    case 'at':
      return concat('at ', doc(expr.operand));
    case 'binary':
      return chainDoc(expr, slice);
    case 'compare':
      return operation(
        doc(expr.operands[0] as Expr),
        expr.operands.slice(1).map((operand, i) => concat(`${expr.ops[i]} `, doc(operand))),
      );
    case 'in':
      return operation(doc(expr.left), [concat(`${not(expr)}in `, doc(expr.right))]);
    case 'between':
      return operation(doc(expr.operand), [
        concat(`${not(expr)}between `, doc(expr.low)),
        concat('and ', doc(expr.high)),
      ]);
    case 'presence':
      return concat(doc(expr.operand), ` is ${not(expr)}${expr.test}`);
    case 'if':
      return indent(ifDoc(expr, slice));
    case 'list':
      return bracketed(expr.brackets, expr.items.map(ownLine), expr.brackets === '[' ? ']' : ')');
    case 'record':
      return recordDoc(
        expr.fields.map((field) => concat(`${slice(field.nameSpan)}: `, doc(field.value))),
      );
    case 'paren':
      return bracketed('(', [ownLine(expr.inner)], ')');
  }
}

/** The layout of an expression that begins a line when it doesn't fit on one: there `else` stands under `if`. */
export const lineDoc = (expr: Expr, slice: Slice): Doc =>
  expr.kind === 'if' ? ifDoc(expr, slice) : expressionDoc(expr, slice);

/** `if … then … else if … then … else …`, each branch on a line when they don't fit on one. */
function ifDoc(first: Extract<Expr, { kind: 'if' }>, slice: Slice): Doc {
  const parts: Doc[] = [];
  let expr: Expr = first;
  for (; expr.kind === 'if'; expr = expr.otherwise) {
    const then = indent(concat(line, 'then ', expressionDoc(expr.then, slice)));
    parts.push(group(concat('if ', expressionDoc(expr.condition, slice), then)), line, 'else ');
  }
  return group(concat(...parts, expressionDoc(expr, slice)));
}

const not = (expr: { readonly negated: boolean }) => (expr.negated ? 'not ' : '');

function numberDoc({ span, unit }: Extract<Expr, { kind: 'number' }>, slice: Slice): Doc {
  if (unit === undefined) return slice(span);
  const digits = slice({ start: span.start, end: unit.span.start }).trimEnd();
  return unit.text === '%' ? `${digits}%` : `${digits} ${unit.text}`;
}

/** An operand, then each operator with what is right of it: on one line, or each on its own. */
const operation = (first: Doc, rest: readonly Doc[]): Doc =>
  group(concat(first, indent(concat(...rest.flatMap((part) => [line, part])))));

function bracketed(open: string, items: readonly Doc[], close: string): Doc {
  if (items.length === 0) return concat(open, close);
  return group(concat(open, indent(concat(soft, commaList(items))), soft, close));
}

function recordDoc(fields: readonly Doc[]): Doc {
  if (fields.length === 0) return '{}';
  return group(concat('{', indent(concat(line, commaList(fields))), line, '}'));
}

function aggregateDoc(expr: Extract<Expr, { kind: 'aggregate' }>, slice: Slice): Doc {
  const doc = (inner: Expr) => expressionDoc(inner, slice);
  const item = expr.item === undefined ? [] : [doc(expr.item), line];
  const where = expr.where === undefined ? [] : [line, 'where ', doc(expr.where)];
  const source = [`for ${slice(expr.variable.span)} in `, doc(expr.list)];
  const inner = concat(...item, ...source, ...where);
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
  let first: Expr = expr;
  const rest: Doc[] = [];
  while (first.kind === 'binary' && POWER[first.op] === POWER[expr.op]) {
    rest.unshift(concat(`${first.op} `, expressionDoc(first.right, slice)));
    first = first.left;
  }
  return operation(expressionDoc(first, slice), rest);
}
