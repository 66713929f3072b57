import type { Ir } from '../../src/ir/ir.ts';
import type { Expr } from '../../src/language/ast.ts';
import { childrenOf } from '../../src/language/visit.ts';
import type { Value } from '../../src/values/border.ts';
import type { Answer } from './units.ts';

/** Every class of cases has at least so many, or the run has shown nothing of it. */
export const LEAST = 1_000;

const OPERATORS =
  '+ - * / of ?? and or = != < <= > >= in between presence if not negate field list at now today';
const FUNCTIONS =
  'abs sqrt round floor ceil min max clamp coalesce length lower upper starts_with contains matches days_between weekday date_of time_of';
const AGGREGATES = 'sum count avg min max any all none';

/** What must have been seen. */
export const CLASSES: readonly string[] = [
  ...OPERATORS.split(' '),
  ...FUNCTIONS.split(' ').map((name) => `${name}()`),
  ...AGGREGATES.split(' ').map((name) => `${name} of a list`),
  ...['Q9001', 'Q9002', 'Q9003', 'Q9004', 'a value', 'a missing value'],
  ...[
    'empty list',
    'near-tie',
    'tie in steps',
    'negative zero',
    'extreme number',
    'denormal number',
  ],
];

/** The operators and functions in an expression. */
export function operatorsOf(expr: Expr, found = new Set<string>()): ReadonlySet<string> {
  switch (expr.kind) {
    case 'binary':
      found.add(expr.op);
      break;
    case 'compare':
      for (const op of expr.ops) found.add(op);
      break;
    case 'unary':
      found.add(expr.op === 'not' ? 'not' : 'negate');
      break;
    case 'call':
      found.add(isListCall(expr.name, expr.args) ? `${expr.name} of a list` : `${expr.name}()`);
      break;
    case 'aggregate':
      found.add(`${expr.name} of a list`);
      break;
    default:
      found.add(expr.kind);
  }
  for (const child of childrenOf(expr)) operatorsOf(child, found);
  return found;
}

const isListCall = (name: string, args: readonly Expr[]): boolean =>
  AGGREGATES.split(' ').includes(name) && args.length === 1;

/** Counts the classes of cases. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  answer(answer: Answer): void {
    if ('fault' in answer) this.add(answer.fault);
    else this.add('value' in answer && answer.value === null ? 'a missing value' : 'a value');
  }

  /** Classes with too few cases, with their counts. */
  rare(classes: readonly string[]): readonly string[] {
    return classes
      .filter((kind) => (this.counts.get(kind) ?? 0) < LEAST)
      .map((kind) => `${kind}: ${this.counts.get(kind) ?? 0}`);
  }
}

/** Sees the values of one evaluation and tells what was special about it. */
export class Witness {
  readonly seen = new Set<string>();
  private readonly values = new Map<Ir, Value>();

  readonly watch = (ir: Ir, value: Value): void => {
    this.values.set(ir, value);
    if (typeof value === 'number') this.number(value);
    if (ir.kind === 'compare')
      this.compared(ir, this.values.get(ir.left), this.values.get(ir.right));
    if (ir.kind === 'aggregate') {
      const list = this.values.get(ir.list);
      if (Array.isArray(list) && list.length === 0) this.seen.add('empty list');
    }
  };

  private number(value: number): void {
    if (Object.is(value, -0)) this.seen.add('negative zero');
    const size = Math.abs(value);
    if (size > 0 && size < 2 ** -1022) this.seen.add('denormal number');
    if (size > 1e150 || (size > 0 && size < 1e-150)) this.seen.add('extreme number');
  }

  /** Not the same, and apart by no more than a thousand tolerances, or by no whole step. */
  private compared(ir: Extract<Ir, { kind: 'compare' }>, a: unknown, b: unknown): void {
    if (typeof a !== 'number' || typeof b !== 'number' || a === b) return;
    const apart = Math.abs(a - b);
    const { equality } = ir;
    if (equality.mode === 'near' && apart <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)))
      this.seen.add('near-tie');
    if (equality.mode === 'step' && apart < equality.step) this.seen.add('tie in steps');
  }
}
