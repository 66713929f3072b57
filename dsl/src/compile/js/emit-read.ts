import type { FieldIr, InputIr, Ir } from '../../ir/ir.ts';
import type { Border } from '../../values/border.ts';
import {
  FINITE,
  notEmitted,
  numberVal,
  plainVal,
  UNKNOWN_NUMBER,
  type Val,
  type Writer,
} from './writer.ts';

/** From this many values on, an enum's are looked up and not compared one by one. */
const MANY_VALUES = 9;

/** Where names outside are read from: the values, and the settings beside them if they are. */
export interface Outside {
  readonly settings: 'among the values' | 'beside';
}

/** The value of a name outside. */
export function emitInput(ir: InputIr, outside: Outside, out: Writer): Val {
  const beside = ir.name === 'settings' && outside.settings === 'beside';
  return readFrom(beside ? 'k' : 'v', ir.name, ir.border, ir.nullable, out);
}

/** `x.y` of a missing `x` is missing. */
export function emitField(ir: FieldIr, target: Val, out: Writer): Val {
  if (target.kind === 'null') return plainVal('null', 'null', true);
  if (target.kind !== 'record') return notEmitted();
  if (!target.nullable) return readFrom(target.code, ir.name, ir.border, ir.optional, out);
  const result = out.variable('null');
  let inner = plainVal('null', 'null', true);
  out.block(`if (${target.code} !== null) {`, () => {
    inner = lookedUp(readFrom(target.code, ir.name, ir.border, ir.optional, out), out);
    out.line(`${result} = ${inner.code};`);
  });
  // What was learned of the value inside is not known of the name outside.
  const number =
    inner.kind === 'number' ? { ...UNKNOWN_NUMBER, carries: new Set([result]) } : FINITE;
  return { ...inner, code: result, nullable: true, number: { ...number, safe: true } };
}

/** Reads a property and asks that it has the declared form. */
export function readFrom(
  target: string,
  name: string,
  border: Border,
  nullable: boolean,
  out: Writer,
): Val {
  const key = `${target}.${name}`;
  const raw = out.known(key)?.code ?? out.temp(`${target}[${out.name(name)}]`);
  out.learn(key, plainVal(raw, 'null'));
  return enterRaw(raw, border, nullable, out);
}

/** Plain data as a value. Entered once in a block, whoever asks for it again. */
export function enterRaw(raw: string, border: Border, nullable: boolean, out: Writer): Val {
  const key = `${raw}:${borderKey(border)}`;
  const known = out.known(key);
  if (known !== undefined) {
    if (nullable || !known.nullable) return known;
    return out.learn(key, thatIsThere(known, out));
  }
  if (!nullable) return out.learn(key, enterPresent(raw, border, out));
  if (border.kind === 'enum') {
    const text = out.temp(`${raw} === undefined ? null : ${raw}`);
    return out.learn(key, { ...plainVal(text, 'text', true), among: border.values, came: raw });
  }
  const result = out.variable('null');
  let inner = plainVal('null', 'null', true);
  out.block(`if (${raw} !== null && ${raw} !== undefined) {`, () => {
    inner = lookedUp(enterPresent(raw, border, out), out);
    out.line(`${result} = ${inner.code};`);
  });
  const number =
    inner.kind === 'number'
      ? { ...inner.number, carries: new Set([result]), safe: true, finite: false }
      : FINITE;
  return out.learn(key, { ...inner, code: result, nullable: true, number });
}

/** The value, which has to be there. */
export function thatIsThere(val: Val, out: Writer): Val {
  if (!val.nullable) return val;
  if (val.kind === 'null') return notEmitted();
  const key = `${val.code} is there`;
  if (out.known(key) === undefined) {
    out.leaveIf(`${val.code} === null`);
    out.learn(key, val);
  }
  return { ...val, nullable: false };
}

function borderKey(border: Border): string {
  switch (border.kind) {
    case 'number':
      return `${border.unit.mul}/${border.unit.div}`;
    case 'enum':
      return border.values.join();
    case 'list':
      return `[${borderKey(border.of)}]`;
    default:
      return border.kind;
  }
}

function enterPresent(raw: string, border: Border, out: Writer): Val {
  switch (border.kind) {
    case 'number':
      return enterNumber(raw, border.unit, out);
    case 'bool':
      return { ...plainVal(raw, 'bool'), unproved: 'boolean' };
    case 'text':
      return { ...plainVal(raw, 'text'), unproved: 'string' };
    case 'enum':
      return { ...plainVal(raw, 'text'), among: border.values };
    case 'date':
    case 'time':
    case 'instant': {
      // Data of the wrong form comes out as NaN, which the check for finite numbers stops.
      const read = `H.${border.kind}(${raw}, k)`;
      const known = border.kind === 'instant' ? `${raw}.__proto__ === D ? ${raw}.getTime() : ` : '';
      if (border.kind === 'instant') out.leaveIf(`${raw} === null || ${raw} === undefined`);
      const value = out.temp(`${known}${read}`);
      const number = { ...UNKNOWN_NUMBER, carries: new Set([value]), safe: true, whole: true };
      return numberVal(value, number);
    }
    case 'record':
      mustBePlain(raw, out);
      return plainVal(raw, 'record');
    case 'list':
      out.leaveIf(`!Array.isArray(${raw})`);
      return { ...plainVal(raw, 'list'), of: border.of };
    default:
      return notEmitted();
  }
}

function enterNumber(raw: string, unit: { mul: number; div: number }, out: Writer): Val {
  out.leaveIf(`typeof ${raw} !== "number"`);
  const number = { ...UNKNOWN_NUMBER, carries: new Set([raw]), safe: true };
  const { mul, div } = unit;
  // The same operations in the same order as at every other border.
  if (mul === 1 && div === 1) return numberVal(raw, number);
  if (mul === 1) return numberVal(out.temp(`${raw} / ${out.constant(div)}`), number);
  const scaled = out.temp(`${raw} * ${out.constant(mul)} / ${out.constant(div)}`);
  return numberVal(scaled, { ...number, safe: false });
}

/** The value, which has the declared form: a text is one of those it may be. */
export function lookedUp(val: Val, out: Writer): Val {
  const { among, unproved, came: _, ...known } = val;
  if (unproved !== undefined) leaveUnlessOf(val.code, unproved, out);
  if (among !== undefined) leaveUnlessAmong(val.code, among, out, val.nullable ? ['null'] : []);
  return known;
}

function leaveUnlessOf(code: string, type: 'boolean' | 'string', out: Writer): void {
  const key = `${code} is a ${type}`;
  if (out.known(key) !== undefined) return;
  out.leaveIf(`typeof ${code} !== "${type}"`);
  out.learn(key, plainVal(code, 'null'));
}

function leaveUnlessAmong(
  code: string,
  values: readonly string[],
  out: Writer,
  missing: readonly string[] = [],
): void {
  const key = `${code} is among ${values.join()}`;
  if (out.known(key) !== undefined) return;
  const tests =
    values.length >= MANY_VALUES
      ? `!H.among(${out.constant(values)}, ${code})`
      : differsFromAll(
          code,
          values.map((value) => out.constant(value)),
        );
  out.leaveIf(missing.length === 0 ? tests : `${tests} && ${differsFromAll(code, missing)}`);
  out.learn(key, plainVal(code, 'text'));
}

const differsFromAll = (code: string, others: readonly string[]): string =>
  others.length === 0 ? 'true' : others.map((other) => `${code} !== ${other}`).join(' && ');

/**
 * Goes elsewhere when the text is none of some constants. What it has to be otherwise is asked only
 * then: a text that is one of the constants needs no other proof.
 * @param absent what a value that may be missing does when it is
 */
export function jumpUnlessOneOf(
  val: Val,
  constants: readonly string[],
  target: string,
  out: Writer,
  absent: 'stays' | 'goes' = 'goes',
): void {
  const { code, among, unproved, came = code } = val;
  const key = `${code} is among ${among?.join()}`;
  const rest = among?.filter((value) => !constants.includes(value)) ?? [];
  const open = among !== undefined && out.known(key) === undefined;
  const proof = rest.length + constants.length === among?.length;
  if (open && !proof) lookedUp(val, out);
  const missing = val.nullable ? (came === code ? ['null'] : ['null', 'undefined']) : [];
  const [staying, going] = absent === 'stays' ? [missing, []] : [[], missing];
  const codes = constants.map((value) => out.constant(value));
  out.block(`if (${differsFromAll(came, [...codes, ...staying])}) {`, () => {
    if (unproved !== undefined) leaveUnlessOf(code, unproved, out);
    if (open && proof) leaveUnlessAmong(came, rest, out, going);
    out.jump(target);
  });
  if (open) out.learn(key, plainVal(code, 'text'));
  if (unproved !== undefined) out.learn(`${code} is a ${unproved}`, plainVal(code, 'null'));
}

/** Goes elsewhere when a condition comes out as `when`; one that is neither is no condition. */
export function jumpWhen(val: Val, when: boolean, target: string, out: Writer): void {
  const { code } = val;
  const key = `${code} is a boolean`;
  const open = val.unproved !== undefined && out.known(key) === undefined;
  if (!open) {
    out.block(`if (${when ? code : `!${code}`}) {`, () => out.jump(target));
    return;
  }
  // Compared with what it may be it needs no other proof of what it is.
  out.block(`if (${code} !== ${!when}) {`, () => {
    out.leaveIf(`${code} !== ${when}`);
    out.jump(target);
  });
  out.learn(key, plainVal(code, 'null'));
}

/**
 * Leaves the road unless the value is an object whose properties are its own: one made by `{}` or
 * without a prototype. The getter is one that no class replaces by chance, and an optimising
 * compiler that knows an object's shape knows the answer.
 */
export function mustBePlain(code: string, out: Writer): void {
  const key = `${code} is plain`;
  if (out.known(key) !== undefined) return;
  out.leaveIf(`${code} === null || ${code} === undefined`);
  out.leaveIf(`${code}.__proto__ !== P && !H.bare(${code})`);
  out.learn(key, plainVal(code, 'record'));
}

/** A local that stands for raw data, entered where it is first needed. */
export const localOf = (raw: string, border: Border, ir: Ir, out: Writer): Val =>
  enterRaw(raw, border, ir.nullable, out);
