import type { AggregateIr, ArithmeticIr, Ir, Unit, Units } from '../../ir/ir.ts';
import { present } from '../../types/type.ts';
import { type Border, goesOut, leave, type Value } from '../../values/border.ts';
import { compareValues, sameKey } from '../../values/compare.ts';
import type { Scalar } from '../../values/functions.ts';
import { isZero, near, roundTo, TOLERANCE } from '../../values/numbers.ts';
import type { Entry } from './emit.ts';
import type { Straight } from './generate.ts';
import { HELPERS } from './helpers.ts';
import {
  type Data,
  type Frame,
  finite,
  isPlain,
  type Part,
  polluted,
  reader,
} from './swift-read.ts';
import { NotEmitted, notEmitted } from './writer.ts';

/**
 * The straight road as closures, for places where code may not be generated: a part gives its value
 * or, wherever anything is out of the ordinary, undefined. It makes neither an environment nor a
 * fault; the exact closures do, when they are asked in its place.
 */
interface Making {
  readonly units: Units;
  readonly entry: Entry;
  nodes: number;
}

const MOST_NODES = 1_500;
const NO_FRAME: Frame = [];

/** A unit that gives a value, or undefined when it has to run as exact closures alone. */
export function swiftly(
  unit: Unit,
  units: Units,
  entry: Entry,
  slow: Straight,
): Straight | undefined {
  if (unit.params.length > 0 || entry.each !== undefined) return undefined;
  // The elements of a list go out one by one: the exact closures do that.
  if (present(unit.body.type).kind === 'list') return undefined;
  let body: Part;
  try {
    body = strictly(unit.body, { units, entry, nodes: 0 });
  } catch (fault) {
    if (fault instanceof NotEmitted) return undefined;
    throw fault;
  }
  const { slots } = unit;
  const border = borderOfResult(unit);
  return (values, asked, how) => {
    if (isPlain(values) && !polluted()) {
      const frame = slots === 0 ? NO_FRAME : new Array<unknown>(slots);
      const value = body(values, frame, asked);
      if (typeof value === 'boolean') return value;
      if (border === undefined && value !== undefined) return value;
      if (value === null) return null;
      if (border !== undefined && value !== undefined && goesOut(value as Value, border))
        return leave(value as Value, border);
    }
    return slow(values, asked, how);
  };
}

/** How the result goes out; undefined when it is already as it goes out. */
function borderOfResult({ body }: Unit): Border | undefined {
  const type = present(body.type);
  switch (type.kind) {
    case 'quantity':
      return type.unit.mul === 1 && type.unit.div === 1
        ? undefined
        : { kind: 'number', unit: type.unit };
    case 'date':
    case 'time':
    case 'instant':
      return { kind: type.kind };
    default:
      return undefined;
  }
}

/** A part that must be there; a list is no value of its own here. */
function strictly(ir: Ir, making: Making): Part {
  const part = make(ir, making);
  return ir.nullable ? (v, f, k) => part(v, f, k) ?? undefined : part;
}

function make(ir: Ir, making: Making): Part {
  if (++making.nodes > MOST_NODES) notEmitted();
  switch (ir.kind) {
    case 'const': {
      const { value } = ir;
      return () => value;
    }
    case 'now':
      return (_v, _f, k) => HELPERS.now(k);
    case 'input': {
      if (ir.name === 'settings' && making.entry.settings === 'beside') notEmitted();
      return reader(ir);
    }
    case 'local': {
      const { slot } = ir;
      return (_v, f) => f[slot];
    }
    case 'field': {
      const target = make(ir.target, making);
      const read = reader(ir);
      return (v, f, k) => {
        const x = target(v, f, k);
        return x === null || x === undefined ? x : read(x as Data, f, k);
      };
    }
    case 'add':
    case 'sub':
      return makeSum(ir, making);
    case 'mul':
    case 'div':
      return makeProduct(ir, making);
    case 'scale': {
      const x = strictly(ir.operand, making);
      const { mul, div } = ir;
      return (v, f, k) => finite(((x(v, f, k) as number) * mul) / div);
    }
    case 'compare':
      return makeCompare(ir, making);
    case 'in':
      return makeIn(ir, making);
    case 'and':
    case 'or': {
      const [left, right] = [strictly(ir.left, making), strictly(ir.right, making)];
      const deciding = ir.kind === 'or';
      return (v, f, k) => {
        const a = left(v, f, k);
        return a === !deciding ? right(v, f, k) : a;
      };
    }
    case 'not': {
      const x = strictly(ir.operand, making);
      return (v, f, k) => {
        const a = x(v, f, k);
        return a === undefined ? undefined : a === false;
      };
    }
    case 'if': {
      const condition = strictly(ir.condition, making);
      const [then, otherwise] = [make(ir.then, making), make(ir.otherwise, making)];
      return (v, f, k) => {
        const c = condition(v, f, k);
        if (c === undefined) return undefined;
        return c === true ? then(v, f, k) : otherwise(v, f, k);
      };
    }
    case 'coalesce': {
      const [left, right] = [make(ir.left, making), make(ir.right, making)];
      return (v, f, k) => {
        const a = left(v, f, k);
        return a === null ? right(v, f, k) : a;
      };
    }
    case 'is_missing': {
      const x = make(ir.operand, making);
      return (v, f, k) => {
        const a = x(v, f, k);
        return a === undefined ? undefined : a === null;
      };
    }
    case 'round': {
      const [x, step] = [strictly(ir.operand, making), strictly(ir.step, making)];
      const { how } = ir;
      return (v, f, k) => finite(roundTo(x(v, f, k) as number, step(v, f, k) as number, how));
    }
    case 'call':
      return makeCall(ir, making);
    case 'aggregate':
      return makeAggregate(ir, making);
    default:
      return notEmitted();
  }
}

/** `a - b - c + d` as one part: numbers in between would have to be made into objects. */
function makeSum(ir: ArithmeticIr, making: Making): Part {
  const terms: { readonly part: Part; readonly minus: boolean; readonly name: string }[] = [];
  let first: Ir = ir;
  while ((first.kind === 'add' || first.kind === 'sub') && !first.nullable) {
    const { kind, right } = first;
    terms.unshift({ part: strictly(right, making), minus: kind === 'sub', name: plainName(right) });
    first = first.left;
  }
  const start = strictly(first, making);
  const rest = terms.map(({ part }) => part);
  const signs = terms.map(({ minus }) => (minus ? -1 : 1));
  const names = terms.map(({ name }) => name);
  return (v, f, k) => {
    let sum = start(v, f, k) as number;
    for (let i = 0; i < rest.length; i++) {
      const name = names[i] as string;
      const x = (name === '' ? (rest[i] as Part)(v, f, k) : v[name]) as number;
      if (typeof x !== 'number') return undefined;
      sum = (signs[i] as number) < 0 ? sum - x : sum + x;
    }
    return finite(sum);
  };
}

/** The name of an input that is a number as it comes; the sum finds out whether it is finite. */
const plainName = (ir: Ir): string =>
  ir.kind === 'input' &&
  !ir.nullable &&
  ir.border.kind === 'number' &&
  ir.border.unit.mul === 1 &&
  ir.border.unit.div === 1
    ? ir.name
    : '';

/** The number, where a part is a constant: it needs no call. */
const constantOf = (ir: Ir): number | undefined =>
  ir.kind === 'const' && typeof ir.value === 'number' ? ir.value : undefined;

function makeProduct(ir: ArithmeticIr, making: Making): Part {
  const [left, right] = [strictly(ir.left, making), strictly(ir.right, making)];
  const fixed = constantOf(ir.right);
  if (ir.kind === 'mul') {
    if (fixed !== undefined) return (v, f, k) => finite((left(v, f, k) as number) * fixed);
    return (v, f, k) => finite((left(v, f, k) as number) * (right(v, f, k) as number));
  }
  if (fixed !== undefined && !isZero(fixed))
    return (v, f, k) => finite((left(v, f, k) as number) / fixed);
  return (v, f, k) => {
    const divisor = right(v, f, k) as number;
    return isZero(divisor) ? undefined : finite((left(v, f, k) as number) / divisor);
  };
}

function makeCompare(ir: Extract<Ir, { kind: 'compare' }>, making: Making): Part {
  const [left, right] = [strictly(ir.left, making), strictly(ir.right, making)];
  const { op, equality } = ir;
  if (equality.mode === 'dynamic') notEmitted();
  if (equality.mode === 'near' && (op === 'le' || op === 'lt')) {
    const equal = op === 'le';
    return (v, f, k) => {
      const a = left(v, f, k) as number;
      const b = right(v, f, k) as number;
      const d = a - b;
      if (d - d !== 0) return undefined;
      return equal ? d <= 0 || near(a, b) : d < 0 && !near(a, b);
    };
  }
  if (equality.mode === 'step') {
    const { step } = equality;
    const [below, above] = [op !== 'eq', op === 'ne'];
    return (v, f, k) => {
      const a = left(v, f, k) as number;
      const b = right(v, f, k) as number;
      const d = a - b;
      if (d - d !== 0) return undefined;
      // More than two steps apart there is nothing to count.
      if (Math.abs(d) > 2 * step + TOLERANCE * Math.abs(a)) return d < 0 ? below : above;
      return compareValues(op, equality, a, b);
    };
  }
  const exactly = equality.mode === 'text' || equality.mode === 'exact';
  if (exactly && (op === 'eq' || op === 'ne')) {
    const same = op === 'eq';
    return (v, f, k) => {
      const a = left(v, f, k);
      const b = right(v, f, k);
      return a === undefined || b === undefined ? undefined : (a === b) === same;
    };
  }
  return (v, f, k) => {
    const a = left(v, f, k);
    const b = right(v, f, k);
    if (a === undefined || b === undefined) return undefined;
    return compareValues(op, equality, a as Scalar, b as Scalar);
  };
}

function makeIn(ir: Extract<Ir, { kind: 'in' }>, making: Making): Part {
  const x = strictly(ir.left, making);
  const { step, list } = ir;
  if (list.kind !== 'list') return notEmitted();
  const items = list.items.map((item) => (item.kind === 'const' ? item.value : notEmitted()));
  if (items.includes(null)) notEmitted();
  if (step === undefined) {
    return (v, f, k) => {
      const a = x(v, f, k);
      if (a === undefined) return undefined;
      for (let i = 0; i < items.length; i++) if (a === items[i]) return true;
      return false;
    };
  }
  return (v, f, k) => {
    const a = x(v, f, k);
    if (a === undefined) return undefined;
    for (let i = 0; i < items.length; i++) if (sameKey(a, items[i], step)) return true;
    return false;
  };
}

function makeCall(ir: Extract<Ir, { kind: 'call' }>, making: Making): Part {
  const args = ir.args.map((arg) => strictly(arg, making));
  const [x = notEmitted(), y = x] = args;
  const { name } = ir;
  if (name === 'abs') return (v, f, k) => finite(Math.abs(x(v, f, k) as number));
  if ((name === 'min' || name === 'max') && args.length === 2) {
    return (v, f, k) => {
      const a = x(v, f, k) as number;
      const b = y(v, f, k) as number;
      return finite(name === 'min' ? Math.min(a, b) : Math.max(a, b));
    };
  }
  return (v, f, k) => {
    const values: Scalar[] = [];
    for (const arg of args) {
      const value = arg(v, f, k);
      if (value === undefined) return undefined;
      values.push(value as Scalar);
    }
    const value = HELPERS.call(name, values, k);
    return typeof value === 'number' ? finite(value) : value;
  };
}

/** Sums and counts of records; what is left the exact closures do. */
function makeAggregate(ir: AggregateIr, making: Making): Part {
  const list = strictly(ir.list, making);
  const border = ir.list.kind === 'input' || ir.list.kind === 'field' ? ir.list.border : undefined;
  const ofRecords = border?.kind === 'list' && border.of.kind === 'record';
  if (!ofRecords || (ir.name !== 'sum' && ir.name !== 'count')) return notEmitted();
  const where = ir.where && strictly(ir.where, making);
  const item = ir.item && strictly(ir.item, making);
  const { slot } = ir;
  return (v, f, k) => {
    const elements = list(v, f, k) as readonly unknown[] | undefined;
    if (elements === undefined) return undefined;
    let [total, lost] = [0, 0];
    for (let i = 0; i < elements.length; i++) {
      const element = elements[i];
      if (!isPlain(element)) return undefined;
      f[slot] = element;
      const keep = where === undefined || where(v, f, k);
      if (keep === undefined) return undefined;
      if (keep === false) continue;
      const x = item === undefined ? 1 : (item(v, f, k) as number);
      const next = total + x;
      lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total;
      total = next;
    }
    return finite(total + lost);
  };
}
