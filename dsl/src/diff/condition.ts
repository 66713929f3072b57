import type { BinaryOp, CompareOp, Expr, MomentNode, NumberNode } from '../language/ast.ts';
import { childrenOf } from '../language/visit.ts';
import { isUnitFault, NUMBER, readUnit, toBase } from '../types/units.ts';
import type { ChangeKind } from './change.ts';
import { flip, type Sense, senseOf, through, together } from './sense.ts';
import type { Pair } from './side.ts';

/** A difference inside of an expression. */
export interface Piece {
  readonly kind: Extract<
    ChangeKind,
    'figure' | 'condition_added' | 'condition_removed' | 'item_added' | 'item_removed' | 'condition'
  >;
  readonly before?: string;
  readonly after?: string;
  readonly of?: string;
  /** Whether the whole expression grows by it, or becomes true more often. */
  readonly sense: Sense;
}

/** More differences than these are told as the whole expression. */
const MOST_PIECES = 4;

/** What is different between two expressions, as small as it can be told. */
export function piecesOf(before: Expr, after: Expr, pair: Pair): readonly Piece[] {
  const pieces = compare(before, after, pair);
  if (pieces.length <= MOST_PIECES) return pieces;
  const whole = changed(before, after, pair);
  return [{ ...whole, sense: together(pieces.map(({ sense }) => sense)) }];
}

const changed = (
  before: Expr,
  after: Expr,
  { was, is }: Pair,
  sense: Sense = 'unclear',
): Piece => ({
  kind: 'condition',
  before: was.expr(before),
  after: is.expr(after),
  sense,
});

function compare(before: Expr, after: Expr, pair: Pair): readonly Piece[] {
  if (pair.was.expr(before) === pair.is.expr(after)) return [];
  const [a, b] = [bare(before), bare(after)];
  // Only brackets.
  if (pair.was.expr(a) === pair.is.expr(b)) return [changed(before, after, pair, 'none')];
  if (a.kind === 'number' && b.kind === 'number') return [figure(a, b, pair)];
  if (isMoment(a) && isMoment(b) && a.kind === b.kind) return [moment(a, b, pair)];
  const joined = compareJoined(a, b, pair);
  if (joined !== undefined) return joined;
  if (a.kind === 'in' && b.kind === 'in' && a.negated === b.negated) {
    const items = compareItems(a, b, pair);
    if (items !== undefined) return items;
  }
  if (a.kind === 'compare' && b.kind === 'compare') {
    const sense = otherOperator(a, b, pair);
    if (sense !== undefined) return [changed(a, b, pair, sense)];
  }
  const [mine, others] = [partsOf(a), partsOf(b)];
  if (headOf(a) !== headOf(b) || mine.length !== others.length || mine.length === 0)
    return [changed(before, after, pair)];
  return mine.flatMap((child, i) => {
    // How both follow the part: a factor that turns its sign tells nothing.
    const whole = senseOf(a, i) === senseOf(b, i) ? senseOf(b, i) : 'unclear';
    return compare(child, others[i] as Expr, pair).map((piece) =>
      named(piece, b, i, pair, through(piece.sense, whole)),
    );
  });
}

/** What a figure limits: the other side of its comparison. */
function named(piece: Piece, expr: Expr, child: number, { is }: Pair, sense: Sense): Piece {
  const unnamed = piece.kind === 'figure' && piece.of === undefined;
  if (unnamed && expr.kind === 'compare' && expr.operands.length === 2)
    return { ...piece, sense, of: is.expr(expr.operands[1 - child] as Expr) };
  if (unnamed && expr.kind === 'between' && child > 0)
    return { ...piece, sense, of: is.expr(expr.operand) };
  return { ...piece, sense };
}

/** A path is one thing. */
const partsOf = (expr: Expr): readonly Expr[] => (expr.kind === 'field' ? [] : childrenOf(expr));

const bare = (expr: Expr): Expr => (expr.kind === 'paren' ? bare(expr.inner) : expr);

/** All of an expression but its parts; a leaf has its kind alone and no parts to go into. */
function headOf(expr: Expr): string {
  switch (expr.kind) {
    case 'unary':
    case 'binary':
      return `${expr.kind} ${expr.op}`;
    case 'compare':
      return `compare ${expr.ops.join(' ')}`;
    case 'call':
      return `call ${expr.name}`;
    case 'aggregate':
      return `aggregate ${expr.name} ${expr.variable.name} ${expr.item === undefined} ${expr.where === undefined}`;
    case 'in':
    case 'between':
      return `${expr.kind} ${expr.negated}`;
    case 'presence':
      return `presence ${expr.negated} ${expr.test}`;
    case 'record':
      return `record ${expr.fields.map(({ name }) => name).join(' ')}`;
    default:
      return expr.kind;
  }
}

// --- figures -------------------------------------------------------------------------------------

function figure(a: NumberNode, b: NumberNode, { was, is }: Pair): Piece {
  return { kind: 'figure', before: was.expr(a), after: is.expr(b), sense: growth(a, b) };
}

function growth(a: NumberNode, b: NumberNode): Sense {
  const [from, to] = [a.unit?.text ?? '', b.unit?.text ?? ''];
  if (from === to) return direction(a.value, b.value);
  const [one, other] = [unitOf(from), unitOf(to)];
  if (one === undefined || other === undefined || one.dimension !== other.dimension)
    return 'unclear';
  return direction(toBase(a.value, one), toBase(b.value, other));
}

function unitOf(text: string) {
  if (text === '') return NUMBER;
  const read = readUnit(text);
  return isUnitFault(read) ? undefined : read;
}

const direction = (from: number | string, to: number | string): Sense =>
  from === to ? 'none' : from < to ? 'up' : 'down';

const isMoment = (expr: Expr): expr is MomentNode =>
  expr.kind === 'date' || expr.kind === 'time' || expr.kind === 'instant';

function moment(a: MomentNode, b: MomentNode, { was, is }: Pair): Piece {
  const plain = (text: string) => /^[\d:T-]+$/.test(text);
  const comparable = plain(a.text) && plain(b.text) && a.text.length === b.text.length;
  return {
    kind: 'figure',
    before: was.expr(a),
    after: is.expr(b),
    sense: comparable ? direction(a.text, b.text) : 'unclear',
  };
}

// --- conditions joined by `and` and `or`, lists ----------------------------------------------------

const isJoin = (expr: Expr): expr is Expr & { kind: 'binary'; op: 'and' | 'or' } =>
  expr.kind === 'binary' && (expr.op === 'and' || expr.op === 'or');

function flat(expr: Expr, op: BinaryOp): readonly Expr[] {
  const inner = bare(expr);
  if (inner.kind !== 'binary' || inner.op !== op) return [expr];
  return [...flat(inner.left, op), ...flat(inner.right, op)];
}

function compareJoined(a: Expr, b: Expr, pair: Pair): readonly Piece[] | undefined {
  const op = isJoin(b) ? b.op : isJoin(a) ? a.op : undefined;
  if (op === undefined || (isJoin(a) && a.op !== op)) return undefined;
  const { gone, come, kept } = apart(flat(a, op), flat(b, op), pair);
  if (gone.length === 1 && come.length === 1 && kept > 0)
    return compare(gone[0] as Expr, come[0] as Expr, pair);
  if (kept === 0) return undefined;
  // The same parts in another order.
  if (gone.length + come.length === 0) return [changed(a, b, pair, 'none')];
  const more: Sense = op === 'or' ? 'up' : 'down';
  return [
    ...gone.map(
      (part): Piece => ({
        kind: 'condition_removed',
        before: pair.was.expr(part),
        sense: flip(more),
      }),
    ),
    ...come.map(
      (part): Piece => ({
        kind: 'condition_added',
        after: pair.is.expr(part),
        sense: more,
      }),
    ),
  ];
}

function compareItems(
  a: Extract<Expr, { kind: 'in' }>,
  b: Extract<Expr, { kind: 'in' }>,
  pair: Pair,
): readonly Piece[] | undefined {
  const [from, to] = [itemsOf(a.right), itemsOf(b.right)];
  if (from === undefined || to === undefined) return undefined;
  if (pair.was.expr(a.left) !== pair.is.expr(b.left)) return undefined;
  const { gone, come } = apart(from, to, pair);
  if (gone.length + come.length === 0) return [changed(a, b, pair, 'none')];
  const more: Sense = b.negated ? 'down' : 'up';
  const of = pair.is.expr(b.left);
  return [
    ...gone.map(
      (item): Piece => ({
        kind: 'item_removed',
        before: pair.was.expr(item),
        of,
        sense: flip(more),
      }),
    ),
    ...come.map(
      (item): Piece => ({
        kind: 'item_added',
        after: pair.is.expr(item),
        of,
        sense: more,
      }),
    ),
  ];
}

/** A list of one in round brackets reads as an expression in brackets. */
function itemsOf(expr: Expr): readonly Expr[] | undefined {
  if (expr.kind === 'list') return expr.items;
  return expr.kind === 'paren' && expr.inner.kind !== 'list' ? [expr.inner] : undefined;
}

/** What only one of two lists has, each element as often as it stands there. */
function apart(before: readonly Expr[], after: readonly Expr[], { was, is }: Pair) {
  const left = [...after];
  const gone = before.filter((expr) => {
    const at = left.findIndex((other) => is.expr(other) === was.expr(expr));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { gone, come: left, kept: before.length - gone.length };
}

const WIDER: Readonly<Record<string, readonly CompareOp[]>> = {
  '<': ['<=', '!='],
  '>': ['>=', '!='],
  '=': ['<=', '>='],
};

/** Of two values compared otherwise: whether it is true more often now; undefined where more differs. */
function otherOperator(
  a: Extract<Expr, { kind: 'compare' }>,
  b: Extract<Expr, { kind: 'compare' }>,
  { was, is }: Pair,
): Sense | undefined {
  if (a.operands.length !== 2 || b.operands.length !== 2) return undefined;
  if (a.operands.some((expr, i) => was.expr(expr) !== is.expr(b.operands[i] as Expr)))
    return undefined;
  const [from, to] = [a.ops[0] as CompareOp, b.ops[0] as CompareOp];
  if (WIDER[from]?.includes(to)) return 'up';
  return WIDER[to]?.includes(from) ? 'down' : 'unclear';
}
