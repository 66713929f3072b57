import type { Ir, Unit, Units } from '../../ir/ir.ts';
import { mayBeMissing } from '../../types/type.ts';
import type { Border } from '../../values/border.ts';
import { emitArithmetic, emitRound, emitScale } from './emit-arithmetic.ts';
import { type Choice, choiceOf, emitCompare, emitIn, textOf } from './emit-compare.ts';
import { emitCall, emitClock, emitConstant, emitResult } from './emit-leaf.ts';
import { emitAggregate, type Slot, type Slots, truth } from './emit-list.ts';
import {
  emitField,
  emitInput,
  enterRaw,
  jumpUnlessOneOf,
  jumpWhen,
  lookedUp,
  type Outside,
  readFrom,
  thatIsThere,
} from './emit-read.ts';
import { NotEmitted, notEmitted, plainVal, UNKNOWN_NUMBER, type Val, Writer } from './writer.ts';

/**
 * JavaScript from the typed tree alone. The text holds no name, text or number of the user's: they
 * are constants `c0, c1 …` and names `n0, n1 …` handed in, so rules of one shape share one text.
 *
 * The function takes the plain values and the clock, and is the straight road: values that are
 * there, of the declared form, results that are finite. At anything else it breaks `out` and asks
 * `S`, the exact closures. Only what decides, hides or hands on a number asks whether it is finite:
 * a sum, a difference, a product of numbers that are not is not either.
 */
export interface Emitted {
  readonly text: string;
  readonly constants: readonly unknown[];
  /** Property names; the text reads no other property of data. */
  readonly names: readonly string[];
}

/** What the function takes and gives. */
export interface Entry extends Outside {
  /** `verdict`: true as soon as the rule refuses, for one element of `each` or without it. */
  readonly gives: 'value' | 'verdict';
  /** The list whose elements are the unit's one parameter; else parameters are read by name. */
  readonly each?: { readonly fact: string; readonly border: Border };
}

/** Formulas are written out where they are called, as far as this many nodes go. */
const MOST_NODES = 1_500;

interface Scope {
  readonly units: Units;
  readonly outside: Outside;
  readonly out: Writer;
  nodes: number;
}

/** The text of a unit, or undefined when it must run as closures. */
export function emitUnit(unit: Unit, units: Units, entry: Entry): Emitted | undefined {
  const out = new Writer();
  const scope: Scope = { units, outside: entry, out, nodes: 0 };
  try {
    if (entry.each !== undefined) emitEach(unit, entry.each, scope);
    else if (entry.gives === 'verdict') emitVerdict(unit.body, scope, paramsOf(unit, out));
    else emitAnswer(unit.body, scope, paramsOf(unit, out));
  } catch (fault) {
    if (fault instanceof NotEmitted) return undefined;
    throw fault;
  }
  const head = [
    ...out.constants.map((_, i) => `const c${i} = C[${i}];`),
    ...out.names.map((_, i) => `const n${i} = N[${i}];`),
    'return function (v, k, q) {',
    // What throws is the host's data: the exact closures tell which of it.
    'try {',
    'out: {',
    'if (v === null || v === undefined) break out;',
    'if (v.__proto__ !== P && !H.bare(v)) break out;',
    // A property that has got into the prototype of all objects is nobody's own.
    ...(out.names.length === 0
      ? []
      : [`if (${out.names.map((_, i) => `P[n${i}] !== undefined`).join(' || ')}) break out;`]),
  ];
  const text = `${head.join('\n')}\n${out.text}\n}\n} catch {}\nreturn S(v, k, q);\n};`;
  return { text, constants: out.constants, names: out.names };
}

function paramsOf(unit: Unit, out: Writer): Slots {
  return new Map<number, Slot>(
    unit.params.map(({ name, border, type }, i) => [
      i,
      readFrom('v', name, border, mayBeMissing(type), out),
    ]),
  );
}

/** All elements are judged; the first that is refused ends it. */
function emitEach(unit: Unit, each: { fact: string; border: Border }, scope: Scope): void {
  const { out } = scope;
  const list = readFrom('v', each.fact, { kind: 'list', of: each.border }, false, out);
  const i = out.index();
  out.block(`for (let ${i} = 0; ${i} < ${list.code}.length; ${i}++) {`, () => {
    const raw = out.temp(`${list.code}[${i}]`);
    // The list's elements are the parameter, so they must have its form whether it is read or not.
    lookedUp(enterRaw(raw, each.border, false, out), out);
    const slots = new Map<number, Slot>([[0, { raw, border: each.border }]]);
    emitJump(unit.body, true, 'return true;', scope, slots);
  });
  out.line('return false;');
}

function emitVerdict(body: Ir, scope: Scope, slots: Slots): void {
  emitJump(body, false, 'return false;', scope, slots);
  scope.out.line('return true;');
}

function emitAnswer(body: Ir, scope: Scope, slots: Slots): void {
  if (body.type.kind === 'bool' && !body.nullable) emitVerdict(body, scope, slots);
  else {
    const val = body.nullable ? emit(body, scope, slots) : strict(body, scope, slots);
    scope.out.line(`return ${emitResult(val, body.type, scope.out)};`);
  }
}

/** Goes to `target` when a condition comes out as `when`; the text runs on when it does not. */
function emitJump(ir: Ir, when: boolean, target: string, scope: Scope, slots: Slots): void {
  const { out } = scope;
  if (++scope.nodes > MOST_NODES) notEmitted();
  if (ir.kind === 'not') {
    emitJump(ir.operand, !when, target, scope, slots);
  } else if (ir.kind === 'and' || ir.kind === 'or') {
    const deciding = ir.kind === 'or';
    if (when === deciding) {
      emitJump(ir.left, when, target, scope, slots);
      emitJump(ir.right, when, target, scope, slots);
      return;
    }
    const label = out.label();
    out.block(`${label}: {`, () => {
      emitJump(ir.left, deciding, `break ${label};`, scope, slots);
      emitJump(ir.right, when, target, scope, slots);
    });
  } else {
    const choice = choiceOf(ir);
    if (choice !== undefined && when === choice.negated) {
      emitChoiceJump(choice, target, scope, slots);
      return;
    }
    const val = thatIsThere(emitLoose(ir, scope, slots), out);
    if (val.kind !== 'bool') notEmitted();
    jumpWhen(val, when, target, out);
  }
}

/** Goes to `target` when a text is none of those it is compared with. */
function emitChoiceJump({ of, texts }: Choice, target: string, scope: Scope, slots: Slots): void {
  const { out } = scope;
  const other = of.kind === 'coalesce' ? textOf(of.right) : undefined;
  if (of.kind === 'coalesce' && other !== undefined) {
    const text = emitLoose(of.left, scope, slots);
    if (text.nullable && text.among?.includes(other)) {
      jumpUnlessOneOf(text, texts, target, out, texts.includes(other) ? 'stays' : 'goes');
      return;
    }
  }
  const text = thatIsThere(emitLoose(of, scope, slots), out);
  if (text.kind !== 'text') notEmitted();
  jumpUnlessOneOf(text, texts, target, out);
}

/** A condition as a value. */
function emitCondition(ir: Ir, scope: Scope, slots: Slots): Val {
  const { out } = scope;
  const deciding = ir.kind === 'or';
  const result = out.variable(String(deciding));
  const label = out.label();
  out.block(`${label}: {`, () => {
    emitJump(ir, deciding, `break ${label};`, scope, slots);
    out.line(`${result} = ${!deciding};`);
  });
  return plainVal(result, 'bool');
}

/** The value of an operand that must be there. */
const strict = (ir: Ir, scope: Scope, slots: Slots): Val =>
  thatIsThere(emit(ir, scope, slots), scope.out);

const emit = (ir: Ir, scope: Scope, slots: Slots): Val =>
  lookedUp(emitLoose(ir, scope, slots), scope.out);

/** As `emit`, but a text that may be one of several may still have to be looked up. */
function emitLoose(ir: Ir, scope: Scope, slots: Slots): Val {
  if (++scope.nodes > MOST_NODES) notEmitted();
  const { out } = scope;
  const there = (part: Ir): Val => strict(part, scope, slots);
  const loose = (part: Ir): Val => thatIsThere(emitLoose(part, scope, slots), out);
  switch (ir.kind) {
    case 'const':
      return emitConstant(ir.value, out);
    case 'now':
    case 'today':
      return emitClock(ir.kind, out);
    case 'input':
      return emitInput(ir, scope.outside, out);
    case 'local': {
      const slot = slots.get(ir.slot) ?? notEmitted();
      const val = 'raw' in slot ? enterRaw(slot.raw, slot.border, ir.nullable, out) : slot;
      return ir.nullable ? val : thatIsThere(val, out);
    }
    case 'field':
      return emitField(ir, emit(ir.target, scope, slots), out);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return emitArithmetic(ir.kind, there(ir.left), there(ir.right), out);
    case 'scale':
      return emitScale(there(ir.operand), ir.mul, ir.div, out);
    case 'round':
      return emitRound(there(ir.operand), there(ir.step), ir.how, out);
    case 'compare':
      return emitCompare(ir, loose, out);
    case 'in':
      return emitIn(ir, loose, out);
    case 'and':
    case 'or':
      return emitCondition(ir, scope, slots);
    case 'not':
      return plainVal(out.temp(`!${truth(there(ir.operand))}`), 'bool');
    case 'if':
      return emitIf(ir, scope, slots);
    case 'coalesce':
      return emitCoalesce(ir, scope, slots);
    case 'is_missing': {
      const val = emit(ir.operand, scope, slots);
      out.mustBeFinite(val);
      return plainVal(val.nullable ? out.temp(`${val.code} === null`) : 'false', 'bool');
    }
    case 'call':
      return emitCall(ir, there, out);
    case 'formula': {
      const unit = scope.units.get(ir.name) ?? notEmitted();
      // Written out in a loop, a part would be computed for each element.
      if (ir.label !== undefined && slots.size > ir.args.length) notEmitted();
      const args = ir.args.map((arg, i): readonly [number, Slot] => [i, emit(arg, scope, slots)]);
      const val = emit(unit.body, scope, new Map(args));
      return ir.nullable ? val : thatIsThere(val, out);
    }
    case 'aggregate':
      return emitAggregate(
        ir,
        slots,
        {
          strict: (part, inside) => strict(part, scope, inside),
          jumpUnless: (part, target, inside) => emitJump(part, false, target, scope, inside),
        },
        out,
      );
    case 'list':
    case 'cast':
    case 'record':
    case 'native':
      return notEmitted();
  }
}

/** A value that comes from one of two places. */
function joined(code: string, a: Val, b: Val): Val {
  const kind = a.kind === 'null' ? b.kind : a.kind;
  if (kind === 'list' || (b.kind !== 'null' && b.kind !== kind)) notEmitted();
  const whole = [a, b].every((val) => val.kind !== 'number' || val.number.whole);
  const number = { ...UNKNOWN_NUMBER, carries: new Set([code]), safe: true, whole };
  return { code, kind, nullable: a.nullable || b.nullable, number, of: undefined };
}

function emitIf(ir: Extract<Ir, { kind: 'if' }>, scope: Scope, slots: Slots): Val {
  const { out } = scope;
  const condition = truth(strict(ir.condition, scope, slots));
  const result = out.variable('null');
  const branch = (head: string, part: Ir): Val => {
    let val = plainVal('null', 'null', true);
    out.block(head, () => {
      val = emit(part, scope, slots);
      out.line(`${result} = ${val.code};`);
    });
    return val;
  };
  const then = branch(`if (${condition}) {`, ir.then);
  return joined(result, then, branch('else {', ir.otherwise));
}

function emitCoalesce(ir: Extract<Ir, { kind: 'coalesce' }>, scope: Scope, slots: Slots): Val {
  const { out } = scope;
  const found = emitLoose(ir.left, scope, slots);
  const { among } = found;
  if (!found.nullable) return found;
  if (ir.right.kind === 'const' && among?.some((value) => value === textOf(ir.right))) {
    // One of those it may be: it is looked up with what it stands beside.
    const other = emit(ir.right, scope, slots).code;
    const text = out.temp(`${found.code} === null ? ${other} : ${found.code}`);
    return { ...plainVal(text, 'text'), among };
  }
  const left = lookedUp(found, out);
  const result = out.variable(left.code);
  let right = left;
  out.block(`if (${result} === null) {`, () => {
    right = emit(ir.right, scope, slots);
    out.line(`${result} = ${right.code};`);
  });
  return joined(result, { ...left, nullable: false }, right);
}
