import type { BinaryNode, Expr, NumberNode, RecordNode } from '../language/ast.ts';
import type { Doc } from './doc.ts';
import { commaList, concat, group, indent, line, sequence, soft } from './doc.ts';
import type { Words } from './words.ts';

/** The layout of an expression; leaves are printed as they were written. */
export function expressionDoc(expr: Expr, words: Words): Doc {
  const doc = (inner: Expr) => expressionDoc(inner, words);
  const ownLine = (inner: Expr) => lineDoc(inner, words);
  switch (expr.kind) {
    case 'text':
    case 'date':
    case 'time':
    case 'instant':
      return words.slice(expr.span);
    case 'name':
      return words.name(expr);
    case 'bool':
      return words.keyword(expr.value ? 'true' : 'false');
    case 'missing':
    case 'now':
    case 'today':
      return words.keyword(expr.kind);
    case 'number':
      return numberDoc(expr, words);
    case 'field':
      return concat(doc(expr.target), '.', words.name({ span: expr.nameSpan }));
    case 'call':
      return bracketed(`${words.name({ span: expr.nameSpan })}(`, expr.args.map(ownLine), ')');
    case 'aggregate':
      return aggregateDoc(expr, words);
    case 'unary':
      return concat(expr.op === 'not' ? `${words.keyword('not')} ` : '-', doc(expr.operand));
    case 'at':
      return concat(`${words.keyword('at')} `, doc(expr.operand));
    case 'binary':
      return chainDoc(expr, words);
    case 'compare':
      return operation(
        doc(expr.operands[0] as Expr),
        expr.operands.slice(1).map((operand, i) => concat(`${expr.ops[i]} `, doc(operand))),
      );
    case 'in':
      return operation(doc(expr.left), [
        concat(`${not(expr, words)}${words.keyword('in')} `, doc(expr.right)),
      ]);
    case 'between':
      return operation(doc(expr.operand), [
        concat(`${not(expr, words)}${words.keyword('between')} `, doc(expr.low)),
        concat(`${words.keyword('and')} `, doc(expr.high)),
      ]);
    case 'presence':
      return concat(
        doc(expr.operand),
        ` ${words.keyword('is')} ${not(expr, words)}${words.keyword(expr.test)}`,
      );
    case 'if':
      return indent(ifDoc(expr, words));
    case 'list':
      return bracketed(expr.brackets, expr.items.map(ownLine), expr.brackets === '[' ? ']' : ')');
    case 'record':
      return recordDoc(fieldDocs(expr.fields, words));
    case 'paren':
      return bracketed('(', [ownLine(expr.inner)], ')');
  }
}

/** The layout of an expression that begins a line when it doesn't fit on one: there `else` stands under `if`. */
export const lineDoc = (expr: Expr, words: Words): Doc =>
  expr.kind === 'if' ? ifDoc(expr, words) : expressionDoc(expr, words);

/** `if … then … else if … then … else …`, each branch on a line when they don't fit on one. */
function ifDoc(first: Extract<Expr, { kind: 'if' }>, words: Words): Doc {
  const parts: Doc[] = [];
  let expr: Expr = first;
  for (; expr.kind === 'if'; expr = expr.otherwise) {
    const then = indent(concat(line, `${words.keyword('then')} `, expressionDoc(expr.then, words)));
    const head = concat(`${words.keyword('if')} `, expressionDoc(expr.condition, words), then);
    parts.push(group(head), line, `${words.keyword('else')} `);
  }
  return group(concat(...parts, expressionDoc(expr, words)));
}

const not = (expr: { readonly negated: boolean }, words: Words) =>
  expr.negated ? `${words.keyword('not')} ` : '';

/** `1_000 kg`, `3%`. */
export function numberDoc({ span, unit }: NumberNode, words: Words): string {
  if (unit === undefined) return words.slice(span);
  const digits = words.slice({ start: span.start, end: unit.span.start }).trimEnd();
  return unit.text === '%' ? `${digits}%` : `${digits} ${unit.text}`;
}

/** An operand, then each operator with what is right of it: on one line, or each on its own. */
export const operation = (first: Doc, rest: readonly Doc[]): Doc =>
  group(concat(first, indent(sequence(rest.flatMap((part) => [line, part])))));

export function bracketed(open: string, items: readonly Doc[], close: string): Doc {
  if (items.length === 0) return concat(open, close);
  return group(concat(open, indent(concat(soft, commaList(items))), soft, close));
}

/** `name: value`, for records and the arguments of actions. */
export const fieldDocs = (fields: RecordNode['fields'], words: Words): Doc[] =>
  fields.map(({ nameSpan, value }) =>
    concat(`${words.name({ span: nameSpan })}: `, expressionDoc(value, words)),
  );

function recordDoc(fields: readonly Doc[]): Doc {
  if (fields.length === 0) return '{}';
  return group(concat('{', indent(concat(line, commaList(fields))), line, '}'));
}

function aggregateDoc(expr: Extract<Expr, { kind: 'aggregate' }>, words: Words): Doc {
  const doc = (inner: Expr) => expressionDoc(inner, words);
  const item = expr.item === undefined ? [] : [doc(expr.item), line];
  const where =
    expr.where === undefined ? [] : [line, `${words.keyword('where')} `, doc(expr.where)];
  const variable = words.name(expr.variable);
  const source = [`${words.keyword('for')} ${variable} ${words.keyword('in')} `, doc(expr.list)];
  const inner = concat(...item, ...source, ...where);
  const name = words.name({ span: expr.nameSpan });
  return group(concat(`${name}(`, indent(concat(soft, inner)), soft, ')'));
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

const operator = (op: BinaryNode['op'], words: Words): string =>
  op === 'and' || op === 'or' || op === 'of' ? words.keyword(op) : op;

/** `a + b - c` breaks before each of its operators or before none. */
function chainDoc(expr: BinaryNode, words: Words): Doc {
  let first: Expr = expr;
  const rest: Doc[] = [];
  while (first.kind === 'binary' && POWER[first.op] === POWER[expr.op]) {
    rest.unshift(concat(`${operator(first.op, words)} `, expressionDoc(first.right, words)));
    first = first.left;
  }
  return operation(expressionDoc(first, words), rest);
}
