import type { AggregateIr, Ir, Unit, Units } from '../../ir/ir.ts';
import { present } from '../../types/type.ts';
import { type Border, goesOut, leave, type Value } from '../../values/border.ts';
import { compareValues, sameKey } from '../../values/compare.ts';
import type { Scalar } from '../../values/functions.ts';
import { near, roundTo, TOLERANCE } from '../../values/numbers.ts';
import type { Entry } from './emit.ts';
import type { Straight } from './generate.ts';
import { HELPERS } from './helpers.ts';
import { makeExtreme, makeProduct, makeScale, makeSum, type Operands } from './swift-arithmetic.ts';
import { Numbers } from './swift-numbers.ts';
import { type Data, type Frame, finite, isPlain, type Part, reader } from './swift-read.ts';
import { NotEmitted, notEmitted } from './writer.ts';

/**
 * The straight road as closures, for places where code may not be generated: a part gives its value
 * or, wherever anything is out of the ordinary, undefined. It makes neither an environment nor a
 * fault; the exact closures do, when they are asked in its place.
 */
export interface Making {
  readonly units: Units;
  readonly entry: Entry;
  readonly numbers: Numbers;
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
  const numbers = new Numbers();
  try {
    body = strictly(unit.body, { units, entry, numbers, nodes: 0 });
  } catch (fault) {
    if (fault instanceof NotEmitted) return undefined;
    throw fault;
  }
  const { slots } = unit;
  const border = borderOfResult(unit);
  return (values, asked, how) => {
    if (numbers.busy) return slow(values, asked, how);
    numbers.busy = true;
    let value: unknown;
    try {
      if (isPlain(values) && numbers.fill(values))
        value = body(values, slots === 0 ? NO_FRAME : new Array<unknown>(slots), asked);
    } catch {
      // What throws is the host's data: the exact closures tell which of it.
      value = undefined;
    }
    numbers.busy = false;
    if (typeof value === 'boolean') return value;
    if (border === undefined && value !== undefined) return value;
    if (value === null) return null;
    if (border !== undefined && value !== undefined && goesOut(value as Value, border))
      return leave(value as Value, border);
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

/** The place of an input that is a number as it comes; -1 of everything else. */
function slotOf(ir: Ir, { numbers }: Making): number {
  const plain =
    ir.kind === 'input' &&
    !ir.nullable &&
    ir.border.kind === 'number' &&
    ir.border.unit.mul === 1 &&
    ir.border.unit.div === 1 &&
    !(ir.name in Object.prototype);
  return plain ? numbers.slotOf(ir.name) : -1;
}

const inside = (making: Making): Operands => ({
  at: making.numbers.at,
  slotOf: (ir) => slotOf(ir, making),
  part: (ir) => strictly(ir, making),
});

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
      const slot = slotOf(ir, making);
      if (slot < 0) return reader(ir);
      const { at } = making.numbers;
      return () => finite(at[slot] as number);
    }
    case 'local': {
      const { slot } = ir;
      return (_v, f) => f[slot];
    }
    case 'field': {
      making.numbers.alone = false;
      const target = make(ir.target, making);
      const read = reader(ir);
      return (v, f, k) => {
        const x = target(v, f, k);
        return x === null || x === undefined ? x : read(x as Data, f, k);
      };
    }
    case 'add':
    case 'sub':
      return makeSum(ir, inside(making));
    case 'mul':
    case 'div':
      return makeProduct(ir, inside(making));
    case 'scale':
      return makeScale(ir, inside(making));
    case 'compare':
      return makeCompare(ir, making);
    case 'in':
      return makeIn(ir, making);
    case 'and':
    case 'or':
      return makeLogic(ir, making);
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

/** `a and b and c` as one part: the first that decides, or is out of the ordinary, ends it. */
function makeLogic(ir: Extract<Ir, { kind: 'and' | 'or' }>, making: Making): Part {
  const parts = flat(ir, ir.kind).map((part) => strictly(part, making));
  const passing = ir.kind === 'and';
  const [left, right] = parts as [Part, Part];
  if (parts.length === 2) {
    return (v, f, k) => {
      const a = left(v, f, k);
      return a === passing ? right(v, f, k) : a;
    };
  }
  return (v, f, k) => {
    for (let i = 0; i < parts.length; i++) {
      const a = (parts[i] as Part)(v, f, k);
      if (a !== passing) return a;
    }
    return passing;
  };
}

const flat = (ir: Ir, kind: 'and' | 'or'): readonly Ir[] =>
  ir.kind === kind && !ir.nullable ? [...flat(ir.left, kind), ...flat(ir.right, kind)] : [ir];

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
    const fixed = ir.right.kind === 'const' ? ir.right.value : null;
    if (fixed !== null) {
      return (v, f, k) => {
        const a = left(v, f, k);
        return a === undefined ? undefined : (a === fixed) === same;
      };
    }
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
  const [x = notEmitted()] = args;
  const { name } = ir;
  if (name === 'abs') return (v, f, k) => finite(Math.abs(x(v, f, k) as number));
  if ((name === 'min' || name === 'max') && args.length === 2)
    return makeExtreme(name, ir.args, inside(making));
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
  making.numbers.alone = false;
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
