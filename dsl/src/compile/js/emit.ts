import type { AggregateIr, CallIr, CompareIr, FieldIr, InputIr, Ir, Unit } from '../../ir/ir.ts';
import { mayBeMissing } from '../../types/type.ts';
import type { Border } from '../../values/border.ts';

/**
 * JavaScript from the typed tree alone. The text holds no name, text or number of the user's: they
 * are constants `c0, c1 …` handed in, so rules of one shape share one text and one function.
 *
 * The function is the straight road: values that are there, of the declared form, results that
 * are finite. At anything else it returns `B`, and the caller asks the closures, which are exact.
 */
export interface Emitted {
  readonly text: string;
  readonly constants: readonly unknown[];
  /** Names of the units it calls, as `u0, u1 …`. */
  readonly units: readonly string[];
}

/** What the straight road does not do: such units run as closures. */
class NotEmitted extends Error {}

class Emitter {
  private readonly lines: string[] = [];
  readonly constants: unknown[] = [];
  readonly units: string[] = [];
  private next = 0;

  line(text: string): void {
    this.lines.push(text);
  }

  get text(): string {
    return this.lines.join('\n');
  }

  temp(value: string): string {
    const name = `t${this.next++}`;
    this.line(`const ${name} = ${value};`);
    return name;
  }

  variable(value: string): string {
    const name = `t${this.next++}`;
    this.line(`let ${name} = ${value};`);
    return name;
  }

  index(): string {
    return `i${this.next++}`;
  }

  constant(value: unknown): string {
    const known = this.constants.findIndex((c) => Object.is(c, value));
    if (known >= 0) return `c${known}`;
    this.constants.push(value);
    return `c${this.constants.length - 1}`;
  }

  unit(name: string): string {
    const known = this.units.indexOf(name);
    if (known >= 0) return `u${known}`;
    this.units.push(name);
    return `u${this.units.length - 1}`;
  }
}

/** The text of a unit, or undefined when it must run as closures. */
export function emitUnit(unit: Unit): Emitted | undefined {
  const out = new Emitter();
  try {
    const slots = unit.params.map((param, i) => {
      const name = out.temp(`A[${i}]`);
      if (!mayBeMissing(param.type)) out.line(`if (${name} === null) return B;`);
      return name;
    });
    const result = emit(unit.body, out, new Map(slots.map((name, i) => [i, name])));
    out.line(`return ${result};`);
  } catch (fault) {
    if (fault instanceof NotEmitted) return undefined;
    throw fault;
  }
  const head = [
    ...out.constants.map((_, i) => `const c${i} = C[${i}];`),
    ...out.units.map((_, i) => `const u${i} = U[${i}];`),
  ];
  const text = `${head.join('\n')}\nreturn function (A, e) {\n${out.text}\n};`;
  return { text, constants: out.constants, units: out.units };
}

type Slots = Map<number, string>;

/** The value of an operand that must be there. */
function strict(ir: Ir, out: Emitter, slots: Slots): string {
  const value = emit(ir, out, slots);
  if (ir.nullable) out.line(`if (${value} === null) return B;`);
  return value;
}

function finite(value: string, out: Emitter): string {
  const name = out.temp(value);
  out.line(`if (${name} - ${name} !== 0) return B;`);
  return name;
}

function emit(ir: Ir, out: Emitter, slots: Slots): string {
  switch (ir.kind) {
    case 'const':
      return ir.value === null || typeof ir.value === 'boolean'
        ? String(ir.value)
        : out.constant(ir.value);
    case 'now':
      return out.temp('e.now');
    case 'today':
      return out.temp('H.today(e)');
    case 'input':
      return emitRead('e.inputs', ir, out);
    case 'local':
      return slots.get(ir.slot) ?? notEmitted();
    case 'field':
      return emitField(ir, out, slots);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return emitArithmetic(ir, out, slots);
    case 'scale': {
      const x = strict(ir.operand, out, slots);
      return finite(`${x} * ${out.constant(ir.mul)} / ${out.constant(ir.div)}`, out);
    }
    case 'compare':
      return emitCompare(ir, out, slots);
    case 'in': {
      const x = strict(ir.left, out, slots);
      const list = strict(ir.list, out, slots);
      const found = out.temp(`H.member(${x}, ${list}, ${out.constant(ir.step)})`);
      out.line(`if (${found} === B) return B;`);
      return found;
    }
    case 'and':
    case 'or': {
      const result = out.variable(strict(ir.left, out, slots));
      out.line(`if (${ir.kind === 'and' ? '' : '!'}${result}) {`);
      out.line(`${result} = ${strict(ir.right, out, slots)};`);
      out.line('}');
      return result;
    }
    case 'not':
      return out.temp(`!${strict(ir.operand, out, slots)}`);
    case 'if': {
      const condition = strict(ir.condition, out, slots);
      const result = out.variable('null');
      out.line(`if (${condition}) {`);
      out.line(`${result} = ${emit(ir.then, out, slots)};`);
      out.line('} else {');
      out.line(`${result} = ${emit(ir.otherwise, out, slots)};`);
      out.line('}');
      return result;
    }
    case 'coalesce': {
      const result = out.variable(emit(ir.left, out, slots));
      if (!ir.left.nullable) return result;
      out.line(`if (${result} === null) {`);
      out.line(`${result} = ${emit(ir.right, out, slots)};`);
      out.line('}');
      return result;
    }
    case 'is_missing':
      return out.temp(`${emit(ir.operand, out, slots)} === null`);
    case 'list':
      return out.temp(`[${ir.items.map((item) => strict(item, out, slots)).join(', ')}]`);
    case 'round': {
      const x = strict(ir.operand, out, slots);
      const step = strict(ir.step, out, slots);
      return finite(`H.roundTo(${x}, ${step}, ${out.constant(ir.how)})`, out);
    }
    case 'call':
      return emitCall(ir, out, slots);
    case 'formula': {
      const args = ir.args.map((arg) => emit(arg, out, slots));
      const result = out.temp(`${out.unit(ir.name)}([${args.join(', ')}], e)`);
      out.line(`if (${result} === B) return B;`);
      if (!ir.nullable) out.line(`if (${result} === null) return B;`);
      return result;
    }
    case 'aggregate':
      return emitAggregate(ir, out, slots);
    case 'cast':
    case 'record':
    case 'native':
      return notEmitted();
  }
}

function notEmitted(): never {
  throw new NotEmitted();
}

function emitField(ir: FieldIr, out: Emitter, slots: Slots): string {
  const target = emit(ir.target, out, slots);
  if (!ir.target.nullable) return emitRead(target, ir, out);
  const result = out.variable('null');
  out.line(`if (${target} !== null) {`);
  out.line(`${result} = ${emitRead(target, ir, out)};`);
  out.line('}');
  return result;
}

const PRIMITIVE: Readonly<Record<string, string>> = {
  number: 'number',
  bool: 'boolean',
  text: 'string',
};

/** Reads plain data and asks that it has the declared form. */
function emitRead(target: string, ir: InputIr | FieldIr, out: Emitter): string {
  const { border, nullable } = ir;
  const data = out.temp(`H.own(${target}, ${out.constant(ir.name)})`);
  if (!nullable) return emitEnter(data, border, out);
  const result = out.variable('null');
  out.line(`if (${data} !== null && ${data} !== undefined) {`);
  out.line(`${result} = ${emitEnter(data, border, out)};`);
  out.line('}');
  return result;
}

function emitEnter(data: string, border: Border, out: Emitter): string {
  const primitive = PRIMITIVE[border.kind];
  if (primitive === undefined) {
    const value = out.temp(`H.enter(${data}, ${out.constant(border)}, e.zone)`);
    out.line(`if (${value} === B) return B;`);
    return value;
  }
  out.line(`if (typeof ${data} !== "${primitive}") return B;`);
  if (border.kind !== 'number') return data;
  const { mul, div } = border.unit;
  if (mul === 1 && div === 1) return finite(data, out);
  // The same operations in the same order as at every other border.
  if (mul === 1) return finite(`${data} / ${out.constant(div)}`, out);
  return finite(`${data} * ${out.constant(mul)} / ${out.constant(div)}`, out);
}

const SIGNS = { add: '+', sub: '-', mul: '*', div: '/' } as const;

function emitArithmetic(
  ir: Extract<Ir, { kind: keyof typeof SIGNS }>,
  out: Emitter,
  slots: Slots,
): string {
  const a = strict(ir.left, out, slots);
  const b = strict(ir.right, out, slots);
  if (ir.kind === 'div') out.line(`if (H.isZero(${b})) return B;`);
  return finite(`${a} ${SIGNS[ir.kind]} ${b}`, out);
}

function emitCompare(ir: CompareIr, out: Emitter, slots: Slots): string {
  const a = strict(ir.left, out, slots);
  const b = strict(ir.right, out, slots);
  const { equality, op } = ir;
  if (equality.mode === 'dynamic') return notEmitted();
  if (equality.mode === 'text') {
    return out.temp(`H.compare(${out.constant(op)}, ${out.constant(equality)}, ${a}, ${b})`);
  }
  if (equality.mode === 'step') {
    const step = out.constant(equality.step);
    return out.temp(exactly(op, `H.steps(${a}, ${step})`, `H.steps(${b}, ${step})`));
  }
  if (equality.mode === 'exact') return out.temp(exactly(op, a, b));
  const near = `H.near(${a}, ${b})`;
  switch (op) {
    case 'eq':
      return out.temp(near);
    case 'ne':
      return out.temp(`!${near}`);
    case 'lt':
      return out.temp(`${a} < ${b} && !${near}`);
    case 'le':
      return out.temp(`${a} <= ${b} || ${near}`);
  }
}

const exactly = (op: CompareIr['op'], a: string, b: string): string =>
  `${a} ${{ eq: '===', ne: '!==', lt: '<', le: '<=' }[op]} ${b}`;

function emitCall(ir: CallIr, out: Emitter, slots: Slots): string {
  const args = ir.args.map((arg) => strict(arg, out, slots));
  if (ir.name === 'abs' || ir.name === 'min' || ir.name === 'max') {
    return out.temp(`Math.${ir.name}(${args.join(', ')})`);
  }
  const result = out.temp(`H.call(${out.constant(ir.name)}, [${args.join(', ')}], e.zone)`);
  out.line(`if (${result} === B) return B;`);
  return result;
}

/** A loop that folds as it goes; a missing element leaves the straight road. */
function emitAggregate(ir: AggregateIr, out: Emitter, slots: Slots): string {
  const list = strict(ir.list, out, slots);
  const fold = folder(ir.name, out);
  const i = out.index();
  out.line(`for (let ${i} = 0; ${i} < ${list}.length; ${i}++) {`);
  const element = out.temp(`${list}[${i}]`);
  out.line(`if (${element} === null) return B;`);
  const inside = new Map(slots).set(ir.slot, element);
  const body = (): void => fold.step(ir.item === undefined ? 'true' : strict(ir.item, out, inside));
  if (ir.where === undefined) body();
  else {
    out.line(`if (${strict(ir.where, out, inside)}) {`);
    body();
    out.line('}');
  }
  out.line('}');
  return fold.end();
}

interface Folder {
  step(value: string): void;
  end(): string;
}

function folder(name: AggregateIr['name'], out: Emitter): Folder {
  switch (name) {
    case 'any':
    case 'none':
    case 'all': {
      const result = out.variable(name === 'any' ? 'false' : 'true');
      const negate = name === 'all' ? '!' : '';
      return {
        step: (value) =>
          out.line(`if (${negate}${value}) { ${result} = ${name === 'any'}; break; }`),
        end: () => result,
      };
    }
    case 'count': {
      const result = out.variable('0');
      return { step: () => out.line(`${result} = ${result} + 1;`), end: () => result };
    }
    case 'sum':
    case 'avg':
      return summing(name, out);
    case 'min':
    case 'max': {
      const result = out.variable('null');
      const sign = name === 'min' ? '<' : '>';
      return {
        step: (value) =>
          out.line(
            `if (${result} === null || ${value} ${sign} ${result}) { ${result} = ${value}; }`,
          ),
        end: () => result,
      };
    }
  }
}

/** Neumaier's sum, with its count for the mean. */
function summing(name: 'sum' | 'avg', out: Emitter): Folder {
  const [total, lost, count] = [out.variable('0'), out.variable('0'), out.variable('0')];
  return {
    step(value) {
      const next = out.temp(`${total} + ${value}`);
      out.line(
        `${lost} = ${lost} + (Math.abs(${total}) >= Math.abs(${value}) ? ${total} - ${next} + ${value} : ${value} - ${next} + ${total});`,
      );
      out.line(`${total} = ${next};`);
      out.line(`${count} = ${count} + 1;`);
    },
    end() {
      const sum = finite(`${total} + ${lost}`, out);
      if (name === 'sum') return sum;
      return out.temp(`${count} === 0 ? null : ${sum} / ${count}`);
    },
  };
}
