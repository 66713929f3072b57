import {
  type AggregateIr,
  type FieldIr,
  type FormulaIr,
  type InputIr,
  type Ir,
  mustCome,
  type NativeIr,
  namesIn,
  type Unit,
  type Units,
} from '../ir/ir.ts';
import { readOwn } from '../source/read.ts';
import { BAD, type Border, castValue, enter, leave, type Value } from '../values/border.ts';
import { dateOf } from '../values/calendar.ts';
import { alike, compareValues, sameKey } from '../values/compare.ts';
import type { Environment } from '../values/environment.ts';
import { Fault, type FaultKind, isAnswerable } from '../values/fault.ts';
import { callStrict, type Scalar } from '../values/functions.ts';
import { isZero, roundTo, sum } from '../values/numbers.ts';

/**
 * The plain interpreter: what the language means, case by case. It is written to be read, not to
 * be fast; every back end must agree with it.
 */
export interface Reference {
  readonly units: Units;
  readonly environment: Environment;
  /** Sees every value as it comes about: explanations and coverage listen here. */
  readonly watch?: (ir: Ir, value: Value) => void;
}

interface Frame extends Reference {
  readonly file: string;
  readonly locals: readonly Value[];
  /** The parts of the block that are known by now. */
  readonly parts: Map<string, Value>;
}

/** The value of a unit, or why there is none. A value that must be there and is not is a fault. */
export function evaluateUnit(unit: Unit, args: readonly Value[], reference: Reference): Value {
  return evaluate(unit.body, { ...reference, file: unit.file, locals: args, parts: new Map() });
}

/** The value of a part of a unit, with the locals it sees. */
export function evaluateIn(
  ir: Ir,
  file: string,
  locals: readonly Value[],
  reference: Reference,
): Value {
  const { units, environment } = reference;
  return evaluate(ir, { units, environment, file, locals, parts: new Map() });
}

function fault(kind: FaultKind, ir: Ir, frame: Frame): Fault {
  return new Fault(kind, ir.span, frame.file, namesIn(ir));
}

function evaluate(ir: Ir, frame: Frame): Value {
  const value = evaluateKind(ir, frame);
  frame.watch?.(ir, value);
  return value;
}

/** The value of an operand that must be there: missing becomes a fault. */
function strict(ir: Ir, frame: Frame): Exclude<Value, null> {
  return evaluate(ir, frame) ?? fault('missing', ir, frame);
}

/** The value as its type has it: missing is a fault unless the type says that it may be. */
const asTyped = (ir: Ir, frame: Frame): Value =>
  ir.nullable ? evaluate(ir, frame) : strict(ir, frame);

/** A number that came out of arithmetic: beyond the doubles it is a fault. */
function finite(value: Scalar, ir: Ir, frame: Frame): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? fault('range', ir, frame) : value;
}

function evaluateKind(ir: Ir, frame: Frame): Value {
  const { environment } = frame;
  switch (ir.kind) {
    case 'const':
      return ir.value;
    case 'now':
      return environment.now;
    case 'today':
      return dateOf(environment.now, environment.zone);
    case 'input':
      return read(environment.inputs, ir, frame);
    case 'local':
      return frame.locals[ir.slot] ?? absent(ir, frame);
    case 'field':
      return field(ir, frame);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return arithmetic(ir, frame);
    case 'scale': {
      const x = strict(ir.operand, frame);
      return x instanceof Fault ? x : finite(((x as number) * ir.mul) / ir.div, ir, frame);
    }
    case 'compare': {
      const a = strict(ir.left, frame);
      const b = strict(ir.right, frame);
      if (a instanceof Fault) return a;
      if (b instanceof Fault) return b;
      if (ir.equality.mode === 'dynamic' && !alike(ir.op, a, b)) return fault('data', ir, frame);
      return compareValues(ir.op, ir.equality, a as Scalar, b as Scalar);
    }
    case 'in':
      return member(ir, frame);
    case 'and':
    case 'or':
      return kleene(ir, frame);
    case 'not': {
      const x = strict(ir.operand, frame);
      return x instanceof Fault ? x : x !== true;
    }
    case 'if': {
      const condition = strict(ir.condition, frame);
      if (condition instanceof Fault) return condition;
      return evaluate(condition === true ? ir.then : ir.otherwise, frame);
    }
    case 'coalesce': {
      const left = evaluate(ir.left, frame);
      const answered = left === null || (left instanceof Fault && isAnswerable(left));
      return answered ? evaluate(ir.right, frame) : left;
    }
    case 'is_missing': {
      const x = asTyped(ir.operand, frame);
      return x instanceof Fault ? x : x === null;
    }
    case 'cast': {
      const x = evaluate(ir.operand, frame);
      return castValue(x, ir.border, environment.zone, () => fault('data', ir, frame));
    }
    case 'list':
      return ir.items.map((item) => evaluate(item, frame));
    case 'record':
      return record(ir, frame);
    case 'call': {
      const args = ir.args.map((arg) => strict(arg, frame));
      const wrong = args.find((arg) => arg instanceof Fault);
      if (wrong !== undefined) return wrong;
      return finite(callStrict(ir.name, args as Scalar[], environment.zone), ir, frame);
    }
    case 'round': {
      const x = strict(ir.operand, frame);
      const step = strict(ir.step, frame);
      if (x instanceof Fault) return x;
      if (step instanceof Fault) return step;
      return finite(roundTo(x as number, step as number, ir.how), ir, frame);
    }
    case 'formula':
      return formula(ir, frame);
    case 'native':
      return native(ir, frame);
    case 'aggregate':
      return aggregate(ir, frame);
  }
}

/** Reads plain data by name, own properties only, and checks that it has the declared form. */
function read(target: object, ir: InputIr | FieldIr, frame: Frame): Value {
  const data = readOwn(target, ir.name);
  const wrong = (): Fault => fault('data', ir, frame);
  const value = enter(data, ir.border, frame.environment.zone, wrong);
  if (value === null) return absent(ir, frame);
  return value === BAD ? wrong() : value;
}

/** What is read and is not there: where it has to be, that is a fault wherever it is handed to. */
const absent = (ir: Parameters<typeof mustCome>[0], frame: Frame): Value =>
  mustCome(ir) ? fault('missing', ir, frame) : null;

/** `x.y` of an `x` that may be missing is missing with it; an `x` that has to be there is a fault. */
function field(ir: FieldIr, frame: Frame): Value {
  const target = asTyped(ir.target, frame);
  if (target === null || target instanceof Fault) return target;
  return read(target as object, ir, frame);
}

function arithmetic(ir: Extract<Ir, { kind: 'add' | 'sub' | 'mul' | 'div' }>, frame: Frame): Value {
  const a = strict(ir.left, frame);
  const b = strict(ir.right, frame);
  if (a instanceof Fault) return a;
  if (b instanceof Fault) return b;
  const [x, y] = [a as number, b as number];
  switch (ir.kind) {
    case 'add':
      return finite(x + y, ir, frame);
    case 'sub':
      return finite(x - y, ir, frame);
    case 'mul':
      return finite(x * y, ir, frame);
    case 'div':
      return isZero(y) ? fault('zero', ir, frame) : finite(x / y, ir, frame);
  }
}

/** `and` and `or` after Kleene: the side that decides, decides, whatever the other is. */
function kleene(ir: Extract<Ir, { kind: 'and' | 'or' }>, frame: Frame): Value {
  const deciding = ir.kind === 'or';
  const a = strict(ir.left, frame);
  if (a === deciding) return deciding;
  const b = strict(ir.right, frame);
  if (b === deciding) return deciding;
  return a instanceof Fault ? a : b;
}

function member(ir: Extract<Ir, { kind: 'in' }>, frame: Frame): Value {
  const x = strict(ir.left, frame);
  const list = strict(ir.list, frame);
  if (x instanceof Fault) return x;
  if (list instanceof Fault) return list;
  let found = false;
  for (const item of list as readonly Value[]) {
    if (item === null) return fault('missing', ir.list, frame);
    if (item instanceof Fault) return item;
    found ||= sameKey(x, item, ir.step);
  }
  return found;
}

function record(ir: Extract<Ir, { kind: 'record' }>, frame: Frame): Value {
  const made: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { name, value, border } of ir.fields) {
    const x = evaluate(value, frame);
    if (x instanceof Fault) return x;
    made[name] = leave(x, border);
  }
  return made;
}

function formula(ir: FormulaIr, frame: Frame): Value {
  const unit = frame.units.get(ir.name);
  const args = ir.args.map((arg) => evaluate(arg, frame));
  if (unit === undefined) return fault('function', ir, frame);
  if (ir.label === undefined) return evaluateUnit(unit, args, frame);
  const known = frame.parts.get(ir.name);
  if (known !== undefined) return known;
  const value = evaluate(unit.body, { ...frame, file: unit.file, locals: args });
  frame.parts.set(ir.name, value);
  return value;
}

function native(ir: NativeIr, frame: Frame): Value {
  const { natives, zone } = frame.environment;
  const args: unknown[] = [];
  for (const { value, border } of ir.args) {
    const x = evaluate(value, frame);
    if (x instanceof Fault) return x;
    args.push(leave(x, border satisfies Border));
  }
  const run = Object.hasOwn(natives, ir.name) ? natives[ir.name] : undefined;
  if (run === undefined) return fault('function', ir, frame);
  try {
    const value = enter(run(...args), ir.border, zone, () => fault('data', ir, frame));
    if (value === null) return absent(ir, frame);
    return value === BAD ? fault('data', ir, frame) : value;
  } catch {
    return fault('function', ir, frame);
  }
}

/** The values an aggregate runs over; a fault in `where` takes the element's place. */
function elements(ir: AggregateIr, frame: Frame): readonly Value[] | Fault {
  const list = strict(ir.list, frame);
  if (list instanceof Fault) return list;
  const kept: Value[] = [];
  for (const item of list as readonly Value[]) {
    const locals = [...frame.locals];
    locals[ir.slot] = item;
    const inside = { ...frame, locals };
    const where = ir.where === undefined ? true : strict(ir.where, inside);
    if (where === false) continue;
    if (where instanceof Fault) kept.push(where);
    else kept.push(ir.item === undefined ? true : strict(ir.item, inside));
  }
  return kept;
}

function aggregate(ir: AggregateIr, frame: Frame): Value {
  const items = elements(ir, frame);
  if (items instanceof Fault) return items;
  if (ir.name === 'any' || ir.name === 'all' || ir.name === 'none') {
    const deciding = ir.name !== 'all';
    const decided = items.includes(deciding);
    const wrong = items.find((item) => item instanceof Fault);
    if (!decided && wrong !== undefined) return wrong;
    return ir.name === 'any' ? decided : !decided;
  }
  const wrong = items.find((item) => item instanceof Fault);
  if (wrong !== undefined) return wrong;
  const numbers = items as readonly number[];
  switch (ir.name) {
    case 'count':
      return items.length;
    case 'sum':
      return finite(sum(numbers), ir, frame);
    case 'avg':
      return numbers.length === 0 ? null : finite(sum(numbers) / numbers.length, ir, frame);
    case 'min':
      return numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b));
    case 'max':
      return numbers.length === 0 ? null : numbers.reduce((a, b) => Math.max(a, b));
  }
}
