import {
  type ArithmeticIr,
  callsParts,
  type FieldIr,
  type InputIr,
  type Ir,
  mustCome,
  namesIn,
  type Unit,
} from '../../ir/ir.ts';
import { readOwn } from '../../source/read.ts';
import { BAD, castValue, enter, leave, type Value } from '../../values/border.ts';
import { dateOf } from '../../values/calendar.ts';
import { alike, compareValues, sameKey } from '../../values/compare.ts';
import type { Environment } from '../../values/environment.ts';
import { Fault, type FaultKind, isAnswerable } from '../../values/fault.ts';
import { callStrict, type Scalar } from '../../values/functions.ts';
import { isZero, near, roundTo } from '../../values/numbers.ts';
import type { Closure, FindUnit, UnitClosure } from './closure.ts';
import { closeAggregate, finite } from './closures-list.ts';

interface Making {
  readonly file: string;
  readonly find: FindUnit;
}

/**
 * A unit as a tree of closures: no code generation, so it runs under any content security policy.
 * It is exact, faults included; generated code falls back to it when anything is out of the
 * ordinary.
 */
export function closeUnit(unit: Unit, find: FindUnit): UnitClosure {
  const body = close(unit.body, { file: unit.file, find });
  const { slots } = unit;
  const hasParts = callsParts(unit.body);
  return (args, environment) => {
    const frame: Value[] = args.slice();
    while (frame.length < slots) frame.push(null);
    if (!hasParts || environment.parts !== undefined) return body(frame, environment);
    return body(frame, { ...environment, parts: new Map() });
  };
}

function faultMaker(kind: FaultKind, ir: Ir, making: Making): () => Fault {
  const names = namesIn(ir);
  return () => new Fault(kind, ir.span, making.file, names);
}

function strictly(ir: Ir, making: Making): Closure {
  const inner = close(ir, making);
  const missing = faultMaker('missing', ir, making);
  return (f, e) => inner(f, e) ?? missing();
}

/** Missing is a fault unless the type says that it may be. */
const asTyped = (ir: Ir, making: Making): Closure =>
  ir.nullable ? close(ir, making) : strictly(ir, making);

/** A function of two operands that must both be there. */
function both(
  ir: Ir & { left: Ir; right: Ir },
  making: Making,
  run: (a: Scalar, b: Scalar) => Value,
): Closure {
  const left = strictly(ir.left, making);
  const right = strictly(ir.right, making);
  return (f, e) => {
    const a = left(f, e);
    if (a instanceof Fault) return a;
    const b = right(f, e);
    return b instanceof Fault ? b : run(a as Scalar, b as Scalar);
  };
}

function one(operand: Ir, making: Making, run: (x: Scalar) => Value): Closure {
  const inner = strictly(operand, making);
  return (f, e) => {
    const x = inner(f, e);
    return x instanceof Fault ? x : run(x as Scalar);
  };
}

function close(ir: Ir, making: Making): Closure {
  switch (ir.kind) {
    case 'const': {
      const { value } = ir;
      return () => value;
    }
    case 'now':
      return (_, e) => e.now;
    case 'today':
      return (_, e) => dateOf(e.now, e.zone);
    case 'input': {
      const read = reader(ir, making);
      return (_, e) => read(e.inputs, e);
    }
    case 'local': {
      const { slot } = ir;
      const missing = absentIn(ir, making);
      return (f) => f[slot] ?? missing();
    }
    case 'field': {
      const target = asTyped(ir.target, making);
      const read = reader(ir, making);
      return (f, e) => {
        const x = target(f, e);
        return x === null || x instanceof Fault ? x : read(x as object, e);
      };
    }
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return closeArithmetic(ir, making);
    case 'scale': {
      const out = faultMaker('range', ir, making);
      const { mul, div } = ir;
      return one(ir.operand, making, (x) => finite(((x as number) * mul) / div, out));
    }
    case 'compare':
      return closeCompare(ir, making);
    case 'in':
      return closeIn(ir, making);
    case 'and':
    case 'or':
      return closeLogic(ir, making);
    case 'not':
      return one(ir.operand, making, (x) => x !== true);
    case 'if': {
      const condition = strictly(ir.condition, making);
      const then = close(ir.then, making);
      const otherwise = close(ir.otherwise, making);
      return (f, e) => {
        const c = condition(f, e);
        if (c instanceof Fault) return c;
        return c === true ? then(f, e) : otherwise(f, e);
      };
    }
    case 'coalesce': {
      const left = close(ir.left, making);
      const right = close(ir.right, making);
      return (f, e) => {
        const a = left(f, e);
        return a === null || (a instanceof Fault && isAnswerable(a)) ? right(f, e) : a;
      };
    }
    case 'is_missing': {
      const inner = asTyped(ir.operand, making);
      return (f, e) => {
        const x = inner(f, e);
        return x instanceof Fault ? x : x === null;
      };
    }
    case 'cast': {
      const inner = close(ir.operand, making);
      const wrong = faultMaker('data', ir, making);
      return (f, e) => castValue(inner(f, e), ir.border, e.zone, wrong);
    }
    case 'list': {
      const items = ir.items.map((item) => close(item, making));
      return (f, e) => items.map((item) => item(f, e));
    }
    case 'round': {
      const out = faultMaker('range', ir, making);
      const pair = { ...ir, left: ir.operand, right: ir.step };
      return both(pair, making, (x, step) =>
        finite(roundTo(x as number, step as number, ir.how), out),
      );
    }
    case 'record':
      return closeRecord(ir, making);
    case 'call':
      return closeCall(ir, making);
    case 'formula':
      return closeFormula(ir, making);
    case 'native':
      return closeNative(ir, making);
    case 'aggregate':
      return closeAggregate(ir, (part) => strictly(part, making), faultMaker('range', ir, making));
  }
}

function reader(ir: InputIr | FieldIr, making: Making): (target: object, e: Environment) => Value {
  const wrong = faultMaker('data', ir, making);
  const missing = absentIn(ir, making);
  const { name, border } = ir;
  return (target, e) => {
    const value = enter(readOwn(target, name), border, e.zone, wrong);
    return value === BAD ? wrong() : (value ?? missing());
  };
}

/** What stands for a value that is read and is not there. */
const absentIn = (ir: Parameters<typeof mustCome>[0], making: Making): (() => Fault | null) =>
  mustCome(ir) ? faultMaker('missing', ir, making) : () => null;

function closeArithmetic(ir: ArithmeticIr, making: Making): Closure {
  const out = faultMaker('range', ir, making);
  const zero = faultMaker('zero', ir, making);
  switch (ir.kind) {
    case 'add':
      return both(ir, making, (a, b) => finite((a as number) + (b as number), out));
    case 'sub':
      return both(ir, making, (a, b) => finite((a as number) - (b as number), out));
    case 'mul':
      return both(ir, making, (a, b) => finite((a as number) * (b as number), out));
    case 'div':
      return both(ir, making, (a, b) =>
        isZero(b as number) ? zero() : finite((a as number) / (b as number), out),
      );
  }
}

function closeCompare(ir: Extract<Ir, { kind: 'compare' }>, making: Making): Closure {
  const { op, equality } = ir;
  // The commonest comparisons get their own closures.
  if (equality.mode === 'near' && op === 'lt')
    return both(ir, making, (a, b) => a < b && !near(a as number, b as number));
  if (equality.mode === 'near' && op === 'le')
    return both(ir, making, (a, b) => a <= b || near(a as number, b as number));
  if (equality.mode === 'dynamic') {
    const wrong = faultMaker('data', ir, making);
    return both(ir, making, (a, b) =>
      alike(op, a, b) ? compareValues(op, equality, a, b) : wrong(),
    );
  }
  return both(ir, making, (a, b) => compareValues(op, equality, a, b));
}

function closeLogic(ir: Extract<Ir, { kind: 'and' | 'or' }>, making: Making): Closure {
  const left = strictly(ir.left, making);
  const right = strictly(ir.right, making);
  const deciding = ir.kind === 'or';
  return (f, e) => {
    const a = left(f, e);
    if (a === deciding) return deciding;
    const b = right(f, e);
    if (b === deciding) return deciding;
    return a instanceof Fault ? a : b;
  };
}

function closeIn(ir: Extract<Ir, { kind: 'in' }>, making: Making): Closure {
  const missing = faultMaker('missing', ir.list, making);
  const { step } = ir;
  return both({ ...ir, left: ir.left, right: ir.list }, making, (x, list) => {
    let found = false;
    for (const item of list as unknown as readonly Value[]) {
      if (item === null) return missing();
      if (item instanceof Fault) return item;
      found ||= sameKey(x, item, step);
    }
    return found;
  });
}

function closeRecord(ir: Extract<Ir, { kind: 'record' }>, making: Making): Closure {
  const fields = ir.fields.map((field) => ({ ...field, run: close(field.value, making) }));
  return (f, e) => {
    const made = Object.create(null) as Record<string, unknown>;
    for (const { name, run, border } of fields) {
      const x = run(f, e);
      if (x instanceof Fault) return x;
      made[name] = leave(x, border);
    }
    return made;
  };
}

function closeCall(ir: Extract<Ir, { kind: 'call' }>, making: Making): Closure {
  const args = ir.args.map((arg) => strictly(arg, making));
  const out = faultMaker('range', ir, making);
  const { name } = ir;
  return (f, e) => {
    const values: Scalar[] = [];
    let wrong: Fault | undefined;
    for (const arg of args) {
      const x = arg(f, e);
      if (x instanceof Fault) wrong ??= x;
      else values.push(x as Scalar);
    }
    return wrong ?? finite(callStrict(name, values, e.zone), out);
  };
}

function closeFormula(ir: Extract<Ir, { kind: 'formula' }>, making: Making): Closure {
  const args = ir.args.map((arg) => close(arg, making));
  const absent = faultMaker('function', ir, making);
  let unit: UnitClosure | undefined;
  const call = (f: Value[], e: Environment): Value => {
    unit ??= making.find(ir.name);
    if (unit === undefined) return absent();
    const given = args.map((arg) => arg(f, e));
    return unit(given, e);
  };
  // Another block has parts of its own.
  if (ir.label === undefined)
    return (f, e) => call(f, e.parts === undefined ? e : { ...e, parts: undefined });
  return (f, e) => {
    const known = e.parts?.get(ir.name);
    if (known !== undefined) return known;
    const value = call(f, e);
    e.parts?.set(ir.name, value);
    return value;
  };
}

function closeNative(ir: Extract<Ir, { kind: 'native' }>, making: Making): Closure {
  const args = ir.args.map((arg) => ({ run: close(arg.value, making), border: arg.border }));
  const failed = faultMaker('function', ir, making);
  const wrong = faultMaker('data', ir, making);
  const missing = absentIn(ir, making);
  return (f, e) => {
    const values: unknown[] = [];
    for (const { run, border } of args) {
      const x = run(f, e);
      if (x instanceof Fault) return x;
      values.push(leave(x, border));
    }
    const native = Object.hasOwn(e.natives, ir.name) ? e.natives[ir.name] : undefined;
    if (native === undefined) return failed();
    try {
      const value = enter(native(...values), ir.border, e.zone, wrong);
      return value === BAD ? wrong() : (value ?? missing());
    } catch {
      return failed();
    }
  };
}
