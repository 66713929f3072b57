import { lineDoc } from '../format/expression.ts';
import { print } from '../format/print.ts';
import { wordsOf } from '../format/words.ts';
import type { AggregateNode, BinaryOp, CompareOp, Expr, NameNode } from '../language/ast.ts';
import { RESERVED_KEYS } from '../language/keywords.ts';
import { childrenOf } from '../language/visit.ts';
import type { Span } from '../source/text.ts';
import { JsonLogicError } from './error.ts';

const NOWHERE: Span = { start: 0, end: 0 };
const MAX_NODES = 20_000;
const RESERVED: ReadonlySet<string> = new Set(RESERVED_KEYS);
const WORD = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;

const POWER: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  '??': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  of: 8,
};

/** How tightly an expression holds together: what stands around it may need brackets. */
function powerOf(expr: Expr): number {
  switch (expr.kind) {
    case 'if':
      return 0;
    case 'binary':
      return POWER[expr.op];
    case 'unary':
      return expr.op === 'not' ? 3 : 9;
    case 'compare':
    case 'in':
    case 'between':
    case 'presence':
      return 4;
    case 'at':
      return 9;
    default:
      return 10;
  }
}

/**
 * Makes syntax trees of a text that is not there yet: leaves are written as they are made, the
 * formatter prints the whole.
 */
/** Expressions that are true, false or a fault. */
const NEVER_MISSING: ReadonlySet<Expr['kind']> = new Set<Expr['kind']>([
  'bool',
  'compare',
  'in',
  'between',
  'presence',
  'unary',
]);
function isNeverMissing(expr: Expr): boolean {
  if (expr.kind !== 'binary') return NEVER_MISSING.has(expr.kind);
  if (expr.op === '??') return isNeverMissing(bare(expr.right));
  return expr.op === 'and' || expr.op === 'or';
}

export class ExpressionBuilder {
  #written = '';

  /** The text of an expression, in the one layout. */
  print(expr: Expr): string {
    // Parts that are needed twice are one node: only printed do they become many.
    if (sizeOf(expr, new Map()) > MAX_NODES) {
      throw new JsonLogicError('', 'its text would be too large', '');
    }
    const doc = lineDoc(expr, wordsOf(this.#written, 'en'));
    return print(doc, { width: 100, depth: 0, comments: [], clauseWords: new Set() });
  }

  name(name: string): NameNode {
    const plain = WORD.test(name) && !RESERVED.has(name);
    return { kind: 'name', name, quoted: !plain, span: this.#name(name, plain) };
  }

  /** @param unit the text of a unit; empty for a plain number */
  number(value: number, unit = ''): Expr {
    if (value < 0) return this.minus(this.number(-value, unit));
    const digits = this.#leaf(String(value));
    if (unit === '') return { kind: 'number', value, unit: undefined, span: digits };
    this.#leaf(unit === '%' ? '' : ' ');
    const at = this.#leaf(unit);
    const span = { start: digits.start, end: at.end };
    return { kind: 'number', value, unit: { text: unit, span: at }, span };
  }

  text(value: string): Expr {
    const escaped = value
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"')
      .replaceAll('\n', '\\n')
      .replaceAll('\t', '\\t');
    return { kind: 'text', value, span: this.#leaf(`"${escaped}"`) };
  }

  bool(value: boolean): Expr {
    return { kind: 'bool', value, span: this.#leaf(String(value)) };
  }

  word(kind: 'missing' | 'now' | 'today'): Expr {
    return { kind, span: this.#leaf(kind) };
  }

  moment(kind: 'date' | 'time' | 'instant', text: string): Expr {
    return { kind, text, span: this.#leaf(text) };
  }

  field(target: Expr, name: string): Expr {
    const nameSpan = this.#name(name, WORD.test(name));
    return { kind: 'field', target: this.#wrap(target, 10), name, nameSpan, span: NOWHERE };
  }

  call(name: string, ...args: readonly Expr[]): Expr {
    return { kind: 'call', name, nameSpan: this.#leaf(name), args, span: NOWHERE };
  }

  aggregate(
    name: string,
    parts: Pick<AggregateNode, 'item' | 'variable' | 'list' | 'where'>,
  ): Expr {
    const nameSpan = this.#leaf(name);
    return { kind: 'aggregate', name, nameSpan, ...parts, span: NOWHERE };
  }

  not(operand: Expr): Expr {
    if (operand.kind === 'bool') return this.bool(!operand.value);
    if (operand.kind === 'unary' && operand.op === 'not') {
      // Twice not is a fault where a value is missing; the value by itself would only be missing.
      const inner = bare(operand.operand);
      if (isNeverMissing(inner)) return inner;
    }
    if (operand.kind === 'presence') {
      return this.presence(operand.operand, operand.test === 'present' ? 'missing' : 'present');
    }
    const [sign] = operand.kind === 'compare' && operand.ops.length === 1 ? operand.ops : [];
    if (operand.kind === 'compare' && (sign === '=' || sign === '!=')) {
      return { ...operand, ops: [sign === '=' ? '!=' : '='] };
    }
    if (operand.kind === 'in') return { ...operand, negated: !operand.negated };
    return { kind: 'unary', op: 'not', operand: this.#wrap(operand, 3), span: NOWHERE };
  }

  minus(operand: Expr): Expr {
    return { kind: 'unary', op: '-', operand: this.#wrap(operand, 10), span: NOWHERE };
  }

  binary(op: BinaryOp, left: Expr, right: Expr): Expr {
    // `a and (b and c)` is `a and b and c`.
    if ((op === 'and' || op === 'or') && right.kind === 'binary' && right.op === op) {
      return this.binary(op, this.binary(op, left, right.left), right.right);
    }
    const power = POWER[op];
    const rightwards = op === '??' || op === 'of';
    return {
      kind: 'binary',
      op,
      opSpan: NOWHERE,
      left: this.#wrap(left, rightwards ? power + 1 : power),
      right: this.#wrap(right, rightwards ? power : power + 1),
      span: NOWHERE,
    };
  }

  compare(ops: readonly CompareOp[], operands: readonly Expr[]): Expr {
    const wrapped = operands.map((operand) => this.#wrap(operand, 5));
    return { kind: 'compare', ops, operands: wrapped, span: NOWHERE };
  }

  in(left: Expr, right: Expr): Expr {
    const wrapped = { left: this.#wrap(left, 5), right: this.#wrap(right, 5) };
    return { kind: 'in', negated: false, ...wrapped, span: NOWHERE };
  }

  presence(operand: Expr, test: 'missing' | 'present'): Expr {
    const wrapped = this.#wrap(operand, 5);
    return { kind: 'presence', operand: wrapped, test, negated: false, span: NOWHERE };
  }

  if(condition: Expr, then: Expr, otherwise: Expr): Expr {
    const wrapped = { condition: this.#wrap(condition, 1), then: this.#wrap(then, 1) };
    return { kind: 'if', ...wrapped, otherwise, span: NOWHERE };
  }

  list(items: readonly Expr[]): Expr {
    return { kind: 'list', brackets: '[', items, span: NOWHERE };
  }

  record(fields: readonly (readonly [string, Expr])[]): Expr {
    const made = fields.map(([name, value]) => ({
      name,
      nameSpan: this.#name(name, WORD.test(name)),
      value,
    }));
    return { kind: 'record', fields: made, span: NOWHERE };
  }

  at(operand: Expr): Expr {
    return { kind: 'at', operand: this.#wrap(operand, 9), span: NOWHERE };
  }

  #wrap(expr: Expr, power: number): Expr {
    return powerOf(expr) >= power ? expr : { kind: 'paren', inner: expr, span: NOWHERE };
  }

  #name(name: string, plain: boolean): Span {
    if (plain) return this.#leaf(name);
    if (name === '' || /[`\r\n]/.test(name)) {
      throw new JsonLogicError('var', `\`${name.slice(0, 40)}\` can't be a name`, '');
    }
    return this.#leaf(`\`${name}\``);
  }

  #leaf(text: string): Span {
    const start = this.#written.length;
    this.#written += text;
    return { start, end: start + text.length };
  }
}

const bare = (expr: Expr): Expr => (expr.kind === 'paren' ? expr.inner : expr);

function sizeOf(expr: Expr, known: Map<Expr, number>): number {
  const before = known.get(expr);
  if (before !== undefined) return before;
  const size = childrenOf(expr).reduce((sum, child) => sum + sizeOf(child, known), 1);
  known.set(expr, size);
  return size;
}
